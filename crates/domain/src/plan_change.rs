//! Changing a running plan: what another plan gives and takes, and what may be asked for now (S2-13, S2-20, S2-26).

use crate::account::{BillingState, PackageKey, SubscriptionStatus};
use crate::catalogue::{ItemGrant, catalogue};
use crate::credits::CreditType;
use crate::id::AccountId;
use crate::keyed;
use crate::project::ServiceKind;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What can be asked of a running plan; the last part of `/billing/plan/{wish}`.
    pub enum PlanWish {
        ScanPlan = "scan_plan", "Change to Scan Plan";
        MonitorPlan = "monitor_plan", "Change to Monitor Plan";
        FixPlan = "fix_plan", "Change to Fix Plan";
        AgencyPlan = "agency_plan", "Change to Agency Plan";
        Cancel = "cancel", "Cancel plan";
        Keep = "keep", "Keep plan";
        Resume = "resume", "Resume plan";
    }
}

impl PlanWish {
    /// The plan it asks for, when it is a change of plan.
    pub const fn package(self) -> Option<PackageKey> {
        match self {
            Self::ScanPlan => Some(PackageKey::ScanPlan),
            Self::MonitorPlan => Some(PackageKey::MonitorPlan),
            Self::FixPlan => Some(PackageKey::FixPlan),
            Self::AgencyPlan => Some(PackageKey::AgencyPlan),
            Self::Cancel | Self::Keep | Self::Resume => None,
        }
    }

    /// The wish for a plan; none for the free one, which is reached by cancelling.
    pub const fn of(package: PackageKey) -> Option<Self> {
        match package {
            PackageKey::FreeSnapshot => None,
            PackageKey::ScanPlan => Some(Self::ScanPlan),
            PackageKey::MonitorPlan => Some(Self::MonitorPlan),
            PackageKey::FixPlan => Some(Self::FixPlan),
            PackageKey::AgencyPlan => Some(Self::AgencyPlan),
        }
    }
}

/// How an account's plan stands, as far as a change depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The plan now.
    pub package: PackageKey,
    /// The plan from the next renewal on, when it will be another one.
    pub next: Option<PackageKey>,
    /// The state of the subscription.
    pub subscription: SubscriptionStatus,
    /// Whether billing lets paid work start.
    pub billing: BillingState,
    /// What was asked for and is not confirmed yet.
    pub waiting: Option<PlanWish>,
}

/// Whether the change is to a higher step of the ladder: it holds at once and is charged at once. A lower step waits for
/// the end of the paid period.
pub fn is_upgrade(from: PackageKey, to: PackageKey) -> bool {
    to > from
}

/// Why no plan can be chosen while one is paused.
pub const PAUSED: &str = "The plan of this account is paused. Resume it or cancel it before another one is chosen, so that it never has two.";

/// Why a wish cannot be asked for now; `None` when it can.
pub fn refusal(wish: PlanWish, standing: &Standing) -> Option<String> {
    let held = standing.package.label();
    let paused = standing.subscription == SubscriptionStatus::Paused;
    if !standing.subscription.runs() && !paused {
        return Some("This account has no running plan. Choose one in the Plan ladder.".to_owned());
    }
    if let Some(asked) = standing.waiting {
        return Some(format!(
            "\u{201c}{}\u{201d} was asked for and waits for Paddle's confirmation. Wait for it; do not ask again.",
            asked.label()
        ));
    }
    match (wish, paused) {
        (PlanWish::Resume | PlanWish::Cancel, true) => return None,
        (PlanWish::Resume, false) => {
            return Some(format!("{held} runs. Only a paused plan can be resumed."));
        }
        (_, true) => return Some(PAUSED.to_owned()),
        (_, false) => {}
    }
    let scheduled = standing.subscription == SubscriptionStatus::CancellationScheduled;
    let Some(to) = wish.package() else {
        return match (wish, scheduled || standing.next.is_some()) {
            (PlanWish::Keep, false) => {
                Some(format!("{held} goes on as it is; nothing is scheduled."))
            }
            (PlanWish::Cancel, _) if scheduled => {
                Some(format!("{held} is to be cancelled already."))
            }
            _ => None,
        };
    };
    if standing.subscription == SubscriptionStatus::Trialing {
        return Some(format!(
            "{held} is an approved trial. It can be changed when its first period is paid, and cancelled at any time."
        ));
    }
    if to == standing.package && standing.next.is_none() {
        return Some(format!("{} is this account's plan.", to.label()));
    }
    if scheduled {
        return Some(format!(
            "{held} is to be cancelled. Keep it first, then change it."
        ));
    }
    if let Some(next) = standing.next {
        return Some(format!(
            "{held} becomes {} at the next renewal. Keep {held} first, then choose another plan.",
            next.label()
        ));
    }
    match standing.billing {
        BillingState::PastDue => Some("The subscription is past due. Recover that payment first; then the plan can be changed.".to_owned()),
        BillingState::Blocked | BillingState::Closed => Some("Billing is blocked for this account. Resolve that first; then the plan can be changed.".to_owned()),
        BillingState::Active | BillingState::PaymentPending => None,
    }
}

/// One thing that two plans give differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanDifference {
    /// What it is.
    pub what: String,
    /// What the plan of today gives.
    pub now: String,
    /// What the other plan gives.
    pub then: String,
    /// Whether the other plan gives more of it.
    pub more: bool,
}

/// Credits of one type that a plan brings each period.
pub fn allowance(package: PackageKey, credit_type: CreditType) -> i64 {
    let grants = catalogue()
        .plan(package)
        .map_or(&[][..], |item| &item.grants);
    let own = grants
        .iter()
        .filter(|grant| grant.credit_type == credit_type);
    own.map(|grant| grant.credits).sum()
}

/// Everything of a plan that gates look at, each with a figure to compare by.
pub(crate) fn features(package: PackageKey) -> Vec<(&'static str, i64, String)> {
    let said = |included: bool| {
        let words = if included { "Included" } else { "Not included" };
        (i64::from(included), words.to_owned())
    };
    let count = |number: i64| (number, number.to_string());
    let slots = match package {
        PackageKey::AgencyPlan => catalogue().client_slots,
        _ => 0,
    };
    let rows = [
        (
            "Scan credits a month",
            count(allowance(package, CreditType::Scan)),
        ),
        (
            "Automated fix credits a month",
            count(allowance(package, CreditType::AutomatedFix)),
        ),
        (
            "AI credits a month",
            count(allowance(package, CreditType::Ai)),
        ),
        ("Pages in a scan", count(catalogue().page_limit(package))),
        ("Recurring monitoring", said(package.includes_monitoring())),
        (
            "Remediation tasks and retests",
            said(package.includes_fixes()),
        ),
        ("Client workspaces", count(slots)),
    ];
    rows.into_iter()
        .map(|(what, (figure, words))| (what, figure, words))
        .collect()
}

/// What another plan adds and takes away, both ways and complete.
pub fn differences(from: PackageKey, to: PackageKey) -> Vec<PlanDifference> {
    let pairs = features(from).into_iter().zip(features(to));
    pairs
        .filter(|((_, now, _), (_, then, _))| now != then)
        .map(
            |((what, now, now_words), (_, then, then_words))| PlanDifference {
                what: what.to_owned(),
                now: now_words,
                then: then_words,
                more: then > now,
            },
        )
        .collect()
}

/// What an upgrade grants: what the new plan gives above what the period has granted already, so that a plan that is
/// taken up, down and up again never brings more than the largest of them once.
pub fn gains(to: PackageKey, granted: impl Fn(CreditType) -> i64) -> Vec<ItemGrant> {
    let types = CreditType::ALL.iter().copied();
    types
        .map(|credit_type| ItemGrant {
            credit_type,
            credits: allowance(to, credit_type).saturating_sub(granted(credit_type)),
        })
        .filter(|grant| grant.credits > 0)
        .collect()
}

/// Whether a plan covers a service of a project.
pub const fn covers(package: PackageKey, service: ServiceKind) -> bool {
    match service {
        ServiceKind::Monitoring => package.includes_monitoring(),
        ServiceKind::FixWorkflow => package.includes_fixes(),
        ServiceKind::AgencyDelivery => matches!(package, PackageKey::AgencyPlan),
        ServiceKind::ActivationScan => true,
    }
}

/// What a wish would do, to be read before it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanReview {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// What is asked for.
    pub wish: PlanWish,
    /// The plan now.
    pub from: PackageKey,
    /// The plan afterwards.
    pub to: PackageKey,
    /// What Paddle charges at once, with currency; `None` when nothing is.
    pub charge_now: Option<String>,
    /// What the next renewal charges; `None` when there is none.
    pub next_charge: Option<String>,
    /// When the paid period ends.
    pub period_ends_at: Option<DateTime<Utc>>,
    /// From when it holds; `None`: as soon as Paddle confirms it.
    pub holds_from: Option<DateTime<Utc>>,
    /// What the other plan adds and takes away.
    pub differences: Vec<PlanDifference>,
    /// Credits granted once Paddle confirms the payment of the change.
    pub gains: Vec<ItemGrant>,
    /// Services that pause when it holds, with their projects.
    pub pauses: Vec<String>,
    /// Why it cannot be asked for now.
    pub blocked: Option<String>,
    /// Asked for and not confirmed yet.
    pub waiting: Option<PlanWish>,
}

/// Asks for the change that was reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AskPlanChange {
    /// The amount that the person agreed to be charged at once, as the review said it; empty when nothing is.
    pub agreed_charge: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use PackageKey::{AgencyPlan, FixPlan, FreeSnapshot, MonitorPlan, ScanPlan};

    fn standing(package: PackageKey) -> Standing {
        Standing {
            package,
            next: None,
            subscription: SubscriptionStatus::Active,
            billing: BillingState::Active,
            waiting: None,
        }
    }

    #[test]
    fn s0_21_differences_are_told_both_ways_and_complete() {
        let rows = differences(FixPlan, AgencyPlan);
        let of = |what: &str| rows.iter().find(|row| row.what.starts_with(what)).unwrap();
        assert!(!of("Automated fix").more && of("Scan credits").more && of("Client").more);
        assert!(!of("AI credits").more);
        for from in PackageKey::ALL {
            for to in PackageKey::ALL {
                let (there, back) = (differences(*from, *to), differences(*to, *from));
                assert_eq!(there.len(), back.len());
                assert_eq!(there.is_empty(), from == to);
                for (one, other) in there.iter().zip(&back) {
                    assert_eq!((&one.now, &one.then), (&other.then, &other.now));
                    assert_ne!(one.more, other.more);
                }
            }
        }
    }

    #[test]
    fn an_upgrade_brings_what_the_period_has_not_granted_yet() {
        let none = gains(FixPlan, |_| 100);
        assert!(none.is_empty());
        let gained = gains(FixPlan, |kind| allowance(ScanPlan, kind));
        let of = |kind| {
            gained
                .iter()
                .find(|grant| grant.credit_type == kind)
                .map(|grant| grant.credits)
        };
        assert_eq!(of(CreditType::Scan), Some(6));
        assert_eq!(of(CreditType::AutomatedFix), Some(5));
        assert_eq!(of(CreditType::Ai), Some(50));
    }

    #[test]
    fn a_plan_changes_only_while_it_runs_and_nothing_is_under_way() {
        let fix = standing(FixPlan);
        for wish in [PlanWish::ScanPlan, PlanWish::AgencyPlan, PlanWish::Cancel] {
            assert_eq!(refusal(wish, &fix), None);
        }
        assert!(
            refusal(PlanWish::FixPlan, &fix).is_some() && refusal(PlanWish::Keep, &fix).is_some()
        );
        let waiting = Standing {
            waiting: Some(PlanWish::AgencyPlan),
            ..fix
        };
        let leaving = Standing {
            subscription: SubscriptionStatus::CancellationScheduled,
            ..fix
        };
        let lower = Standing {
            next: Some(ScanPlan),
            ..fix
        };
        let past_due = Standing {
            billing: BillingState::PastDue,
            ..fix
        };
        let gone = Standing {
            subscription: SubscriptionStatus::Cancelled,
            ..standing(FreeSnapshot)
        };
        for wish in PlanWish::ALL {
            assert!(refusal(*wish, &waiting).is_some() && refusal(*wish, &gone).is_some());
            let open = [leaving, lower, past_due].map(|now| refusal(*wish, &now).is_none());
            let expected = match wish {
                PlanWish::Keep => [true, true, false],
                PlanWish::Cancel => [false, true, true],
                _ => [false, false, false],
            };
            assert_eq!(open, expected, "{wish}");
        }
        assert!(is_upgrade(MonitorPlan, FixPlan) && !is_upgrade(FixPlan, MonitorPlan));
    }
}
