//! Invariants 13 and 14: the order in which events arrive, and how many of them do, makes no difference in the end.

use crate::house::{House, SECRET, rows, send, settle_inbox, signature};
use crate::place::Image;
use axum::body::Body;
use axum::http::Request;
use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use server::payments::{reconcile, sweep};
use server::store::checkouts;
use server::{AppState, app};

/// Tables that no event writes, and the inbox itself.
const UNTOUCHED: [&str; 16] = [
    "sessions",
    "settings",
    "idempotency_keys",
    "_sqlx_migrations",
    "paddle_events",
    "users",
    "memberships",
    "findings",
    "reports",
    "projects",
    "project_services",
    "scan_runs",
    "fix_tasks",
    "fix_task_findings",
    "catalog_prices",
    "holds",
];

/// What is left after deliveries: every effect, without names that are drawn and times that are noted here.
async fn outcome(state: &AppState) -> Vec<String> {
    let lines = rows(&state.store, &UNTOUCHED).await;
    let drop = [
        "id=lot_",
        "hash=",
        "prev_hash=",
        "seq=",
        "avail_after=",
        "res_after=",
        "spent_after=",
        "created_at=",
        "updated_at=",
        "arrival=",
        "lot_id=",
        "finished_at=",
        "received_at=",
        "written_at=",
        "granted_at=",
        "asked_at=",
        "poll_count=",
        "next_poll_at=",
    ];
    // What an ended subscription's last period was depends on which news of it were still taken; nothing shows it.
    let ended =
        |line: &str| line.starts_with("paddle_subscriptions") && line.contains("status=canceled");
    let mut lines: Vec<String> = lines
        .iter()
        .map(|line| {
            line.split(' ')
                .filter(|cell| !drop.iter().any(|prefix| cell.starts_with(prefix)))
                .filter(|cell| !ended(line) || !cell.starts_with("period_"))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    lines.sort();
    lines
}

/// A copy of the console's database from before the events.
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

    async fn open(&self) -> AppState {
        let store = self.image.open(&self.house.folder).await;
        AppState {
            store,
            ..self.house.state.clone()
        }
    }

    /// The outcome after these events in this order, each processed as it arrives.
    async fn after(&self, events: &[&Value]) -> Vec<String> {
        let state = self.open().await;
        deliver(&state, events).await;
        let outcome = outcome(&state).await;
        assert_eq!(
            crate::desk::violations(state.store.reader()).await,
            Vec::<&str>::new()
        );
        state.store.close().await;
        outcome
    }
}

async fn deliver(state: &AppState, events: &[&Value]) {
    let router = app(state.clone());
    for event in events {
        let body = event.to_string();
        let header = signature(SECRET, chrono::Utc::now().timestamp(), body.as_bytes());
        let request = Request::post("/api/v1/webhooks/paddle")
            .header("paddle-signature", header)
            .body(Body::from(body))
            .unwrap();
        send(&router, request).await.ok();
        server::payments::inbox::drain(state).await.unwrap();
    }
    settle_inbox(state).await;
}

/// All orders of a list.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(n - 1);
    let insert = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, n - 1);
        order
    };
    shorter
        .iter()
        .flat_map(|order| (0..n).map(move |at| insert(order, at)))
        .collect()
}

/// A purchase whose events the sandbox has told nobody.
async fn quiet(account: &str, item: &str) -> (House, String) {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, transaction) = house.dana().await.open(account, item, 1).await;
    (house, transaction)
}

/// Fails with the lines that only one of the two has.
#[track_caller]
fn assert_same(outcome: &[String], expected: &[String], after: &str) {
    let only = |these: &[String], those: &[String]| {
        these
            .iter()
            .filter(|line| !those.contains(line))
            .cloned()
            .collect::<Vec<_>>()
    };
    let (more, less) = (only(outcome, expected), only(expected, outcome));
    assert!(
        more.is_empty() && less.is_empty(),
        "after {after}\nhas {more:#?}\ninstead of {less:#?}"
    );
}

fn kinds(events: &[&Value]) -> String {
    events
        .iter()
        .map(|event| event["event_type"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join(", ")
}

fn pick<'e>(events: &'e [Value], order: &[usize]) -> Vec<&'e Value> {
    order.iter().map(|n| &events[*n]).collect()
}

#[tokio::test]
async fn inv_13_every_order_of_a_plan_purchase_ends_the_same() {
    let (house, transaction) = quiet("acc_juniper", "fix_plan").await;
    let copies = Copies::of(&house).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events: Vec<Value> = house
        .events_of(&transaction)
        .await
        .into_iter()
        .filter(|event| {
            let kinds = [
                "transaction.paid",
                "subscription.created",
                "subscription.activated",
                "transaction.completed",
            ];
            kinds.iter().any(|kind| event["event_type"] == *kind)
        })
        .collect();
    assert_eq!(events.len(), 4);
    let expected = copies.after(&events.iter().collect::<Vec<_>>()).await;
    assert!(
        expected.iter().any(|line| line.contains("fix_plan")
            && line.starts_with("accounts:")
            && line.contains("acc_juniper")),
        "{expected:#?}"
    );
    for order in permutations(events.len()) {
        let events = pick(&events, &order);
        assert_same(&copies.after(&events).await, &expected, &kinds(&events));
    }
}

#[tokio::test]
async fn inv_13_shuffled_lives_of_a_subscription_end_the_same() {
    // A decline, a payment, a renewal and a failed renewal; in the end it is past due, runs again, or is given up.
    for (end, package) in [
        (None, "fix_plan"),
        (Some("resume"), "fix_plan"),
        (Some("cancel"), "free_snapshot"),
    ] {
        shuffled_life(end, package).await;
    }
}

/// A decline, a payment, a renewal and a failed renewal, and an end; answers the events.
async fn live(house: &House, transaction: &str, end: Option<&str>) -> Vec<Value> {
    house
        .sim(&format!("/transactions/{transaction}/decline"), json!({}))
        .await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let paid = house.events_of(transaction).await;
    let subscription = paid
        .iter()
        .find_map(|event| event["data"]["subscription_id"].as_str())
        .unwrap()
        .to_owned();
    for action in ["renew", "fail-renewal"].into_iter().chain(end) {
        house
            .sim(
                &format!("/subscriptions/{subscription}/{action}"),
                json!({}),
            )
            .await;
    }
    let events = house.events_of(transaction).await;
    assert!(events.len() > 15, "{}", events.len());
    events
}

async fn shuffled_life(end: Option<&str>, package: &str) {
    let (house, transaction) = quiet("acc_juniper", "fix_plan").await;
    let copies = Copies::of(&house).await;
    let events = live(&house, &transaction, end).await;
    let expected = copies.after(&events.iter().collect::<Vec<_>>()).await;
    let juniper = expected
        .iter()
        .find(|line| line.starts_with("accounts: id=acc_juniper"))
        .unwrap();
    assert!(
        juniper.contains(&format!("package_key={package}")),
        "{juniper}"
    );
    let mut random = StdRng::seed_from_u64(13);
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.reverse();
    for _ in 0..14 {
        let events = pick(&events, &order);
        assert_same(&copies.after(&events).await, &expected, &kinds(&events));
        order.shuffle(&mut random);
    }
}

#[tokio::test]
async fn inv_14_any_part_of_the_events_and_one_question_is_as_good_as_all() {
    for (account, item) in [
        ("acc_northwind", "scan_credits"),
        ("acc_juniper", "fix_plan"),
    ] {
        let (house, transaction) = quiet(account, item).await;
        let copies = Copies::of(&house).await;
        house
            .sim(&format!("/transactions/{transaction}/pay"), json!({}))
            .await;
        let events = house.events_of(&transaction).await;
        let all: Vec<&Value> = events.iter().collect();
        let expected = without_subscription(copies.after(&all).await);
        for kept in 0..events.len() {
            let state = copies.open().await;
            deliver(&state, &all[..kept]).await;
            let mut conn = state.store.reader().acquire().await.unwrap();
            let session = checkouts::by_transaction(&mut conn, &transaction)
                .await
                .unwrap()
                .unwrap();
            drop(conn);
            reconcile::ask(&state, &session).await.unwrap();
            settle_inbox(&state).await;
            assert_same(
                &without_subscription(outcome(&state).await),
                &expected,
                &format!("{item} with {kept} events"),
            );
            // What was missed and comes late after all changes nothing.
            deliver(&state, &all[kept..]).await;
            assert_same(
                &without_subscription(outcome(&state).await),
                &expected,
                &format!("{item} with {kept} events and the rest"),
            );
            state.store.close().await;
        }
    }
}

#[tokio::test]
async fn inv_14_any_part_of_a_subscriptions_life_and_one_look_is_as_good_as_all() {
    for (end, package) in [
        (None, "fix_plan"),
        (Some("resume"), "fix_plan"),
        (Some("cancel"), "free_snapshot"),
    ] {
        let (house, transaction) = quiet("acc_juniper", "fix_plan").await;
        let copies = Copies::of(&house).await;
        let events = live(&house, &transaction, end).await;
        let all: Vec<&Value> = events.iter().collect();
        let expected = without_subscription(copies.after(&all).await);
        for kept in (0..events.len()).step_by(3) {
            let state = copies.open().await;
            deliver(&state, &all[..kept]).await;
            // What is built on something else may need that first.
            for _ in 0..2 {
                sweep::run(&state).await.unwrap();
                settle_inbox(&state).await;
            }
            let outcome = without_subscription(outcome(&state).await);
            assert_same(&outcome, &expected, &format!("{end:?} with {kept} events"));
            let juniper = outcome
                .iter()
                .find(|line| line.starts_with("accounts: id=acc_juniper"))
                .unwrap();
            assert!(
                juniper.contains(&format!("package_key={package}")),
                "{juniper}"
            );
            // Looking again finds nothing that is not known.
            let count = "SELECT count(*) FROM paddle_events";
            let events = async || -> i64 {
                let reader = state.store.reader();
                sqlx::query_scalar(count).fetch_one(reader).await.unwrap()
            };
            let before = events().await;
            sweep::run(&state).await.unwrap();
            assert_eq!(events().await, before, "{end:?} with {kept} events");
            state.store.close().await;
        }
    }
}

/// The moment of a subscription's newest news is not known from its payment alone.
fn without_subscription(lines: Vec<String>) -> Vec<String> {
    let known = |line: String| match line.strip_prefix("paddle_subscriptions: ") {
        Some(rest) => rest
            .split(' ')
            .filter(|cell| !cell.starts_with("state_at="))
            .collect::<Vec<_>>()
            .join(" "),
        None => line,
    };
    lines.into_iter().map(known).collect()
}
