//! What starts of paid work have in common: credits that ran out go first, and a shortage is a reason.

use crate::error::ApiError;
use crate::ledger::{LedgerError, expire_due};
use crate::live::Change;
use crate::write::Write;
use chrono::Utc;
use domain::credits::CreditType;
use domain::gate::{Facts, evaluate};
use domain::id::AccountId;

/// Writes off the payer's credits whose time is over, before the gate looks at the balance. That stays so when the gate
/// then says no: the next look at the page must not show credits that cannot be used.
pub(super) async fn write_off(
    write: &mut Write,
    payer: &AccountId,
    kind: CreditType,
) -> Result<(), ApiError> {
    if expire_due(write, payer, kind, Utc::now()).await? {
        write.changed(payer, Change::Ledger);
        write.mark().await?;
    }
    Ok(())
}

/// A hold that the ledger refuses although the gate was open, in the gate's own words.
pub(super) fn refused(error: LedgerError, facts: &Facts) -> ApiError {
    if let LedgerError::Short(short) = &error {
        let mut facts = facts.clone();
        facts.payer.balance.avail = short.have;
        let reasons = evaluate(&facts).blocked_reasons;
        if !reasons.is_empty() {
            return ApiError::blocked(reasons);
        }
    }
    error.into()
}
