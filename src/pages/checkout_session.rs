//! `/billing/checkout`: one checkout session from opening to ready, the same page after every reload.

mod bought;
mod find;
mod pay;
mod pending;
mod status;
mod under_way;

use crate::api;
use crate::parts::{Loaded, PageHead, Panel, follow, per_account, pick, stages};
use crate::remote::use_remote;
use crate::slice::Slice;
use bought::bought;
use domain::checkout::CheckoutState;
use domain::id::CheckoutId;
use domain::session::Membership;
use find::FindByTransaction;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use pay::Shown;
use status::status;
use under_way::under_way;

/// Names the session whose form this tab should open by itself, once.
pub const OPEN_FORM: &str = "open-form";

/// Names the session whose form said in this tab that the payment is made.
pub const PAID_FORM: &str = "paid-form";

/// What the address names: a session of ours, or the provider's transaction.
#[derive(Clone, PartialEq)]
enum Wanted {
    Session(CheckoutId),
    Transaction(String),
    Nothing,
}

/// The session of the address, for the account in view.
#[component]
pub fn CheckoutSessionPage() -> AnyView {
    let query = use_location().query;
    let wanted = Slice::new(move |_| {
        let query = query.read();
        let session = query
            .get("checkout_session_id")
            .and_then(|id| CheckoutId::parse(&id).ok());
        match (session, query.get("_ptxn")) {
            (Some(id), _) => Wanted::Session(id),
            (None, Some(transaction)) => Wanted::Transaction(transaction),
            (None, None) => Wanted::Nothing,
        }
    });
    follow(wanted, |wanted| {
        let wanted = wanted.clone();
        per_account(move |membership| match wanted.clone() {
            Wanted::Session(id) => view! { <Session membership id /> }.into_any(),
            Wanted::Transaction(transaction) => {
                view! { <FindByTransaction membership transaction /> }.into_any()
            }
            Wanted::Nothing => under_way(membership),
        })
    })
}

#[component]
fn Session(membership: Membership, id: CheckoutId) -> AnyView {
    let account = membership.account_id;
    let remote = use_remote(move || api::checkout(account.clone(), id.clone()));
    let page = move |session| page(Shown::new(session, remote));
    view! { <Loaded remote what="This checkout" children=page /> }.into_any()
}

fn page(shown: Shown) -> AnyView {
    let heading = pick(shown.session, |session| title(session.state).to_owned());
    let of = pick(shown.session, |session| session.account.name.clone());
    let progress = pick(shown.session, |session| session.stages.clone());
    view! {
        <PageHead title=heading of />
        {status(shown)}
        <div class="two">
            <Panel title="Progress of this payment">{follow(progress, |all| stages(all))}</Panel>
            <Panel title="What you buy">{bought(shown.session)}</Panel>
        </div>
    }
    .into_any()
}

/// The heading says how far the payment is.
const fn title(state: CheckoutState) -> &'static str {
    match state {
        CheckoutState::Created | CheckoutState::Opened => "Checkout",
        CheckoutState::ReturnedPending => "Payment confirmation pending",
        CheckoutState::Confirmed => "Payment confirmed",
        CheckoutState::Failed => "Payment failed",
        CheckoutState::Cancelled => "Checkout cancelled",
        CheckoutState::Expired => "Checkout expired",
    }
}
