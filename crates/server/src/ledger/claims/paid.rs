//! The credits that a payment brought and where they are now: what a refund would take them from.

use super::family::{self, Family};
use super::review;
use crate::ledger::LedgerError;
use crate::store::adjustments;
use domain::adjustment::Standing;
use domain::id::AccountId;
use domain::transaction::PaidCredits;
use sqlx::AnyConnection;

/// Credits of one lot that a payment brought, together with those that reversals brought in its place.
#[derive(Clone, Debug)]
pub struct Paid {
    /// What the lot is known by: it names the price that was paid.
    pub source_ref: String,
    /// What claims are met from.
    pub standing: Standing,
    /// The figures as people read them.
    pub credits: PaidCredits,
}

/// What a payment brought, by lot.
///
/// # Errors
/// When the database is away or holds what does not read.
pub async fn paid(
    conn: &mut AnyConnection,
    account: &AccountId,
    transaction: &str,
) -> Result<Vec<Paid>, LedgerError> {
    let mut all = Vec::new();
    for lot in adjustments::lots(conn, transaction).await? {
        let family = Family::load(conn, account, &lot.id).await?;
        let met = family::met(conn, account, &lot.id)
            .await?
            .unwrap_or_default();
        let held = review::held(conn, &family, &met.reviewed_for).await?;
        let kept = held.map_or(0, |(_, amount)| amount);
        let expired: i64 = sqlx::query_scalar(
            "SELECT CAST(sum(expired) AS BIGINT) FROM credit_lots WHERE account_id = $1 AND (id = $2 OR replaces = $2)",
        )
        .bind(account.as_str())
        .bind(lot.id.as_str())
        .fetch_one(&mut *conn)
        .await?;
        let standing = family.standing(&met, kept);
        let credits = PaidCredits {
            credit_type: family.credit_type,
            brought: lot.amount,
            avail: family.avail(),
            held: standing.res.saturating_add(kept),
            used: standing.spent,
            taken_back: met.taken,
            expired,
            owed: met.owed.saturating_sub(met.paid),
        };
        all.push(Paid {
            source_ref: lot.source_ref,
            standing,
            credits,
        });
    }
    Ok(all)
}
