//! Guides: texts for everybody, with tables that the registry of reasons makes.

mod marks;

use crate::house::{Draft, House, Reply};
use axum::http::Method;
use domain::account::PackageKey;
use domain::gate::Action;
use domain::guide::{Guide, GuideList, GuideView, plain};
use domain::reason::{REGISTRY, ReasonCode};
use std::collections::BTreeSet;

async fn ask(house: &House, path: &str) -> Reply {
    house.send(Draft::new(Method::GET, path).build()).await
}

/// A guide as somebody gets it who is not signed in.
async fn read(house: &House, guide: Guide) -> GuideView {
    let body = ask(house, &format!("/guides/{guide}")).await.ok();
    serde_json::from_value(body).unwrap()
}

/// Everything that a guide says, sentence by sentence, as it is written.
fn sentences(view: &GuideView) -> Vec<String> {
    let parts = view.sections.iter().flat_map(|section| {
        let steps = section
            .steps
            .iter()
            .flat_map(|step| [&step.what, &step.result]);
        let said = section
            .paragraphs
            .iter()
            .chain(steps)
            .chain(&section.points);
        std::iter::once(&section.heading).chain(said)
    });
    let all = [&view.title, &view.lead, &view.audience].into_iter();
    all.chain(parts).cloned().collect()
}

/// Everything that a guide says, in one text, as it is read.
fn words(view: &GuideView) -> String {
    let read: Vec<String> = sentences(view).iter().map(|one| plain(one)).collect();
    read.join("\n")
}

#[track_caller]
fn says(view: &GuideView, sentence: &str) {
    assert!(words(view).contains(sentence), "{}: {sentence}", view.guide);
}

fn codes(view: &GuideView) -> BTreeSet<ReasonCode> {
    view.reasons.iter().map(|reason| reason.code).collect()
}

#[tokio::test]
async fn every_guide_answers_to_anybody_and_is_whole() {
    let house = House::new().await;
    let list: GuideList = serde_json::from_value(ask(&house, "/guides").await.ok()).unwrap();
    let listed: Vec<Guide> = list.items.iter().map(|row| row.guide).collect();
    assert_eq!(listed, Guide::ALL);
    for row in &list.items {
        let view = read(&house, row.guide).await;
        assert_eq!(
            (&view.guide, &view.title, &view.lead, &view.audience),
            (&row.guide, &row.title, &row.lead, &row.audience)
        );
        assert_eq!(view.title, view.guide.label());
        assert!(view.audience.starts_with("Account owners"), "{}", row.guide);
        assert!(!view.lead.is_empty() && !view.sections.is_empty());
        for section in &view.sections {
            assert!(!section.heading.is_empty(), "{}", row.guide);
            assert!(
                !section.paragraphs.is_empty()
                    || !section.steps.is_empty()
                    || !section.points.is_empty(),
                "{}: {}",
                row.guide,
                section.heading
            );
        }
        let left = words(&view);
        for mark in ["`", "**", "]("] {
            assert!(
                !left.contains(mark),
                "{}: {mark} has no other end",
                row.guide
            );
        }
        let related: BTreeSet<Guide> = view.related.iter().copied().collect();
        assert_eq!(related.len(), view.related.len(), "{}", row.guide);
        assert!(!related.is_empty() && !related.contains(&row.guide));
    }
}

#[tokio::test]
async fn s0_2_s1_2_s2_2_each_seed_says_whom_it_is_for_and_who_takes_part() {
    let house = House::new().await;
    for (guide, audience, provider) in [
        (
            Guide::FixWorkflowCredits,
            "Account owners, developers and agencies",
            "paddle",
        ),
        (
            Guide::ScanCredits,
            "Account owners and finance reviewers",
            "paddle",
        ),
        (
            Guide::PlanAndCreditBlocks,
            "Account owners, finance reviewers and agencies",
            "billing",
        ),
    ] {
        let view = read(&house, guide).await;
        assert_eq!(view.audience, audience);
        assert_eq!(view.availability.available_from, "Current documentation");
        assert_eq!(view.availability.providers, [provider]);
        assert_eq!(view.availability.deployment_modes, ["cloud"]);
    }
}

#[tokio::test]
async fn every_guide_is_reached_from_a_reason_without_the_list() {
    let house = House::new().await;
    let mut reached: BTreeSet<Guide> = BTreeSet::new();
    let mut next: Vec<Guide> = REGISTRY.iter().map(|spec| spec.guide).collect();
    while let Some(guide) = next.pop() {
        if reached.insert(guide) {
            next.extend(read(&house, guide).await.related);
        }
    }
    assert_eq!(reached.len(), Guide::ALL.len(), "{reached:?}");
}

#[tokio::test]
async fn rows_of_tables_are_those_of_the_registry() {
    let house = House::new().await;
    for guide in Guide::ALL {
        let view = read(&house, *guide).await;
        for row in &view.reasons {
            let spec = REGISTRY.iter().find(|spec| {
                spec.code == row.code && spec.label == row.label && spec.key.means() == row.means
            });
            let spec = spec.unwrap_or_else(|| panic!("{guide}: {} is in no registry", row.label));
            assert_eq!(
                (row.clears_when.as_str(), row.next.as_str(), row.guide),
                (spec.clears_when, spec.next.label(), spec.guide)
            );
        }
        // What its texts name by code stands in the registry too.
        for word in words(&view).split(|c: char| !c.is_ascii_uppercase() && c != '_') {
            if word.len() > 4 && word.contains('_') {
                assert!(ReasonCode::parse(word).is_some(), "{guide}: {word}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_not_a_guide_is_not_found() {
    let house = House::new().await;
    for path in [
        "/guides/billing/nothing",
        "/guides/nothing/scan-credits",
        "/guides/troubleshooting/scan-credits",
        "/guides/billing/scan-credits.json",
        "/guides/billing/..%2Fscan-credits",
        "/guides/BILLING/scan-credits",
        "/guides/billing",
        "/guides/billing/scan-credits/more",
    ] {
        ask(&house, path).await.problem(404, "NOT_FOUND");
    }
    let write = Draft::new(Method::POST, "/guides/billing/scan-credits").build();
    house.send(write).await.problem(405, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn a_guide_that_the_client_has_is_not_sent_again() {
    let house = House::new().await;
    for path in ["/guides", "/guides/billing/scan-credits"] {
        let first = ask(&house, path).await;
        assert_eq!(first.header("cache-control"), "no-cache");
        assert_eq!(first.header("content-type"), "application/json");
        let tag = first.header("etag").to_owned();
        assert!(tag.len() > 8, "{tag}");
        let with = |tag: &str| Draft::new(Method::GET, path).header("if-none-match", tag);
        let same = house.send(with(&tag).build()).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
        assert_eq!(same.header("etag"), tag);
        let other = house.send(with("\"of-another-text\"").build()).await;
        assert_eq!((other.status, &other.body), (200, &first.body));
    }
}

#[tokio::test]
async fn s1_3_s1_4_s1_22_scan_credits_are_said_to_be_what_they_are() {
    let house = House::new().await;
    let view = read(&house, Guide::ScanCredits).await;
    assert_eq!(view.audience, "Account owners and finance reviewers");
    assert_eq!(view.availability.providers, ["paddle"]);
    assert_eq!(view.availability.deployment_modes, ["cloud"]);
    says(&view, "allowance for eligible private live audits");
    says(&view, "Scan credits belong to the billing account");
    says(
        &view,
        "Public quick scans and public previews consume no scan credits",
    );
    says(&view, "Unsupported targets consume no scan credits");
    let labels: Vec<&str> = view.reasons.iter().map(|row| row.label.as_str()).collect();
    for label in [
        "Scan credit required",
        "Scan credit exhausted",
        "Payment confirmation pending",
        "Plan does not include this scan",
        "Wrong account",
    ] {
        assert!(labels.contains(&label), "{labels:?}");
    }
}

#[tokio::test]
async fn fix_credits_say_whom_they_are_for_and_what_comes_before_a_pull_request_and_a_retest() {
    let house = House::new().await;
    for guide in [Guide::AutomatedFixCredits, Guide::TicketOnlyFallback] {
        let view = read(&house, guide).await;
        assert_eq!(view.audience, "Account owners, developers and agencies");
        assert_eq!(view.availability.deployment_modes, ["cloud"]);
        let text = words(&view).to_lowercase();
        for sentence in [
            "review-only patch",
            "needs the customer's approval before a pull request can be created",
            "a retest can be requested after the change was applied or approved",
        ] {
            assert!(text.contains(sentence), "{guide}: {sentence}");
        }
    }
    let credits = read(&house, Guide::AutomatedFixCredits).await;
    assert_eq!(credits.availability.providers, ["paddle"]);
    let codes = codes(&credits);
    for code in [
        ReasonCode::NoEligibleFindingSelected,
        ReasonCode::ProviderAccessRequired,
        ReasonCode::CreditBalanceExhausted,
        ReasonCode::CheckoutPaymentPending,
    ] {
        assert!(codes.contains(&code), "{code}");
    }
}

#[tokio::test]
async fn the_guide_to_blocks_covers_every_action_and_every_reason() {
    let house = House::new().await;
    let view = read(&house, Guide::ResolveBlocked).await;
    assert_eq!(
        view.audience,
        "Account owners, finance reviewers and agencies"
    );
    assert_eq!(view.availability.providers, ["paddle"]);
    for action in Action::ALL {
        let word = match action {
            Action::Scan => "a scan",
            Action::Fix => "a fix",
            Action::Retest => "a retest",
            Action::Monitoring => "monitoring",
            Action::Ai => "an AI-assisted action",
        };
        assert!(view.lead.contains(word), "{}", view.lead);
    }
    assert_eq!(view.reasons.len(), REGISTRY.len());
    assert_eq!(codes(&view).len(), ReasonCode::ALL.len());
    says(&view, "Return to the work");
}

#[tokio::test]
async fn plans_and_credit_state_explains_keys_balances_and_states() {
    let house = House::new().await;
    let view = read(&house, Guide::PlansAndCreditState).await;
    for name in [
        "package_key",
        "package_entitlement_status",
        "billing_state",
        "payment_status",
        "subscription_status",
        "credit_balance",
        "remaining_fix_credits",
        "ai_credit_balance",
    ] {
        assert!(
            sentences(&view).join(" ").contains(&format!("`{name}`")),
            "{name}"
        );
    }
    let billing = [
        ReasonCode::PackageEntitlementMissing,
        ReasonCode::PlanChangeRequired,
        ReasonCode::CreditBalanceExhausted,
        ReasonCode::MonitoringEntitlementMissing,
        ReasonCode::AiCreditLimitReached,
        ReasonCode::BillingStateBlocked,
        ReasonCode::CheckoutPaymentPending,
        ReasonCode::SubscriptionPastDue,
    ];
    assert_eq!(codes(&view), billing.into_iter().collect());
    let mut rows = view.reasons.iter();
    let ai = rows.find(|row| row.code == ReasonCode::AiCreditLimitReached);
    let means = &ai.unwrap().means;
    assert!(
        means.contains("waits for `ai_credit_balance`") && means.contains("without AI"),
        "{means}"
    );
}

#[tokio::test]
async fn the_guides_beside_it_are_linked_and_say_their_part() {
    let house = House::new().await;
    let hub = read(&house, Guide::PlansAndCreditState).await;
    for (guide, sentences) in [
        (
            Guide::AutomatedFixCredits,
            ["Top up", "says where the work stands"],
        ),
        (Guide::ScanCredits, ["Top up", "Read the balance"]),
        (
            Guide::MonitoringPlans,
            [
                "Monitor Plan, Fix Plan and Agency Plan include monitoring",
                "baseline",
            ],
        ),
        (
            Guide::RefundsAndDisputes,
            [
                "never turn blocked work into work by hand",
                "what the refund would take back",
            ],
        ),
    ] {
        assert!(hub.related.contains(&guide), "{guide}");
        let view = read(&house, guide).await;
        for sentence in sentences {
            says(&view, sentence);
        }
    }
}

#[tokio::test]
async fn s3_1_s3_2_entitlements_say_since_when_for_whom_and_answer_the_four_questions() {
    let house = House::new().await;
    let view = read(&house, Guide::EntitlementsAndServices).await;
    assert_eq!(view.availability.available_from, "2026-05-02");
    assert_eq!(view.audience, "Account owners and finance reviewers");
    assert_eq!(view.availability.providers, ["paddle"]);
    assert_eq!(view.availability.packages, PackageKey::ALL);
    for heading in [
        "A plan is disabled",
        "A balance is confusing",
        "A checkout is pending",
        "A project cannot start",
    ] {
        let part = view.sections.iter().find(|part| part.heading == heading);
        assert!(
            part.is_some_and(|part| !part.paragraphs.is_empty()),
            "{heading}"
        );
    }
}
