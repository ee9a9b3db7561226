//! A button that enables, pauses or resumes a service.

use super::state::ProjectState;
use crate::parts::ActionButton;
use domain::project::{ServiceKind, ServiceSwitch};
use leptos::prelude::*;

/// The button, off with its reason for people who may not.
#[component]
pub(super) fn Switch(
    /// The page.
    state: ProjectState,
    /// Which service.
    service: ServiceKind,
    /// What to do with it.
    switch: ServiceSwitch,
) -> impl IntoView {
    let off = Signal::derive(move || {
        if state.switching.get().is_some() {
            return Some("A change is on its way. Wait for the answer.".to_owned());
        }
        state.switch_off.get()
    });
    let failed = move || {
        let (_, sentence) = state.switch_error.get().filter(|(of, _)| *of == service)?;
        Some(view! { <p class="answer stop" role="alert"><span>{sentence}</span></p> })
    };
    view! {
        <ActionButton label=switch.label().to_owned() off on_act=Callback::new(move |()| state.switch(service, switch)) />
        {failed}
    }
}
