//! A checkout session as the page shows it.

use crate::error::ApiError;
use crate::facts::account;
use crate::state::AppState;
use crate::store::checkouts::Checkout;
use domain::Timestamp;
use domain::catalogue::catalogue;
use domain::checkout::{CheckoutView, GrantedCredits, ProviderClient, stages};
use domain::credits::CreditType;
use domain::role::{Ability, Role};
use sqlx::{Row, SqliteConnection};

/// Builds the view for a person with this role.
pub async fn view(
    state: &AppState,
    conn: &mut SqliteConnection,
    checkout: &Checkout,
    role: Role,
    now: Timestamp,
) -> Result<CheckoutView, ApiError> {
    let item = catalogue()
        .item(&checkout.item_key)
        .ok_or_else(|| ApiError::internal("checkout of an unknown item"))?;
    let buyer = account(conn, &checkout.account).await?;
    let can_act = checkout.state.is_unfinished() && role.can(Ability::Purchase);
    let payable = can_act && checkout.times.paid_at.is_none() && checkout.transaction_id.is_some();
    let balance = match item.credit_type {
        Some(kind) => Some(crate::ledger::balance(conn, &checkout.account, kind).await?),
        None => None,
    };
    let per_unit = item
        .grants
        .iter()
        .filter(|grant| Some(grant.credit_type) == item.credit_type)
        .map(|grant| grant.credits);
    Ok(CheckoutView {
        checkout_session_id: checkout.id.clone(),
        account: buyer.account,
        item_key: item.key.clone(),
        item_name: item.name.clone(),
        package_key: item.package_key,
        credit_type: item.credit_type,
        quantity: checkout.quantity,
        credits: per_unit.sum::<i64>().saturating_mul(checkout.quantity),
        price_label: item.price_label.clone(),
        total: checkout.total.clone(),
        state: checkout.state,
        payment_status: checkout.state.payment_status(),
        provider: "paddle".into(),
        transaction_id: checkout.transaction_id.clone(),
        stages: stages(checkout.state, checkout.times),
        balance,
        granted: granted(conn, checkout).await?,
        origin: checkout.origin.clone(),
        opened_by: checkout.opened_by.clone(),
        can_act,
        client: if payable { client(state) } else { None },
        failure_reason: checkout.failure_reason.clone(),
        created_at: checkout.created_at,
        as_of: now,
    })
}

/// What the browser needs to open the provider's checkout.
fn client(state: &AppState) -> Option<ProviderClient> {
    state.config.paddle.as_ref().map(|paddle| ProviderClient {
        script_url: paddle.js_url.clone(),
        client_token: paddle.client_token.clone(),
        environment: paddle.environment().to_owned(),
    })
}

/// The grant that the session brought; for a plan the first of its credits.
async fn granted(
    conn: &mut SqliteConnection,
    checkout: &Checkout,
) -> Result<Option<GrantedCredits>, ApiError> {
    let row = sqlx::query(
        "SELECT seq, credit_type, amount, avail_after FROM ledger_entries WHERE account_id = $1 AND cause = 'checkout' \
         AND (cause_ref = $2 OR substr(cause_ref, 1, instr(cause_ref, '/') - 1) = $3) ORDER BY seq LIMIT 1",
    )
    .bind(checkout.account.as_str())
    .bind(checkout.id.as_str())
    .bind(&checkout.transaction_id)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (amount, avail_after): (i64, i64) = (row.try_get("amount")?, row.try_get("avail_after")?);
    Ok(Some(GrantedCredits {
        credit_type: crate::store::keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?,
        amount,
        avail_before: avail_after.saturating_sub(amount),
        avail_after,
        seq: row.try_get("seq")?,
    }))
}
