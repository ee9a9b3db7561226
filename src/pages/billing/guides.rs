//! Where to go on from Billing: the step in the product for each kind of work, and the guides.

use crate::link::Link;
use crate::model::blocked::{ActionState, Blocked};
use crate::parts::{GuideLink, Panel, follow, pick};
use crate::slice::Slice;
use domain::guide::Guide;
use domain::reason::WorkflowOwner;
use leptos::prelude::*;

/// The panel `Next steps and guides` (S3-29 to S3-33).
pub(super) fn next_steps() -> AnyView {
    view! {
        <Panel title="Next steps and guides" bare=true>
            <ul class="list onward">
                {way("First paid scan", "Open the project and enable Activation scan in Project services.",
                    "Open projects", Link::Projects.href(), Guide::ActivationScans)}
                {way("More scan capacity", "Top up scan credits here, then go back to the project service.",
                    "See top-ups", "#panel-credit-top-ups".into(), Guide::ScanCredits)}
                {way("Report remediation", "Choose findings in the report first; its fix workflow says what they cost.",
                    "Open reports", Link::Reports.href(), Guide::AutomatedFixCredits)}
                {way("Recurring checks", "Choose Monitor Plan or a stronger plan, then enable Monitoring in the project.",
                    "See plans", "#panel-plan-ladder".into(), Guide::MonitoringPlans)}
                {way("Finance records", "Every payment with its invoice. Paddle sends receipts to the billing email.",
                    "Open transactions", Link::Transactions(None).href(), Guide::InvoicesAndReceipts)}
            </ul>
        </Panel>
    }
    .into_any()
}

fn way(
    title: &'static str,
    words: &'static str,
    step: &'static str,
    href: String,
    guide: Guide,
) -> AnyView {
    // A place on this page: the browser's own jump moves the focus along; the router's would not.
    let own = href.starts_with('#').then_some("external");
    view! {
        <li>
            <div>
                <h3>{title}</h3>
                <p class="small muted">{words}</p>
            </div>
            <div class="actions"><a class="btn" href=href rel=own>{step}</a><GuideLink guide /></div>
        </li>
    }
    .into_any()
}

/// Where to read on when Billing does not own the block (S2-17).
const ELSEWHERE: [Guide; 4] = [
    Guide::ResolveBlocked,
    Guide::PlansAndCreditState,
    Guide::AutomatedFixCredits,
    Guide::RefundsAndDisputes,
];

/// The guides for a block that something else than Billing owns.
pub(super) fn block_guides(blocked: Slice<Option<Blocked>>) -> AnyView {
    let elsewhere = pick(blocked, |blocked| {
        blocked.as_ref().is_some_and(is_owned_elsewhere)
    });
    follow(elsewhere, |elsewhere| elsewhere.then(links).into_any())
}

fn links() -> AnyView {
    let row = |guide: Guide| {
        view! { <li><a href=Link::Guide(guide).href()>{guide.label()}</a></li> }.into_any()
    };
    view! {
        <div class="small">
            <p class="muted">"This block is not cleared in Billing. Guides:"</p>
            <ul class="guide-links" aria-label="Guides about this block">
                {Vec::from(ELSEWHERE.map(row))}
            </ul>
        </div>
    }
    .into_any()
}

fn is_owned_elsewhere(blocked: &Blocked) -> bool {
    match &blocked.state {
        ActionState::Ready => false,
        ActionState::Elsewhere => true,
        ActionState::Blocked { reason, .. } => !matches!(
            reason.owner,
            WorkflowOwner::Billing | WorkflowOwner::Provider
        ),
    }
}
