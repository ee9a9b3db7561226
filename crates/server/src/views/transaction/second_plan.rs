//! A plan that was paid beside one that ran, as everybody concerned reads it.

use super::Refundable;
use crate::error::ApiError;
use crate::store::second_plans::{self, Stored};
use domain::catalogue::catalogue;
use domain::id::AccountId;
use domain::second_plan::{ReturnState, SecondPlan};
use sqlx::AnyConnection;

/// Those of an account that are not over.
pub async fn open(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<SecondPlan>, ApiError> {
    let mut all = Vec::new();
    for stored in second_plans::of_account(conn, account).await? {
        let plan = read(conn, &stored).await?;
        all.extend(Some(plan).filter(SecondPlan::is_open));
    }
    Ok(all)
}

/// The one that a payment began, if it did.
pub async fn of_payment(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Option<SecondPlan>, ApiError> {
    match second_plans::of_payment(conn, transaction).await? {
        Some(stored) => Ok(Some(read(conn, &stored).await?)),
        None => Ok(None),
    }
}

async fn read(conn: &mut AnyConnection, stored: &Stored) -> Result<SecondPlan, ApiError> {
    let payment = Refundable::load(conn, &stored.account, &stored.transaction).await?;
    let name = |key: &str| {
        catalogue()
            .item(key)
            .map_or(String::new(), |item| item.name.clone())
    };
    let state = ReturnState::of(
        payment.remaining(),
        payment.in_review(),
        payment.was_decided(),
    );
    let id = payment.row.transaction_id.clone();
    let plans = (name(&stored.item_key), name(&stored.kept_item_key));
    Ok(SecondPlan::new(
        id,
        (&plans.0, &plans.1),
        payment.row.amount.label(),
        stored.ended,
        state,
    ))
}
