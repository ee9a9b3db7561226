//! The one thing to do about a blocked action: buy, wait, or stop.

use crate::link::{Link, Origin};
use crate::model::blocked::{ActionState, Blocked, Remedy};
use crate::session::{Session, use_session};
use domain::account::AccountRef;
use leptos::prelude::*;

/// What to do, as words and a control.
#[component]
pub fn RemedyBox(
    /// What is known about the blocked action.
    blocked: Memo<Option<Blocked>>,
    /// The blocked action; checkout leads back to it.
    origin: Origin,
) -> impl IntoView {
    let session = use_session();
    // Built anew only when it is another remedy, so that the control keeps the focus.
    let remedy = Memo::new(move |_| {
        blocked.with(
            |blocked| match blocked.as_ref().map(|blocked| &blocked.state) {
                Some(ActionState::Blocked { remedy, .. }) => Some(remedy.clone()),
                _ => None,
            },
        )
    });
    move || {
        remedy
            .get()
            .map(|remedy| control(remedy, origin.clone(), session))
    }
}

fn control(remedy: Remedy, origin: Origin, session: Session) -> AnyView {
    match remedy {
        Remedy::Buy(item) => {
            let origin = Some(origin);
            let href = Link::Checkout { item, origin }.href();
            view! {
                <p><b>"Buy. "</b>"The credits go to this account, and what you selected is kept."</p>
                <p class="actions"><a class="btn primary" href=href>"Top up credits"</a></p>
            }
            .into_any()
        }
        Remedy::Wait(href) => view! {
            <p><b>"Wait. "</b>"Do not pay again: this opens by itself when the payment is confirmed."</p>
            <p class="actions"><a class="btn primary" href=href>"View checkout"</a></p>
        }
        .into_any(),
        // The browser's own jump moves the focus along; the router's would not.
        Remedy::ComparePlans => view! {
            <p><b>"Choose a plan. "</b>"Credits alone do not help here."</p>
            <p class="actions"><a class="btn primary" href="#panel-plans" rel="external">"Compare plans"</a></p>
        }
        .into_any(),
        Remedy::SwitchTo(account) => switch(account, session),
        Remedy::GoBack => view! { <p><b>"Stop here. "</b>"There is nothing to buy: it is cleared where the work is."</p> }.into_any(),
        Remedy::Words(words) => view! { <p>{words}</p> }.into_any(),
    }
}

fn switch(account: AccountRef, session: Session) -> AnyView {
    let AccountRef { id, name } = account;
    let change = move |_| session.switch(id.clone());
    let label = name.clone();
    view! {
        <p><b>"Switch. "</b>"This is up to " {name} "; buying for the account in view would not help."</p>
        <p class="actions"><button type="button" class="btn primary" on:click=change>"Switch to " {label}</button></p>
    }
    .into_any()
}
