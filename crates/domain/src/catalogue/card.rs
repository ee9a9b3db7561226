//! Whether this account can buy an item now, and what its card says when it cannot (docs/product.md#states-of-a-card).

use super::{Item, ItemKind, catalogue};
use crate::account::{BillingState, PackageKey, SubscriptionStatus};
use crate::credits::{CreditType, Owed};
use crate::id::CheckoutId;
use crate::keyed;
use crate::plan_change::differences;
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
    /// The project whose scan led here, if one did.
    pub project: Option<ProjectNeed<'a>>,
}

/// What a project needs of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectNeed<'a> {
    /// The project's name.
    pub name: &'a str,
    /// Pages that its accepted scope covers.
    pub pages: i64,
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
    if let Some(reason) = facts.project.and_then(|project| too_small(item, project)) {
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
    !matches!(
        facts.subscription_status,
        SubscriptionStatus::None | SubscriptionStatus::Cancelled
    )
}

/// A plan that allows fewer pages than the accepted scope covers would be paid and not let the scan start (S3-25).
fn too_small(item: &Item, project: ProjectNeed<'_>) -> Option<String> {
    let limit = item.page_limit.filter(|limit| *limit < project.pages)?;
    Some(format!(
        "The accepted scope of {} covers {} pages, and {} allows {limit} in a scan.",
        project.name, project.pages, item.name
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(package_key: PackageKey) -> CardFacts<'static> {
        CardFacts {
            package_key,
            subscription_status: match package_key {
                PackageKey::FreeSnapshot => SubscriptionStatus::None,
                _ => SubscriptionStatus::Active,
            },
            billing_state: BillingState::Active,
            owed: Owed::default(),
            price_list: "standard",
            has_price: true,
            unfinished: None,
            project: None,
        }
    }

    fn state(item: &str, facts: &CardFacts<'_>) -> CardState {
        card_state(catalogue().item(item).unwrap(), facts).state
    }

    #[test]
    fn while_billing_is_blocked_only_what_pays_the_debt_can_be_bought() {
        let blocked = CardFacts {
            billing_state: BillingState::Blocked,
            owed: Owed {
                automated_fix: 1,
                ..Owed::default()
            },
            ..facts(PackageKey::FreeSnapshot)
        };
        let open: Vec<&str> = catalogue()
            .items
            .iter()
            .filter(|item| state(&item.key, &blocked) == CardState::Available)
            .map(|item| item.key.as_str())
            .collect();
        assert_eq!(open, ["automated_fix_credits"]);
        let closed = CardFacts {
            billing_state: BillingState::Closed,
            ..blocked
        };
        assert_eq!(
            state("automated_fix_credits", &closed),
            CardState::UnavailableForAccount
        );
    }

    #[test]
    fn s3_10_every_card_state_has_its_reason() {
        let fix = facts(PackageKey::FixPlan);
        assert_eq!(state("fix_plan", &fix), CardState::Current);
        assert_eq!(state("monitor_plan", &fix), CardState::PlanChange);
        assert_eq!(state("agency_plan", &fix), CardState::PlanChange);
        let leaving = CardFacts {
            subscription_status: SubscriptionStatus::CancellationScheduled,
            ..facts(PackageKey::FixPlan)
        };
        assert_eq!(
            state("agency_plan", &leaving),
            CardState::UnavailableForAccount
        );
        assert_eq!(state("automated_fix_credits", &fix), CardState::Available);
        let free = facts(PackageKey::FreeSnapshot);
        assert_eq!(state("fix_plan", &free), CardState::Available);
        assert_eq!(
            state("automated_fix_credits", &free),
            CardState::UnavailableForAccount
        );
        assert_eq!(state("scan_credits", &free), CardState::Available);
        let unready = CardFacts {
            has_price: false,
            price_list: "media_2027",
            ..facts(PackageKey::ScanPlan)
        };
        assert_eq!(
            state("scan_credits", &unready),
            CardState::ProviderIdsPending
        );
        assert_eq!(state("monitor_plan", &unready), CardState::Deferred);
        let id = CheckoutId::parse("chk_1").unwrap();
        let waiting = CardFacts {
            unfinished: Some(Unfinished {
                id: &id,
                item: catalogue().item("automated_fix_credits").unwrap(),
                awaits_confirmation: true,
            }),
            ..fix
        };
        assert_eq!(
            state("automated_fix_credits", &waiting),
            CardState::PaymentPending
        );
        let open = CardFacts {
            unfinished: waiting.unfinished.map(|session| Unfinished {
                awaits_confirmation: false,
                ..session
            }),
            ..waiting
        };
        let verdict = card_state(catalogue().item("automated_fix_credits").unwrap(), &open);
        assert_eq!(verdict.state, CardState::CheckoutOpen);
        let reason = verdict.reason.unwrap();
        assert!(reason.contains("nothing is charged"), "{reason}");
        assert!(!reason.contains("pay again"), "{reason}");
    }

    #[test]
    fn s3_10_one_unfinished_plan_shuts_the_other_plans_and_is_named() {
        let id = CheckoutId::parse("chk_1").unwrap();
        let item = |key: &str| catalogue().item(key).unwrap();
        let waiting = CardFacts {
            unfinished: Some(Unfinished {
                id: &id,
                item: item("fix_plan"),
                awaits_confirmation: false,
            }),
            ..facts(PackageKey::FreeSnapshot)
        };
        for plan in ["scan_plan", "monitor_plan", "agency_plan"] {
            let verdict = card_state(item(plan), &waiting);
            assert_eq!(verdict.state, CardState::CheckoutOpen, "{plan}");
            assert!(
                verdict.reason.is_some_and(|reason| reason.starts_with(
                    "A checkout for Fix Plan is not finished, and an account has one plan."
                )),
                "{plan}"
            );
        }
        assert_eq!(state("scan_credits", &waiting), CardState::Available);
        // What the account has already stays said as it is.
        let held = CardFacts {
            package_key: PackageKey::MonitorPlan,
            ..waiting
        };
        assert_eq!(state("monitor_plan", &held), CardState::Current);
        assert_eq!(state("scan_plan", &held), CardState::Included);
        // Agency Plan gives fewer fix credits than Fix Plan, and never says that it covers it (S0-21).
        let agency = CardFacts {
            package_key: PackageKey::AgencyPlan,
            ..held
        };
        let reason = card_state(item("monitor_plan"), &agency).reason.unwrap();
        assert!(reason.contains("already covers"), "{reason}");
        let reason = card_state(item("scan_credits"), &agency).reason;
        assert_eq!(reason, None);
    }

    #[test]
    fn only_what_can_be_had_has_no_reason() {
        for item in &catalogue().items {
            for package in PackageKey::ALL {
                for billing_state in BillingState::ALL {
                    for has_price in [true, false] {
                        let facts = CardFacts {
                            billing_state: *billing_state,
                            has_price,
                            ..facts(*package)
                        };
                        let verdict = card_state(item, &facts);
                        assert_eq!(
                            matches!(verdict.state, CardState::Available | CardState::PlanChange),
                            verdict.reason.is_none()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn past_due_accounts_are_not_sold_more() {
        let facts = CardFacts {
            billing_state: BillingState::PastDue,
            ..facts(PackageKey::MonitorPlan)
        };
        assert_eq!(
            state("scan_credits", &facts),
            CardState::UnavailableForAccount
        );
    }

    #[test]
    fn a_plan_that_is_too_small_for_the_project_is_not_sold_for_it() {
        let of = |pages: i64| CardFacts {
            project: Some(ProjectNeed {
                name: "Juniper portfolio",
                pages,
            }),
            ..facts(PackageKey::FreeSnapshot)
        };
        let states = |pages: i64| {
            ["scan_plan", "monitor_plan", "fix_plan"].map(|item| state(item, &of(pages)))
        };
        let (fits, small) = (CardState::Available, CardState::UnavailableForProject);
        assert_eq!(states(100), [fits, fits, fits]);
        assert_eq!(states(101), [small, fits, fits]);
        assert_eq!(states(251), [small, small, fits]);
        assert_eq!(states(501), [small, small, small]);
        let verdict = card_state(catalogue().item("scan_plan").unwrap(), &of(101));
        let reason = verdict.reason.unwrap();
        for part in ["Juniper portfolio", "101 pages", "Scan Plan allows 100"] {
            assert!(reason.contains(part), "{reason}");
        }
        // Credits fit every project.
        assert_eq!(state("scan_credits", &of(501)), fits);
    }

    #[test]
    fn the_plan_named_instead_is_the_next_larger_one_that_can_be_bought() {
        use PackageKey::{AgencyPlan, FixPlan, MonitorPlan, ScanPlan};
        assert_eq!(
            instead_of(MonitorPlan, &[ScanPlan, FixPlan, AgencyPlan]),
            Some(FixPlan)
        );
        assert_eq!(instead_of(MonitorPlan, &[ScanPlan]), Some(ScanPlan));
        assert_eq!(instead_of(AgencyPlan, &[FixPlan, ScanPlan]), Some(FixPlan));
        assert_eq!(instead_of(MonitorPlan, &[]), None);
    }
}
