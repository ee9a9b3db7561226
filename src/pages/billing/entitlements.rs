//! Account entitlements: what the plan covers, in words and as the API names it.

use crate::model::credits::raw_fields;
use crate::parts::{Badge, Fact, Facts, Panel, When, follow, pick};
use domain::Timestamp;
use domain::account::{EntitlementStatus, MonitoringStatus, PackageKey};
use domain::billing::{AgencyAllowance, BillingView};
use leptos::prelude::*;

/// The panel `Account entitlements`; who comes from a block reads the fields of the API at once (S2-5, S2-8).
pub(super) fn entitlements(view: Signal<BillingView>, from_block: bool) -> AnyView {
    let aside = move || {
        follow(
            pick(view, |view| {
                (view.renews_at, view.ends_at, view.trial_ends_at)
            }),
            term,
        )
    };
    view! {
        <Panel title="Account entitlements" aside>
            <div class="stack">
                {follow(pick(view, Shown::of), in_words)}
                <details open=from_block>
                    <summary>"Fields of the API"</summary>
                    {follow(pick(view, raw_fields), |fields| as_the_api_names_them(fields))}
                </details>
            </div>
        </Panel>
    }
    .into_any()
}

/// What is said in words.
#[derive(Clone, PartialEq)]
struct Shown {
    account: String,
    email: String,
    plan: PackageKey,
    state: EntitlementStatus,
    includes: Option<String>,
    scan: i64,
    fix: i64,
    monitoring: MonitoringStatus,
    allowance: Option<AgencyAllowance>,
}

impl Shown {
    fn of(view: &BillingView) -> Self {
        Self {
            account: view.account_name.clone(),
            email: view.billing_email.clone(),
            plan: view.package_key,
            state: view.package_entitlement_status,
            includes: plan_includes(view),
            scan: view.available_credits.scan,
            fix: view.remaining_fix_credits,
            monitoring: view.monitoring_entitlement_status,
            allowance: view.agency_allowance.clone(),
        }
    }
}

/// What the account's plan brings, from its card of the ladder.
fn plan_includes(view: &BillingView) -> Option<String> {
    let package = Some(view.package_key);
    let card = view.plans.iter().find(|card| card.package_key == package)?;
    (!card.includes.is_empty()).then(|| card.includes.join(" \u{b7} "))
}

fn in_words(shown: &Shown) -> AnyView {
    let Shown {
        account,
        email,
        plan,
        state,
        includes,
        scan,
        fix,
        monitoring,
        allowance,
    } = shown.clone();
    let covers = match monitoring {
        MonitoringStatus::Active => "Included",
        MonitoringStatus::Inactive => "Not in this plan",
    };
    let includes = includes.map(|words| view! { <Fact name="Plan includes">{words}</Fact> });
    view! {
        <Facts>
            <Fact name="Account">{account}</Fact>
            <Fact name="Billing email">{email}</Fact>
            <Fact name="Active plan">{plan.label()} " " <code>{plan.key()}</code></Fact>
            <Fact name="Plan state"><Badge tone=state label=state.label() /></Fact>
            <Fact name="Scan credits">{scan} " available"</Fact>
            <Fact name="Fix credits">{fix} " available"</Fact>
            <Fact name="Monitoring"><Badge tone=monitoring label=covers /></Fact>
            <Fact name="Agency allowance">{pool(allowance)}</Fact>
            {includes}
        </Facts>
    }
    .into_any()
}

fn pool(allowance: Option<AgencyAllowance>) -> AnyView {
    match allowance {
        None => view! { <span class="muted">"Not in this plan"</span> }.into_any(),
        Some(pool) => view! {
            {pool.scan_pool_avail} " scan \u{b7} " {pool.fix_pool_avail} " automated fix in the pool, "
            {pool.client_slots_used} " of " {pool.client_slots} " client workspaces used"
        }
        .into_any(),
    }
}

fn as_the_api_names_them(fields: &[(&'static str, String)]) -> AnyView {
    let rows: Vec<AnyView> = fields
        .iter()
        .map(|(name, value)| {
            view! { <dt><code>{*name}</code></dt><dd><code>{value.clone()}</code></dd> }.into_any()
        })
        .collect();
    view! { <dl class="facts fields" aria-label="Fields of the API">{rows}</dl> }.into_any()
}

/// When the plan renews or ends, or its approved trial.
type Term = (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>);

fn term(&(renews, ends, trial): &Term) -> AnyView {
    let words = match (renews, ends, trial) {
        (_, Some(at), _) => view! { "Ends " <When at day=true /> }.into_any(),
        (Some(at), None, _) => view! { "Renews " <When at day=true /> }.into_any(),
        (None, None, Some(at)) => view! { "Approved trial until " <When at day=true /> }.into_any(),
        (None, None, None) => "No renewal".into_any(),
    };
    view! { <span class="muted small">{words}</span> }.into_any()
}
