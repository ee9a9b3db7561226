//! The one next step of a reason: a link, a control of this page, or words.

use super::switch_account::SwitchAccount;
use crate::model::step::{Here, Step, step};
use domain::account::AccountRef;
use domain::reason::{NextKind, Reason};
use leptos::prelude::*;

/// The one next step of a reason.
#[component]
pub fn NextStep(
    /// The reason.
    reason: Reason,
    /// The page that offers it.
    here: Here,
    /// Who owns what the page shows: the account to switch to, where that is the step.
    owner: AccountRef,
    /// Whether it stands in a row of many, where none is the page's first choice.
    #[prop(optional)]
    plain: bool,
    /// Does a step that belongs to this page.
    on_step: Callback<NextKind>,
) -> AnyView {
    let offered = step(&reason, here);
    let words = reason.next_action.label;
    let class = if plain { "btn" } else { "btn primary wide" };
    match offered {
        Step::Link(href) => view! { <a class=class href=href>{words}</a> }.into_any(),
        Step::Control(NextKind::SwitchAccount) => {
            view! { <SwitchAccount to=owner class /> }.into_any()
        }
        Step::Control(kind) => {
            // Where the page offers another way than the reason names, the button is called after it.
            let words = if kind == reason.next_action.kind {
                words
            } else {
                kind.label().to_owned()
            };
            view! { <button type="button" class=class on:click=move |_| on_step.run(kind)>{words}</button> }
                .into_any()
        }
        Step::Words(more) => {
            let more =
                (!more.is_empty()).then(|| view! { <br /><span class="muted small">{more}</span> });
            view! { <p><span class="muted">"Next: "</span>{words}{more}</p> }.into_any()
        }
    }
}
