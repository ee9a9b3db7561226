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

#[tokio::test]
async fn operators_see_what_fits_nothing_with_its_reason_and_process_it_again() {
    let house = House::with(&[("OPERATORS", "noor@webriskops.example")]).await;
    let noor = house.person("usr_noor").await;
    let list = "/operator/provider-events";
    assert_eq!(noor.get(list).await.ok()["items"], json!([]));
    let stray = json!({
        "event_id": "evt_stray", "event_type": "transaction.completed",
        "occurred_at": "2026-11-21T10:00:00Z", "data": { "id": "txn_stray" },
    });
    house.deliver(&stray).await.ok();
    house.drain().await;
    let found = noor.get(list).await.ok();
    let item = &found["items"][0];
    assert_eq!(item["event_id"], "evt_stray", "{found}");
    assert_eq!(item["entity_id"], "txn_stray", "{found}");
    assert!(
        item["reason"].as_str().unwrap().contains("does not read"),
        "{found}"
    );
    // What still fits nothing stays; what is not put aside is not found; nobody else sees any of it.
    let retry = format!("{list}/evt_stray/retry");
    let again = noor.post(&retry, &Value::Null).await.ok();
    assert_eq!(again["items"][0]["event_id"], "evt_stray", "{again}");
    let none = format!("{list}/evt_none/retry");
    noor.post(&none, &Value::Null)
        .await
        .problem(404, "NOT_FOUND");
    let dana = house.dana().await;
    dana.get(list).await.problem(404, "NOT_FOUND");
    dana.post(&retry, &Value::Null)
        .await
        .problem(404, "NOT_FOUND");
}
