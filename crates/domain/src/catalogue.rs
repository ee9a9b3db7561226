//! The catalogue: what can be bought and what it grants (docs/product.md#states-of-a-card).

mod card;

use crate::account::{AccountType, PackageKey};
use crate::checkout::MOST_PACKS;
use crate::credits::{CreditType, amount_text};
use crate::keyed;
use crate::project::ProjectType;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub use card::{
    Card, CardFacts, CardState, CardVerdict, ProjectNeed, Unfinished, card_state, instead_of,
};

/// The catalogue as data: quantities and opaque price labels stand in this file and nowhere else (docs/product.md#prices).
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| serde_json::from_str(include_str!("../catalogue.json")).unwrap_or_default());

keyed! {
    /// What kind of thing a catalogue item is.
    pub enum ItemKind {
        Plan = "plan", "Plan";
        TopUp = "top_up", "Top-up";
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
    /// Sites that the plan is for; empty: any (S3-25).
    #[serde(default)]
    pub project_types: Vec<ProjectType>,
    /// Buyers whose projects the plan is for; empty: any (S3-25).
    #[serde(default)]
    pub buyers: Vec<AccountType>,
}

impl Item {
    /// Units that one checkout may hold: an account has a plan once.
    pub const fn most_units(&self) -> i64 {
        match self.kind {
            ItemKind::Plan => 1,
            ItemKind::TopUp => MOST_PACKS,
        }
    }

    /// Whether an unfinished checkout for the other item keeps this one from being bought: nobody pays twice for the same
    /// thing, and an account has one plan.
    pub fn waits_for(&self, other: &Self) -> bool {
        self.key == other.key || (self.kind == ItemKind::Plan && other.kind == ItemKind::Plan)
    }
}

/// A set of prices that an account buys from, with the items it only shows for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// Its key, stored with the account.
    pub key: String,
    /// Items shown for comparison only.
    pub deferred: Vec<String>,
    /// The list that sells what has no price of its own on this one.
    #[serde(default)]
    pub base: Option<String>,
    /// Plans that begin with an approved trial for accounts of this list (S1-30).
    #[serde(default)]
    pub trials: Vec<Trial>,
}

/// An approved trial of a plan: its first days are free, and bring credits of their own that end with it. An account has
/// one, once (Paddle: trial periods of prices).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The plan's item.
    pub item: String,
    /// How long it is, in days, as the provider's price says too.
    pub days: u32,
    /// What it grants in place of the plan's allowance.
    pub grants: Vec<ItemGrant>,
}

impl Trial {
    /// What to know before choosing it: what it brings until when, and what follows.
    pub fn offer(&self, price_label: &str) -> String {
        let grants = self.grants.iter();
        let brings: Vec<String> = grants
            .map(|grant| amount_text(grant.credits, grant.credit_type))
            .collect();
        format!(
            "Approved trial: for {} days nothing is charged, and you have {}, until the trial ends. Then {price_label} is charged and the plan's own credits come, unless you cancel before.",
            self.days,
            brings.join(" and ")
        )
    }
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

    /// The list that sells what has no price of its own on this one; the list itself where there is none.
    pub fn base<'a>(&'a self, price_list: &'a str) -> &'a str {
        let list = self.price_lists.iter().find(|list| list.key == price_list);
        list.and_then(|list| list.base.as_deref())
            .unwrap_or(price_list)
    }

    /// The approved trial with which the item begins for accounts of this list.
    pub fn trial(&self, price_list: &str, item: &str) -> Option<&Trial> {
        let list = self.price_lists.iter().find(|list| list.key == price_list);
        list?.trials.iter().find(|trial| trial.item == item)
    }

    /// Pages one scan may cover on this plan.
    pub fn page_limit(&self, package: PackageKey) -> i64 {
        self.plan(package)
            .and_then(|item| item.page_limit)
            .unwrap_or(FREE_PAGE_LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn s0_20_fix_plan_is_the_first_with_fixes_and_retests_and_agency_has_fewer() {
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
            let words = includes(package).to_ascii_lowercase();
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
        // I-16: Agency Plan pools fewer of them.
        assert!(fixes(PackageKey::AgencyPlan) < fixes(PackageKey::FixPlan));
    }

    #[test]
    fn free_snapshot_is_no_item_and_grants_nothing() {
        // I-4: a one-off free grant would be an entry of the catalogue, and there is none.
        assert_eq!(catalogue().plan(PackageKey::FreeSnapshot), None);
        for item in &catalogue().items {
            assert!(item.price_label.starts_with('$'), "{}", item.key);
        }
    }

    #[test]
    fn an_account_buys_one_plan_at_a_time_and_one_unit_of_it() {
        let item = |key: &str| catalogue().item(key).unwrap();
        assert!(item("fix_plan").waits_for(item("monitor_plan")));
        assert!(item("scan_credits").waits_for(item("scan_credits")));
        assert!(!item("scan_credits").waits_for(item("automated_fix_credits")));
        assert!(!item("scan_credits").waits_for(item("fix_plan")));
        assert!(!item("fix_plan").waits_for(item("scan_credits")));
        assert_eq!(item("fix_plan").most_units(), 1);
        assert_eq!(item("scan_credits").most_units(), 100);
    }
}
