//! Plans: what their first payment brings, what each renewal brings once, and what happens when one fails or ends.

use crate::house::House;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use server::sweeps;

/// Juniper buys Fix Plan; answers its transaction and subscription.
async fn fix_plan(house: &House) -> (String, String) {
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_juniper", "fix_plan", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    let subscription = events
        .iter()
        .find_map(|event| event["data"]["subscription_id"].as_str())
        .unwrap()
        .to_owned();
    (transaction, subscription)
}

async fn billing(house: &House) -> Value {
    house
        .dana()
        .await
        .get("/accounts/acc_juniper/billing")
        .await
        .ok()
}

#[tokio::test]
async fn s2_15_a_plan_purchase_sets_the_plan_and_brings_three_grants() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let before = billing(&house).await;
    assert_eq!(
        (
            &before["package_key"],
            &before["package_entitlement_status"]
        ),
        (&json!("free_snapshot"), &json!("missing"))
    );
    let (transaction, _) = fix_plan(&house).await;
    let pending = billing(&house).await;
    assert_eq!(
        (
            &pending["package_key"],
            &pending["package_entitlement_status"]
        ),
        (&json!("free_snapshot"), &json!("pending"))
    );

    // Everything but the completion: the subscription runs at the provider, and here nothing is in force yet.
    let events = house.events_of(&transaction).await;
    let (completion, others): (Vec<_>, Vec<_>) = events
        .into_iter()
        .partition(|event| event["event_type"] == "transaction.completed");
    for event in &others {
        house.deliver(event).await.ok();
    }
    house.drain().await;
    assert_eq!(billing(&house).await["package_key"], "free_snapshot");
    assert_eq!(
        house.figures("acc_juniper").await,
        ["0/0/0", "0/0/0", "0/0/0"]
    );

    house.deliver(&completion[0]).await.ok();
    house.drain().await;
    let after = billing(&house).await;
    assert_eq!(
        (&after["package_key"], &after["package_entitlement_status"]),
        (&json!("fix_plan"), &json!("active"))
    );
    assert_eq!(
        (
            &after["subscription_status"],
            &after["monitoring_entitlement_status"]
        ),
        (&json!("active"), &json!("active"))
    );
    assert_eq!(after["payment_status"], "confirmed");
    assert!(after["renews_at"].is_string());
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );
    let sources = &after["credit_sources"]["scan"];
    assert_eq!(
        (&sources["plan"], &sources["other"]),
        (&json!(7), &json!(0))
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_renewal_grants_the_allowance_once_a_period() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, subscription) = fix_plan(&house).await;
    house.told().await;
    for round in 1i64..=2 {
        house
            .sim(&format!("/subscriptions/{subscription}/renew"), json!({}))
            .await;
        house.sim("/faults", json!({ "duplicate": 2 })).await;
        house.told().await;
        house.drain_waiting().await;
        let expected = [7, 5, 50].map(|allowance| format!("{}/0/0", allowance * (round + 1)));
        assert_eq!(
            house.figures("acc_juniper").await,
            expected,
            "round {round}"
        );
    }
    let causes = house.count("SELECT count(*) FROM ledger_entries WHERE account_id = 'acc_juniper' AND cause = 'renewal'").await;
    assert_eq!(causes, 6);
    house.assert_sound().await;
}

#[tokio::test]
async fn what_is_left_of_a_period_ends_with_it_and_top_ups_and_the_next_period_stay() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, top_up) = dana.open("acc_juniper", "scan_credits", 2).await;
    house
        .sim(&format!("/transactions/{top_up}/pay"), json!({}))
        .await;
    let (_, subscription) = fix_plan(&house).await;
    house.told().await;
    let first = billing(&house).await;
    let sources = &first["credit_sources"]["scan"];
    let (plan, other) = (sources["plan"].as_i64(), sources["other"].as_i64());
    assert_eq!(sources["ending"]["credits"].as_i64(), plan, "{sources}");
    assert_eq!(sources["ending"]["at"], first["renews_at"], "{first}");

    house
        .sim(&format!("/subscriptions/{subscription}/renew"), json!({}))
        .await;
    house.told().await;
    let renewed = billing(&house).await;
    assert_eq!(
        renewed["credit_sources"]["scan"]["plan"].as_i64(),
        plan.map(|of_period| of_period * 2)
    );
    let ends = first["renews_at"].as_str().unwrap();
    let ends: DateTime<Utc> = ends.parse().unwrap();
    sweeps::expire(&house.state, ends - Duration::seconds(1))
        .await
        .unwrap();
    assert_eq!(
        billing(&house).await["ledger_seq"],
        renewed["ledger_seq"],
        "nothing ends before its time"
    );
    sweeps::expire(&house.state, ends).await.unwrap();
    let second = billing(&house).await;
    let sources = &second["credit_sources"]["scan"];
    assert_eq!(sources["plan"].as_i64(), plan, "{sources}");
    assert_eq!(sources["other"].as_i64(), other, "{sources}");
    assert_eq!(sources["ending"]["at"], second["renews_at"], "{sources}");
    let entry = &second["latest_ledger"][0];
    assert_eq!(entry["kind"], "expire", "{entry}");
    house.assert_sound().await;
}

#[tokio::test]
async fn a_failed_renewal_stops_new_work_until_it_is_recovered() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, subscription) = fix_plan(&house).await;
    house.told().await;
    let dana = house.dana().await;
    dana.fix(
        "acc_juniper",
        "rep_juniper",
        &["fnd_juniper_csp"],
        "review_only_patch",
        1,
    )
    .await
    .ok();
    house
        .sim(
            &format!("/subscriptions/{subscription}/fail-renewal"),
            json!({}),
        )
        .await;
    house.told().await;
    let view = billing(&house).await;
    assert_eq!(
        (&view["billing_state"], &view["subscription_status"]),
        (&json!("past_due"), &json!("past_due"))
    );
    assert_eq!(
        (&view["payment_status"], &view["package_entitlement_status"]),
        (&json!("failed"), &json!("blocked"))
    );
    assert_eq!(view["account_reasons"][0]["code"], "SUBSCRIPTION_PAST_DUE");
    assert_eq!(
        dana.scan("acc_juniper", "prj_juniper").await.blocked(),
        "SUBSCRIPTION_PAST_DUE"
    );
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "4/1/0", "50/0/0"],
        "no allowance, and nothing is taken"
    );

    house
        .sim(&format!("/subscriptions/{subscription}/resume"), json!({}))
        .await;
    house.told().await;
    assert_eq!(billing(&house).await["billing_state"], "active");
    dana.scan("acc_juniper", "prj_juniper").await.ok();
    house.assert_sound().await;
}

#[tokio::test]
async fn a_subscription_event_before_its_payment_waits_and_then_applies() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (transaction, subscription) = fix_plan(&house).await;
    house
        .sim(
            &format!("/subscriptions/{subscription}/past-due"),
            json!({}),
        )
        .await;
    let events = house.events_of(&transaction).await;
    let of = |kind: &str| {
        events
            .iter()
            .find(|event| event["event_type"] == kind)
            .unwrap()
    };

    house.deliver(of("subscription.past_due")).await.ok();
    house.drain().await;
    let waiting = "SELECT status FROM paddle_events WHERE event_id = $1";
    let id = of("subscription.past_due")["event_id"].as_str().unwrap();
    assert_eq!(house.text(waiting, id).await, "pending");
    assert_eq!(billing(&house).await["billing_state"], "active");

    house.deliver(of("transaction.completed")).await.ok();
    house.drain_waiting().await;
    assert_eq!(house.text(waiting, id).await, "done");
    assert_eq!(billing(&house).await["billing_state"], "past_due");
    // The older news that the subscription began changes nothing any more.
    house.deliver(of("subscription.created")).await.ok();
    house.drain_waiting().await;
    assert_eq!(billing(&house).await["billing_state"], "past_due");
    house.assert_sound().await;
}

#[tokio::test]
async fn an_ended_plan_is_not_brought_back_by_an_old_payment() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, subscription) = fix_plan(&house).await;
    house.told().await;
    let checkout = house
        .text(
            "SELECT id FROM checkouts WHERE account_id = $1",
            "acc_juniper",
        )
        .await;
    house
        .sim(&format!("/subscriptions/{subscription}/cancel"), json!({}))
        .await;
    house.told().await;
    let ended = billing(&house).await;
    assert_eq!(
        (&ended["package_key"], &ended["subscription_status"]),
        (&json!("free_snapshot"), &json!("cancelled"))
    );
    let figures = house.figures("acc_juniper").await;

    // Asking the provider about the old checkout tells of a completed payment again.
    house.write("UPDATE checkouts SET asked_at = 0; DELETE FROM paddle_events WHERE source = 'poll' AND entity_id IN (SELECT paddle_transaction_id FROM checkouts WHERE account_id = 'acc_juniper')").await;
    dana.step("acc_juniper", &checkout, "refresh").await.ok();
    house.drain_waiting().await;
    assert_eq!(billing(&house).await["package_key"], "free_snapshot");
    assert_eq!(house.figures("acc_juniper").await, figures);
    house.assert_sound().await;
}
