//! The hash chain is recomputed: whatever is done to the entries behind the console's back, `verify` finds it.

use super::append_only::busy;
use crate::desk::{Desk, violations};
use server::ledger;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

const CHAIN: &str = "the hash chain is whole";

/// Does something to the entries that neither trigger nor constraint stands against any more.
async fn tamper(desk: &Desk, sql: &str) {
    let options = SqliteConnectOptions::new()
        .filename(desk.folder.path().join("ledger.db"))
        .foreign_keys(false)
        .busy_timeout(std::time::Duration::from_secs(5));
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    let sql = format!(
        "PRAGMA ignore_check_constraints = ON; DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete; \
         DROP TRIGGER ledger_matches_balance; {sql}"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut conn)
        .await
        .unwrap();
}

async fn is_found(sql: &str) {
    let desk = busy().await;
    tamper(&desk, sql).await;
    let found = violations(desk.store.reader()).await;
    assert!(found.contains(&CHAIN), "{sql}: {found:?}");
}

#[tokio::test]
async fn a_changed_entry_is_found_whatever_was_changed() {
    for change in [
        "credit_type = 'ai'",
        "kind = 'expire'",
        "amount = amount + 1",
        "d_avail = d_avail + 1",
        "spent_after = spent_after + 1",
        "lot_id = 'lot_of_somebody'",
        "hold_id = 'hold_of_somebody'",
        "cause = 'refund'",
        "cause_ref = 'another'",
        "project_id = 'prj_another'",
        "actor = 'somebody else'",
        "created_at = created_at + 1",
        "prev_hash = hash",
        "hash = prev_hash",
    ] {
        is_found(&format!(
            "UPDATE ledger_entries SET {change} WHERE account_id = 'acc_a' AND seq = 3"
        ))
        .await;
    }
}

#[tokio::test]
async fn a_removed_entry_is_found_also_when_the_rest_is_numbered_anew() {
    is_found("DELETE FROM ledger_entries WHERE account_id = 'acc_a' AND seq = 2").await;
    is_found(
        "DELETE FROM ledger_entries WHERE account_id = 'acc_a' AND seq = 2; \
         UPDATE ledger_entries SET seq = seq - 1 WHERE account_id = 'acc_a' AND seq > 2; \
         UPDATE accounts SET ledger_seq = ledger_seq - 1 WHERE id = 'acc_a'",
    )
    .await;
}

#[tokio::test]
async fn an_inserted_entry_is_found() {
    is_found(
        "UPDATE ledger_entries SET seq = seq + 100 WHERE account_id = 'acc_a' AND seq > 2; \
         UPDATE ledger_entries SET seq = seq - 99 WHERE account_id = 'acc_a' AND seq > 100; \
         INSERT INTO ledger_entries SELECT account_id, 3, credit_type, kind, amount, d_avail, d_res, d_spent, avail_after, res_after, \
         spent_after, lot_id, hold_id, cause, 'one more', project_id, actor, created_at, prev_hash, hash FROM ledger_entries \
         WHERE account_id = 'acc_a' AND seq = 2; UPDATE accounts SET ledger_seq = ledger_seq + 1 WHERE id = 'acc_a'",
    )
    .await;
}

#[tokio::test]
async fn reordered_entries_are_found() {
    is_found(
        "UPDATE ledger_entries SET seq = 100 WHERE account_id = 'acc_a' AND seq = 2; \
         UPDATE ledger_entries SET seq = 2 WHERE account_id = 'acc_a' AND seq = 3; \
         UPDATE ledger_entries SET seq = 3 WHERE account_id = 'acc_a' AND seq = 100",
    )
    .await;
    // Moved to another account's ledger, where the numbers fit too.
    is_found(
        "DELETE FROM ledger_entries WHERE account_id = 'acc_b' AND seq = 5; \
        UPDATE ledger_entries SET account_id = 'acc_b' WHERE account_id = 'acc_a' AND seq = 5",
    )
    .await;
}

/// An end that is cut off with everything that belongs to it leaves a whole ledger: only who noted the head finds it.
#[tokio::test]
async fn the_head_tells_a_ledger_from_a_shorter_one() {
    let desk = busy().await;
    let before = ledger::head(desk.store.reader()).await.unwrap();
    assert_eq!(ledger::head(desk.store.reader()).await.unwrap(), before);
    tamper(
        &desk,
        "DELETE FROM ledger_entries WHERE account_id = 'acc_a' AND seq = (SELECT max(seq) FROM ledger_entries WHERE account_id = 'acc_a')",
    )
    .await;
    let after = ledger::head(desk.store.reader()).await.unwrap();
    assert_eq!(after.entries, before.entries - 1);
    assert_ne!(after.digest, before.digest);
}
