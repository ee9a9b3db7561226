//! Payments that did not work the first time: handed in and declined, and a renewal that is past due and recovered.

use crate::house::House;
use chrono::Utc;
use serde_json::{Value, json};
use server::payments::reconcile::poll_due;

async fn billing(house: &House, account: &str) -> Value {
    let dana = house.dana().await;
    dana.get(&format!("/accounts/{account}/billing")).await.ok()
}

/// Everything that Paddle has to say arrives and is processed.
async fn told(house: &House) {
    house.sim("/release", json!({})).await;
    house.drain_waiting().await;
}

#[tokio::test]
async fn s1_32_a_payment_that_was_handed_in_and_then_declined_is_not_on_its_way() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_juniper", "scan_credits", 1).await;
    dana.step("acc_juniper", &checkout, "returned").await.ok();
    let view = billing(&house, "acc_juniper").await;
    assert_eq!(view["payment_status"], "pending");
    assert_eq!(
        dana.scan("acc_juniper", "prj_juniper").await.blocked(),
        "CHECKOUT_PAYMENT_PENDING"
    );

    let decline = format!("/transactions/{transaction}/decline");
    house.sim(&decline, json!({})).await;
    told(&house).await;
    // The event alone may be about an attempt before: Paddle is asked at once, and its answer counts.
    poll_due(&house.state, Utc::now()).await.unwrap();
    let view = dana.checkout("acc_juniper", &checkout).await;
    assert_eq!(view["state"], "opened", "{view}");
    assert_eq!(
        view["failure_reason"],
        "The card was declined. Nothing was charged."
    );
    let view = billing(&house, "acc_juniper").await;
    assert_eq!(view["payment_status"], "not_required");
    let cards = view["top_ups"].as_array().unwrap();
    let card = cards.iter().find(|card| card["item_key"] == "scan_credits");
    assert_eq!(card.unwrap()["checkout_state"], "checkout_open");
    assert_eq!(
        dana.scan("acc_juniper", "prj_juniper").await.blocked(),
        "PACKAGE_ENTITLEMENT_MISSING",
        "nothing is on its way"
    );

    // Another card works, and then it counts once.
    dana.step("acc_juniper", &checkout, "returned").await.ok();
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    told(&house).await;
    let view = dana.checkout("acc_juniper", &checkout).await;
    assert_eq!(
        (&view["state"], &view["failure_reason"]),
        (&json!("confirmed"), &Value::Null)
    );
    assert_eq!(house.figures("acc_juniper").await[0], "1/0/0");
    house.assert_sound().await;
}

#[tokio::test]
async fn an_old_decline_never_takes_back_a_payment_that_was_made() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_juniper", "scan_credits", 1).await;
    let decline = format!("/transactions/{transaction}/decline");
    house.sim(&decline, json!({})).await;
    // The second card is taken, and the browser says so before Paddle says anything.
    let taken = json!({ "complete": false });
    house
        .sim(&format!("/transactions/{transaction}/pay"), taken)
        .await;
    dana.step("acc_juniper", &checkout, "returned").await.ok();
    let events = house.events_of(&transaction).await;
    let failed = events
        .iter()
        .find(|event| event["event_type"] == "transaction.payment_failed")
        .unwrap();
    house.deliver(failed).await.ok();
    house.drain().await;
    poll_due(&house.state, Utc::now()).await.unwrap();
    let view = dana.checkout("acc_juniper", &checkout).await;
    assert_eq!(view["state"], "returned_pending", "{view}");
    assert_eq!(
        dana.scan("acc_juniper", "prj_juniper").await.blocked(),
        "CHECKOUT_PAYMENT_PENDING"
    );
}

#[tokio::test]
async fn s2_24_a_past_due_plan_says_what_is_due_and_is_recovered_by_paying_exactly_that() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let view = billing(&house, "acc_ridgeline").await;
    assert_eq!(view["billing_state"], "past_due");
    let due = &view["past_due"];
    assert_eq!(due["amount"], "99.00 USD");
    for told in ["since", "retried_until", "stops", "goes_on"] {
        assert!(
            due[told].as_str().is_some_and(|text| !text.is_empty()),
            "{told}: {due}"
        );
    }
    let before = house.figures("acc_ridgeline").await;
    // Twice the same question is the same bill.
    let mut bills = Vec::new();
    for _ in 0..2 {
        let form = dana
            .post("/accounts/acc_ridgeline/payment-method", &Value::Null)
            .await
            .ok();
        assert_eq!(form["amount"], "99.00 USD");
        assert!(form["client"]["client_token"].is_string());
        bills.push(form["transaction_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(bills[0], bills[1]);
    let portal = dana
        .post("/accounts/acc_ridgeline/billing-portal", &Value::Null)
        .await
        .ok();
    let url = portal["url"].as_str().unwrap();
    assert!(url.starts_with(house.sandbox.url()), "{url}");
    // Nothing of it is a payment yet.
    assert_eq!(
        billing(&house, "acc_ridgeline").await["billing_state"],
        "past_due"
    );

    let declined = json!({ "card": "4000000000000002" });
    let pay = format!("/transactions/{}/pay", bills[0]);
    house.sim(&pay, declined).await;
    told(&house).await;
    assert_eq!(
        billing(&house, "acc_ridgeline").await["billing_state"],
        "past_due"
    );
    house.sim(&pay, json!({})).await;
    told(&house).await;
    let view = billing(&house, "acc_ridgeline").await;
    assert_eq!(
        (
            &view["billing_state"],
            &view["subscription_status"],
            &view["past_due"]
        ),
        (&json!("active"), &json!("active"), &Value::Null)
    );
    assert_ne!(
        house.figures("acc_ridgeline").await,
        before,
        "the renewal's credits are there"
    );
    let run = dana.scan("acc_ridgeline", "prj_ridgeline").await;
    assert_eq!(run.status, 201);
    // Now only the payment method can be changed, and nothing is charged for that.
    let form = dana
        .post("/accounts/acc_ridgeline/payment-method", &Value::Null)
        .await
        .ok();
    assert_eq!(form["amount"], Value::Null);
    house.assert_sound().await;
}

#[tokio::test]
async fn who_may_not_pay_is_refused_and_who_has_no_plan_is_told() {
    let house = House::new().await;
    for path in ["payment-method", "billing-portal"] {
        let viewer = house.person("usr_viewer").await;
        viewer
            .post(&format!("/accounts/acc_northwind/{path}"), &Value::Null)
            .await
            .problem(403, "FORBIDDEN");
        let dana = house.dana().await;
        dana.post(&format!("/accounts/acc_juniper/{path}"), &Value::Null)
            .await
            .problem(409, "ITEM_UNAVAILABLE");
        dana.post(&format!("/accounts/acc_beacon/{path}"), &Value::Null)
            .await
            .problem(404, "NOT_FOUND");
    }
}
