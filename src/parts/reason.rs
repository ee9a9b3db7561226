//! A reason: why something cannot start, who clears it and when. The one next step stands beside it (`NextStep`).

use super::copy::CopyCode;
use super::guide_link::GuideLink;
use domain::reason::Reason;
use leptos::prelude::*;

/// A reason with its label, sentence, end and code.
#[component]
pub fn ReasonBox(
    /// The reason.
    reason: Reason,
) -> impl IntoView {
    let Reason {
        code,
        label,
        message,
        owner,
        clears_when,
        guide,
        ..
    } = reason;
    view! {
        <div class="reason">
            <h3>{label}</h3>
            <p>{message}</p>
            <p class="muted small">{owner.label()} " clears it, when " {clears_when} "."</p>
            <CopyCode code=code.key() />
            <GuideLink guide />
        </div>
    }
}
