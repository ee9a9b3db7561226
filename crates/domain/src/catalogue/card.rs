//! Whether this account can buy an item now, and what its card says when it cannot (docs/product.md#states-of-a-card).

use super::{Item, ItemKind, catalogue};
use crate::account::{AccountType, BillingState, PackageKey, SubscriptionStatus};
use crate::credits::{CreditType, Owed};
use crate::id::CheckoutId;
use crate::keyed;
use crate::plan_change::{PAUSED, differences};
use crate::project::ProjectType;
use serde::{Deserialize, Serialize};

keyed! {
    /// Whether a card can open checkout now, and if not, why (docs/product.md#states-of-a-card).
    pub enum CardState {
        Available = "available", "Checkout available";
        Current = "current", "Current plan";
        PlanChange = "plan_change", "Plan change available";
        Included = "included", "Included in your plan";
        ProviderIdsPending = "provider_ids_pending", "Provider IDs pending";
        Deferred = "deferred", "Deferred";
        UnavailableForAccount = "unavailable_for_account", "Unavailable for this account";
        UnavailableForProject = "unavailable_for_project", "Plan unavailable for this project";
        CheckoutOpen = "checkout_open", "Checkout not finished";
        PaymentPending = "payment_pending", "Payment confirmation pending";
    }
}

/// What a card depends on besides the item itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardFacts<'a> {
    /// The account's plan now.
    pub package_key: PackageKey,
    /// The state of its subscription.
    pub subscription_status: SubscriptionStatus,
    /// Whether billing lets paid work start.
    pub billing_state: BillingState,
    /// What the account owes because disputed payments were used.
    pub owed: Owed,
    /// The account's price list.
    pub price_list: &'a str,
    /// Whether the provider is configured and has a price for this item on that list.
    pub has_price: bool,
    /// The account's unfinished checkout that keeps this item from being bought.
    pub unfinished: Option<Unfinished<'a>>,
    /// What kind of buyer the account is.
    pub buyer: AccountType,
    /// The project whose work led here, if one did.
    pub project: Option<ProjectNeed<'a>>,
}

/// What a project needs of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectNeed<'a> {
    /// The project's name.
    pub name: &'a str,
    /// Whose site it is.
    pub project_type: ProjectType,
    /// Pages that its accepted scope covers, when a scan of them is what is wanted.
    pub pages: Option<i64>,
}

/// An unfinished checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished<'a> {
    /// Which.
    pub id: &'a CheckoutId,
    /// What it buys.
    pub item: &'a Item,
    /// Whether its payment was handed in and waits for its confirmation.
    pub awaits_confirmation: bool,
}

/// The state of a card and, when it cannot open checkout, the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardVerdict {
    /// The state.
    pub state: CardState,
    /// Why it cannot be had now; `None` only when it can be bought, or reached by a change of plan.
    pub reason: Option<String>,
}

fn closed(state: CardState, reason: String) -> CardVerdict {
    CardVerdict {
        state,
        reason: Some(reason),
    }
}

/// Whether the account can open checkout for an item now. The server asks again when checkout is opened.
pub fn card_state(item: &Item, facts: &CardFacts<'_>) -> CardVerdict {
    let name = &item.name;
    let unfinished = facts
        .unfinished
        .filter(|session| item.waits_for(session.item));
    if let Some(session) = unfinished.filter(|session| session.item.key == item.key) {
        return under_way(item, session);
    }
    if let Some(verdict) = item
        .package_key
        .and_then(|package| plan_held(name, package, facts))
    {
        return verdict;
    }
    if let Some(session) = unfinished {
        return under_way(item, session);
    }
    if catalogue().is_deferred(facts.price_list, &item.key) {
        return closed(
            CardState::Deferred,
            format!("{name} is shown for comparison and cannot be bought yet."),
        );
    }
    if let Some(reason) = unavailable(item, facts) {
        return closed(CardState::UnavailableForAccount, reason);
    }
    if !facts.has_price {
        return closed(
            CardState::ProviderIdsPending,
            format!(
                "{name} cannot be bought yet: the payment provider has no price for it on this account. Checkout opens when it is configured."
            ),
        );
    }
    if let Some(reason) = facts
        .project
        .and_then(|project| unfit(item, project, facts.buyer))
    {
        return closed(CardState::UnavailableForProject, reason);
    }
    let state = if item.kind == ItemKind::Plan && subscribed(facts) {
        CardState::PlanChange
    } else {
        CardState::Available
    };
    CardVerdict {
        state,
        reason: None,
    }
}

/// What keeps an item from being bought while a checkout is under way: one that is open has charged nothing, one that was
/// paid must not be paid again (S1-32).
fn under_way(item: &Item, session: Unfinished<'_>) -> CardVerdict {
    let (name, other) = (&item.name, &session.item.name);
    let same = session.item.key == item.key;
    let (state, reason) = match (session.awaits_confirmation, same) {
        (true, true) => (
            CardState::PaymentPending,
            format!(
                "The payment for {name} waits for its confirmation. Follow it; do not pay again."
            ),
        ),
        (true, false) => (
            CardState::PaymentPending,
            format!(
                "The payment for {other} waits for its confirmation, and an account has one plan. Follow it before you choose {name}."
            ),
        ),
        (false, true) => (
            CardState::CheckoutOpen,
            format!(
                "A checkout for {name} is not finished, and nothing is charged. Finish it or cancel it."
            ),
        ),
        (false, false) => (
            CardState::CheckoutOpen,
            format!(
                "A checkout for {other} is not finished, and an account has one plan. Finish it or cancel it before you choose {name}."
            ),
        ),
    };
    closed(state, reason)
}

/// Whether a plan runs: another one is then reached by changing it, never by a second subscription.
const fn subscribed(facts: &CardFacts<'_>) -> bool {
    facts.subscription_status.runs()
}

/// Why a plan would be paid and not let the project's work start: the rules of the catalogue about the type of project,
/// the buyer, and the accepted scope (S3-25).
fn unfit(item: &Item, project: ProjectNeed<'_>, buyer: AccountType) -> Option<String> {
    let (plan, name) = (&item.name, project.name);
    let types = &item.project_types;
    if !types.is_empty() && !types.contains(&project.project_type) {
        let sold: Vec<&str> = types.iter().map(|kind| kind.one()).collect();
        return Some(format!(
            "{plan} is for {}, and {name} is {}.",
            sold.join(" or "),
            project.project_type.one()
        ));
    }
    if !item.buyers.is_empty() && !item.buyers.contains(&buyer) {
        let sold: Vec<&str> = item.buyers.iter().map(|kind| kind.label()).collect();
        return Some(format!(
            "{plan} carries projects of: {}. {name} is paid by: {}.",
            sold.join(", "),
            buyer.label()
        ));
    }
    let pages = project.pages?;
    let limit = item.page_limit.filter(|limit| *limit < pages)?;
    Some(format!(
        "The accepted scope of {name} covers {pages} pages, and {plan} allows {limit} in a scan."
    ))
}

/// The plan to name in place of one that cannot be bought: the next larger of those that can, else the largest (S3-24).
pub fn instead_of(plan: PackageKey, buyable: &[PackageKey]) -> Option<PackageKey> {
    let larger = buyable.iter().filter(|other| **other > plan).min();
    larger.or_else(|| buyable.iter().max()).copied()
}

fn plan_held(name: &str, package: PackageKey, facts: &CardFacts<'_>) -> Option<CardVerdict> {
    if package == facts.package_key {
        return Some(closed(
            CardState::Current,
            format!("{name} is this account's plan."),
        ));
    }
    (package < facts.package_key && !subscribed(facts)).then(|| {
        let held = facts.package_key;
        let more: Vec<String> = differences(held, package)
            .into_iter()
            .filter(|row| row.more)
            .map(|row| format!("{}: {} in place of {}", row.what, row.then, row.now))
            .collect();
        // Never "covers" where the other plan gives more of something (S0-21).
        let reason = if more.is_empty() {
            format!("{} already covers what {name} includes.", held.label())
        } else {
            format!(
                "{} is this account's plan. {name} would give more of: {}.",
                held.label(),
                more.join("; ")
            )
        };
        closed(CardState::Included, reason)
    })
}

fn unavailable(item: &Item, facts: &CardFacts<'_>) -> Option<String> {
    let name = &item.name;
    match facts.billing_state {
        BillingState::PastDue => {
            return Some("The subscription is past due. Recover that payment first: buying more would not let work start.".into());
        }
        // A top-up of what is owed pays it, whatever plan the account has.
        BillingState::Blocked if pays_debt(item, &facts.owed) => return None,
        BillingState::Blocked | BillingState::Closed => {
            return Some("Billing is blocked for this account. Resolve that first: buying more would not let work start.".into());
        }
        BillingState::Active | BillingState::PaymentPending => {}
    }
    let allowed = &item.requires_package_any_of;
    if !allowed.is_empty() && !allowed.contains(&facts.package_key) {
        let plans: Vec<&str> = allowed.iter().map(|plan| plan.label()).collect();
        return Some(format!(
            "{name} need {}. This account has {}.",
            plans.join(" or "),
            facts.package_key.label()
        ));
    }
    if item.kind == ItemKind::Plan && facts.subscription_status == SubscriptionStatus::Paused {
        return Some(PAUSED.to_owned());
    }
    let leaves = facts.subscription_status == SubscriptionStatus::CancellationScheduled;
    (item.kind == ItemKind::Plan && leaves).then(|| {
        let held = facts.package_key.label();
        format!("{held} is to be cancelled. Keep it first; then it can be changed to {name}.")
    })
}

/// Whether buying the item pays what the account owes: a plan does not, because it would be a second subscription.
fn pays_debt(item: &Item, owed: &Owed) -> bool {
    item.kind == ItemKind::TopUp
        && item
            .grants
            .iter()
            .any(|grant| owed.of(grant.credit_type) > 0)
}

/// A card as the page shows it: a plan of the ladder or a top-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Card {
    /// The catalogue key.
    pub item_key: String,
    /// Plan or top-up.
    pub kind: ItemKind,
    /// What people read.
    pub name: String,
    /// The plan, for plans.
    pub package_key: Option<PackageKey>,
    /// The credits, for top-ups.
    pub credit_type: Option<CreditType>,
    /// Credits in one unit.
    pub quantity: i64,
    /// The price as the customer reads it.
    pub price_label: String,
    /// What it brings.
    pub includes: Vec<String>,
    /// Whether checkout can open now.
    pub checkout_state: CardState,
    /// Where its checkout is, only when it can open now.
    pub checkout_route: Option<String>,
    /// Why it cannot be bought now; always there when `checkout_route` is not.
    pub disabled_reason: Option<String>,
    /// A plan that can be bought instead, when this one is deferred.
    pub suggested_package_key: Option<PackageKey>,
    /// The unfinished checkout that this card waits for.
    pub checkout_session_id: Option<CheckoutId>,
    /// What to know before choosing it, such as that plan credits are used first.
    pub note: Option<String>,
    /// Why nothing could use it now, so that it would lie unused (S0-4).
    pub warning: Option<String>,
}

#[cfg(test)]
mod tests;
