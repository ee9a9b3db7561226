//! Who pays for paid work, and what that account can use.

use domain::credits::CreditType;
use domain::gate::Payer;
use leptos::prelude::*;

/// The paying account with its three figures of one credit type, in one line; who may not open its billing sees `Avail`.
pub fn payer_line(payer: &Payer, kind: CreditType) -> AnyView {
    let figure = |name: &'static str, figure: i64| {
        view! { <div><dt>{name}</dt><dd>{figure}</dd></div> }.into_any()
    };
    let balance = payer.balance;
    let rest = payer
        .is_member
        .then(|| [figure("Res", balance.res), figure("Spent", balance.spent)]);
    view! {
        <dl class="payer">
            <div class="of"><dt>{kind.label()}</dt><dd>{payer.account.name.clone()}</dd></div>
            {figure("Avail", balance.avail)}
            {rest.map(Vec::from)}
        </dl>
    }
    .into_any()
}
