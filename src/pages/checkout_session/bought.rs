//! What a session buys, for whom, and the balance as it is now.

use crate::parts::{CopyCode, Fact, Facts, When, follow, pick};
use domain::checkout::CheckoutView;
use domain::credits::{Balance, CreditType, amount_text};
use leptos::prelude::*;

/// What is bought; only the total and the balance come or change while one looks.
pub(super) fn bought(session: Signal<CheckoutView>) -> AnyView {
    let balance = pick(session, |session| session.credit_type.zip(session.balance));
    let total = pick(session, |session| session.total.clone());
    let CheckoutView {
        account,
        checkout_session_id,
        item_name,
        credit_type,
        credits,
        price_label,
        opened_by,
        created_at,
        ..
    } = session.get_untracked();
    let quantity = credit_type.map_or_else(|| item_name.clone(), |kind| amount_text(credits, kind));
    view! {
        <Facts>
            <Fact name="Account">{account.name} " " <CopyCode code=account.id.to_string() /></Fact>
            <Fact name="Item">{item_name}</Fact>
            <Fact name="Quantity">{quantity}</Fact>
            <Fact name="Price">{price_label}</Fact>
            {follow(total, |total| total.clone().map(before_tax).into_any())}
            <Fact name="Opened">{opened_by} ", " <When at=created_at /></Fact>
            <Fact name="Checkout"><CopyCode code=checkout_session_id.to_string() /></Fact>
            {follow(balance, |balance| balance.map(figures).into_any())}
        </Facts>
    }
    .into_any()
}

fn before_tax(total: String) -> AnyView {
    view! { <Fact name="Total before tax">{total}</Fact> }.into_any()
}

fn figures((kind, balance): (CreditType, Balance)) -> AnyView {
    let Balance { avail, res, spent } = balance;
    view! { <Fact name=kind.label()>{format!("Avail {avail}, Res {res}, Spent {spent}")}</Fact> }
        .into_any()
}
