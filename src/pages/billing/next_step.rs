//! The one thing to do about a blocked action: buy, wait, or stop.

use crate::link::{Link, Origin};
use crate::model::blocked::{Blocked, Standing, Step};
use crate::session::{Session, use_session};
use domain::account::AccountRef;
use leptos::prelude::*;

/// What to do, as words and a control.
#[component]
pub fn NextStep(
    /// What is known about the blocked action.
    told: Memo<Option<Blocked>>,
    /// The blocked action; checkout leads back to it.
    origin: Origin,
) -> impl IntoView {
    let session = use_session();
    // Built anew only when it is another step, so that the control keeps the focus.
    let step = Memo::new(move |_| {
        told.with(|told| match told.as_ref().map(|told| &told.standing) {
            Some(Standing::Blocked { step, .. }) => Some(step.clone()),
            _ => None,
        })
    });
    move || {
        step.get()
            .map(|step| control(step, origin.clone(), session))
    }
}

fn control(step: Step, origin: Origin, session: Session) -> AnyView {
    match step {
        Step::Buy(item) => {
            let origin = Some(origin);
            let href = Link::Checkout { item, origin }.href();
            view! {
                <p><b>"Buy. "</b>"The credits go to this account, and what you selected is kept."</p>
                <p class="actions"><a class="btn primary" href=href>"Top up credits"</a></p>
            }
            .into_any()
        }
        Step::Wait(href) => view! {
            <p><b>"Wait. "</b>"Do not pay again: this opens by itself when the payment is confirmed."</p>
            <p class="actions"><a class="btn primary" href=href>"View checkout"</a></p>
        }
        .into_any(),
        // The browser's own jump moves the focus along; the router's would not.
        Step::ComparePlans => view! {
            <p><b>"Choose a plan. "</b>"Credits alone do not help here."</p>
            <p class="actions"><a class="btn primary" href="#panel-plans" rel="external">"Compare plans"</a></p>
        }
        .into_any(),
        Step::SwitchTo(account) => switch(account, session),
        Step::GoBack => view! { <p><b>"Stop here. "</b>"There is nothing to buy: it is cleared where the work is."</p> }.into_any(),
        Step::Words(words) => view! { <p>{words}</p> }.into_any(),
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
