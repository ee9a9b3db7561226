//! Held now: the work that explains `Res`.

use crate::parts::When;
use domain::billing::BillingView;
use domain::credits::amount_text;
use domain::ledger::Hold;
use leptos::prelude::*;

/// What holds reserved credits, as a list.
#[component]
pub fn Holds(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let holds = Memo::new(move |_| view.with(|view| view.holds.clone()));
    let any = Memo::new(move |_| holds.with(|holds| !holds.is_empty()));
    let key = |hold: &Hold| (hold.hold_id.clone(), hold.reference.label.clone());
    let list = move || {
        view! {
            <h3>"Held now"</h3>
            <dl class="lines small">
                <For each=move || holds.get() key=key children=|hold| view! { <Line hold /> } />
            </dl>
        }
    };
    move || {
        if any.get() {
            list().into_any()
        } else {
            view! { <p class="small muted">"No work holds credits now."</p> }.into_any()
        }
    }
}

/// One hold.
#[component]
fn Line(hold: Hold) -> impl IntoView {
    let label = hold.reference.label;
    let work = match hold.reference.href {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <div>
            <dt>{work}</dt>
            <dd>{amount_text(hold.amount, hold.credit_type)} " since " <When at=hold.created_at /></dd>
        </div>
    }
}
