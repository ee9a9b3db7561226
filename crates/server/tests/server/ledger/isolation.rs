//! Nothing that is done for one account touches another, and the database refuses rows that mix two.

use super::append_only::busy;
use crate::desk::{Answer, Desk, Give, account};
use domain::credits::CreditType;
use server::ledger::Purpose;

#[tokio::test]
async fn s1_27_inv_17_one_account_cannot_end_refund_or_use_what_is_anothers() {
    let desk = Desk::with(&["acc_a", "acc_b"]).await;
    let (a, b) = (account("acc_a"), account("acc_b"));
    desk.grant(&b, Give::top_up(CreditType::Scan, 5, "txn_b"))
        .await
        .unwrap();
    let held = desk.reserve(&b, Purpose::Scan, 2, "run", 0).await.unwrap();
    let lot = desk.lot("txn_b").await;
    let before = desk.rows_of("acc_b").await;

    let short = desk
        .reserve(&a, Purpose::Scan, 1, "run", 1)
        .await
        .unwrap_err();
    assert_eq!(
        Answer::of(&short),
        Answer::Short { need: 1, have: 0 },
        "B's credits are no capacity of A"
    );
    assert_eq!(
        Answer::of(&desk.settle(&a, &held.hold, 2, 1).await.unwrap_err()),
        Answer::NoHold
    );
    assert_eq!(
        Answer::of(&desk.restore(&a, &held.hold, 1).await.unwrap_err()),
        Answer::NoHold
    );
    assert_eq!(
        Answer::of(&desk.refund(&a, &lot, 1, "adj", 1).await.unwrap_err()),
        Answer::NoSuchRow
    );
    let again = desk
        .grant(&a, Give::top_up(CreditType::Scan, 5, "txn_b"))
        .await
        .unwrap();
    assert_eq!(
        again,
        server::ledger::GrantOutcome::Already,
        "a payment feeds one account"
    );

    assert_eq!(desk.rows_of("acc_b").await, before);
    assert_eq!(desk.figures(&a, CreditType::Scan).await, (0, 0, 0));
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_17_rows_that_mix_two_accounts_are_refused() {
    let desk = busy().await;
    for sql in [
        // A hold of A that draws from B's lot, and from its own lot under B's hold.
        "INSERT INTO hold_lots SELECT 'acc_a', h.id, l.id, 1, 9 FROM holds h, credit_lots l WHERE h.account_id = 'acc_a' AND l.account_id = 'acc_b' LIMIT 1",
        "INSERT INTO hold_lots SELECT 'acc_a', h.id, l.id, 1, 9 FROM holds h, credit_lots l WHERE h.account_id = 'acc_b' AND l.account_id = 'acc_a' LIMIT 1",
        // A's entry about B's lot or hold.
        "UPDATE credit_balances SET granted = granted + 1, avail = avail + 1 WHERE account_id = 'acc_a'; \
         UPDATE accounts SET ledger_seq = 6 WHERE id = 'acc_a'; \
         INSERT INTO ledger_entries SELECT 'acc_a', 6, 'scan', 'grant', 1, 1, 0, 0, avail, res, spent, \
         (SELECT id FROM credit_lots WHERE account_id = 'acc_b'), NULL, 'checkout', 'mixed', NULL, 'x', 0, '', '' FROM credit_balances WHERE account_id = 'acc_a'",
        // A lot of an account that has no balance row, or does not exist.
        "INSERT INTO credit_lots (account_id, id, credit_type, source, source_ref, amount, avail, priority, arrival, created_at) VALUES ('acc_nobody', 'lot_x', 'scan', 'admin', 'x', 1, 1, 10, 1, 0)",
        // A fix task paid with another account's hold.
        "INSERT INTO projects (id, account_id, billing_account_id, name, domain, scope, domain_status, created_at) VALUES ('prj_a','acc_a','acc_a','A','a.example','accepted','verified',0); \
         INSERT INTO reports (id, project_id, title, publication_status, gates, risk_score, scanned_pages, scanned_at, preferred_mode) VALUES ('rep_a','prj_a','A','published','[]',1,1,0,'ticket_only'); \
         INSERT INTO fix_tasks SELECT 'fix_a','rep_a','prj_a','acc_a',id,'created','review_only_patch',1,'x',0,NULL FROM holds WHERE account_id = 'acc_b' LIMIT 1",
    ] {
        let mut tx = desk.store.begin().await.unwrap();
        let outcome = sqlx::raw_sql(sql).execute(&mut *tx).await;
        let outcome = match outcome {
            Ok(_) => tx.commit().await,
            Err(error) => Err(error),
        };
        let error = outcome.expect_err(sql).to_string();
        assert!(
            error.to_lowercase().contains("foreign key"),
            "{sql}: {error}"
        );
    }
    desk.assert_sound().await;
}
