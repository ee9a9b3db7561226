//! Invariant 15: until the provider has completed a payment nothing is granted, whatever the browser does.

use crate::house::House;
use serde_json::json;

const BEFORE: [&str; 3] = ["0/1/6", "0/2/3", "0/0/50"];

#[tokio::test]
async fn s0_13_s1_14_s1_18_inv_15_no_confirmation_no_credits() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    let seq = house.seq("acc_harbor").await;
    let start = || {
        dana.fix(
            "acc_harbor",
            "rep_harbor",
            &["fnd_harbor_csp"],
            "review_only_patch",
            1,
        )
    };
    assert_eq!(
        start().await.blocked(),
        "CREDIT_BALANCE_EXHAUSTED",
        "a checkout that was only opened is no payment"
    );

    for step in ["opened", "returned", "opened", "returned", "refresh"] {
        let view = dana.step("acc_harbor", &checkout, step).await.ok();
        assert_eq!(view["granted"], json!(null), "{step}");
        assert_eq!(
            dana.checkout("acc_harbor", &checkout).await["state"],
            view["state"]
        );
    }
    // Signed events that are no completion.
    house
        .sim(
            &format!("/transactions/{transaction}/pay"),
            json!({ "complete": false }),
        )
        .await;
    house.told().await;
    let view = dana.checkout("acc_harbor", &checkout).await;
    assert_eq!(
        (&view["state"], &view["payment_status"]),
        (&json!("returned_pending"), &json!("pending"))
    );
    let stages: Vec<_> = view["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stage| stage["state"].as_str().unwrap())
        .collect();
    assert_eq!(stages, ["done", "done", "now", "waiting", "waiting"]);
    for _ in 0..3 {
        dana.get("/accounts/acc_harbor/billing").await.ok();
        dana.step("acc_harbor", &checkout, "returned").await.ok();
    }
    assert_eq!(house.figures("acc_harbor").await, BEFORE);
    assert_eq!(house.seq("acc_harbor").await, seq);
    assert_eq!(
        start().await.blocked(),
        "CHECKOUT_PAYMENT_PENDING",
        "wait, do not buy again"
    );
    assert_eq!(house.figures("acc_harbor").await, BEFORE);

    // The completion is what changes it, and then the workflow can reserve.
    house
        .sim(&format!("/transactions/{transaction}/complete"), json!({}))
        .await;
    house.told().await;
    assert_eq!(
        house.figures("acc_harbor").await,
        ["0/1/6", "3/2/3", "0/0/50"]
    );
    let view = dana.checkout("acc_harbor", &checkout).await;
    assert_eq!(view["state"], "confirmed");
    assert_eq!(
        (
            &view["granted"]["avail_before"],
            &view["granted"]["avail_after"]
        ),
        (&json!(0), &json!(3))
    );
    start().await.ok();
    assert_eq!(
        house.figures("acc_harbor").await,
        ["0/1/6", "2/3/3", "0/0/50"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn the_waiting_payment_of_the_demonstration_is_named_everywhere() {
    let house = House::new().await;
    let dana = house.dana().await;
    let view = dana.get("/accounts/acc_quayside/billing").await.ok();
    assert_eq!(
        (
            &view["payment_status"],
            &view["payment_provider"]["pending_payments"]
        ),
        (&json!("pending"), &json!(1))
    );
    assert_eq!(view["open_checkouts"][0]["state"], "returned_pending");
    let card = view["top_ups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|card| card["item_key"] == "scan_credits")
        .unwrap()
        .clone();
    assert_eq!(
        (&card["checkout_state"], &card["checkout_route"]),
        (&json!("payment_pending"), &json!(null))
    );
    assert_eq!(
        dana.scan("acc_quayside", "prj_quayside").await.blocked(),
        "CHECKOUT_PAYMENT_PENDING"
    );
    let again = json!({ "item_key": "scan_credits", "quantity": 1 });
    dana.post("/accounts/acc_quayside/checkouts", &again)
        .await
        .problem(409, "ITEM_UNAVAILABLE");
}

#[tokio::test]
async fn a_declined_card_is_told_and_another_card_still_pays() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    dana.step("acc_northwind", &checkout, "opened").await.ok();
    house
        .sim(
            &format!("/transactions/{transaction}/decline"),
            json!({ "error_code": "not_enough_balance" }),
        )
        .await;
    house.told().await;
    let view = dana.checkout("acc_northwind", &checkout).await;
    assert_eq!(view["state"], "opened", "it can still be paid");
    assert_eq!(
        view["failure_reason"],
        "The card has not enough balance. Nothing was charged."
    );
    assert_eq!(view["can_act"], true);
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");

    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    let view = dana.checkout("acc_northwind", &checkout).await;
    assert_eq!(
        (&view["state"], &view["failure_reason"]),
        (&json!("confirmed"), &json!(null))
    );
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    house.assert_sound().await;
}

#[tokio::test]
async fn what_is_paid_cannot_be_cancelled_and_what_has_ended_still_counts_when_paid() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(
            &format!("/transactions/{transaction}/pay"),
            json!({ "complete": false }),
        )
        .await;
    // No webhook came yet: the provider is asked before anything is given up.
    dana.step("acc_northwind", &checkout, "cancel")
        .await
        .problem(409, "CHECKOUT_NOT_CANCELLABLE");
    assert_eq!(
        dana.checkout("acc_northwind", &checkout).await["state"],
        "returned_pending"
    );

    let (given_up, _) = dana.open("acc_northwind", "automated_fix_credits", 1).await;
    assert_eq!(
        dana.step("acc_northwind", &given_up, "cancel").await.ok()["state"],
        "cancelled"
    );
    assert_eq!(
        dana.step("acc_northwind", &given_up, "cancel").await.ok()["state"],
        "cancelled",
        "twice is once"
    );

    // One that nobody paid for a day has expired here; when it is paid after all, the money becomes credits.
    let (late, transaction) = dana.open("acc_northwind", "automated_fix_credits", 1).await;
    house
        .write("UPDATE checkouts SET state = 'expired' WHERE state = 'created'")
        .await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    assert_eq!(
        dana.checkout("acc_northwind", &late).await["state"],
        "confirmed"
    );
    assert_eq!(
        house.figures("acc_northwind").await,
        ["3/1/4", "5/1/5", "40/0/10"]
    );
    house.assert_sound().await;
}
