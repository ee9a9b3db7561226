//! Account entitlements: what the plan covers, in words and as the API names it.

use crate::model::credits::raw_fields;
use crate::parts::{Badge, Fact, Facts, Panel, When};
use domain::account::MonitoringStatus;
use domain::billing::{AgencyAllowance, BillingView};
use leptos::prelude::*;

/// The panel `Account entitlements`.
#[component]
pub fn Entitlements(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let fields = Memo::new(move |_| view.with(raw_fields));
    let rows = move || {
        let rows = fields.get().into_iter();
        rows.map(
            |(name, value)| view! { <dt><code>{name}</code></dt><dd><code>{value}</code></dd> },
        )
        .collect_view()
    };
    view! {
        <Panel title="Account entitlements" aside=(move || term(view)).into_any()>
            <div class="two">
                <Words view />
                <dl class="facts fields" aria-label="Fields of the API">{rows}</dl>
            </div>
        </Panel>
    }
}

/// What the plan covers, in words.
#[component]
fn Words(view: Signal<BillingView>) -> impl IntoView {
    let text = move |of: fn(&BillingView) -> String| move || view.with(of);
    let status = move || {
        let status = view.with(|view| view.package_entitlement_status);
        view! { <Badge tone=status label=status.label() /> }
    };
    let monitoring = move || {
        let status = view.with(|view| view.monitoring_entitlement_status);
        let label = match status {
            MonitoringStatus::Active => "Included",
            MonitoringStatus::Inactive => "Not in this plan",
        };
        view! { <Badge tone=status label=label /> }
    };
    let includes = Memo::new(move |_| view.with(plan_includes));
    view! {
        <Facts>
            <Fact name="Account">{text(|v| v.account_name.clone())}</Fact>
            <Fact name="Billing email">{text(|v| v.billing_email.clone())}</Fact>
            <Fact name="Active plan">
                {move || view.with(|v| v.package_key.label())} " "
                <code>{move || view.with(|v| v.package_key.key())}</code>
            </Fact>
            <Fact name="Plan state">{status}</Fact>
            {move || includes.get().map(|words| view! { <Fact name="Plan includes">{words}</Fact> })}
            <Fact name="Scan credits">{text(|v| v.available_credits.scan.to_string())} " available"</Fact>
            <Fact name="Fix credits">{text(|v| v.remaining_fix_credits.to_string())} " available"</Fact>
            <Fact name="Monitoring">{monitoring}</Fact>
            <Fact name="Agency allowance">{move || view.with(|v| allowance(v.agency_allowance.as_ref()))}</Fact>
        </Facts>
    }
}

/// What the account's plan brings, from its card of the ladder.
fn plan_includes(view: &BillingView) -> Option<String> {
    let package = Some(view.package_key);
    let card = view.plans.iter().find(|card| card.package_key == package)?;
    (!card.includes.is_empty()).then(|| card.includes.join(" \u{b7} "))
}

fn allowance(allowance: Option<&AgencyAllowance>) -> AnyView {
    match allowance {
        None => view! { <span class="muted">"Not in this plan"</span> }.into_any(),
        Some(pool) => view! {
            {pool.scan_pool_avail} " scan \u{b7} " {pool.fix_pool_avail} " automated fix in the pool, "
            {pool.client_slots_used} " of " {pool.client_slots} " client workspaces used"
        }
        .into_any(),
    }
}

/// When the plan renews or ends.
fn term(view: Signal<BillingView>) -> impl IntoView {
    let words = match view.with(|view| (view.renews_at, view.ends_at)) {
        (_, Some(at)) => view! { "Ends " <When at day=true /> }.into_any(),
        (Some(at), None) => view! { "Renews " <When at day=true /> }.into_any(),
        (None, None) => "No renewal".into_any(),
    };
    view! { <span class="muted small">{words}</span> }
}
