//! What to work on first when the credits do not cover all that could be worked on.

use super::state::FixState;
use crate::dom;
use crate::model::report::credits;
use crate::parts::{ActionButton, follow};
use crate::slice::Slice;
use domain::fix::proposal::{Pick, Proposal, propose};
use domain::id::FindingId;
use leptos::prelude::*;

/// The proposal, its reasons, and the button that selects it; nothing when the credits cover all, or nothing.
#[component]
pub(super) fn Proposed(
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let proposal = Slice::new(move |_| {
        let credits = state.facts.with(|facts| facts.payer.balance.avail);
        let asks = state.mode.get().uses_credits();
        asks.then(|| state.findings.with(|all| propose(all, credits)))
            .flatten()
    });
    follow(proposal, move |proposal| {
        let made = proposal.as_ref();
        made.map(|proposal| shown(state, proposal)).into_any()
    })
}

fn shown(state: FixState, proposal: &Proposal) -> impl IntoView + use<> {
    let ids: Vec<FindingId> = proposal.picks.iter().map(|pick| pick.id.clone()).collect();
    let (count, cost) = (ids.len(), credits(proposal.cost));
    let said = format!("{} selected for {cost}.", findings(count));
    let text = format!(
        "The available credits do not cover all {} that can be worked on. {} for {cost} would remove the most risk: {} of {} risk points.",
        findings(proposal.all_count),
        findings(count),
        proposal.points,
        proposal.all_points,
    );
    let own = ids.clone();
    let off = Signal::derive(move || {
        let same = state.selected.with(|selected| *selected == own);
        same.then(|| "They are selected below. You can still change the selection.".to_owned())
    });
    let select = Callback::new(move |()| {
        state.select(ids.clone());
        dom::announce(&said);
    });
    let reasons = proposal.picks.iter().map(reason).collect_view();
    view! {
        <div class="stack">
            <p class="small">{text}</p>
            <details class="small">
                <summary>"Why these findings"</summary>
                <p>"Risk points are 27 for critical, 9 for high, 3 for medium and 1 for low, times 3, 2 or 1 for high, medium or low confidence."</p>
                <ul>{reasons}</ul>
            </details>
            <ActionButton label=Signal::stored("Select what removes the most risk".to_owned()) off on_act=select />
        </div>
    }
}

fn reason(pick: &Pick) -> impl IntoView + use<> {
    let text = format!(
        "{}: {}, confidence {}, {} risk points for {}.",
        pick.title,
        pick.severity.label(),
        pick.confidence.label().to_ascii_lowercase(),
        pick.points,
        credits(pick.cost),
    );
    view! { <li>{text}</li> }
}

fn findings(count: usize) -> String {
    count.to_string() + if count == 1 { " finding" } else { " findings" }
}
