//! The catalogue: what can be bought, what it grants, and whether this account can buy it now (domain.md B9).

use crate::account::{BillingState, PackageKey, SubscriptionStatus};
use crate::credits::CreditType;
use crate::id::CheckoutId;
use crate::keyed;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The catalogue as data: quantities and opaque price labels stand in this file and nowhere else (domain.md B11).
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| serde_json::from_str(include_str!("../catalogue.json")).unwrap_or_default());

keyed! {
    /// What kind of thing a catalogue item is.
    ItemKind {
        Plan = "plan", "Plan";
        TopUp = "top_up", "Top-up";
    }
}

keyed! {
    /// Whether a card can open checkout now, and if not, why (domain.md B9).
    CheckoutState {
        Available = "available", "Checkout available";
        Current = "current", "Current plan";
        Included = "included", "Included in your plan";
        ProviderIdsPending = "provider_ids_pending", "Provider IDs pending";
        Deferred = "deferred", "Deferred";
        UnavailableForAccount = "unavailable_for_account", "Unavailable for this account";
        UnavailableForProject = "unavailable_for_project", "Plan unavailable for this project";
        PaymentPending = "payment_pending", "Payment confirmation pending";
    }
}

/// Credits that one unit of an item brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ItemGrant {
    /// Which credits.
    pub credit_type: CreditType,
    /// How many, at least 1.
    pub credits: i64,
}

/// One thing that can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its key; also the last part of `/checkout/{item}`.
    pub key: String,
    /// Plan or top-up.
    pub kind: ItemKind,
    /// What people read.
    pub name: String,
    /// The plan it starts, for plans.
    #[serde(default)]
    pub package_key: Option<PackageKey>,
    /// The credits it is bought for, for top-ups.
    #[serde(default)]
    pub credit_type: Option<CreditType>,
    /// Credits in one unit, for top-ups; 1 for plans.
    pub quantity: i64,
    /// The price as the customer reads it; opaque.
    pub price_label: String,
    /// What one unit grants.
    pub grants: Vec<ItemGrant>,
    /// What it brings, in words.
    pub includes: Vec<String>,
    /// Only accounts with one of these plans may buy it; empty: everyone (I-26).
    #[serde(default)]
    pub requires_package_any_of: Vec<PackageKey>,
    /// Pages one scan may cover on this plan.
    #[serde(default)]
    pub page_limit: Option<i64>,
}

/// A set of prices that an account buys from, with the items it only shows for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// Its key, stored with the account.
    pub key: String,
    /// Items shown for comparison only.
    pub deferred: Vec<String>,
}

/// All items and price lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Everything that can be bought, plans in ladder order.
    pub items: Vec<Item>,
    /// The price lists; the first is the usual one.
    pub price_lists: Vec<PriceList>,
    /// Client workspaces that Agency Plan covers.
    pub client_slots: i64,
}

/// The catalogue of this build.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// Pages one scan may cover without a plan.
pub const FREE_PAGE_LIMIT: i64 = 25;

impl Catalogue {
    /// The item with this key.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }

    /// The item that starts this plan.
    pub fn plan(&self, package: PackageKey) -> Option<&Item> {
        self.items
            .iter()
            .find(|item| item.package_key == Some(package))
    }

    /// Whether this price list shows the item for comparison only.
    pub fn is_deferred(&self, price_list: &str, item: &str) -> bool {
        let list = self.price_lists.iter().find(|list| list.key == price_list);
        list.is_some_and(|list| list.deferred.iter().any(|key| key == item))
    }

    /// Pages one scan may cover on this plan.
    pub fn page_limit(&self, package: PackageKey) -> i64 {
        self.plan(package)
            .and_then(|item| item.page_limit)
            .unwrap_or(FREE_PAGE_LIMIT)
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
    /// The account's price list.
    pub price_list: &'a str,
    /// Whether the provider is configured and has a price for this item on that list.
    pub has_price: bool,
    /// The account's unfinished checkout for this very item.
    pub unfinished: Option<&'a CheckoutId>,
}

/// The state of a card and, when it cannot open checkout, the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardVerdict {
    /// The state.
    pub state: CheckoutState,
    /// Why it cannot be bought now; `None` only when it can.
    pub reason: Option<String>,
}

fn closed(state: CheckoutState, reason: String) -> CardVerdict {
    CardVerdict {
        state,
        reason: Some(reason),
    }
}

/// Whether the account can open checkout for an item now. The server asks again when checkout is opened.
pub fn checkout_state(item: &Item, facts: &CardFacts<'_>) -> CardVerdict {
    let name = &item.name;
    if facts.unfinished.is_some() {
        return closed(
            CheckoutState::PaymentPending,
            format!(
                "A checkout for {name} is not finished. Follow it or cancel it; do not pay again."
            ),
        );
    }
    if let Some(verdict) = item
        .package_key
        .and_then(|package| plan_held(name, package, facts))
    {
        return verdict;
    }
    if catalogue().is_deferred(facts.price_list, &item.key) {
        return closed(
            CheckoutState::Deferred,
            format!("{name} is shown for comparison and cannot be bought yet."),
        );
    }
    if let Some(reason) = unavailable(item, facts) {
        return closed(CheckoutState::UnavailableForAccount, reason);
    }
    if !facts.has_price {
        return closed(
            CheckoutState::ProviderIdsPending,
            format!(
                "{name} cannot be bought yet: the payment provider has no price for it on this account. Checkout opens when it is configured."
            ),
        );
    }
    CardVerdict {
        state: CheckoutState::Available,
        reason: None,
    }
}

fn plan_held(name: &str, package: PackageKey, facts: &CardFacts<'_>) -> Option<CardVerdict> {
    if package == facts.package_key {
        return Some(closed(
            CheckoutState::Current,
            format!("{name} is this account's plan."),
        ));
    }
    (package < facts.package_key).then(|| {
        closed(
            CheckoutState::Included,
            format!(
                "{} already covers what {name} includes.",
                facts.package_key.label()
            ),
        )
    })
}

fn unavailable(item: &Item, facts: &CardFacts<'_>) -> Option<String> {
    let name = &item.name;
    match facts.billing_state {
        BillingState::PastDue => {
            return Some("The subscription is past due. Recover that payment first: buying more would not let work start.".into());
        }
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
    let subscribed = !matches!(
        facts.subscription_status,
        SubscriptionStatus::None | SubscriptionStatus::Cancelled
    );
    (item.kind == ItemKind::Plan && subscribed).then(|| {
        format!(
            "Changing from {} to {name} is not open in the console yet. Your plan stays as it is.",
            facts.package_key.label()
        )
    })
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
    pub checkout_state: CheckoutState,
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
            price_list: "standard",
            has_price: true,
            unfinished: None,
        }
    }

    fn state(item: &str, facts: &CardFacts<'_>) -> CheckoutState {
        checkout_state(catalogue().item(item).unwrap(), facts).state
    }

    #[test]
    fn the_catalogue_file_reads_and_is_whole() {
        let catalogue = catalogue();
        assert_eq!(catalogue.items.len(), 6);
        for item in &catalogue.items {
            assert!(
                !item.price_label.is_empty() && !item.grants.is_empty(),
                "{}",
                item.key
            );
            assert!(item.grants.iter().all(|grant| grant.credits > 0));
            assert_eq!(item.kind == ItemKind::Plan, item.package_key.is_some());
            assert_eq!(item.kind == ItemKind::TopUp, item.credit_type.is_some());
        }
        for list in &catalogue.price_lists {
            assert!(
                list.deferred
                    .iter()
                    .all(|key| catalogue.item(key).is_some())
            );
        }
    }

    #[test]
    fn s0_20_s0_21_fix_plan_is_the_first_with_fixes_and_agency_has_fewer() {
        let fixes = |package| {
            let item = catalogue().plan(package).unwrap();
            item.grants
                .iter()
                .filter(|g| g.credit_type == CreditType::AutomatedFix)
                .map(|g| g.credits)
                .sum::<i64>()
        };
        assert_eq!(
            (fixes(PackageKey::ScanPlan), fixes(PackageKey::MonitorPlan)),
            (0, 0)
        );
        assert!(fixes(PackageKey::AgencyPlan) > 0);
        for package in PackageKey::ALL {
            let included = matches!(package, PackageKey::FixPlan | PackageKey::AgencyPlan);
            assert_eq!(package.includes_fixes(), included, "{package}");
        }
        let includes = |package| catalogue().plan(package).unwrap().includes.join("; ");
        for package in [PackageKey::ScanPlan, PackageKey::MonitorPlan] {
            let words = includes(package).to_lowercase();
            for word in ["fix", "remediation", "retest"] {
                assert!(!words.contains(word), "{package}: {words}");
            }
        }
        let fix_plan = includes(PackageKey::FixPlan);
        for line in [
            "5 automated fix credits a month",
            "Remediation tasks and retests",
        ] {
            assert!(fix_plan.contains(line), "{fix_plan}");
        }
        assert!(
            includes(PackageKey::AgencyPlan).contains("3 pooled automated fix credits a month")
        );
        assert!(fixes(PackageKey::AgencyPlan) < fixes(PackageKey::FixPlan));
    }

    #[test]
    fn s3_10_every_card_state_has_its_reason() {
        let fix = facts(PackageKey::FixPlan);
        assert_eq!(state("fix_plan", &fix), CheckoutState::Current);
        assert_eq!(state("monitor_plan", &fix), CheckoutState::Included);
        assert_eq!(
            state("agency_plan", &fix),
            CheckoutState::UnavailableForAccount
        );
        assert_eq!(
            state("automated_fix_credits", &fix),
            CheckoutState::Available
        );
        let free = facts(PackageKey::FreeSnapshot);
        assert_eq!(state("fix_plan", &free), CheckoutState::Available);
        assert_eq!(
            state("automated_fix_credits", &free),
            CheckoutState::UnavailableForAccount
        );
        assert_eq!(state("scan_credits", &free), CheckoutState::Available);
        let unready = CardFacts {
            has_price: false,
            price_list: "media_2027",
            ..facts(PackageKey::ScanPlan)
        };
        assert_eq!(
            state("scan_credits", &unready),
            CheckoutState::ProviderIdsPending
        );
        assert_eq!(state("monitor_plan", &unready), CheckoutState::Deferred);
        let id = CheckoutId::parse("chk_1").unwrap();
        let waiting = CardFacts {
            unfinished: Some(&id),
            ..fix
        };
        assert_eq!(
            state("automated_fix_credits", &waiting),
            CheckoutState::PaymentPending
        );
    }

    #[test]
    fn only_an_available_card_has_no_reason() {
        for item in &catalogue().items {
            for package in PackageKey::ALL {
                for billing_state in BillingState::ALL {
                    for has_price in [true, false] {
                        let facts = CardFacts {
                            billing_state: *billing_state,
                            has_price,
                            ..facts(*package)
                        };
                        let verdict = checkout_state(item, &facts);
                        assert_eq!(
                            verdict.state == CheckoutState::Available,
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
            CheckoutState::UnavailableForAccount
        );
    }
}
