//! Every way out of used-up credits, for accounts that stand differently.

use super::*;
use crate::account::{AccountType, BillingState, SubscriptionStatus};
use crate::catalogue::{CardFacts, card_state, catalogue};
use crate::credits::Owed;
use chrono::TimeZone;

fn cards(package: PackageKey, billing_state: BillingState, price_list: &str) -> Vec<Card> {
    let facts = CardFacts {
        package_key: package,
        subscription_status: match package {
            PackageKey::FreeSnapshot => SubscriptionStatus::None,
            _ => SubscriptionStatus::Active,
        },
        billing_state,
        owed: Owed::default(),
        price_list,
        has_price: true,
        unfinished: None,
        buyer: AccountType::Owner,
        project: None,
    };
    let items = catalogue().items.iter();
    items
        .map(|item| {
            let verdict = card_state(item, &facts);
            Card {
                item_key: item.key.clone(),
                kind: item.kind,
                name: item.name.clone(),
                package_key: item.package_key,
                credit_type: item.credit_type,
                quantity: item.quantity,
                price_label: item.price_label.clone(),
                includes: Vec::new(),
                checkout_state: verdict.state,
                checkout_route: (verdict.state == CardState::Available)
                    .then(|| format!("/checkout/{}", item.key)),
                disabled_reason: verdict.reason,
                suggested_package_key: None,
                checkout_session_id: None,
                note: None,
                warning: None,
            }
        })
        .collect()
}

fn of(kind: CreditType, package: PackageKey, cards: &[Card]) -> CreditWays {
    let renews = Utc.with_ymd_and_hms(2027, 1, 1, 0, 0, 0).single();
    ways(
        kind,
        &Stock {
            package,
            avail: 0,
            ever_granted: package != PackageKey::FreeSnapshot,
            cards,
            renews_at: renews.filter(|_| package != PackageKey::FreeSnapshot),
        },
    )
}

#[test]
fn s3_26_used_up_credits_have_a_top_up_a_larger_plan_and_a_renewal() {
    let cards = cards(PackageKey::MonitorPlan, BillingState::Active, "standard");
    let all = of(CreditType::Scan, PackageKey::MonitorPlan, &cards);
    assert_eq!(all.label.as_deref(), Some("Scan credit exhausted"));
    let kinds: Vec<WayKind> = all.ways.iter().map(|way| way.kind).collect();
    assert_eq!(kinds, WayKind::ALL);
    let [top_up, upgrade, renewal] = all.ways.as_slice() else {
        panic!("three ways");
    };
    assert_eq!(top_up.href.as_deref(), Some("/checkout/scan_credits"));
    assert_eq!(upgrade.href.as_deref(), Some("/billing/plan/fix_plan"));
    assert!(
        upgrade.text.contains("7 scan credits a month"),
        "{}",
        upgrade.text
    );
    assert!(renewal.at.is_some() && renewal.text.contains("5 scan credits"));
}

#[test]
fn a_way_that_does_not_help_says_why_and_leads_nowhere() {
    let due = cards(PackageKey::ScanPlan, BillingState::PastDue, "standard");
    let all = of(CreditType::AutomatedFix, PackageKey::ScanPlan, &due);
    for way in &all.ways {
        assert_eq!(way.href, None, "{}", way.text);
        assert!(!way.text.is_empty());
    }
    assert!(
        all.ways[0].text.contains("past due"),
        "{}",
        all.ways[0].text
    );
    let largest = cards(PackageKey::FixPlan, BillingState::Active, "standard");
    let all = of(CreditType::AutomatedFix, PackageKey::FixPlan, &largest);
    assert_eq!(
        all.ways[1].text,
        "No larger plan brings more automated fix credits."
    );
    let free = cards(PackageKey::FreeSnapshot, BillingState::Active, "standard");
    let all = of(CreditType::Scan, PackageKey::FreeSnapshot, &free);
    assert_eq!(all.ways[1].href.as_deref(), Some("/checkout/scan_plan"));
    assert!(all.ways[2].text.contains("waiting does not help"));
    let all = of(CreditType::Ai, PackageKey::FixPlan, &largest);
    assert_eq!(all.ways[0].text, "There is no top-up of AI credits.");
}

#[test]
fn s0_5_the_label_is_the_one_that_a_report_shows() {
    let label = |package: PackageKey, list: &str| {
        let cards = cards(package, BillingState::Active, list);
        let stock = Stock {
            package,
            avail: 0,
            ever_granted: package.includes_fixes(),
            cards: &cards,
            renews_at: None,
        };
        ways(CreditType::AutomatedFix, &stock).label.unwrap()
    };
    assert_eq!(
        label(PackageKey::FreeSnapshot, "standard"),
        "Automated fix credit required"
    );
    assert_eq!(
        label(PackageKey::FixPlan, "standard"),
        "Automated fix credit exhausted"
    );
    assert_eq!(
        label(PackageKey::ScanPlan, "books_2027"),
        "Fix Plan unavailable"
    );
}
