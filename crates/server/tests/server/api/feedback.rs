//! `Was this page helpful?`: who may answer, what is kept of it, and who reads it.

use crate::house::{Draft, House};
use axum::http::Method;
use serde_json::{Value, json};

const GUIDE: &str = "/guides/billing/scan-credits";
const QUEUE: &str = "/operator/guide-feedback";

fn path() -> String {
    format!("{GUIDE}/feedback")
}

async fn version(house: &House) -> Value {
    let guide = house.send(Draft::new(Method::GET, GUIDE).build()).await;
    guide.ok()["version"].clone()
}

#[tokio::test]
async fn a_visitor_and_a_member_answer_and_an_operator_reads_and_resolves() {
    let house = House::new().await;
    let version = version(&house).await;
    let visitor = Draft::new(Method::POST, &path())
        .header("idempotency-key", "visitor-1")
        .json(&json!({ "helpful": true, "version": version }));
    assert_eq!(house.send(visitor.build()).await.status, 201);
    let finance = house.person("usr_finance").await;
    let body = json!({ "helpful": false, "missing": "  Where is the invoice? ", "version": "0123456789ab", "account_id": "acc_northwind" });
    let given = finance.post_with("finance-1", &path(), &body).await;
    assert_eq!(given.status, 201);
    // Sent again, it is the same answer.
    let again = finance.post_with("finance-1", &path(), &body).await;
    assert_eq!(again.json(), given.json());

    let operator = house.person("usr_noor").await;
    assert_eq!(operator.get("/session").await.ok()["operator"], true);
    let queue = operator.get(QUEUE).await.ok();
    assert_eq!(
        (&queue["open"], &queue["next_cursor"]),
        (&json!(2), &Value::Null)
    );
    let (newest, first) = (&queue["items"][0], &queue["items"][1]);
    assert_eq!(newest["guide"], "billing/scan-credits");
    assert_eq!(newest["missing"], "Where is the invoice?");
    assert_eq!(
        (&newest["role"], &newest["helpful"], &newest["current"]),
        (&json!("billing_manager"), &json!(false), &json!(false))
    );
    assert_eq!(
        (&first["role"], &first["helpful"], &first["current"]),
        (&Value::Null, &json!(true), &json!(true))
    );
    let kept = queue.to_string();
    for personal in ["usr_finance", "finance@northwind.example", "Priya"] {
        assert!(!kept.contains(personal), "{personal}");
    }

    let one = format!("{QUEUE}/{}", newest["feedback_id"].as_str().unwrap());
    let resolved = operator
        .post(&format!("{one}/resolve"), &Value::Null)
        .await
        .ok();
    assert_eq!(
        (&resolved["state"], &resolved["resolved_by"]),
        (&json!("resolved"), &json!("Noor Haddad"))
    );
    let twice = operator
        .post(&format!("{one}/resolve"), &Value::Null)
        .await
        .ok();
    assert_eq!(twice["resolved_at"], resolved["resolved_at"]);
    for (query, rows) in [
        ("?state=open", 1),
        ("?state=resolved", 1),
        ("?guide=billing/scan-credits", 2),
        ("?guide=billing/activation-scans", 0),
    ] {
        let found = operator.get(&format!("{QUEUE}{query}")).await.ok();
        assert_eq!(found["items"].as_array().unwrap().len(), rows, "{query}");
        assert_eq!(found["open"], 1);
    }
}

#[tokio::test]
async fn only_operators_see_the_queue_and_a_strange_account_gives_no_role() {
    let house = House::new().await;
    house
        .send(Draft::new(Method::GET, QUEUE).build())
        .await
        .problem(401, "UNAUTHORIZED");
    let dana = house.dana().await;
    assert_eq!(dana.get("/session").await.ok()["operator"], false);
    dana.get(QUEUE).await.problem(404, "NOT_FOUND");
    dana.post(&format!("{QUEUE}/gfb_any/resolve"), &Value::Null)
        .await
        .problem(404, "NOT_FOUND");
    let body = json!({ "helpful": true, "version": "0123456789ab", "account_id": "acc_beacon" });
    dana.post(&path(), &body).await.problem(404, "NOT_FOUND");
    let operator = house.person("usr_noor").await;
    assert_eq!(operator.get(QUEUE).await.ok()["open"], 0);
    operator
        .post(&format!("{QUEUE}/gfb_any/resolve"), &Value::Null)
        .await
        .problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn what_is_too_long_is_named_and_a_flood_is_asked_to_wait() {
    let house = House::new().await;
    let dana = house.dana().await;
    let long = json!({ "helpful": false, "missing": "x".repeat(1001), "version": "0123456789ab" });
    let problem = dana
        .post(&path(), &long)
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(problem["errors"][0]["pointer"], "/missing");
    let body = json!({ "helpful": true, "version": "0123456789ab" });
    for _ in 0..60 {
        assert_eq!(dana.post(&path(), &body).await.status, 201);
    }
    let refused = dana.post(&path(), &body).await;
    assert_eq!(refused.header("retry-after"), "60");
    refused.problem(429, "RATE_LIMITED");
}
