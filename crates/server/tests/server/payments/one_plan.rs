//! An account has one plan: two plan payments would be two subscriptions, so only one can be under way.

use crate::house::House;
use chrono::Utc;
use futures::future::join;
use serde_json::{Value, json};
use server::payments::reconcile;
use server::store::Store;

const OPEN: &str = "/accounts/acc_juniper/checkouts";

fn order(plan: &str) -> Value {
    json!({ "item_key": plan, "quantity": 1 })
}

/// The status of a transaction at the provider.
async fn at_provider(house: &House, transaction: &str) -> Value {
    let state = house.sim_state().await;
    let rows = state["transactions"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == transaction).unwrap()["status"].clone()
}

#[tokio::test]
async fn s3_10_an_unfinished_plan_checkout_shuts_every_other_plan() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (open, _) = dana.open("acc_juniper", "fix_plan", 1).await;
    let view = dana.get("/accounts/acc_juniper/billing").await.ok();
    for card in view["plans"].as_array().unwrap() {
        assert_eq!(card["checkout_state"], "checkout_open", "{card}");
        assert_eq!(card["checkout_route"], Value::Null, "{card}");
        assert_eq!(card["checkout_session_id"], open, "{card}");
        let reason = card["disabled_reason"].as_str().unwrap();
        assert!(
            reason.starts_with("A checkout for Fix Plan is not finished"),
            "{reason}"
        );
    }
    let before = house.rows().await;
    let problem = dana
        .post(OPEN, &order("monitor_plan"))
        .await
        .problem(409, "ITEM_UNAVAILABLE");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("an account has one plan"),
        "{problem}"
    );
    assert_eq!(house.rows().await, before);
    // Credits are another matter, and a plan that was cancelled is in nobody's way.
    dana.open("acc_juniper", "scan_credits", 1).await;
    dana.step("acc_juniper", &open, "cancel").await.ok();
    dana.open("acc_juniper", "monitor_plan", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tabs_that_choose_two_plans_at_once_get_one_session() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (fix, scan) = (order("fix_plan"), order("scan_plan"));
    let (left, right) = join(dana.post(OPEN, &fix), dana.post(OPEN, &scan)).await;
    let mut statuses = [left.status, right.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    // The database refuses by itself what the rule refuses.
    let mut tx = house.state.store.begin().await.unwrap();
    let second = sqlx::query(
        "INSERT INTO checkouts (account_id, id, user_id, item_key, price_id, quantity, state, created_at, updated_at, is_plan) \
         SELECT account_id, 'chk_second', user_id, 'agency_plan', price_id, 1, 'created', 0, 0, 1 FROM checkouts WHERE account_id = 'acc_juniper'",
    );
    let refused = second.execute(&mut *tx).await.unwrap_err();
    assert!(
        refused.to_string().to_lowercase().contains("unique"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_confirmed_plan_takes_every_other_plan_checkout_out_of_use() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    // Three forms are open in three tabs; two of their sessions have ended here meanwhile.
    let (first, first_paid) = dana.open("acc_juniper", "fix_plan", 1).await;
    house
        .write("UPDATE checkouts SET state = 'expired' WHERE account_id = 'acc_juniper'")
        .await;
    let (second, second_open) = dana.open("acc_juniper", "agency_plan", 1).await;
    house
        .write("UPDATE checkouts SET state = 'cancelled', next_poll_at = NULL WHERE account_id = 'acc_juniper' AND state = 'created'")
        .await;
    let (third, third_open) = dana.open("acc_juniper", "monitor_plan", 1).await;
    house
        .sim(&format!("/transactions/{first_paid}/pay"), json!({}))
        .await;
    house.told().await;
    for (session, state) in [
        (&first, "confirmed"),
        (&second, "cancelled"),
        (&third, "cancelled"),
    ] {
        let view = dana.checkout("acc_juniper", session).await;
        assert_eq!(view["state"], state, "{view}");
        assert_eq!(view["client"], Value::Null, "{view}");
    }
    // The provider is away at first; the next question takes them out of use there.
    house
        .sim("/faults", json!({ "api_status": 500, "api_count": 6 }))
        .await;
    reconcile::poll_due(&house.state, Utc::now()).await.unwrap();
    house.sim("/faults", json!({ "api_count": 0 })).await;
    assert_eq!(at_provider(&house, &third_open).await, "draft");
    // A draft cannot be cancelled there. It is, once its form was opened.
    for transaction in [&second_open, &third_open] {
        house.identify(transaction).await;
    }
    let later = Utc::now() + chrono::Duration::minutes(11);
    reconcile::poll_due(&house.state, later).await.unwrap();
    for transaction in [&second_open, &third_open] {
        assert_eq!(at_provider(&house, transaction).await, "canceled");
    }
    house.told().await;
    reconcile::poll_due(&house.state, later + chrono::Duration::minutes(11))
        .await
        .unwrap();
    assert_eq!(house.count("SELECT count(*) FROM checkouts WHERE account_id = 'acc_juniper' AND (next_poll_at IS NOT NULL OR withdraw = 1)").await, 0);
    assert_eq!(house.count("SELECT count(*) FROM paddle_subscriptions WHERE account_id = 'acc_juniper' AND status = 'active'").await, 1);
    assert_eq!(
        house.figures("acc_juniper").await,
        ["7/0/0", "5/0/0", "50/0/0"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_database_with_several_open_plans_is_brought_up_to_date() {
    let house = House::new().await;
    // As an older build left it.
    house
        .write(
            "DROP INDEX checkouts_one_unfinished_plan; DROP INDEX checkouts_poll; ALTER TABLE checkouts DROP COLUMN is_plan; \
             ALTER TABLE checkouts DROP COLUMN withdraw; DELETE FROM _sqlx_migrations WHERE version = 5; \
             CREATE INDEX checkouts_poll ON checkouts(next_poll_at) WHERE state IN ('created','opened','returned_pending'); \
             INSERT INTO checkouts (account_id, id, user_id, item_key, price_id, quantity, state, paddle_transaction_id, paid_at, created_at, updated_at) \
             SELECT 'acc_juniper', 'chk_' || n, 'usr_dana', k, (SELECT min(price_id) FROM catalog_prices), 1, s, 'txn_' || n, p, n, n FROM \
             (SELECT 1 AS n, 'fix_plan' AS k, 'returned_pending' AS s, 1 AS p UNION ALL SELECT 2, 'scan_plan', 'opened', NULL \
             UNION ALL SELECT 3, 'agency_plan', 'created', NULL UNION ALL SELECT 4, 'scan_credits', 'created', NULL)",
        )
        .await;
    let store = Store::open(&house.state.config.database_url).await.unwrap();
    let states: Vec<String> = sqlx::query_scalar(
        "SELECT state || ' ' || withdraw FROM checkouts WHERE account_id = 'acc_juniper' ORDER BY id",
    )
    .fetch_all(store.reader())
    .await
    .unwrap();
    let one_stays = [
        "returned_pending 0",
        "cancelled 1",
        "cancelled 1",
        "created 0",
    ];
    assert_eq!(states, one_stays, "the one that was paid stays");
}
