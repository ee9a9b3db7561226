//! The stages of a payment on its way into the ledger.

use super::time::Clock;
use domain::checkout::{Stage, StageState};
use leptos::prelude::*;

/// Stages with their state and time; no percentages, because nobody knows them.
pub fn stages(stages: &[Stage]) -> AnyView {
    let rows: Vec<AnyView> = stages.iter().map(row).collect();
    view! { <ol class="stages">{rows}</ol> }.into_any()
}

fn row(stage: &Stage) -> AnyView {
    let words = match stage.state {
        StageState::Done => "Done",
        StageState::Now => "Waiting for this",
        StageState::Waiting => "Waiting",
        StageState::Failed => "Did not happen",
    };
    let at = match stage.at {
        Some(at) => view! { <Clock at /> }.into_any(),
        None => view! { <span class="at">{words}</span> }.into_any(),
    };
    view! { <li data-state=stage.state.key()><span>{stage.key.label()}</span>{at}</li> }.into_any()
}
