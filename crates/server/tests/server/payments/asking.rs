//! The schedule of questions: a provider that does not answer uses nothing up, and a payment is never given up.

use crate::house::House;
use chrono::{Duration, Utc};
use serde_json::json;
use server::payments::reconcile;

const SESSION: &str =
    "SELECT poll_count FROM checkouts WHERE account_id = 'acc_northwind' AND state = 'created'";

async fn minutes_to_next(house: &House) -> i64 {
    let at = house.count("SELECT next_poll_at FROM checkouts WHERE account_id = 'acc_northwind' ORDER BY created_at DESC LIMIT 1").await;
    (at - Utc::now().timestamp_micros() + 30_000_000) / 60_000_000
}

#[tokio::test]
async fn a_question_without_an_answer_uses_nothing_up_and_expires_nothing() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, _) = dana.open("acc_northwind", "scan_credits", 1).await;
    for count in [0, 6] {
        house
            .write(if count == 0 {
                "UPDATE checkouts SET poll_count = 0, next_poll_at = 1 WHERE account_id = 'acc_northwind' AND state = 'created'"
            } else {
                "UPDATE checkouts SET poll_count = 6, next_poll_at = 1 WHERE account_id = 'acc_northwind' AND state = 'created'"
            })
            .await;
        house
            .sim("/faults", json!({ "api_status": 500, "api_count": 3 }))
            .await;
        reconcile::poll_due(&house.state, Utc::now()).await.unwrap();
        assert_eq!(house.count(SESSION).await, count);
        assert_eq!(minutes_to_next(&house).await, 10);
        let view = dana.checkout("acc_northwind", &checkout).await;
        assert_eq!(view["state"], "created");
    }
    // The tenth minute brings an answer, and that one counts.
    reconcile::poll_due(&house.state, Utc::now() + Duration::minutes(11))
        .await
        .unwrap();
    let view = dana.checkout("acc_northwind", &checkout).await;
    assert_eq!(view["state"], "expired");
}

#[tokio::test]
async fn a_payment_that_was_taken_is_asked_about_soon_and_then_daily_without_end() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .write("UPDATE checkouts SET poll_count = 5, next_poll_at = 4102444800000000 WHERE account_id = 'acc_northwind' AND state = 'created'")
        .await;
    house
        .sim(
            &format!("/transactions/{transaction}/pay"),
            json!({ "complete": false }),
        )
        .await;
    house.told().await;
    assert_eq!(minutes_to_next(&house).await, 2, "it should complete soon");

    house
        .write("UPDATE checkouts SET poll_count = 60, next_poll_at = 1 WHERE state = 'returned_pending' AND account_id = 'acc_northwind'")
        .await;
    reconcile::poll_due(&house.state, Utc::now()).await.unwrap();
    assert_eq!(minutes_to_next(&house).await, 1440);
    let view = dana.checkout("acc_northwind", &checkout).await;
    assert_eq!(view["state"], "returned_pending");

    house
        .sim(&format!("/transactions/{transaction}/complete"), json!({}))
        .await;
    reconcile::poll_due(&house.state, Utc::now() + Duration::minutes(1441))
        .await
        .unwrap();
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    house.assert_sound().await;
}
