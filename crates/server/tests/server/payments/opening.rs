//! Opening a checkout on bad days: nothing is charged, and the same key goes on with the same session.

use crate::house::House;
use futures::future::join;
use serde_json::{Value, json};
use server::keys::{Begun, Intent};

fn order() -> Value {
    json!({ "item_key": "scan_credits", "quantity": 1 })
}

const OPEN: &str = "/accounts/acc_northwind/checkouts";

#[tokio::test]
async fn a_provider_that_fails_or_loses_its_answer_costs_one_session_and_one_transaction() {
    for fault in [
        json!({ "api_status": 500, "api_count": 1 }),
        json!({ "api_status": 429, "api_count": 1 }),
        json!({ "api_status": 500, "api_count": 1, "api_after": true }),
        json!({ "api_status": 503, "api_count": 1, "api_after": true }),
    ] {
        let house = House::new().await;
        house.sim("/faults", json!({ "hold": true })).await;
        let dana = house.dana().await;
        house.sim("/faults", fault.clone()).await;
        let reply = dana.post_with("the-intent-of-dana", OPEN, &order()).await;
        let problem = reply.problem(502, "PROVIDER_UNAVAILABLE");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("Nothing was charged"),
            "{problem}"
        );
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
        let stored = dana.get("/accounts/acc_northwind/billing").await.ok()["open_checkouts"][0]["checkout_session_id"].clone();

        let first = dana.post_with("the-intent-of-dana", OPEN, &order()).await;
        let view = first.ok();
        assert_eq!(first.status, 201, "{fault}");
        assert_eq!(view["checkout_session_id"], stored, "the same session");
        assert!(
            view["transaction_id"]
                .as_str()
                .is_some_and(|id| id.starts_with("txn_"))
        );
        let again = dana.post_with("the-intent-of-dana", OPEN, &order()).await;
        assert_eq!(
            (again.ok(), again.header("idempotency-replayed")),
            (view, "true")
        );
        assert_eq!(
            house.transactions_for(stored.as_str().unwrap()).await,
            1,
            "{fault}"
        );
        assert_eq!(house.count("SELECT count(*) FROM checkouts WHERE account_id = 'acc_northwind' AND state = 'created'").await, 1);
    }
}

#[tokio::test]
async fn a_provider_that_hangs_costs_one_session_and_one_transaction() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    // It takes effect, and the answer comes later than anybody waits.
    house
        .sim("/faults", json!({ "api_hang_ms": 60_000, "api_count": 1 }))
        .await;
    dana.post_with("the-intent-of-dana", OPEN, &order())
        .await
        .problem(502, "PROVIDER_UNAVAILABLE");
    house.sim("/faults", json!({ "api_hang_ms": 0 })).await;
    let view = dana
        .post_with("the-intent-of-dana", OPEN, &order())
        .await
        .ok();
    assert_eq!(
        house
            .transactions_for(view["checkout_session_id"].as_str().unwrap())
            .await,
        1
    );
}

#[tokio::test]
async fn what_the_provider_refuses_is_refused_for_good_and_in_nobodys_way() {
    let house = House::new().await;
    let dana = house.dana().await;
    let gone = "SELECT active FROM catalog_prices WHERE price_id = 'pri_00gone'";
    let read_again = || async { (house.count(gone).await == 0).then_some(()) };
    house
        .write("INSERT INTO catalog_prices VALUES ('pri_00gone', 'scan_credits', 'standard', 1, 0)")
        .await;
    house.work();
    house.eventually("prices are read", read_again).await;
    // The price was taken away at the provider since prices were read.
    house
        .write("UPDATE catalog_prices SET active = 1 WHERE price_id = 'pri_00gone'")
        .await;
    let before = house.count("SELECT count(*) FROM checkouts").await;
    let first = dana.post_with("the-intent-of-dana", OPEN, &order()).await;
    let problem = first.problem(409, "ITEM_UNAVAILABLE");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("Nothing was charged"), "{detail}");
    let again = dana.post_with("the-intent-of-dana", OPEN, &order()).await;
    again.problem(409, "ITEM_UNAVAILABLE");
    assert_eq!(again.refusal(), first.refusal());
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        house.count("SELECT count(*) FROM checkouts").await,
        before + 1
    );
    let failed = house
        .text(
            "SELECT failure_reason FROM checkouts WHERE state = $1",
            "failed",
        )
        .await;
    assert_eq!(failed, detail);

    house.eventually("prices are read again", read_again).await;
    let view = dana.post(OPEN, &order()).await.ok();
    assert_eq!(view["state"], "created");
}

#[tokio::test]
async fn inv_23_a_key_is_kept_longer_than_the_provider_may_take() {
    let house = House::new().await;
    let state = &house.state;
    let intent = Intent::new("usr_dana", "the-intent-of-dana", "what-it-asks-for");
    let now = chrono::Utc::now();
    let Begun::Fresh(work) = intent.begin(state, now).await.unwrap() else {
        panic!("the key was never used");
    };
    work.pause(&house.state.store, "chk_1", now).await.unwrap();
    // Looking for the transaction takes three tries of ten seconds, making it one more.
    let after = |seconds| now + chrono::Duration::seconds(seconds);
    assert!(intent.begin(state, after(60)).await.is_err());
    let resumed = intent.begin(state, after(91)).await.unwrap();
    assert!(matches!(resumed, Begun::Resume(id) if id == "chk_1"));
}

#[tokio::test]
async fn a_lost_transaction_is_also_found_by_its_webhook() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    house
        .sim(
            "/faults",
            json!({ "api_status": 500, "api_count": 1, "api_after": true }),
        )
        .await;
    dana.post_with("the-intent-of-dana", OPEN, &order())
        .await
        .problem(502, "PROVIDER_UNAVAILABLE");
    house.told().await;
    let view = dana
        .post_with("the-intent-of-dana", OPEN, &order())
        .await
        .ok();
    let checkout = view["checkout_session_id"].as_str().unwrap();
    assert_eq!(house.transactions_for(checkout).await, 1);
    let transaction = view["transaction_id"].as_str().unwrap();
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_that_buy_the_same_thing_at_once_get_one_session() {
    let house = House::new().await;
    let dana = house.dana().await;
    let order = order();
    let (left, right) = join(dana.post(OPEN, &order), dana.post(OPEN, &order)).await;
    let mut statuses = [left.status, right.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = if left.status == 409 { &left } else { &right };
    refused.problem(409, "ITEM_UNAVAILABLE");
    assert_eq!(house.count("SELECT count(*) FROM checkouts WHERE account_id = 'acc_northwind' AND state = 'created'").await, 1);
}

#[tokio::test]
async fn s3_6_s3_23_without_a_provider_checkout_stays_shut_and_says_why() {
    let house = House::without_provider().await;
    let dana = house.dana().await;
    house.write("UPDATE catalog_prices SET active = 0").await;
    let view = dana.get("/accounts/acc_northwind/billing").await.ok();
    let provider = &view["payment_provider"];
    assert_eq!(
        (&provider["checkout_ready"], &provider["webhook_ready"]),
        (&json!(false), &json!(false))
    );
    assert!(
        provider["checkout_message"]
            .as_str()
            .unwrap()
            .starts_with("Provider IDs pending"),
        "{provider}"
    );
    let before = house.rows().await;
    dana.post(OPEN, &order())
        .await
        .problem(409, "ITEM_UNAVAILABLE");
    assert_eq!(house.rows().await, before);
    house
        .webhook("ts=1;h1=00", b"{}".to_vec())
        .await
        .problem(401, "INVALID_SIGNATURE");
}

#[tokio::test]
async fn s2_25_what_a_card_does_not_offer_cannot_be_bought() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.rows().await;
    for (account, item) in [
        ("acc_northwind", "fix_plan"),
        ("acc_northwind", "scan_plan"),
        ("acc_northwind", "agency_plan"),
        ("acc_juniper", "automated_fix_credits"),
        ("acc_ridgeline", "scan_credits"),
        ("acc_lantern", "monitor_plan"),
        ("acc_lantern", "scan_credits"),
    ] {
        let body = json!({ "item_key": item, "quantity": 1 });
        let problem = dana
            .post(&format!("/accounts/{account}/checkouts"), &body)
            .await
            .problem(409, "ITEM_UNAVAILABLE");
        let view = dana.get(&format!("/accounts/{account}/billing")).await.ok();
        let cards = [
            view["plans"].as_array().unwrap().as_slice(),
            view["top_ups"].as_array().unwrap(),
        ]
        .concat();
        let card = cards.iter().find(|card| card["item_key"] == item).unwrap();
        assert_ne!(card["checkout_state"], "available");
        assert_eq!(card["checkout_route"], json!(null), "{account} {item}");
        let said = problem["detail"].as_str().unwrap();
        let reason = card["disabled_reason"].as_str();
        // What a change of plan reaches is bought that way and no other.
        let changed = card["checkout_state"] == "plan_change"
            && said.contains("Change it in the Plan ladder");
        assert!(
            changed || reason.is_some_and(|reason| reason.starts_with(said)),
            "{account} {item}: {said} / {card}"
        );
    }
    for (body, pointer) in [
        (
            json!({ "item_key": "gold_plan", "quantity": 1 }),
            "/item_key",
        ),
        (
            json!({ "item_key": "scan_credits", "quantity": 0 }),
            "/quantity",
        ),
        (
            json!({ "item_key": "scan_credits", "quantity": 101 }),
            "/quantity",
        ),
        (
            json!({ "item_key": "scan_credits", "quantity": -1 }),
            "/quantity",
        ),
        // An account has a plan once.
        (
            json!({ "item_key": "agency_plan", "quantity": 2 }),
            "/quantity",
        ),
    ] {
        let problem = dana
            .post(OPEN, &body)
            .await
            .problem(422, "VALIDATION_FAILED");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(house.rows().await, before);
}
