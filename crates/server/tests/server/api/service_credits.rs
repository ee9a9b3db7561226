//! Service credits: asked for because used credits brought nothing, decided on once, written in the ledger as what they are.

use crate::house::{House, Person};
use serde_json::{Value, json};

const NORTHWIND: &str = "acc_northwind";

async fn house() -> House {
    House::with(&[("OPERATORS", "ana@beacon.example")]).await
}

/// A payment of Northwind of which scan credits were used.
async fn used(dana: &Person<'_>) -> (String, i64) {
    let page = dana
        .get(&format!("/accounts/{NORTHWIND}/transactions"))
        .await
        .ok();
    for item in page["items"].as_array().unwrap() {
        let path = format!(
            "/accounts/{NORTHWIND}/transactions/{}",
            item["transaction_id"].as_str().unwrap()
        );
        let view = dana.get(&path).await.ok();
        let offers = view["service_credits"]["offers"]
            .as_array()
            .unwrap()
            .clone();
        if let Some(scan) = offers.iter().find(|one| one["credit_type"] == "scan") {
            return (path, scan["most"].as_i64().unwrap());
        }
    }
    panic!("no scan credit was used: {page}");
}

fn body(credits: i64) -> Value {
    json!({ "reason": "quality_gate_blocked", "credit_type": "scan", "credits": credits })
}

async fn decide(ana: &Person<'_>, id: &str, how: &str) -> crate::house::Reply {
    let path = format!("/operator/service-credits/{id}/{how}");
    ana.post(&path, &Value::Null).await
}

#[tokio::test]
async fn s2_37_a_service_credit_is_asked_for_decided_once_and_adds_capacity_and_no_work() {
    let house = house().await;
    let (dana, ana) = (house.dana().await, house.ana().await);
    let (path, most) = used(&dana).await;
    let before = house.figures(NORTHWIND).await;
    let asked = dana.post(&format!("{path}/service-credit"), &body(1)).await;
    assert_eq!(asked.status, 201);
    let asked = asked.json();
    let request = &asked["service_credits"]["requests"][0];
    assert_eq!(request["state"], "asked");
    let left = asked["service_credits"]["offers"]
        .as_array()
        .unwrap()
        .iter();
    let left = left.filter(|one| one["credit_type"] == "scan");
    assert_eq!(
        left.map(|one| one["most"].as_i64().unwrap()).sum::<i64>(),
        most - 1
    );
    // Asking moves nothing.
    assert_eq!(house.figures(NORTHWIND).await, before);
    let queue = ana.get("/operator/service-credits").await.ok();
    assert_eq!(
        (&queue["open"], &queue["items"][0]["account"]["name"]),
        (&json!(1), &json!("Northwind Trading"))
    );
    let runs = house.count("SELECT count(*) FROM scan_runs").await;
    let id = request["service_credit_id"].as_str().unwrap();
    for _ in 0..2 {
        let decided = decide(&ana, id, "approve").await.ok();
        assert_eq!(decided["state"], "approved");
    }
    decide(&ana, id, "reject")
        .await
        .problem(409, "REFUND_REFUSED");
    assert_eq!(before[0], "3/1/4");
    assert_eq!(house.figures(NORTHWIND).await[0], "4/1/4");
    let ledger = dana
        .get(&format!("/accounts/{NORTHWIND}/ledger?limit=1"))
        .await
        .ok();
    let entry = &ledger["items"][0];
    assert_eq!(
        (
            &entry["kind"],
            &entry["reference"]["type"],
            &entry["amount"]
        ),
        (
            &json!("service_credit"),
            &json!("service_credit"),
            &json!(1)
        )
    );
    // It starts no work, and the story of the payment tells of it.
    assert_eq!(house.count("SELECT count(*) FROM scan_runs").await, runs);
    let story = dana.get(&path).await.ok()["timeline"].to_string();
    for label in ["Service credit asked for", "Service credit: approved"] {
        assert!(story.contains(label), "{story}");
    }
    house.assert_sound().await;
}

#[tokio::test]
async fn each_used_credit_is_made_good_once_and_by_those_who_may() {
    let house = house().await;
    let (dana, ana) = (house.dana().await, house.ana().await);
    let (path, most) = used(&dana).await;
    let ask = format!("{path}/service-credit");
    for credits in [0, -1, most + 1, i64::MAX] {
        dana.post(&ask, &body(credits))
            .await
            .problem(409, "REFUND_REFUSED");
    }
    let viewer = house.person("usr_viewer").await;
    viewer.post(&ask, &body(1)).await.problem(403, "FORBIDDEN");
    ana.post(&ask, &body(1)).await.problem(404, "NOT_FOUND");
    let asked = dana.post(&ask, &body(most)).await.json();
    dana.post(&ask, &body(1))
        .await
        .problem(409, "REFUND_REFUSED");
    let id = &asked["service_credits"]["requests"][0]["service_credit_id"];
    let id = id.as_str().unwrap();
    // Only operators decide, and what was rejected can be asked for again.
    decide(&dana, id, "approve").await.problem(404, "NOT_FOUND");
    dana.get("/operator/service-credits")
        .await
        .problem(404, "NOT_FOUND");
    let before = house.figures(NORTHWIND).await;
    assert_eq!(decide(&ana, id, "reject").await.ok()["state"], "rejected");
    assert_eq!(house.figures(NORTHWIND).await, before);
    assert_eq!(dana.post(&ask, &body(1)).await.status, 201);
}
