//! Money: sequences of events, refused payments, subscriptions and adjustments.

use std::collections::HashSet;

use serde_json::json;

use crate::house::{FIX_PACK, FIX_PLAN, House, SECRET};

const PAY_ONCE: [&str; 9] = [
    "transaction.created",
    "customer.created",
    "address.created",
    "transaction.updated",
    "transaction.ready",
    "transaction.updated",
    "transaction.paid",
    "transaction.updated",
    "transaction.completed",
];

#[tokio::test]
async fn paying_emits_the_documented_sequence_signed_and_in_order() {
    let mut house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    assert_eq!(paid["transaction"]["status"], "completed");

    let (mut types, mut ids, mut times) = (Vec::new(), HashSet::new(), Vec::new());
    for _ in PAY_ONCE {
        let delivery = house.delivery().await;
        assert_eq!(
            delivery.signed_by(SECRET),
            Some(0),
            "{}",
            delivery.signature
        );
        assert_eq!(delivery.hashes().len(), 1);
        assert!(delivery.signed_by("another secret").is_none());
        let body = delivery.json();
        match body["event_type"].as_str().unwrap() {
            "transaction.created" => assert_eq!(body["data"]["status"], "draft"),
            "transaction.ready" => assert_eq!(body["data"]["status"], "ready"),
            "transaction.paid" => {
                assert_eq!(body["data"]["status"], "paid");
                assert!(body["data"]["invoice_number"].is_null());
                assert_eq!(body["data"]["payments"][0]["status"], "captured");
            }
            "transaction.completed" => {
                assert_eq!(body["data"]["id"], id);
                assert_eq!(body["data"]["status"], "completed");
                assert!(body["data"]["invoice_number"].is_string());
                assert_eq!(body["data"]["details"]["totals"]["grand_total"], "14700");
                assert_eq!(body["data"]["custom_data"]["checkout_id"], "chk_1");
            }
            _ => {}
        }
        assert!(
            body["notification_id"]
                .as_str()
                .unwrap()
                .starts_with("ntf_")
        );
        types.push(body["event_type"].as_str().unwrap().to_owned());
        times.push(body["occurred_at"].as_str().unwrap().to_owned());
        ids.insert(body["event_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(types, PAY_ONCE);
    assert_eq!(ids.len(), PAY_ONCE.len());
    assert!(times.is_sorted());

    let listed = house.get("/events").await;
    let listed = listed["data"].as_array().unwrap();
    let listed: Vec<&str> = listed
        .iter()
        .map(|it| it["event_type"].as_str().unwrap())
        .collect();
    assert_eq!(listed, PAY_ONCE);
}

#[tokio::test]
async fn a_transaction_is_paid_once() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let pay = format!("/__sim/transactions/{id}/pay");
    house.post(&pay, json!({})).await;
    let before = house.get("/events").await["meta"]["pagination"]["estimated_total"].clone();
    let (status, answer) = house.try_post(&pay, json!({})).await;
    assert_eq!(status, 422);
    assert_eq!(
        answer["error"]["code"],
        "transaction_not_ready_cannot_process_payment"
    );
    let (status, _) = house
        .try_post(&format!("/__sim/transactions/{id}/decline"), json!({}))
        .await;
    assert_eq!(status, 422);
    let after = house.get("/events").await["meta"]["pagination"]["estimated_total"].clone();
    assert_eq!(before, after);
    let payments = house.get(&format!("/transactions/{id}")).await["data"]["payments"].clone();
    assert_eq!(payments.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn money_can_be_taken_without_being_completed() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let pay = format!("/__sim/transactions/{id}/pay");
    let taken = house.post(&pay, json!({ "complete": false })).await;
    assert_eq!(taken["transaction"]["status"], "paid");
    assert!(taken["transaction"]["invoice_number"].is_null());
    let complete = format!("/__sim/transactions/{id}/complete");
    let done = house.post(&complete, json!({})).await;
    assert_eq!(done["transaction"]["status"], "completed");
    let payments = done["transaction"]["payments"].as_array().unwrap();
    assert_eq!(payments.len(), 1, "paid once");
}

#[tokio::test]
async fn a_declined_transaction_stays_payable() {
    let mut house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let ask = json!({ "error_code": "not_enough_balance" });
    let declined = house
        .post(&format!("/__sim/transactions/{id}/decline"), ask)
        .await;
    let row = &declined["transaction"];
    assert_eq!(row["status"], "ready");
    assert_eq!(row["payments"][0]["status"], "error");
    assert_eq!(row["payments"][0]["error_code"], "not_enough_balance");
    assert_eq!(house.types(6).await[5], "transaction.payment_failed");

    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    assert_eq!(paid["transaction"]["status"], "completed");
    assert_eq!(paid["transaction"]["payments"].as_array().unwrap().len(), 2);
    let rest = ["updated", "paid", "updated", "completed"].map(|it| format!("transaction.{it}"));
    assert_eq!(house.types(4).await, rest);
}

#[tokio::test]
async fn a_plan_begins_renews_and_falls_past_due() {
    let mut house = House::new().await;
    let id = house.draft(FIX_PLAN).await;
    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    let row = &paid["transaction"];
    let sub = row["subscription_id"].as_str().unwrap().to_owned();
    assert!(
        row["billing_period"]["ends_at"].as_str() > row["billing_period"]["starts_at"].as_str()
    );
    let mut created = None;
    let mut types = Vec::new();
    for _ in 0..11 {
        let body = house.delivery().await.json();
        types.push(body["event_type"].as_str().unwrap().to_owned());
        if body["event_type"] == "subscription.created" {
            created = Some(body["data"].clone());
        }
    }
    assert_eq!(
        types[7..9],
        ["subscription.created", "subscription.activated"]
    );
    assert_eq!(types[9..], ["transaction.updated", "transaction.completed"]);
    assert_eq!(created.unwrap()["transaction_id"], id);
    let first = house.get(&format!("/subscriptions/{sub}")).await["data"].clone();
    assert!(
        first["transaction_id"].is_null(),
        "only the event names the transaction"
    );

    let renewed = house
        .post(&format!("/__sim/subscriptions/{sub}/renew"), json!({}))
        .await;
    let bill = &renewed["transaction"];
    assert_eq!(bill["origin"], "subscription_recurring");
    assert_eq!(bill["status"], "completed");
    assert_eq!(bill["subscription_id"], sub);
    let old_end = &first["current_billing_period"]["ends_at"];
    assert_eq!(&bill["billing_period"]["starts_at"], old_end);
    let expected = [
        "subscription.updated",
        "transaction.created",
        "transaction.billed",
        "transaction.updated",
        "transaction.paid",
        "transaction.updated",
        "transaction.completed",
    ];
    assert_eq!(house.types(7).await, expected);

    let failed = house
        .post(
            &format!("/__sim/subscriptions/{sub}/fail-renewal"),
            json!({}),
        )
        .await;
    assert_eq!(failed["subscription"]["status"], "past_due");
    assert_eq!(failed["transaction"]["status"], "past_due");
    assert_eq!(house.types(8).await[7], "subscription.past_due");
    // Paying the open bill brings the subscription back.
    let open = failed["transaction"]["id"].as_str().unwrap();
    house
        .post(&format!("/__sim/transactions/{open}/pay"), json!({}))
        .await;
    let sub_path = format!("/subscriptions/{sub}");
    assert_eq!(house.get(&sub_path).await["data"]["status"], "active");

    house
        .post(&format!("/__sim{sub_path}/past-due"), json!({}))
        .await;
    assert_eq!(house.get(&sub_path).await["data"]["status"], "past_due");
    house
        .post(&format!("/__sim{sub_path}/cancel"), json!({}))
        .await;
    let (status, _) = house
        .try_post(&format!("/__sim{sub_path}/renew"), json!({}))
        .await;
    assert_eq!(status, 409, "a canceled subscription cannot renew");
}

#[tokio::test]
async fn the_card_that_works_once_fails_to_renew() {
    let house = House::new().await;
    let id = house.draft(FIX_PLAN).await;
    let card = json!({ "card": "4000 0027 6000 3184" });
    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), card)
        .await;
    assert_eq!(paid["transaction"]["status"], "completed");
    let sub = paid["transaction"]["subscription_id"].as_str().unwrap();
    let renewed = house
        .post(&format!("/__sim/subscriptions/{sub}/renew"), json!({}))
        .await;
    assert_eq!(renewed["subscription"]["status"], "past_due");
    let state = house.get("/__sim/state").await.to_string();
    for digits in ["4000002760003184", "4000 0027 6000 3184", "\"3184\""] {
        assert!(!state.contains(digits), "a card number was kept");
    }
}

#[tokio::test]
async fn a_cancel_waits_for_the_end_of_the_period_and_can_be_taken_back() {
    let house = House::new().await;
    let id = house.draft(FIX_PLAN).await;
    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    let sub = format!(
        "/subscriptions/{}",
        paid["transaction"]["subscription_id"].as_str().unwrap()
    );
    let canceled = house.post(&format!("{sub}/cancel"), json!({})).await;
    assert_eq!(canceled["data"]["status"], "active");
    assert_eq!(canceled["data"]["scheduled_change"]["action"], "cancel");
    let patch = house.request(reqwest::Method::PATCH, &sub);
    patch
        .json(&json!({ "scheduled_change": null }))
        .send()
        .await
        .unwrap();
    assert!(house.get(&sub).await["data"]["scheduled_change"].is_null());
    house.post(&format!("{sub}/cancel"), json!({})).await;
    let ended = house.post(&format!("/__sim{sub}/renew"), json!({})).await;
    assert_eq!(ended["subscription"]["status"], "canceled");
    assert!(ended["transaction"].is_null());
}

#[tokio::test]
async fn refunds_wait_for_approval_and_chargebacks_can_be_reversed() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let ask = json!({ "action": "refund", "transaction_id": id, "reason": "r", "type": "full" });
    let (status, early) = house.try_post("/adjustments", ask.clone()).await;
    assert_eq!(status, 400);
    assert_eq!(
        early["error"]["code"],
        "adjustment_transaction_invalid_status_for_refund"
    );

    house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    let refund = house.post("/adjustments", ask.clone()).await["data"].clone();
    assert_eq!(refund["status"], "pending_approval");
    assert_eq!(refund["totals"]["total"], "14700");
    let (_, second) = house.try_post("/adjustments", ask.clone()).await;
    assert_eq!(second["error"]["code"], "adjustment_pending_refund_request");
    let refund_id = refund["id"].as_str().unwrap();
    house
        .post(&format!("/__sim/adjustments/{refund_id}/reject"), json!({}))
        .await;

    let again = house.post("/adjustments", ask.clone()).await["data"].clone();
    let again_id = again["id"].as_str().unwrap();
    let approved = house
        .post(&format!("/__sim/adjustments/{again_id}/approve"), json!({}))
        .await;
    assert_eq!(approved["adjustment"]["status"], "approved");
    let (_, third) = house.try_post("/adjustments", ask).await;
    assert_eq!(
        third["error"]["code"],
        "adjustment_total_amount_above_remaining_allowed"
    );

    let other = house.draft(FIX_PACK).await;
    house
        .post(&format!("/__sim/transactions/{other}/pay"), json!({}))
        .await;
    let back = house
        .post(
            &format!("/__sim/transactions/{other}/chargeback"),
            json!({}),
        )
        .await;
    assert_eq!(back["adjustment"]["action"], "chargeback");
    let back_id = back["adjustment"]["id"].as_str().unwrap();
    let both = house
        .post(&format!("/__sim/adjustments/{back_id}/reverse"), json!({}))
        .await;
    assert_eq!(both["adjustments"][0]["action"], "chargeback_reverse");
    assert_eq!(both["adjustments"][1]["id"], back_id);
    assert_eq!(both["adjustments"][1]["status"], "reversed");
}
