//! The stages of a payment on its way into the ledger.

use super::time::Clock;
use domain::checkout::{Stage, StageState};
use leptos::prelude::*;

/// Stages with their state and time; no percentages, because nobody knows them.
#[component]
pub fn Stages(
    /// The stages.
    stages: Vec<Stage>,
) -> impl IntoView {
    let rows = stages.into_iter().map(|stage| {
        let at = match (stage.at, stage.state) {
            (Some(at), _) => view! { <Clock at /> }.into_any(),
            (None, StageState::Done) => view! { <span class="at">"Done"</span> }.into_any(),
            (None, StageState::Now) => {
                view! { <span class="at">"Waiting for this"</span> }.into_any()
            }
            (None, StageState::Waiting) => view! { <span class="at">"Waiting"</span> }.into_any(),
            (None, StageState::Failed) => {
                view! { <span class="at">"Did not happen"</span> }.into_any()
            }
        };
        view! { <li data-state=stage.state.key()><span>{stage.key.label()}</span>{at}</li> }
    });
    view! { <ol class="stages">{rows.collect_view()}</ol> }
}
