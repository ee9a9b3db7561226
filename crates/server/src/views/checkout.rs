//! A checkout session as the page shows it.

use super::transaction::second_plan;
use crate::error::ApiError;
use crate::facts::account;
use crate::ledger::{balance, granted_by_checkout};
use crate::state::AppState;
use crate::store::checkouts::Checkout;
use domain::Timestamp;
use domain::catalogue::{ItemKind, catalogue};
use domain::checkout::{CheckoutView, ProviderClient, stages};
use domain::role::{Ability, Role};
use sqlx::AnyConnection;

/// Builds the view for a person with this role.
pub async fn view(
    state: &AppState,
    conn: &mut AnyConnection,
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
        Some(kind) => Some(balance(conn, &checkout.account, kind).await?),
        None => None,
    };
    let per_unit = item
        .grants
        .iter()
        .filter(|grant| Some(grant.credit_type) == item.credit_type)
        .map(|grant| grant.credits);
    let second_plan = match checkout.transaction_id.as_deref() {
        Some(transaction) if item.kind == ItemKind::Plan => {
            second_plan::of_payment(conn, transaction).await?
        }
        _ => None,
    };
    Ok(CheckoutView {
        second_plan,
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
        granted: granted_by_checkout(
            conn,
            &checkout.account,
            &checkout.id,
            checkout.transaction_id.as_deref(),
        )
        .await?,
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
pub fn client(state: &AppState) -> Option<ProviderClient> {
    state.config.paddle.as_ref().map(|paddle| ProviderClient {
        script_url: paddle.js_url.clone(),
        client_token: paddle.client_token.clone(),
        environment: paddle.environment().to_owned(),
    })
}
