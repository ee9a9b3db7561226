//! Who pays for paid work, and what that account can use.

use domain::account::AccountRef;
use domain::credits::{Balance, CreditType};
use domain::gate::Payer;
use leptos::prelude::*;

/// The paying account with its three figures of one credit type, in one line; who may not open its billing sees `Avail`.
#[component]
pub fn PayerLine(
    /// Who pays.
    #[prop(into)]
    payer: Signal<Payer>,
    /// Which credits.
    kind: CreditType,
) -> impl IntoView {
    let account = Memo::new(move |_| payer.with(|payer| payer.account.clone()));
    let balance = Memo::new(move |_| payer.with(|payer| payer.balance));
    let is_member = Memo::new(move |_| payer.with(|payer| payer.is_member));
    let figure = move |name: &'static str, of: fn(Balance) -> i64| {
        view! { <div><dt>{name}</dt><dd>{move || of(balance.get())}</dd></div> }
    };
    view! {
        <dl class="payer">
            <div class="of"><dt>{kind.label()}</dt><dd>{move || account.with(|account: &AccountRef| account.name.clone())}</dd></div>
            {figure("Avail", |balance| balance.avail)}
            {move || is_member.get().then(|| (figure("Res", |balance| balance.res), figure("Spent", |balance| balance.spent)))}
        </dl>
    }
}
