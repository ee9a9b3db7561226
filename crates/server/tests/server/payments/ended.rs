//! Sessions that ended here and are paid after all: the payment is seen, said and granted, and nobody pays twice.

use crate::house::House;
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use server::payments::reconcile;

const GIVE_UP: &str = "UPDATE checkouts SET state = 'cancelled' WHERE account_id = 'acc_harbor' AND state = 'created'";

/// The card of automated fix credits on Harbor's billing page.
async fn card(house: &House) -> Value {
    let dana = house.dana().await;
    let view = dana.get("/accounts/acc_harbor/billing").await.ok();
    let cards = view["top_ups"].as_array().unwrap();
    let key = "automated_fix_credits";
    cards
        .iter()
        .find(|card| card["item_key"] == key)
        .unwrap()
        .clone()
}

async fn assert_waits(house: &House, checkout: &str) {
    let dana = house.dana().await;
    let view = dana.checkout("acc_harbor", checkout).await;
    assert_eq!(view["state"], "returned_pending", "{view}");
    let card = card(house).await;
    assert_eq!(card["checkout_state"], "payment_pending", "{card}");
    assert_eq!(card["checkout_session_id"], checkout);
    let start = dana
        .fix(
            "acc_harbor",
            "rep_harbor",
            &["fnd_harbor_csp"],
            "review_only_patch",
            1,
        )
        .await;
    assert_eq!(start.blocked(), "CHECKOUT_PAYMENT_PENDING");
}

#[tokio::test]
async fn s3_22_a_cancelled_checkout_that_is_paid_is_pending_as_soon_as_we_hear_of_it() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    house.write(GIVE_UP).await;
    assert_eq!(card(&house).await["checkout_state"], "available");
    house
        .sim(
            &format!("/transactions/{transaction}/pay"),
            json!({ "complete": false }),
        )
        .await;
    house.told().await;
    assert_waits(&house, &checkout).await;
    house
        .sim(&format!("/transactions/{transaction}/complete"), json!({}))
        .await;
    house.told().await;
    assert_eq!(house.figures("acc_harbor").await[1], "3/2/3");
    house.assert_sound().await;
}

#[tokio::test]
async fn an_ended_checkout_is_asked_about_until_the_provider_says_how_it_ends() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    house
        .write("UPDATE checkouts SET poll_count = 6, next_poll_at = 1 WHERE account_id = 'acc_harbor' AND state = 'created'")
        .await;
    let mut now = Utc::now();
    reconcile::poll_due(&house.state, now).await.unwrap();
    assert_eq!(
        dana.checkout("acc_harbor", &checkout).await["state"],
        "expired"
    );
    // No event comes. The money is taken an hour later, and completed after that.
    now += Duration::hours(1);
    house
        .sim(
            &format!("/transactions/{transaction}/pay"),
            json!({ "complete": false }),
        )
        .await;
    reconcile::poll_due(&house.state, now).await.unwrap();
    assert_waits(&house, &checkout).await;
    house
        .sim(&format!("/transactions/{transaction}/complete"), json!({}))
        .await;
    reconcile::poll_due(&house.state, now + Duration::minutes(4))
        .await
        .unwrap();
    assert_eq!(
        dana.checkout("acc_harbor", &checkout).await["state"],
        "confirmed"
    );
    assert_eq!(house.figures("acc_harbor").await[1], "3/2/3");

    // One that is cancelled at the provider too is asked about once more and then left alone.
    let (over, transaction) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    house.identify(&transaction).await;
    dana.step("acc_harbor", &over, "cancel").await.ok();
    reconcile::poll_due(&house.state, Utc::now() + Duration::minutes(11))
        .await
        .unwrap();
    let waiting = "SELECT count(*) FROM checkouts WHERE account_id = 'acc_harbor' AND next_poll_at IS NOT NULL";
    assert_eq!(house.count(waiting).await, 0);
    house.assert_sound().await;
}

#[tokio::test]
async fn a_second_checkout_gives_way_to_the_first_when_that_one_was_paid() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (first, paid) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    house.write(GIVE_UP).await;
    let (second, open) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    house.identify(&open).await;
    house
        .sim(
            &format!("/transactions/{paid}/pay"),
            json!({ "complete": false }),
        )
        .await;
    house.told().await;
    assert_waits(&house, &first).await;
    let view = dana.checkout("acc_harbor", &second).await;
    assert_eq!(
        (&view["state"], &view["client"]),
        (&json!("cancelled"), &Value::Null)
    );
    reconcile::poll_due(&house.state, Utc::now()).await.unwrap();
    let state = house.sim_state().await;
    let rows = state["transactions"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["id"] == view["transaction_id"])
        .unwrap();
    assert_eq!(row["status"], "canceled", "nobody can pay it any more");
}
