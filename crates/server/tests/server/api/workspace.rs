//! Accounts beside each other, and an agency with its clients: what each person sees, and nobody else.

use crate::house::House;
use serde_json::{Value, json};

fn named<'a>(cards: &'a Value, id: &str) -> &'a Value {
    let mut items = cards["items"].as_array().unwrap().iter();
    items
        .find(|card| card["account_id"] == id)
        .unwrap_or_else(|| panic!("{id} in {cards}"))
}

#[tokio::test]
async fn accounts_say_role_kind_plan_balance_and_the_worst_of_each() {
    let house = House::new().await;
    let dana = house.dana().await.get("/accounts").await.ok();
    assert_eq!(dana["items"].as_array().unwrap().len(), 6);
    let northwind = named(&dana, "acc_northwind");
    assert_eq!(
        (
            &northwind["role"],
            &northwind["account_type"],
            &northwind["standing"]
        ),
        (&json!("owner"), &json!("owner"), &json!("active"))
    );
    assert_eq!(northwind["credit_balance"]["scan"]["avail"], 3);
    for (id, standing) in [
        ("acc_ridgeline", "past_due"),
        ("acc_quayside", "pending"),
        ("acc_juniper", "nothing_left"),
    ] {
        assert_eq!(named(&dana, id)["standing"], standing, "{id}");
    }
    let ana = house.ana().await.get("/accounts").await.ok();
    let corner = named(&ana, "acc_corner");
    assert_eq!(
        (&corner["account_type"], &corner["paid_by"]),
        (&json!("client"), &json!("Beacon Agency"))
    );
    assert!(!ana.to_string().contains("northwind"));
}

#[tokio::test]
async fn an_agency_sees_its_pool_its_slots_and_what_each_client_took() {
    let house = House::new().await;
    let ana = house.ana().await;
    let before = ana.get("/accounts/acc_beacon/agency").await.ok();
    assert_eq!(
        (&before["slots_used"], &before["slots"]),
        (&json!(1), &json!(10))
    );
    let client = &before["clients"][0];
    assert_eq!(
        (&client["client"]["name"], &client["is_member"]),
        (&json!("Corner Cafe"), &json!(true))
    );
    let scan = |view: &Value| view["clients"][0]["scan"]["held"].as_i64().unwrap();
    let pool = |view: &Value| view["pools"][0]["held"].as_i64().unwrap();
    ana.scan("acc_beacon", "prj_corner").await.ok();
    let after = ana.get("/accounts/acc_beacon/agency").await.ok();
    assert_eq!(
        (scan(&after), pool(&after)),
        (scan(&before) + 1, pool(&before) + 1)
    );
    // What the client owns itself is not in it.
    assert!(client.get("credit_balance").is_none());
    // For its members alone; who is no agency has no clients.
    let dana = house.dana().await;
    dana.get("/accounts/acc_beacon/agency")
        .await
        .problem(404, "NOT_FOUND");
    let corner = ana.get("/accounts/acc_corner/agency").await.ok();
    assert_eq!(
        (&corner["slots"], &corner["clients"]),
        (&json!(0), &json!([]))
    );
}

#[tokio::test]
async fn s3_12_a_switch_is_to_other_credits_transactions_subscriptions_and_services() {
    let house = House::new().await;
    let dana = house.dana().await;
    let mut seen: Vec<[Value; 4]> = Vec::new();
    for account in ["acc_northwind", "acc_harbor", "acc_juniper"] {
        let billing = dana.get(&format!("/accounts/{account}/billing")).await.ok();
        let history = dana
            .get(&format!("/accounts/{account}/transactions"))
            .await
            .ok();
        for one in [&billing["account_id"], &history["account"]["id"]] {
            assert_eq!(*one, account);
        }
        seen.push([
            billing["credit_balance"].clone(),
            history["items"].clone(),
            history["subscriptions"].clone(),
            billing["project_usage"].clone(),
        ]);
    }
    for (place, one) in seen.iter().enumerate() {
        for other in &seen[place + 1..] {
            for (own, their) in one.iter().zip(other) {
                assert_ne!(own, their);
            }
        }
    }
    // Harbor bought Fix Plan; Juniper has no subscription.
    assert_eq!(seen[1][2][0]["plan"], "Fix Plan");
    assert_eq!(seen[2][2], json!([]));
}
