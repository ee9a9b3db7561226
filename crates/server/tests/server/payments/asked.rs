//! `Ask Paddle now`: what no event has told is found, applied once, and said.

use crate::house::{House, Reply};
use serde_json::{Value, json};

async fn ask(house: &House, account: &str) -> Reply {
    let path = format!("/accounts/{account}/payment-provider/ask");
    house.dana().await.post(&path, &Value::Null).await
}

#[tokio::test]
async fn a_payment_that_no_event_told_of_is_found_by_asking_and_only_once_in_a_while() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let before = house.figures("acc_harbor").await[0].clone();
    let (checkout, transaction) = dana.open("acc_harbor", "scan_credits", 1).await;
    dana.step("acc_harbor", &checkout, "returned").await.ok();
    let view = dana.get("/accounts/acc_harbor/billing").await.ok();
    assert!(
        view["payment_provider"]["pending_since"].is_string(),
        "{view}"
    );
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    assert_eq!(house.figures("acc_harbor").await[0], before);
    let found = ask(&house, "acc_harbor").await.ok();
    assert_eq!(found["entries"], 1, "{found}");
    let message = found["message"].as_str().unwrap();
    assert!(
        message.contains("1 ledger entry was written. No payment waits."),
        "{message}"
    );
    assert_ne!(house.figures("acc_harbor").await[0], before);
    // Again at once would only be counted by the provider; another account may.
    ask(&house, "acc_harbor").await.problem(429, "RATE_LIMITED");
    let other = ask(&house, "acc_juniper").await.ok();
    assert!(
        other["message"]
            .as_str()
            .unwrap()
            .contains("Nothing is new."),
        "{other}"
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_said_and_strangers_may_not_ask() {
    let house = House::new().await;
    house
        .sim("/faults", json!({ "api_status": 500, "api_count": 20 }))
        .await;
    ask(&house, "acc_harbor")
        .await
        .problem(502, "PROVIDER_UNAVAILABLE");
    ask(&house, "acc_beacon").await.problem(404, "NOT_FOUND");
    let none = House::without_provider().await;
    ask(&none, "acc_harbor")
        .await
        .problem(409, "ITEM_UNAVAILABLE");
}
