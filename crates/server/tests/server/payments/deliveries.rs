//! Invariant 12: the same event delivered often, by every way at once, has one effect.

use crate::house::House;
use futures::future::join_all;
use serde_json::json;
use server::payments::worker;

const PAID: [&str; 3] = ["4/1/4", "2/1/5", "40/0/10"];

#[tokio::test]
async fn s0_18_s1_19_inv_12_webhook_duplicates_questions_and_replays_grant_once() {
    let house = House::new().await;
    house.work();
    let dana = house.dana().await;
    house.sim("/faults", json!({ "duplicate": 3 })).await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.await_figures("acc_northwind", PAID).await;
    let seq = house.seq("acc_northwind").await;

    let refreshed = dana.step("acc_northwind", &checkout, "refresh").await.ok();
    assert_eq!(refreshed["state"], "confirmed");
    let events = house.events_of(&transaction).await;
    for event in &events {
        let id = event["event_id"].as_str().unwrap();
        house.sim(&format!("/events/{id}/resend"), json!({})).await;
    }
    for event in &events {
        assert_eq!(
            house.deliver(event).await.status,
            200,
            "also a duplicate is acknowledged"
        );
    }
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await, PAID);
    assert_eq!(house.seq("acc_northwind").await, seq);

    let view = dana.get("/accounts/acc_northwind/billing").await.ok();
    assert_eq!(view["latest_ledger"][0]["kind"], "grant");
    assert_eq!(view["latest_ledger"][0]["reference"]["id"], checkout);
    assert_eq!(view["open_checkouts"].as_array().unwrap().len(), 0);
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_12_many_deliveries_and_questions_at_the_same_moment_grant_once() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_northwind", "automated_fix_credits", 2).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    let mut conn = house.state.store.reader().acquire().await.unwrap();
    let session = server::store::checkouts::by_transaction(&mut conn, &transaction)
        .await
        .unwrap()
        .unwrap();
    drop(conn);
    let deliveries = join_all((0..4).flat_map(|_| &events).map(|event| async {
        house.deliver(event).await.ok();
        house.drain().await;
    }));
    let questions = join_all((0..6).map(|_| async {
        server::payments::reconcile::ask(&house.state, &session)
            .await
            .unwrap();
    }));
    futures::future::join(deliveries, questions).await;
    assert_eq!(
        house.figures("acc_northwind").await,
        ["3/1/4", "8/1/5", "40/0/10"]
    );
    let grants = house.count("SELECT count(*) FROM ledger_entries WHERE account_id = 'acc_northwind' AND kind = 'grant' AND credit_type = 'automated_fix'").await;
    assert_eq!(grants, 3, "plan, first top-up, this one");
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_14_a_webhook_that_never_comes_is_made_good_by_asking() {
    let house = House::with(&[("RECONCILE_FIRST_POLL_SECONDS", "0")]).await;
    house.sim("/faults", json!({ "drop": 1000 })).await;
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.work();
    house.await_figures("acc_northwind", PAID).await;
    assert_eq!(
        dana.checkout("acc_northwind", &checkout).await["state"],
        "confirmed"
    );
    assert_eq!(house.count("SELECT count(*) FROM paddle_events WHERE source = 'webhook' AND entity_id LIKE 'txn_%'").await, 0);
    house.assert_sound().await;
}

#[tokio::test]
async fn an_event_of_an_unknown_kind_is_kept_and_harms_nothing() {
    let house = House::new().await;
    let figures = house.figures("acc_northwind").await;
    let event = house
        .sim(
            "/emit",
            json!({ "event_type": "api_key_exposure.created", "data": { "id": "apikey_1" } }),
        )
        .await;
    house.deliver(&event["event"]).await.ok();
    house.drain().await;
    let status = house
        .text(
            "SELECT status FROM paddle_events WHERE event_id = $1",
            event["event_id"].as_str().unwrap(),
        )
        .await;
    assert_eq!(status, "ignored");
    assert_eq!(house.figures("acc_northwind").await, figures);
}

#[tokio::test]
async fn what_is_forgotten_of_old_events_changes_no_page_and_lets_nothing_happen_twice() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    for event in &events {
        house.deliver(event).await;
    }
    house.drain().await;
    let timeline = format!("/accounts/acc_northwind/transactions/{transaction}");
    let before = dana.get(&timeline).await.ok();
    let texts = "SELECT count(*) FROM paddle_events WHERE status = 'done' AND body <> '{}'";
    let now = chrono::Utc::now();
    worker::forget_old(&house.state, now).await.unwrap();
    assert!(house.count(texts).await > 0, "what is fresh stays");
    let later = now + chrono::Duration::days(91);
    worker::forget_old(&house.state, later).await.unwrap();
    assert_eq!(house.count(texts).await, 0);
    assert_eq!(dana.get(&timeline).await.ok(), before);
    for event in &events {
        assert_eq!(house.deliver(event).await.status, 200);
    }
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await, PAID);
    house.assert_sound().await;
}
