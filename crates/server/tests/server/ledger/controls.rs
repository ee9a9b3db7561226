//! Negative controls: a rule is broken on purpose, and the check that guards it must say so.

use super::append_only::busy;
use super::races::exactly_as_many_as_fit;
use crate::desk::{Answer, Desk, Give, account, folder, violations};
use domain::adjustment::Claims;
use domain::credits::CreditType;
use server::ledger::Purpose;
use sqlx::any::AnyPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AnyPool, Connection};
use std::sync::Arc;
use tokio::sync::Barrier;

/// Two accounts more: one has paid what it owed for a dispute, the other has a refund in review.
async fn taken_back(desk: &Desk) {
    let (paid, asks) = (account("acc_c"), account("acc_d"));
    for owner in [&paid, &asks] {
        desk.add_account(owner.as_str()).await;
        let source = format!("five/{owner}");
        desk.grant(owner, Give::top_up(CreditType::Scan, 5, &source))
            .await
            .unwrap();
        let work = format!("work/{owner}");
        let held = desk
            .reserve(owner, Purpose::Scan, 2, &work, 0)
            .await
            .unwrap();
        desk.settle(owner, &held.hold, 2, 0).await.unwrap();
        let lot = desk.lot(&source).await;
        let claims = Claims {
            disputed: if owner == &paid { 5 } else { 0 },
            in_review: if owner == &asks { 5 } else { 0 },
            refunded: 0,
        };
        desk.claim(owner, &lot, claims, "adj_1", 1).await.unwrap();
    }
    let more = Give::top_up(CreditType::Scan, 4, "more");
    desk.grant(&paid, more).await.unwrap();
}

/// A connection to the desk's file on which neither CHECKs nor foreign keys are enforced.
async fn careless(desk: &Desk) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(desk.folder.path().join("ledger.db"))
        .foreign_keys(false)
        .busy_timeout(std::time::Duration::from_secs(5));
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("PRAGMA ignore_check_constraints = ON")
        .execute(&mut connection)
        .await
        .unwrap();
    connection
}

/// A question of `verify`, and a statement that breaks what it asks for.
const FAULTS: &[(&str, &str)] = &[
    (
        "granted = avail + res + spent + refunded + expired, none negative",
        "UPDATE credit_balances SET granted = granted + 1 WHERE account_id = 'acc_a'",
    ),
    (
        "granted = avail + res + spent + refunded + expired, none negative",
        "UPDATE credit_balances SET avail = -1, granted = -1 + res + spent WHERE account_id = 'acc_a'",
    ),
    (
        "lots = balance",
        "UPDATE credit_lots SET avail = avail - 1, expired = expired + 1 WHERE account_id = 'acc_a'",
    ),
    (
        "sum of ledger deltas = balance",
        "UPDATE credit_balances SET avail = avail + 1, granted = granted + 1 WHERE account_id = 'acc_a'; \
         UPDATE credit_lots SET avail = avail + 1, amount = amount + 1 WHERE account_id = 'acc_a'",
    ),
    (
        "each entry's after = the one before + its delta",
        "UPDATE ledger_entries SET res_after = res_after + 1 WHERE account_id = 'acc_a' AND seq = 2",
    ),
    (
        "entries are numbered 1 to ledger_seq without gaps",
        "DELETE FROM ledger_entries WHERE account_id = 'acc_a' AND seq = 5",
    ),
    (
        "entries are numbered 1 to ledger_seq without gaps",
        "UPDATE accounts SET ledger_seq = 9 WHERE id = 'acc_a'",
    ),
    (
        "held holds = reserved",
        "UPDATE holds SET status = 'restored' WHERE account_id = 'acc_a' AND status = 'held'",
    ),
    (
        "the lots of a hold = its amount",
        "DELETE FROM hold_lots WHERE account_id = 'acc_a'",
    ),
    (
        "one live hold for each piece of work",
        "INSERT INTO holds SELECT account_id, 'hold_twice', credit_type, amount, purpose, project_id, work_ref, status, spent_amount, restored_amount, created_at, resolved_at \
         FROM holds WHERE account_id = 'acc_a' AND status = 'held'",
    ),
    (
        "what was taken of a lot = what its claims took and debts used",
        "UPDATE lot_claims SET taken = taken - 1 WHERE account_id = 'acc_c'",
    ),
    (
        "claims are met as far as they can be, and what a dispute used up is owed",
        "UPDATE lot_claims SET owed = owed + 1 WHERE account_id = 'acc_c'",
    ),
    (
        "claims are met as far as they can be, and what a dispute used up is owed",
        "UPDATE lot_claims SET disputed = disputed - 1 WHERE account_id = 'acc_c'",
    ),
    (
        "what debts were paid with = what paid them",
        "UPDATE debt_payments SET returned = 1 WHERE account_id = 'acc_c'",
    ),
    (
        "a review keeps what it asks for as far as it is free, and nothing else",
        "UPDATE lot_claims SET reviewed_for = 'adj_other' WHERE account_id = 'acc_d'",
    ),
    (
        "who owes credits has none of that type",
        "UPDATE lot_claims SET paid = 0 WHERE account_id = 'acc_c'",
    ),
    (
        "a debt blocks billing",
        "UPDATE lot_claims SET paid = 0 WHERE account_id = 'acc_c'",
    ),
    (
        "an adjustment is of the account of its payment",
        "INSERT INTO paddle_transactions (id, account_id, status, origin, currency_code, grand_total, state_at) VALUES ('txn_x','acc_a','completed','api','USD','1',0); \
         INSERT INTO paddle_adjustments (id, transaction_id, account_id, action, status, stage, is_full, reason, currency_code, total, items, created_at, updated_at) \
         VALUES ('adj_x','txn_x','acc_b','refund','approved',1,1,'','USD','1','[]',0,0)",
    ),
    (
        "a confirmed checkout has its grant, and no other has one",
        "INSERT INTO checkouts (account_id, id, user_id, item_key, price_id, quantity, state, written_at, created_at, updated_at) \
         VALUES ('acc_a', 'chk_x', 'usr_x', 'scan_credits', 'pri_x', 1, 'confirmed', 1, 0, 0)",
    ),
    (
        "the hash chain is whole",
        "UPDATE ledger_entries SET prev_hash = 'x' WHERE account_id = 'acc_b' AND seq = 3",
    ),
];

/// Without triggers, indexes and checks each statement goes through; `verify` must name what it broke.
#[tokio::test]
async fn control_01_control_02_control_03_control_06_each_question_of_verify_notices_its_fault() {
    for (invariant, fault) in FAULTS {
        let desk = busy().await;
        taken_back(&desk).await;
        let mut conn = careless(&desk).await;
        for rule in [
            "TRIGGER ledger_no_update",
            "TRIGGER ledger_no_delete",
            "TRIGGER holds_terminal",
            "TRIGGER lots_immutable",
            "TRIGGER lot_claims_still_fit",
            "TRIGGER debt_payments_go_forward",
            "TRIGGER adjustments_own_account",
            "INDEX holds_one_live",
        ] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP {rule}")))
                .execute(&mut conn)
                .await
                .unwrap();
        }
        sqlx::raw_sql(*fault).execute(&mut conn).await.unwrap();
        let found = violations(desk.store.reader()).await;
        assert!(found.contains(invariant), "{fault}: {found:?}");
    }
}

/// The tables of the ledger with one rule left out.
async fn weakened(left_out: &str) -> (AnyPool, tempfile::TempDir) {
    let schema = include_str!("../../../migrations/sqlite/0001_ledger.sql");
    let weak = schema.replacen(left_out, "", 1);
    assert_ne!(weak, schema, "the rule is not in the schema: {left_out}");
    let folder = folder();
    sqlx::any::install_default_drivers();
    let file = folder.path().join("weak.db");
    let pool = AnyPoolOptions::new()
        .max_connections(1)
        .connect(&format!("sqlite:{}?mode=rwc", file.display()))
        .await
        .unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(weak))
        .execute(&pool)
        .await
        .unwrap();
    sqlx::raw_sql(include_str!("../../../migrations/sqlite/0002_people.sql"))
        .execute(&pool)
        .await
        .unwrap();
    sqlx::raw_sql(include_str!("../../../migrations/sqlite/0004_payments.sql"))
        .execute(&pool)
        .await
        .unwrap();
    (pool, folder)
}

/// The same payment granted to two accounts by hand: the real schema refuses it, the weakened one lets it through, and
/// `verify` then says so.
#[tokio::test]
async fn control_16_without_the_unique_source_a_payment_feeds_two_accounts() {
    const TWICE: &str = "INSERT INTO accounts (id, name, account_type, billing_email, created_at) VALUES ('acc_a','A','owner','a',0), ('acc_b','B','owner','b',0); \
        INSERT INTO credit_balances (account_id, credit_type, granted, avail) VALUES ('acc_a','scan',5,5), ('acc_b','scan',5,5); \
        INSERT INTO credit_lots (account_id, id, credit_type, source, source_ref, amount, avail, priority, arrival, created_at) \
        VALUES ('acc_a','lot_a','scan','paddle_txn','txn_1/pri_1',5,5,50,1,0), ('acc_b','lot_b','scan','paddle_txn','txn_1/pri_1',5,5,50,1,0)";
    let desk = Desk::new().await;
    let mut tx = desk.store.begin().await.unwrap();
    let refused = sqlx::raw_sql(TWICE)
        .execute(&mut *tx)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("UNIQUE"), "{refused}");

    let (weak, _folder) = weakened("  UNIQUE (source, source_ref, credit_type),\n").await;
    sqlx::raw_sql(TWICE).execute(&weak).await.unwrap();
    sqlx::raw_sql(include_str!(
        "../../../migrations/sqlite/0006_taken_back.sql"
    ))
    .execute(&weak)
    .await
    .unwrap();
    assert!(
        violations(&weak)
            .await
            .contains(&"a payment or period feeds one account once")
    );
}

/// A reserve that reads, thinks and then writes, as it would be without one lock from the start.
async fn naive_reserve(desk: Arc<Desk>, both_have_read: Arc<Barrier>, n: usize) -> Answer {
    let mut conn = careless(&desk).await;
    let avail: i64 =
        sqlx::query_scalar("SELECT avail FROM credit_balances WHERE account_id = 'acc_a'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    both_have_read.wait().await;
    if avail < 1 {
        return Answer::Short {
            need: 1,
            have: avail,
        };
    }
    let hold = format!("hold_{n}");
    sqlx::query(
        "UPDATE credit_balances SET avail = avail - 1, res = res + 1 WHERE account_id = 'acc_a'",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    sqlx::query("INSERT INTO holds (account_id, id, credit_type, amount, purpose, work_ref, created_at) VALUES ('acc_a', $1, 'scan', 1, 'scan', $1, 0)")
        .bind(&hold)
        .execute(&mut conn)
        .await
        .unwrap();
    Answer::Done(avail - 1)
}

/// With a naive reserve both of two starts succeed on one credit: the detector of inv-8 must not accept that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn control_08_a_naive_reserve_oversells_and_the_detector_notices() {
    let desk = Arc::new(Desk::with(&["acc_a"]).await);
    desk.grant(&account("acc_a"), Give::top_up(CreditType::Scan, 1, "txn"))
        .await
        .unwrap();
    let barrier = Arc::new(Barrier::new(2));
    let tasks =
        [0, 1].map(|n| tokio::spawn(naive_reserve(Arc::clone(&desk), Arc::clone(&barrier), n)));
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    let oversold = exactly_as_many_as_fit(&answers, 1, 1).unwrap_err();
    assert!(
        oversold.starts_with("2 of 2 succeeded, 1 fit"),
        "{oversold}"
    );
    let found = violations(desk.store.reader()).await;
    assert!(
        found.contains(&"granted = avail + res + spent + refunded + expired, none negative"),
        "{found:?}"
    );
    assert!(found.contains(&"lots = balance"), "{found:?}");
}

/// The same on the schema as it is: the database itself refuses the second, whatever the code does.
#[tokio::test]
async fn control_08_the_database_refuses_to_oversell_whatever_the_code_does() {
    let desk = Desk::with(&["acc_a"]).await;
    desk.grant(&account("acc_a"), Give::top_up(CreditType::Scan, 1, "txn"))
        .await
        .unwrap();
    let take = "UPDATE credit_balances SET avail = avail - 1, res = res + 1 WHERE account_id = $1";
    desk.write(take, "acc_a").await.unwrap();
    let refused = desk.write(take, "acc_a").await.unwrap_err().to_string();
    assert!(refused.contains("CHECK"), "{refused}");
}

/// Without its trigger a hold can be resolved a second time by hand; with it, it cannot.
#[tokio::test]
async fn control_07_the_trigger_is_what_keeps_a_hold_resolved_once() {
    let desk = busy().await;
    let twice = "UPDATE holds SET status = 'restored', spent_amount = 0, restored_amount = amount WHERE account_id = $1 AND status = 'spent'";
    assert!(desk.write(twice, "acc_a").await.is_err());
    desk.write("DROP TRIGGER holds_terminal", "").await.unwrap();
    assert_eq!(desk.write(twice, "acc_a").await.unwrap(), 1);
}
