//! Two plans that were both paid: the one that began first stays, and the other is ended and asked back by itself.

use crate::house::House;
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use server::payments::second_plan;

/// Two forms are open although the product offers one: the first checkout was given up here, and its form stayed open.
/// Both are paid; answers the sessions and payments in the order in which they were paid.
async fn both_paid(house: &House) -> [(String, String); 2] {
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let given_up = dana.open("acc_juniper", "scan_plan", 1).await;
    dana.step("acc_juniper", &given_up.0, "cancel").await.ok();
    let bought = dana.open("acc_juniper", "fix_plan", 1).await;
    for (_, transaction) in [&bought, &given_up] {
        let path = format!("/transactions/{transaction}/pay");
        house.sim(&path, json!({})).await;
    }
    [bought, given_up]
}

/// The provider's words about these payments arrive in this order.
async fn told(house: &House, transactions: [&str; 2]) {
    for transaction in transactions {
        for event in house.events_of(transaction).await {
            house.deliver(&event).await.ok();
        }
        house.drain().await;
    }
}

async fn settle(house: &House) {
    second_plan::finish(&house.state, Utc::now()).await.unwrap();
    house.told().await;
}

async fn billing(house: &House) -> Value {
    house
        .dana()
        .await
        .get("/accounts/acc_juniper/billing")
        .await
        .ok()
}

/// Subscriptions at the provider that these payments began and that run.
async fn running(house: &House, paid: &[(String, String); 2]) -> usize {
    let state = house.sim_state().await;
    let rows = |of: &str| state[of].as_array().cloned().unwrap();
    let ours = |row: &&Value| paid.iter().any(|(_, id)| row["id"] == *id);
    let began: Vec<Value> = rows("transactions")
        .iter()
        .filter(ours)
        .map(|row| row["subscription_id"].clone())
        .collect();
    let runs = |row: &&Value| row["status"] == "active" && began.contains(&row["id"]);
    rows("subscriptions").iter().filter(runs).count()
}

async fn the_first_one_stays(house: &House, paid: &[(String, String); 2]) {
    let [kept, second] = paid;
    let found = billing(house).await;
    assert_eq!(found["package_key"], "fix_plan", "{found}");
    let notice = &found["second_plans"][0];
    assert_eq!(notice["transaction_id"], second.1, "{notice}");
    assert_eq!(notice["state"], "asking", "{notice}");
    settle(house).await;
    assert_eq!(running(house, paid).await, 1);
    let asked = billing(house).await;
    assert_eq!(asked["package_key"], "fix_plan", "{asked}");
    assert_eq!(asked["subscription_status"], "active", "{asked}");
    let notice = &asked["second_plans"][0];
    assert_eq!(notice["state"], "asked", "{notice}");
    assert_eq!(notice["ended"], true, "{notice}");
    // Everybody concerned reads why: at the payment and at its checkout, too.
    let dana = house.dana().await;
    let path = format!("/accounts/acc_juniper/transactions/{}", second.1);
    let payment = dana.get(&path).await.ok();
    assert_eq!(payment["second_plan"]["kept_plan"], "Fix Plan", "{payment}");
    assert_eq!(payment["requests"][0]["reason"], "duplicate_charge");
    assert_eq!(payment["requests"][0]["asked_by"], "WebRiskOps");
    let session = dana.checkout("acc_juniper", &second.0).await;
    assert_eq!(session["second_plan"]["plan"], "Scan Plan", "{session}");
    let session = dana.checkout("acc_juniper", &kept.0).await;
    assert_eq!(session["second_plan"], Value::Null, "{session}");
    // It is asked for once, however often one looks.
    for minutes in [1, 2, 30] {
        let later = Utc::now() + Duration::minutes(minutes);
        second_plan::finish(&house.state, later).await.unwrap();
    }
    let state = house.sim_state().await;
    let adjustments = state["adjustments"].as_array().unwrap();
    assert_eq!(adjustments.len(), 1, "{adjustments:?}");
    let id = adjustments[0]["id"].as_str().unwrap();
    house
        .sim(&format!("/adjustments/{id}/approve"), json!({}))
        .await;
    house.told().await;
    let over = billing(house).await;
    assert_eq!(over["second_plans"], json!([]), "{over}");
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"],
        "only what the plan that stays brought"
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn the_plan_that_was_paid_second_is_ended_and_asked_back_by_itself() {
    let house = House::new().await;
    let paid = both_paid(&house).await;
    told(&house, [&paid[0].1, &paid[1].1]).await;
    the_first_one_stays(&house, &paid).await;
}

#[tokio::test]
async fn the_same_one_stays_when_the_second_payment_is_told_first() {
    let house = House::new().await;
    let paid = both_paid(&house).await;
    told(&house, [&paid[1].1, &paid[0].1]).await;
    the_first_one_stays(&house, &paid).await;
}

#[tokio::test]
async fn it_is_tried_again_when_the_provider_was_away_and_its_answer_lost() {
    let house = House::new().await;
    let paid = both_paid(&house).await;
    told(&house, [&paid[0].1, &paid[1].1]).await;
    house
        .sim("/faults", json!({ "api_status": 500, "api_count": 8 }))
        .await;
    second_plan::finish(&house.state, Utc::now()).await.unwrap();
    assert_eq!(running(&house, &paid).await, 2);
    house.sim("/faults", json!({ "api_count": 0 })).await;
    let later = Utc::now() + Duration::minutes(2);
    second_plan::finish(&house.state, later).await.unwrap();
    assert_eq!(running(&house, &paid).await, 1);
    house.told().await;
    let view = billing(&house).await;
    assert_eq!(view["second_plans"][0]["ended"], true, "{view}");
}

#[tokio::test]
async fn a_plan_whose_predecessor_has_ended_at_the_provider_is_no_second_one() {
    let house = House::new().await;
    let paid = both_paid(&house).await;
    // The first plan ends at the provider before we ask, and nobody has told us.
    told(&house, [&paid[0].1, &paid[1].1]).await;
    let events = house.events_of(&paid[0].1).await;
    let first = events
        .iter()
        .find_map(|event| event["data"]["subscription_id"].as_str())
        .unwrap();
    house
        .sim(&format!("/subscriptions/{first}/cancel"), json!({}))
        .await;
    second_plan::finish(&house.state, Utc::now()).await.unwrap();
    house.told().await;
    assert_eq!(running(&house, &paid).await, 1);
    let view = billing(&house).await;
    assert_eq!(view["package_key"], "scan_plan", "{view}");
    assert_eq!(view["second_plans"], json!([]), "{view}");
}

#[tokio::test]
async fn nothing_is_asked_back_where_neither_plan_runs_any_more() {
    let house = House::new().await;
    let paid = both_paid(&house).await;
    told(&house, [&paid[0].1, &paid[1].1]).await;
    // As after a restored backup: what we know is old, and both have ended at the provider long ago.
    for (_, transaction) in &paid {
        let events = house.events_of(transaction).await;
        let find = |event: &Value| event["data"]["subscription_id"].as_str().map(str::to_owned);
        let subscription = events.iter().find_map(find).unwrap();
        let path = format!("/subscriptions/{subscription}/cancel");
        house.sim(&path, json!({})).await;
    }
    second_plan::finish(&house.state, Utc::now()).await.unwrap();
    let state = house.sim_state().await;
    assert_eq!(state["adjustments"], json!([]), "{}", state["adjustments"]);
    let path = format!("/accounts/acc_juniper/transactions/{}", paid[1].1);
    let payment = house.dana().await.get(&path).await.ok();
    assert_eq!(payment["requests"], json!([]), "{payment}");
    assert_eq!(billing(&house).await["second_plans"], json!([]));
}
