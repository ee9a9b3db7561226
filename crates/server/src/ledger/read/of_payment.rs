//! What the credits of one payment went through: entries of its lots, and the work that took them.

use super::{ENTRIES, entry, work_reference};
use crate::store::{StoreError, keyed, maybe_moment, moment};
use domain::credits::CreditType;
use domain::id::AccountId;
use domain::ledger::Entry;
use domain::transaction::{CreditUse, UseState};
use sqlx::{AnyConnection, Row};

const OF_LOTS: &str = const_format::concatcp!(
    ENTRIES,
    "WHERE e.account_id = $1 AND e.lot_id IN (SELECT id FROM credit_lots WHERE account_id = $1 AND txn_id = $2) ORDER BY e.seq"
);

/// Entries of the lots that a payment brought, oldest first.
pub async fn entries_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    transaction: &str,
) -> Result<Vec<Entry>, StoreError> {
    let rows = sqlx::query(OF_LOTS)
        .bind(account.as_str())
        .bind(transaction)
        .fetch_all(conn)
        .await?;
    rows.iter().map(entry).collect()
}

/// Work that took credits of a payment, oldest first.
pub async fn uses_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    transaction: &str,
) -> Result<Vec<CreditUse>, StoreError> {
    let rows = sqlx::query(
        "SELECT h.*, r.title AS report_title, p.name AS project_name, s.status AS scan_status, \
         (SELECT count(*) FROM fix_task_findings ff WHERE ff.fix_task_id = h.work_ref) AS finding_count, \
         (SELECT CAST(sum(x.amount) AS BIGINT) FROM hold_lots x JOIN credit_lots l ON l.account_id = x.account_id AND l.id = x.lot_id \
          WHERE x.account_id = h.account_id AND x.hold_id = h.id AND l.txn_id = $2) AS part \
         FROM holds h LEFT JOIN fix_tasks f ON f.id = h.work_ref LEFT JOIN reports r ON r.id = f.report_id \
         LEFT JOIN projects p ON p.id = h.project_id LEFT JOIN scan_runs s ON s.id = h.work_ref \
         WHERE h.account_id = $1 AND h.purpose <> 'refund_review' AND h.id IN (SELECT x.hold_id FROM hold_lots x \
         JOIN credit_lots l ON l.account_id = x.account_id AND l.id = x.lot_id WHERE x.account_id = $1 AND l.txn_id = $2) ORDER BY h.created_at, h.id",
    )
    .bind(account.as_str())
    .bind(transaction)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(CreditUse {
                reference: work_reference(row)?,
                credit_type: keyed(
                    "credit type",
                    row.try_get("credit_type")?,
                    CreditType::parse,
                )?,
                amount: row.try_get("part")?,
                state: keyed("hold", row.try_get("status")?, UseState::parse)?,
                began_at: moment(row.try_get("created_at")?)?,
                ended_at: maybe_moment(row.try_get("resolved_at")?)?,
            })
        })
        .collect()
}
