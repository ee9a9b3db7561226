//! Held now: the work that explains `Res`.

use crate::parts::{When, rows, unless_empty};
use crate::slice::Slice;
use domain::credits::amount_text;
use domain::ledger::Hold;
use leptos::prelude::*;

/// What holds reserved credits, as a list.
pub(super) fn holds(holds: Slice<Vec<Hold>>) -> AnyView {
    unless_empty(holds, nothing, move || {
        let lines = rows(holds, |hold| hold.hold_id.clone(), line);
        view! { <h3>"Held now"</h3><dl class="lines small">{lines}</dl> }.into_any()
    })
}

fn nothing() -> AnyView {
    view! { <p class="small muted">"No work holds credits now."</p> }.into_any()
}

/// One hold.
fn line(hold: &Hold) -> AnyView {
    let label = hold.reference.label.clone();
    let work = match hold.reference.href.clone() {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <div>
            <dt>{work}</dt>
            <dd>{amount_text(hold.amount, hold.credit_type)} " since " <When at=hold.created_at /></dd>
        </div>
    }
    .into_any()
}
