//! Whom a guide is for, and the block `Feature availability`.

use crate::parts::{Fact, Facts};
use domain::guide::Availability;
use leptos::prelude::*;

/// The audience, and since when and for which plans, providers and deployment modes the guide holds.
#[component]
pub(super) fn Holds(
    /// Whom it is for.
    audience: String,
    /// The block.
    availability: Availability,
) -> AnyView {
    let codes = |words: Vec<String>| {
        let one = |word: String| view! { <li><code>{word}</code></li> };
        if words.is_empty() {
            return "None takes part".into_any();
        }
        view! { <ul class="codes">{words.into_iter().map(one).collect_view()}</ul> }.into_any()
    };
    let packages = availability.packages.iter();
    let packages = packages.map(|package| package.key().to_owned()).collect();
    view! {
        <section aria-labelledby="feature-availability">
            <h2 id="feature-availability">"Feature availability"</h2>
            <Facts>
                <Fact name="For">{audience}</Fact>
                <Fact name="Available from">{availability.available_from}</Fact>
                <Fact name="Packages">{codes(packages)}</Fact>
                <Fact name="Providers">{codes(availability.providers)}</Fact>
                <Fact name="Deployment modes">{codes(availability.deployment_modes)}</Fact>
            </Facts>
        </section>
    }
    .into_any()
}
