//! Every state of a card with its reason.

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
        buyer: AccountType::Owner,
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
            project_type: ProjectType::OwnSite,
            pages: Some(pages),
        }),
        ..facts(PackageKey::FreeSnapshot)
    };
    let states =
        |pages: i64| ["scan_plan", "monitor_plan", "fix_plan"].map(|item| state(item, &of(pages)));
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

#[test]
fn s3_25_a_plan_fits_a_project_by_its_type_its_buyer_and_its_scope() {
    let of = |project_type, buyer, pages| CardFacts {
        project: Some(ProjectNeed {
            name: "Corner Cafe menu",
            project_type,
            pages,
        }),
        buyer,
        ..facts(PackageKey::FreeSnapshot)
    };
    let verdict =
        |item: &str, facts: &CardFacts<'_>| card_state(catalogue().item(item).unwrap(), facts);
    let own = of(ProjectType::OwnSite, AccountType::Owner, None);
    assert_eq!(state("fix_plan", &own), CardState::Available);
    let agency_only = verdict("agency_plan", &own);
    assert_eq!(agency_only.state, CardState::UnavailableForProject);
    assert_eq!(
        agency_only.reason.unwrap(),
        "Agency Plan carries projects of: Agency account. Corner Cafe menu is paid by: Owned account."
    );
    let client = of(ProjectType::ClientSite, AccountType::Agency, None);
    assert_eq!(state("agency_plan", &client), CardState::Available);
    for plan in ["scan_plan", "monitor_plan", "fix_plan"] {
        let wrong_site = verdict(plan, &client);
        assert_eq!(wrong_site.state, CardState::UnavailableForProject, "{plan}");
        let reason = wrong_site.reason.unwrap();
        assert!(
            reason.ends_with(
                "is for a business's own site, and Corner Cafe menu is a client's site."
            ),
            "{reason}"
        );
    }
    let large = of(ProjectType::OwnSite, AccountType::Owner, Some(101));
    assert_eq!(state("scan_plan", &large), CardState::UnavailableForProject);
    assert_eq!(state("monitor_plan", &large), CardState::Available);
}
