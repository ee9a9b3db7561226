//! Available now: the figures in large, and the one next step.

use crate::parts::{Panel, follow, pick};
use domain::billing::{AvailableCredits, BillingView};
use domain::credits::CreditType;
use domain::next::{Next, next};
use leptos::prelude::*;

/// The panel `Available now`.
pub(super) fn glance(view: Signal<BillingView>) -> AnyView {
    let credits = pick(view, |view| view.available_credits);
    let step = pick(view, next);
    view! {
        <Panel title="Available now">
            <div class="glance">
                {follow(credits, |credits| figures(*credits))}
                {follow(step, |step| step.as_ref().map(way_on).into_any())}
            </div>
        </Panel>
    }
    .into_any()
}

fn figures(credits: AvailableCredits) -> AnyView {
    let one = |kind: &CreditType| {
        view! { <div><dt>{kind.label()}</dt><dd>{credits.of(*kind)}</dd></div> }.into_any()
    };
    let all: Vec<AnyView> = CreditType::ALL.iter().map(one).collect();
    view! { <dl class="figures">{all}</dl> }.into_any()
}

/// A place on this page is the browser's own jump, which moves the focus along; the router's would not.
fn way_on(next: &Next) -> AnyView {
    let Next { label, href, why } = next.clone();
    let rel = href.starts_with('#').then_some("external");
    view! {
        <p class="next"><span class="muted small">{why}</span><a class="btn primary" href=href rel=rel>{label}</a></p>
    }
    .into_any()
}
