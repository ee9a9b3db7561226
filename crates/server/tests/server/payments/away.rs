//! A provider that is slow, and webhooks that never come.

use crate::house::House;
use serde_json::json;
use server::payments::sweep;
use std::time::Duration;

#[tokio::test]
async fn inv_28_an_event_that_arrived_does_not_wait_for_a_provider_that_is_slow_to_answer() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    dana.open("acc_northwind", "automated_fix_credits", 1).await;
    house
        .write("UPDATE checkouts SET next_poll_at = 1 WHERE state = 'created'")
        .await;
    house.sim("/faults", json!({ "api_hang_ms": 60_000 })).await;
    house.work();
    // By now prices are being read and questions asked, and nobody answers.
    tokio::time::sleep(Duration::from_millis(300)).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.sim("/release", json!({})).await;
    let granted = house.await_figures("acc_northwind", ["4/1/4", "2/1/5", "40/0/10"]);
    tokio::time::timeout(Duration::from_secs(4), granted)
        .await
        .expect("the grant waits for the provider's answers");
}

#[tokio::test]
async fn inv_14_what_was_paid_while_the_console_was_down_is_granted_when_it_starts() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    // No webhook comes, and no question is due.
    house
        .write("UPDATE checkouts SET next_poll_at = NULL")
        .await;
    house.work();
    house
        .await_figures("acc_northwind", ["4/1/4", "2/1/5", "40/0/10"])
        .await;
    house.assert_sound().await;
}

#[tokio::test]
async fn a_renewal_and_an_end_that_no_webhook_told_are_found() {
    let house = House::new().await;
    let dana = house.dana().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, transaction) = dana.open("acc_juniper", "monitor_plan", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    sweep::run(&house.state).await.unwrap();
    let billing = async || dana.get("/accounts/acc_juniper/billing").await.ok();
    assert_eq!(billing().await["package_key"], "monitor_plan");
    assert_eq!(house.figures("acc_juniper").await[0], "5/0/0");
    let subscription = house
        .text(
            "SELECT id FROM paddle_subscriptions WHERE account_id = $1",
            "acc_juniper",
        )
        .await;
    for (action, scan, state, package) in [
        ("renew", "10/0/0", "active", "monitor_plan"),
        ("fail-renewal", "10/0/0", "past_due", "monitor_plan"),
        ("cancel", "10/0/0", "active", "free_snapshot"),
    ] {
        let control = format!("/subscriptions/{subscription}/{action}");
        house.sim(&control, json!({})).await;
        sweep::run(&house.state).await.unwrap();
        let view = billing().await;
        assert_eq!(house.figures("acc_juniper").await[0], scan, "{action}");
        assert_eq!(view["billing_state"], state, "{action}");
        assert_eq!(view["package_key"], package, "{action}");
    }
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_19_a_look_at_the_provider_quarantines_a_strangers_payment_once() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let price = house
        .text(
            "SELECT price_id FROM catalog_prices WHERE item_key = $1",
            "scan_credits",
        )
        .await;
    let body = json!({ "items": [{ "price_id": price, "quantity": 1 }] });
    let made = house
        .http
        .post(format!("{}/transactions", house.sandbox.url()))
        .bearer_auth("pdl_sdbx_apikey_01test")
        .json(&body)
        .send()
        .await
        .unwrap();
    let made: serde_json::Value = made.json().await.unwrap();
    let transaction = made["data"]["id"].as_str().unwrap();
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let quarantined = "SELECT count(*) FROM paddle_events WHERE status = 'quarantined'";
    // What was paid before our first checkout is not even looked at.
    let shift = "UPDATE checkouts SET created_at = created_at + 3600000000";
    house.write(shift).await;
    sweep::run(&house.state).await.unwrap();
    assert_eq!(house.count(quarantined).await, 0);
    house
        .write("UPDATE checkouts SET created_at = created_at - 3600000000; DELETE FROM settings WHERE key = 'transactions_seen_until'")
        .await;
    for _ in 0..2 {
        sweep::run(&house.state).await.unwrap();
    }
    assert_eq!(house.count(quarantined).await, 1);
    house.assert_sound().await;
}
