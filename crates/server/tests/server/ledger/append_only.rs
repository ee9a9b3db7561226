//! Entries stay as they were written: the database refuses to change them, and the hash chain shows if something did.

use crate::desk::{Desk, Give, account, violations};
use domain::credits::CreditType;
use server::ledger::Purpose;
use server::store::Engine;

/// A ledger with a few entries of each kind.
pub(super) async fn busy() -> Desk {
    let desk = Desk::with(&["acc_a", "acc_b"]).await;
    for (name, source) in [("acc_a", "txn_a"), ("acc_b", "txn_b")] {
        let owner = account(name);
        desk.grant(&owner, Give::top_up(CreditType::Scan, 4, source))
            .await
            .unwrap();
        let held = desk
            .reserve(&owner, Purpose::Scan, 2, "run_1", 1)
            .await
            .unwrap();
        desk.settle(&owner, &held.hold, 1, 2).await.unwrap();
        desk.reserve(&owner, Purpose::Scan, 1, "run_2", 3)
            .await
            .unwrap();
    }
    desk.assert_sound().await;
    desk
}

#[tokio::test]
async fn inv_05_entries_can_be_neither_changed_nor_deleted() {
    let desk = busy().await;
    let before = (desk.rows_of("acc_a").await, desk.rows_of("acc_b").await);
    for sql in [
        "UPDATE ledger_entries SET amount = amount WHERE account_id = $1",
        "UPDATE ledger_entries SET actor = 'somebody else' WHERE account_id = $1",
        "DELETE FROM ledger_entries WHERE account_id = $1",
        "DELETE FROM ledger_entries WHERE account_id = $1 AND seq = (SELECT max(seq) FROM ledger_entries)",
        "REPLACE INTO ledger_entries SELECT * FROM ledger_entries WHERE account_id = $1 AND seq = 1",
    ] {
        let refused = desk.write(sql, "acc_a").await;
        assert!(refused.is_err(), "{sql}");
    }
    assert_eq!(
        (desk.rows_of("acc_a").await, desk.rows_of("acc_b").await),
        before
    );
}

#[tokio::test]
async fn inv_05_what_is_final_about_lots_holds_and_balances_cannot_be_undone() {
    let desk = busy().await;
    let before = desk.rows_of("acc_a").await;
    for sql in [
        "UPDATE credit_lots SET amount = amount + 1, avail = avail + 1 WHERE account_id = $1",
        "UPDATE credit_lots SET spent = spent - 1, avail = avail + 1 WHERE account_id = $1",
        "UPDATE credit_lots SET source_ref = 'another' WHERE account_id = $1",
        "UPDATE credit_lots SET avail = -1 WHERE account_id = $1",
        "UPDATE holds SET status = 'restored', spent_amount = 0, restored_amount = amount WHERE account_id = $1 AND status = 'spent'",
        "UPDATE holds SET amount = amount + 1 WHERE account_id = $1",
        "UPDATE credit_balances SET avail = avail + 1 WHERE account_id = $1",
        "UPDATE credit_balances SET avail = -1, granted = granted - avail - 1 WHERE account_id = $1",
        "UPDATE accounts SET ledger_seq = -1 WHERE id = $1",
    ] {
        assert!(desk.write(sql, "acc_a").await.is_err(), "{sql}");
    }
    assert_eq!(desk.rows_of("acc_a").await, before);
}

#[tokio::test]
async fn inv_03_an_entry_that_does_not_fit_the_balance_is_refused() {
    let desk = busy().await;
    // The balance is 2/1/1 after four entries; each of these is wrong in one place.
    for (seq, d, after) in [
        (6, [1, 0, 0], [3, 1, 1]),
        (5, [1, 0, 0], [4, 1, 1]),
        (5, [1, 0, 0], [2, 1, 1]),
        (4, [1, 0, 0], [3, 1, 1]),
    ] {
        let sql = "INSERT INTO ledger_entries SELECT 'acc_a', $1, 'scan', 'grant', 1, $2, $3, $4, $5, $6, $7, \
                   (SELECT id FROM credit_lots WHERE account_id = 'acc_a'), NULL, 'checkout', 'forged', NULL, 'forger', 0, '', ''";
        let mut tx = desk.store.begin().await.unwrap();
        let mut query = sqlx::query(sql).bind(seq);
        for figure in d.into_iter().chain(after) {
            query = query.bind(figure);
        }
        assert!(
            query.execute(&mut *tx).await.is_err(),
            "{seq} {d:?} {after:?}"
        );
    }
    desk.assert_sound().await;
}

#[tokio::test]
async fn control_04_the_hash_chain_notices_every_changed_field() {
    for change in [
        "UPDATE ledger_entries SET cause_ref = 'another' WHERE account_id = $1 AND seq = 2",
        "UPDATE ledger_entries SET created_at = created_at + 1 WHERE account_id = $1 AND seq = 1",
        "UPDATE ledger_entries SET cause = 'renewal' WHERE account_id = $1 AND seq = 3",
        "UPDATE ledger_entries SET hash = 'x' WHERE account_id = $1 AND seq = 5",
        "UPDATE ledger_entries SET prev_hash = '' WHERE account_id = $1 AND seq = 4",
    ] {
        let desk = busy().await;
        let drop = match desk.store.engine() {
            Engine::Sqlite => "DROP TRIGGER ledger_no_update",
            Engine::Postgres => "DROP TRIGGER ledger_no_update ON ledger_entries",
        };
        desk.write(drop, "").await.unwrap();
        // The same statement that inv_05 sees refused goes through without the trigger.
        assert_eq!(desk.write(change, "acc_a").await.unwrap(), 1, "{change}");
        assert_eq!(
            violations(desk.store.reader()).await,
            ["the hash chain is whole"],
            "{change}"
        );
    }
}
