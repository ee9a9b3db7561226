//! Changing a plan: what the review says, what Paddle then charges and grants, and what waits until the period ends.

use crate::house::House;
use serde_json::{Value, json};

/// Juniper takes a plan and its payment is confirmed; answers the subscription.
async fn takes(house: &House, item: &str) -> String {
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_juniper", item, 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    for event in &events {
        house.deliver(event).await.ok();
    }
    house.drain().await;
    let find = |event: &Value| event["data"]["subscription_id"].as_str().map(str::to_owned);
    events.iter().find_map(find).unwrap()
}

async fn billing(house: &House) -> Value {
    house
        .dana()
        .await
        .get("/accounts/acc_juniper/billing")
        .await
        .ok()
}

async fn review(house: &House, wish: &str) -> Value {
    let path = format!("/accounts/acc_juniper/plan-changes/{wish}");
    house.dana().await.get(&path).await.ok()
}

async fn ask(house: &House, wish: &str, body: Value) -> crate::house::Reply {
    let path = format!("/accounts/acc_juniper/plan-changes/{wish}");
    house.dana().await.post(&path, &body).await
}

fn card<'a>(view: &'a Value, item: &str) -> &'a Value {
    let plans = view["plans"].as_array().unwrap();
    plans.iter().find(|card| card["item_key"] == item).unwrap()
}

#[tokio::test]
async fn s2_13_s2_20_s2_26_an_upgrade_is_reviewed_agreed_to_charged_once_and_grants_the_difference()
{
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    takes(&house, "scan_plan").await;
    let before = billing(&house).await;
    let fix = card(&before, "fix_plan");
    assert_eq!(fix["checkout_state"], "plan_change", "{fix}");
    // The blocked work says that a change of plan is what helps.
    let blocked = house.dana().await;
    let blocked = blocked.fix(
        "acc_juniper",
        "rep_juniper",
        &["fnd_juniper_csp"],
        "review_only_patch",
        1,
    );
    assert_eq!(blocked.await.blocked(), "PLAN_CHANGE_REQUIRED");
    // A second subscription cannot be started beside the first one.
    let order = json!({ "item_key": "fix_plan", "quantity": 1 });
    let dana = house.dana().await;
    dana.post("/accounts/acc_juniper/checkouts", &order)
        .await
        .problem(409, "ITEM_UNAVAILABLE");

    let shown = review(&house, "fix_plan").await;
    assert_eq!(shown["blocked"], Value::Null);
    let charge = shown["charge_now"].as_str().unwrap();
    assert!(charge.ends_with(" USD"), "{charge}");
    assert_eq!(shown["next_charge"], "249.00 USD");
    assert_eq!(
        shown["gains"][0],
        json!({ "credit_type": "scan", "credits": 6 })
    );

    ask(&house, "fix_plan", json!({ "agreed_charge": "" }))
        .await
        .problem(422, "VALIDATION_FAILED");
    let asked = ask(&house, "fix_plan", json!({ "agreed_charge": charge })).await;
    assert_eq!(asked.status, 202, "{}", asked.json());
    // Asked for is not changed: it waits, and nobody can ask for another.
    let waiting = billing(&house).await;
    assert_eq!(
        (&waiting["package_key"], &waiting["plan_change_waiting"]),
        (&json!("scan_plan"), &json!("fix_plan"))
    );
    assert_eq!(
        house.figures("acc_juniper").await,
        ["1/0/0", "0/0/0", "0/0/0"]
    );
    ask(&house, "cancel", json!({ "agreed_charge": "" }))
        .await
        .problem(409, "ITEM_UNAVAILABLE");

    house.sim("/faults", json!({ "duplicate": 2 })).await;
    house.told().await;
    let after = billing(&house).await;
    assert_eq!(
        (&after["package_key"], &after["plan_change_waiting"]),
        (&json!("fix_plan"), &Value::Null)
    );
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_downgrade_takes_nothing_back_before_the_period_ends_and_can_be_given_up() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let subscription = takes(&house, "fix_plan").await;
    let shown = review(&house, "scan_plan").await;
    assert_eq!(
        (&shown["charge_now"], &shown["next_charge"]),
        (&Value::Null, &json!("49.00 USD"))
    );
    assert!(shown["holds_from"].is_string() && shown["gains"] == json!([]));
    assert_eq!(
        ask(&house, "scan_plan", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    let chosen = billing(&house).await;
    assert_eq!(
        (&chosen["package_key"], &chosen["next_package_key"]),
        (&json!("fix_plan"), &json!("scan_plan"))
    );
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );

    assert_eq!(
        ask(&house, "keep", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    let kept = billing(&house).await;
    assert_eq!(
        (&kept["package_key"], &kept["next_package_key"]),
        (&json!("fix_plan"), &Value::Null)
    );

    assert_eq!(
        ask(&house, "scan_plan", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    house
        .sim(&format!("/subscriptions/{subscription}/renew"), json!({}))
        .await;
    house.told().await;
    let renewed = billing(&house).await;
    assert_eq!(
        (&renewed["package_key"], &renewed["next_package_key"]),
        (&json!("scan_plan"), &Value::Null)
    );
    assert_eq!(
        house.figures("acc_juniper").await,
        ["8/0/0", "5/0/0", "50/0/0"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_plan_is_cancelled_at_the_end_of_its_period_unless_it_is_kept() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let subscription = takes(&house, "monitor_plan").await;
    assert_eq!(
        ask(&house, "cancel", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    let leaving = billing(&house).await;
    assert_eq!(leaving["subscription_status"], "cancellation_scheduled");
    assert_eq!(
        (&leaving["package_key"], leaving["ends_at"].is_string()),
        (&json!("monitor_plan"), true)
    );
    ask(&house, "fix_plan", json!({ "agreed_charge": "x" }))
        .await
        .problem(409, "ITEM_UNAVAILABLE");

    assert_eq!(
        ask(&house, "keep", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    assert_eq!(billing(&house).await["subscription_status"], "active");

    assert_eq!(
        ask(&house, "cancel", json!({ "agreed_charge": "" }))
            .await
            .status,
        202
    );
    house.told().await;
    house
        .sim(&format!("/subscriptions/{subscription}/renew"), json!({}))
        .await;
    house.told().await;
    let ended = billing(&house).await;
    assert_eq!(
        (&ended["package_key"], &ended["subscription_status"]),
        (&json!("free_snapshot"), &json!("cancelled"))
    );
    // A plan can be bought again.
    assert_eq!(card(&ended, "scan_plan")["checkout_state"], "available");
    house.assert_sound().await;
}

#[tokio::test]
async fn a_paused_plan_is_resumed_for_nothing_while_its_period_is_paid() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let subscription = takes(&house, "monitor_plan").await;
    let before = house.figures("acc_juniper").await;
    ask(&house, "resume", json!({ "agreed_charge": "" }))
        .await
        .problem(409, "ITEM_UNAVAILABLE");
    house
        .sim(&format!("/subscriptions/{subscription}/pause"), json!({}))
        .await;
    house.told().await;
    let paused = billing(&house).await;
    assert_eq!(paused["subscription_status"], "paused", "{paused}");
    assert_eq!(paused["package_key"], "free_snapshot");
    // Nothing else is sold meanwhile, so that there are never two plans; credits stay.
    for plan in ["scan_plan", "monitor_plan", "fix_plan"] {
        let card = card(&paused, plan);
        assert_eq!(card["checkout_state"], "unavailable_for_account", "{card}");
        let why = card["disabled_reason"].as_str().unwrap();
        assert!(why.contains("paused. Resume it or cancel it"), "{why}");
    }
    assert_eq!(house.figures("acc_juniper").await, before);
    let offered = review(&house, "resume").await;
    assert_eq!(offered["to"], "monitor_plan", "{offered}");
    assert_eq!(offered["charge_now"], Value::Null, "{offered}");
    assert_eq!(offered["gains"], json!([]), "{offered}");
    let asked = ask(&house, "resume", json!({ "agreed_charge": "" })).await;
    assert_eq!(asked.status, 202);
    // It holds when Paddle says so, and until then nothing else can be asked for.
    assert_eq!(billing(&house).await["plan_change_waiting"], "resume");
    ask(&house, "cancel", json!({ "agreed_charge": "" }))
        .await
        .problem(409, "ITEM_UNAVAILABLE");
    house.told().await;
    let resumed = billing(&house).await;
    assert_eq!(
        (&resumed["package_key"], &resumed["subscription_status"]),
        (&json!("monitor_plan"), &json!("active"))
    );
    assert_eq!(resumed["plan_change_waiting"], Value::Null);
    assert_eq!(house.figures("acc_juniper").await, before);
    house.assert_sound().await;
}

#[tokio::test]
async fn a_plan_that_was_paused_for_longer_costs_a_new_period_or_is_ended() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let subscription = takes(&house, "scan_plan").await;
    house
        .sim(&format!("/subscriptions/{subscription}/pause"), json!({}))
        .await;
    house.told().await;
    house
        .sim(&format!("/subscriptions/{subscription}/lapse"), json!({}))
        .await;
    house.told().await;
    let before = billing(&house).await;
    let had = before["available_credits"]["scan"].as_i64().unwrap();
    let offered = review(&house, "resume").await;
    assert!(offered["charge_now"].is_string(), "{offered}");
    let gains = offered["gains"][0]["credits"].as_i64().unwrap();
    ask(&house, "resume", json!({ "agreed_charge": "" }))
        .await
        .problem(422, "VALIDATION_FAILED");
    let agreed = json!({ "agreed_charge": offered["charge_now"] });
    assert_eq!(ask(&house, "resume", agreed).await.status, 202);
    house.told().await;
    let resumed = billing(&house).await;
    assert_eq!(resumed["subscription_status"], "active", "{resumed}");
    assert_eq!(resumed["package_key"], "scan_plan");
    let has = resumed["available_credits"]["scan"].as_i64().unwrap();
    assert_eq!(has, had + gains, "{resumed}");

    house
        .sim(&format!("/subscriptions/{subscription}/pause"), json!({}))
        .await;
    house.told().await;
    let asked = ask(&house, "cancel", json!({ "agreed_charge": "" })).await;
    assert_eq!(asked.status, 202);
    house.told().await;
    let ended = billing(&house).await;
    assert_eq!(ended["subscription_status"], "cancelled", "{ended}");
    assert_eq!(card(&ended, "scan_plan")["checkout_state"], "available");
    house.assert_sound().await;
}

#[tokio::test]
async fn up_down_and_up_again_in_one_period_brings_the_larger_allowance_once() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    takes(&house, "scan_plan").await;
    for wish in ["monitor_plan", "fix_plan"] {
        ask(&house, wish, json!({ "agreed_charge": "shown" }))
            .await
            .ok();
        house.told().await;
    }
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );
    for wish in ["scan_plan", "keep"] {
        ask(&house, wish, json!({ "agreed_charge": "" })).await.ok();
        house.told().await;
    }
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn of_two_people_who_ask_at_the_same_moment_one_has_it_and_one_charge_is_made() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    takes(&house, "scan_plan").await;
    let body = json!({ "agreed_charge": "shown" });
    let (one, other) = tokio::join!(
        ask(&house, "fix_plan", body.clone()),
        ask(&house, "agency_plan", body)
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409]);
    let state = house.sim_state().await;
    let charges = state["transactions"].as_array().unwrap();
    let charges = charges
        .iter()
        .filter(|row| row["origin"] == "subscription_update");
    assert_eq!(charges.count(), 1);
}
