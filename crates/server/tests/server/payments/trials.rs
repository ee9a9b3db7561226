//! Approved trials: credits of their own, until the trial ends, once.

use crate::house::{House, Person};
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use server::sweeps;

const ACCOUNT: &str = "acc_meadow";

async fn view(mira: &Person<'_>) -> Value {
    let path = format!("/accounts/{ACCOUNT}/billing");
    mira.get(&path).await.ok()
}

async fn gate(mira: &Person<'_>) -> Value {
    let project = mira.get("/projects/prj_meadow").await.ok();
    project["scan_gate"].clone()
}

fn card(view: &Value) -> &Value {
    let mut plans = view["plans"].as_array().unwrap().iter();
    plans.find(|card| card["item_key"] == "scan_plan").unwrap()
}

/// Mira begins the trial; answers its subscription.
async fn begun(house: &House, mira: &Person<'_>) -> String {
    let (_, transaction) = mira.open(ACCOUNT, "scan_plan", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    let state = house.sim_state().await;
    let mut rows = state["transactions"].as_array().unwrap().iter();
    let row = rows.find(|row| row["id"] == transaction).unwrap();
    assert_eq!(row["details"]["totals"]["grand_total"], "0", "{row}");
    row["subscription_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn s1_30_an_approved_trial_lets_a_scan_run_with_credits_of_its_own() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let mira = house.person("usr_mira").await;
    // None of the three: no credit, no subscription, no trial.
    let blocked = gate(&mira).await;
    let reason = &blocked["blocked_reasons"][0];
    assert_eq!(reason["label"], "Scan credit required", "{blocked}");
    let before = view(&mira).await;
    let note = card(&before)["note"].as_str().unwrap();
    assert!(note.contains("for 14 days nothing is charged"), "{note}");
    begun(&house, &mira).await;
    let after = view(&mira).await;
    assert_eq!(after["subscription_status"], "trialing", "{after}");
    assert_eq!(after["package_key"], "scan_plan");
    assert_eq!(after["available_credits"]["scan"], 1);
    let days = after["trial_ends_at"].as_str().unwrap();
    let ends: chrono::DateTime<Utc> = days.parse().unwrap();
    assert_eq!((ends - Utc::now()).num_hours() / 24, 13);
    let entry = &after["latest_ledger"][0];
    assert_eq!(
        entry["reference"]["label"], "Scan Plan, approved trial",
        "{entry}"
    );
    assert_eq!(gate(&mira).await["outcome"], "ready");
    assert_eq!(mira.scan(ACCOUNT, "prj_meadow").await.status, 201);
    house.assert_sound().await;
}

#[tokio::test]
async fn what_is_left_of_a_trial_ends_with_it_and_the_first_paid_period_brings_the_plans_own() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let mira = house.person("usr_mira").await;
    let subscription = begun(&house, &mira).await;
    // It is no step of the ladder before it is paid.
    let path = format!("/accounts/{ACCOUNT}/plan-changes/fix_plan");
    let review = mira.get(&path).await.ok();
    let why = review["blocked"].as_str().unwrap_or_default();
    assert!(why.contains("approved trial"), "{review}");
    sweeps::expire(&house.state, Utc::now()).await.unwrap();
    assert_eq!(house.figures(ACCOUNT).await[0], "1/0/0");
    sweeps::expire(&house.state, Utc::now() + Duration::days(15))
        .await
        .unwrap();
    assert_eq!(house.figures(ACCOUNT).await[0], "0/0/0");
    let ended = view(&mira).await;
    assert_eq!(ended["latest_ledger"][0]["kind"], "expire", "{ended}");
    house
        .sim(&format!("/subscriptions/{subscription}/renew"), json!({}))
        .await;
    house.told().await;
    let paid = view(&mira).await;
    assert_eq!(paid["subscription_status"], "active", "{paid}");
    assert_eq!(paid["available_credits"]["scan"], 1);
    assert_eq!(
        paid["latest_ledger"][0]["reference"]["label"],
        "Plan renewal"
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_trial_is_had_once_and_the_plan_is_sold_at_its_price_afterwards() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let mira = house.person("usr_mira").await;
    let subscription = begun(&house, &mira).await;
    house
        .sim(&format!("/subscriptions/{subscription}/cancel"), json!({}))
        .await;
    house.told().await;
    let left = view(&mira).await;
    assert_eq!(left["package_key"], "free_snapshot", "{left}");
    assert_eq!(card(&left)["checkout_state"], "available", "{left}");
    assert!(!card(&left).to_string().contains("trial"), "{left}");
    let (_, transaction) = mira.open(ACCOUNT, "scan_plan", 1).await;
    let state = house.sim_state().await;
    let mut rows = state["transactions"].as_array().unwrap().iter();
    let row = rows.find(|row| row["id"] == transaction).unwrap();
    assert_eq!(row["details"]["totals"]["grand_total"], "4900", "{row}");
}
