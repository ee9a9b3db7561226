//! Money that the provider takes back: refunds in review, approved and rejected, in part and in full, disputes and their
//! ends, told by signed events in any order, lost and fetched.

use crate::house::{House, rows, settle_inbox};
use crate::place::Image;
use chrono::Utc;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use server::payments::sweep;

const JUNIPER: &str = "acc_juniper";

/// Juniper has bought this, and nothing is told to the console but what the test delivers.
async fn bought(item: &str, quantity: i64) -> (House, String) {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, transaction) = house.dana().await.open(JUNIPER, item, quantity).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    told(&house).await;
    (house, transaction)
}

/// Everything that waited at the sandbox arrives and is processed.
async fn told(house: &House) {
    house.sim("/release", json!({})).await;
    house.drain_waiting().await;
}

/// Asks the sandbox for a refund as its own console does; answers the adjustment's id.
async fn refund(house: &House, transaction: &str, cents: Option<i64>) -> String {
    let state = house.sim_state().await;
    let all = state["transactions"].as_array().unwrap().clone();
    let found = all.iter().find(|row| row["id"] == transaction).unwrap();
    let line = found["details"]["line_items"][0]["id"].clone();
    let mut body = json!({ "action": "refund", "type": "full", "transaction_id": transaction, "reason": "duplicate" });
    if let Some(cents) = cents {
        body["type"] = json!("partial");
        body["items"] =
            json!([{ "item_id": line, "type": "partial", "amount": cents.to_string() }]);
    }
    let answer = house
        .http
        .post(format!("{}/adjustments", house.sandbox.url()))
        .bearer_auth("pdl_sdbx_apikey_01test")
        .json(&body)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    answer["data"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

async fn decide(house: &House, adjustment: &str, action: &str, body: Value) {
    house
        .sim(&format!("/adjustments/{adjustment}/{action}"), body)
        .await;
}

async fn charge_back(house: &House, transaction: &str, warning: bool) -> String {
    let path = format!("/transactions/{transaction}/chargeback");
    let answer = house.sim(&path, json!({ "warning": warning })).await;
    answer["adjustment"]["id"].as_str().unwrap().to_owned()
}

async fn billing(house: &House) -> Value {
    let dana = house.dana().await;
    dana.get(&format!("/accounts/{JUNIPER}/billing")).await.ok()
}

/// What people see of the account: figures of all types, what is owed, and the billing state.
async fn standing(house: &House) -> (Vec<String>, Value) {
    let view = billing(house).await;
    (
        house.figures(JUNIPER).await.to_vec(),
        view["billing_state"].clone(),
    )
}

#[tokio::test]
async fn s3_15_inv_20_a_full_refund_of_what_was_not_used_leaves_nothing() {
    let (house, transaction) = bought("fix_plan", 1).await;
    assert_eq!(house.figures(JUNIPER).await, ["7/0/0", "5/0/0", "50/0/0"]);
    let adjustment = refund(&house, &transaction, None).await;
    told(&house).await;
    // In review: nothing of it can be used, and nothing is gone.
    assert_eq!(house.figures(JUNIPER).await, ["0/7/0", "0/5/0", "0/50/0"]);
    decide(&house, &adjustment, "approve", json!({})).await;
    told(&house).await;
    assert_eq!(house.figures(JUNIPER).await, ["0/0/0", "0/0/0", "0/0/0"]);
    let latest = billing(&house).await["latest_ledger"].clone();
    assert_eq!(latest[0]["kind"], "refund");
    assert_eq!(latest[0]["reference"]["type"], "refund");
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_21_a_rejected_refund_leaves_everything_as_if_it_was_never_asked_for() {
    let (house, transaction) = bought("fix_plan", 1).await;
    let before = standing(&house).await;
    let adjustment = refund(&house, &transaction, Some(10_000)).await;
    told(&house).await;
    assert_ne!(standing(&house).await, before);
    decide(&house, &adjustment, "reject", json!({})).await;
    told(&house).await;
    assert_eq!(standing(&house).await, before);
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_20_refunds_of_parts_add_up_and_are_rounded_once() {
    let (house, transaction) = bought("scan_credits", 5).await;
    assert_eq!(house.figures(JUNIPER).await[0], "5/0/0");
    // 145 dollars in three parts: a third is 1.66 credits, two thirds are 3.33, all is all.
    for (cents, left) in [(4833, "4/0/0"), (4833, "2/0/0"), (4834, "0/0/0")] {
        let adjustment = refund(&house, &transaction, Some(cents)).await;
        decide(&house, &adjustment, "approve", json!({})).await;
        told(&house).await;
        assert_eq!(house.figures(JUNIPER).await[0], left);
    }
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_22_a_fix_that_runs_survives_the_refund_of_its_credits() {
    let (house, transaction) = bought("fix_plan", 1).await;
    let dana = house.dana().await;
    let started = dana
        .fix(
            JUNIPER,
            "rep_juniper",
            &["fnd_juniper_csp"],
            "review_only_patch",
            1,
        )
        .await
        .ok();
    let task = started["fix_task"]["fix_task_id"]
        .as_str()
        .or(started["fix_task_id"].as_str());
    let task = task.unwrap_or_else(|| panic!("{started}")).to_owned();
    let adjustment = refund(&house, &transaction, None).await;
    decide(&house, &adjustment, "approve", json!({})).await;
    told(&house).await;
    assert_eq!(house.figures(JUNIPER).await, ["0/0/0", "0/1/0", "0/0/0"]);
    // Cancelled, it returns its credit, and that is refunded too.
    let cancel = format!("/fix-tasks/{task}/cancel");
    dana.post(&cancel, &json!({ "account_id": JUNIPER }))
        .await
        .ok();
    assert_eq!(house.figures(JUNIPER).await, ["0/0/0", "0/0/0", "0/0/0"]);
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_26_a_dispute_of_what_was_used_blocks_until_it_is_paid() {
    let (house, transaction) = used_and_disputed().await;
    let (figures, state) = standing(&house).await;
    assert_eq!((figures[0].as_str(), &state), ("0/0/1", &json!("blocked")));
    let dana = house.dana().await;
    let refused = dana
        .fix(
            JUNIPER,
            "rep_juniper",
            &["fnd_juniper_csp"],
            "review_only_patch",
            1,
        )
        .await;
    assert_eq!(refused.blocked(), "BILLING_STATE_BLOCKED");
    // One credit more pays it; nothing has to be asked for.
    let (_, paid) = dana.open(JUNIPER, "scan_credits", 2).await;
    house
        .sim(&format!("/transactions/{paid}/pay"), json!({}))
        .await;
    told(&house).await;
    let (figures, state) = standing(&house).await;
    assert_eq!((figures[0].as_str(), &state), ("1/0/1", &json!("active")));
    assert_ne!(paid, transaction);
    house.assert_sound().await;
}

/// Juniper bought three scan credits, used one, and its bank took the money back.
async fn used_and_disputed() -> (House, String) {
    let (house, transaction) = bought("scan_credits", 3).await;
    use_one(&house).await;
    charge_back(&house, &transaction, false).await;
    told(&house).await;
    (house, transaction)
}

/// Uses one scan credit by the ledger's own commands, as a scan that completes does.
async fn use_one(house: &House) {
    let owner = JUNIPER.parse().unwrap();
    let mut tx = house.state.store.begin().await.unwrap();
    let order = server::ledger::HoldOrder {
        account: &owner,
        purpose: server::ledger::Purpose::Scan,
        amount: 1,
        project: None,
        work_ref: "scn_used",
        actor: "test",
    };
    let held = server::ledger::reserve(&mut tx, &order, Utc::now())
        .await
        .unwrap();
    server::ledger::settle(&mut tx, &owner, &held.hold, 1, "test", Utc::now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn inv_21_a_dispute_that_is_won_is_undone_once_by_either_signal_or_both() {
    for signal in ["adjustment", "status", "both"] {
        let (house, transaction) = used_and_disputed().await;
        let state = house.sim_state().await;
        let disputes = state["adjustments"].as_array().unwrap();
        let dispute = disputes
            .iter()
            .find(|row| row["transaction_id"] == transaction);
        let dispute = dispute.unwrap()["id"].as_str().unwrap().to_owned();
        decide(&house, &dispute, "reverse", json!({ "as": signal })).await;
        told(&house).await;
        let (figures, state) = standing(&house).await;
        assert_eq!(
            (figures[0].as_str(), &state),
            ("2/0/1", &json!("active")),
            "{signal}"
        );
        house.assert_sound().await;
    }
}

#[tokio::test]
async fn a_warning_and_a_credit_move_nothing() {
    let (house, transaction) = bought("scan_credits", 3).await;
    let before = house
        .rows()
        .await
        .into_iter()
        .filter(|row| row.starts_with("ledger_entries"))
        .count();
    let warning = charge_back(&house, &transaction, true).await;
    told(&house).await;
    decide(&house, &warning, "reverse", json!({ "as": "both" })).await;
    told(&house).await;
    assert_eq!(standing(&house).await.1, "active");
    let after = house
        .rows()
        .await
        .into_iter()
        .filter(|row| row.starts_with("ledger_entries"))
        .count();
    assert_eq!(
        (before, house.figures(JUNIPER).await[0].as_str()),
        (after, "3/0/0")
    );
    let known = house
        .count("SELECT count(*) FROM paddle_adjustments WHERE account_id = 'acc_juniper'")
        .await;
    assert_eq!(known, 2);
}

#[tokio::test]
async fn inv_19_an_adjustment_of_an_unknown_payment_waits_and_touches_nobody() {
    let (house, transaction) = bought("scan_credits", 3).await;
    let adjustment = refund(&house, &transaction, None).await;
    decide(&house, &adjustment, "approve", json!({})).await;
    let state = house.sim_state().await;
    let mut event = state["events"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|event| event["event_type"] == "adjustment.updated")
        .unwrap()
        .clone();
    event["event_id"] = json!("evt_01testtesttesttesttesttest");
    event["data"]["id"] = json!("adj_01testtesttesttesttesttest");
    event["data"]["transaction_id"] = json!("txn_01testtesttesttesttesttest");
    house.deliver(&event).await.ok();
    house.drain_waiting().await;
    assert_eq!(house.figures(JUNIPER).await[0], "3/0/0");
    let why = house
        .text(
            "SELECT status || ' ' || last_error FROM paddle_events WHERE event_id = $1",
            "evt_01testtesttesttesttesttest",
        )
        .await;
    assert_eq!(why, "pending the payment that this adjusts is not here yet");
    // What nobody knows how to read is put aside for a person.
    event["event_id"] = json!("evt_02testtesttesttesttesttest");
    event["data"]["transaction_id"] = json!(transaction);
    event["data"]["action"] = json!("levy");
    house.deliver(&event).await.ok();
    house.drain_waiting().await;
    let status = house
        .text(
            "SELECT status FROM paddle_events WHERE event_id = $1",
            "evt_02testtesttesttesttesttest",
        )
        .await;
    assert_eq!(
        (status.as_str(), house.figures(JUNIPER).await[0].as_str()),
        ("quarantined", "3/0/0")
    );
}

#[tokio::test]
async fn inv_14_a_refund_whose_events_and_payment_were_lost_is_found_by_asking() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, transaction) = house.dana().await.open(JUNIPER, "scan_credits", 3).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let adjustment = refund(&house, &transaction, Some(2900)).await;
    // Only the refund is told, and its payment is older than any question would ask.
    let state = house.sim_state().await;
    let created = state["events"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["event_type"] == "adjustment.created");
    house.deliver(created.unwrap()).await.ok();
    house.drain_waiting().await;
    assert_eq!(house.figures(JUNIPER).await[0], "0/0/0");
    house
        .write("UPDATE paddle_events SET received_at = received_at - 660000000")
        .await;
    sweep::run(&house.state).await.unwrap();
    house.drain_waiting().await;
    assert_eq!(house.figures(JUNIPER).await[0], "2/1/0");
    // Its approval is lost as well.
    decide(&house, &adjustment, "approve", json!({})).await;
    sweep::run(&house.state).await.unwrap();
    assert_eq!(house.figures(JUNIPER).await[0], "2/0/0");
    let rows = house.rows().await;
    sweep::run(&house.state).await.unwrap();
    told(&house).await;
    let but_inbox = |rows: Vec<String>| {
        rows.into_iter()
            .filter(|row| {
                !row.starts_with("paddle_events")
                    && !row.starts_with("settings")
                    && !row.starts_with("checkouts")
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(but_inbox(house.rows().await), but_inbox(rows));
    house.assert_sound().await;
}

/// Refunds and a dispute of two payments, decided in many ways: told in random orders, some twice, some never, and then
/// asked for, everything ends the same.
#[tokio::test]
async fn inv_12_inv_13_inv_14_random_lives_of_refunds_and_disputes_end_the_same() {
    for seed in 0..4 {
        let mut random = StdRng::seed_from_u64(seed);
        let (house, first) = bought("fix_plan", 1).await;
        use_one(&house).await;
        let (_, second) = house.dana().await.open(JUNIPER, "scan_credits", 3).await;
        let copies = Copies::of(&house).await;
        house
            .sim(&format!("/transactions/{second}/pay"), json!({}))
            .await;
        for (transaction, cents) in [
            (&first, 6000),
            (&second, 2000),
            (&first, 7001),
            (&second, 1500),
        ] {
            let adjustment = refund(&house, transaction, Some(cents)).await;
            let decision = ["approve", "reject"][random.random_range(0..2usize)];
            decide(&house, &adjustment, decision, json!({})).await;
        }
        let disputed = [&first, &second][random.random_range(0..2usize)];
        let dispute = charge_back(&house, disputed, false).await;
        if random.random_range(0..2) == 0 {
            let signal = ["adjustment", "status", "both"][random.random_range(0..3usize)];
            decide(&house, &dispute, "reverse", json!({ "as": signal })).await;
        }
        let state = house.sim_state().await;
        let news: Vec<Value> = state["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| {
                let data = &event["data"];
                data["id"] == second
                    || data["transaction_id"] == first
                    || data["transaction_id"] == second
            })
            .cloned()
            .collect();
        assert!(news.len() > 10, "{}", news.len());
        let expected = copies.after(&news, false).await;
        for round in 0..12 {
            let mut order: Vec<Value> = news
                .iter()
                .filter(|_| random.random_range(0..8) > 0)
                .cloned()
                .collect();
            let whole = order.len() == news.len();
            order.extend(
                news.iter()
                    .filter(|_| random.random_range(0..6) == 0)
                    .cloned(),
            );
            order.shuffle(&mut random);
            let found = copies.after(&order, !whole).await;
            assert_eq!(found, expected, "seed {seed}, round {round}");
        }
    }
}

/// Copies of the console's database from before the events.
struct Copies<'a> {
    house: &'a House,
    image: Image,
}

impl<'a> Copies<'a> {
    async fn of(house: &'a House) -> Self {
        Self {
            house,
            image: Image::of(&house.folder, &house.state.store).await,
        }
    }

    /// Balances, claims, adjustments and billing state after this news, asking the provider in the end if some was lost.
    async fn after(&self, news: &[Value], ask: bool) -> Vec<String> {
        let store = self.image.open(&self.house.folder).await;
        let state = server::AppState {
            store,
            ..self.house.state.clone()
        };
        for event in news {
            let event_of: server::paddle::events::Event =
                serde_json::from_value(event.clone()).unwrap();
            let source = server::payments::inbox::Source::Webhook;
            server::payments::inbox::store(
                &state,
                source,
                &event_of,
                &event.to_string(),
                Utc::now(),
            )
            .await
            .unwrap();
            server::payments::inbox::drain(&state).await.unwrap();
        }
        settle_inbox(&state).await;
        if ask {
            sweep::run(&state).await.unwrap();
            settle_inbox(&state).await;
        }
        assert_eq!(
            crate::desk::violations(state.store.reader()).await,
            Vec::<&str>::new()
        );
        let all = rows(&state.store, &["_sqlx_migrations"]).await;
        let mut kept: Vec<String> = Vec::new();
        for line in all {
            let wanted: &[&str] = match line.split(':').next().unwrap() {
                "credit_balances" => &["account_id", "credit_type", "avail", "res", "spent"],
                "accounts" => &["id", "package_key", "billing_state"],
                "paddle_adjustments" => &["id", "status", "total"],
                "lot_claims" => &["credit_type", "refunded", "disputed", "in_review"],
                _ => continue,
            };
            let cells = line.split(' ').filter(|cell| {
                wanted
                    .iter()
                    .any(|name| cell.starts_with(&format!("{name}=")))
            });
            let cells = cells.collect::<Vec<_>>().join(" ");
            // That nothing is claimed may be noted or not.
            if !cells.ends_with("refunded=0 disputed=0 in_review=0") {
                kept.push(cells);
            }
        }
        let owed: i64 = sqlx::query_scalar(
            "SELECT CAST(COALESCE(sum(owed - paid), 0) AS BIGINT) FROM lot_claims",
        )
        .fetch_one(state.store.reader())
        .await
        .unwrap();
        kept.push(format!("owed {owed}"));
        kept.sort();
        state.store.close().await;
        kept
    }
}
