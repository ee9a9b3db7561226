//! `/pricing`: what the product sells, from the catalogue, for people who are not signed in (S3-3).

use crate::account::PackageKey;
use crate::catalogue::{Item, ItemKind, catalogue};
use crate::credits::CreditType;
use crate::plan_change::features;
use serde::{Deserialize, Serialize};

/// One thing that is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PricedItem {
    /// The catalogue key.
    pub item_key: String,
    /// What people read.
    pub name: String,
    /// The credits, for top-ups.
    pub credit_type: Option<CreditType>,
    /// Credits in one unit, for top-ups.
    pub quantity: i64,
    /// The usual price as people read it.
    pub price_label: String,
    /// What it brings.
    pub includes: Vec<String>,
    /// Plans that it can be bought with only; empty: any.
    pub needs_plan: Vec<PackageKey>,
}

/// One thing that plans give differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CompareRow {
    /// What it is.
    pub what: String,
    /// What each plan gives, in the order of the ladder, the free one first.
    pub values: Vec<String>,
}

/// Everything that the pricing page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PricingView {
    /// The plans that are sold, lowest first.
    pub plans: Vec<PricedItem>,
    /// The top-ups.
    pub top_ups: Vec<PricedItem>,
    /// What the plans give, side by side.
    pub compare: Vec<CompareRow>,
}

/// What the catalogue sells.
pub fn pricing() -> PricingView {
    let sold = |kind: ItemKind| {
        let items = catalogue().items.iter();
        items
            .filter(move |item| item.kind == kind)
            .map(priced)
            .collect()
    };
    let columns: Vec<_> = PackageKey::ALL
        .iter()
        .map(|package| features(*package))
        .collect();
    let first = columns.first().into_iter().flatten().enumerate();
    let compare = first
        .map(|(row, (what, ..))| CompareRow {
            what: (*what).to_owned(),
            values: columns
                .iter()
                .filter_map(|column| column.get(row).map(|(_, _, words)| words.clone()))
                .collect(),
        })
        .collect();
    PricingView {
        plans: sold(ItemKind::Plan),
        top_ups: sold(ItemKind::TopUp),
        compare,
    }
}

fn priced(item: &Item) -> PricedItem {
    PricedItem {
        item_key: item.key.clone(),
        name: item.name.clone(),
        credit_type: item.credit_type,
        quantity: item.quantity,
        price_label: item.price_label.clone(),
        includes: item.includes.clone(),
        needs_plan: item.requires_package_any_of.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_sold_has_its_price_and_a_place_in_the_comparison() {
        let view = pricing();
        assert_eq!(
            view.plans.len() + view.top_ups.len(),
            catalogue().items.len()
        );
        for row in &view.compare {
            assert_eq!(row.values.len(), PackageKey::ALL.len(), "{}", row.what);
        }
        let fixes = view
            .compare
            .iter()
            .find(|row| row.what.contains("fix credits"));
        assert_eq!(fixes.unwrap().values, ["0", "0", "0", "5", "3"]);
    }
}
