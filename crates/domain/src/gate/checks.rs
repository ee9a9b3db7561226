//! The checks of the gate, one function a group, in the order of domain.md E4.

use super::{Action, Check, CheckState, Facts, Outcome, Verdict};
use crate::account::{BillingState, PackageKey, SubscriptionStatus};
use crate::credits::amount_text;
use crate::link::Link;
use crate::project::{DomainStatus, ScopeStatus, ServiceState};
use crate::reason::{Reason, ReasonKey, Slots};
use crate::report::{GateStatus, PublicationStatus};
use crate::role::Ability;

/// What the checks have found so far.
#[derive(Default)]
pub(super) struct Findings {
    checks: Vec<Check>,
    reasons: Vec<Reason>,
    stop: bool,
}

impl Findings {
    fn note(&mut self, state: CheckState, label: impl Into<String>) {
        self.checks.push(Check {
            label: label.into(),
            state,
        });
    }

    fn pass(&mut self, label: impl Into<String>) {
        self.note(CheckState::Passed, label);
    }

    fn fail(&mut self, label: impl Into<String>, reason: Reason) {
        self.note(CheckState::Failed, label);
        self.reasons.push(reason);
    }

    fn wait(&mut self, label: impl Into<String>, reason: Reason) {
        self.note(CheckState::Waiting, label);
        self.reasons.push(reason);
    }

    pub(super) fn verdict(self, cost: i64) -> Verdict {
        let outcome = match (self.reasons.is_empty(), self.stop) {
            (true, _) => Outcome::Ready,
            (false, true) => Outcome::Stop,
            (false, false) => Outcome::Blocked,
        };
        Verdict {
            outcome,
            cost,
            checks: self.checks,
            blocked_reasons: self.reasons,
        }
    }
}

fn project_link(facts: &Facts) -> Link {
    Link::Project(facts.project.id.clone())
}

fn billing_link(facts: &Facts) -> Option<Link> {
    // A person who is no member of the paying account cannot open its billing.
    facts
        .payer
        .is_member
        .then(|| Link::Billing(Some(facts.origin())))
}

/// 1: who looks, and whether they may.
pub(super) fn account(facts: &Facts, found: &mut Findings) {
    let owner = facts.owner.name.as_str();
    if facts.viewing.id == facts.owner.id {
        found.pass(format!("{owner} owns this project"));
    } else {
        let slots = Slots {
            owner,
            ..Slots::default()
        };
        found.stop = true;
        found.fail(
            format!("{} does not own this project", facts.viewing.name),
            ReasonKey::WrongAccount.with(&slots, None),
        );
    }
    let ability = match facts.action {
        Action::Scan | Action::Monitoring => Ability::RunProjects,
        Action::Fix | Action::Retest | Action::Ai => Ability::RunFixes,
    };
    if facts.role.can(ability) {
        found.pass(format!("Your role is {}", facts.role.label()));
    } else {
        let slots = Slots {
            owner,
            detail: facts.role.label().into(),
            unit: ability.holders(),
            ..Slots::default()
        };
        found.fail(
            format!("Your role is {}", facts.role.label()),
            ReasonKey::RoleNotAllowed.with(&slots, None),
        );
    }
}

/// 2 and 3: the target and the project's own prerequisites.
pub(super) fn project(facts: &Facts, found: &mut Findings) {
    let project = &facts.project;
    let link = project_link(facts);
    let slots = Slots::default();
    match &project.unsupported {
        None => found.pass("Target is supported"),
        Some(detail) => {
            let slots = Slots {
                detail: detail.clone(),
                ..Slots::default()
            };
            found.stop = true;
            found.fail(
                "Target is not supported",
                ReasonKey::UnsupportedTarget.with(&slots, Some(&link)),
            );
        }
    }
    if project.setup_done {
        found.pass("Project is set up");
    } else {
        found.fail(
            "Project is not set up",
            ReasonKey::SetupMissing.with(&slots, Some(&link)),
        );
    }
    if project.scope == ScopeStatus::Accepted {
        found.pass("Scan scope is accepted");
    } else {
        found.fail(
            "Scan scope is not accepted",
            ReasonKey::ScopeNotAccepted.with(&slots, Some(&link)),
        );
    }
    if project.domain == DomainStatus::Verified {
        found.pass("Domain is verified");
    } else {
        found.fail(
            "Domain is not verified",
            ReasonKey::DomainNotVerified.with(&slots, Some(&link)),
        );
    }
    if facts.action == Action::Monitoring {
        if project.has_baseline {
            found.pass("Baseline report exists");
        } else {
            found.fail(
                "No baseline report yet",
                ReasonKey::BaselineMissing.with(&slots, Some(&link)),
            );
        }
    }
}

/// 4: the report, for fixes and retests.
pub(super) fn report(facts: &Facts, found: &mut Findings) {
    let Some(report) = &facts.report else { return };
    let link = Link::Report {
        id: report.id.clone(),
        select: Vec::new(),
    };
    // Gates first: a report that they hold back is unpublished because of them.
    let open: Vec<&str> = report
        .gates
        .iter()
        .filter(|gate| gate.status != GateStatus::Passed)
        .map(|gate| gate.key.label())
        .collect();
    if open.is_empty() {
        found.pass("All quality gates passed");
    } else {
        let slots = Slots {
            detail: open.join(", "),
            ..Slots::default()
        };
        found.fail(
            format!("Quality gates open: {}", open.join(", ")),
            ReasonKey::GatesNotPassed.with(&slots, None),
        );
    }
    if report.publication_status == PublicationStatus::Published {
        found.pass("Report is published");
    } else {
        let detail = report.publication_status.label().to_lowercase();
        let slots = Slots {
            detail,
            ..Slots::default()
        };
        found.fail(
            "Report is not published",
            ReasonKey::ReportNotPublished.with(&slots, None),
        );
    }
    selection(facts, report.eligible_count, found);
    match &report.mode_unavailable {
        None => found.pass(format!(
            "{} is a safe delivery mode",
            report.delivery_mode.label()
        )),
        Some(detail) => {
            let slots = Slots {
                detail: detail.clone(),
                ..Slots::default()
            };
            let label = format!("{} is not available", report.delivery_mode.label());
            found.fail(
                label,
                ReasonKey::ConnectedAccessUnavailable.with(&slots, Some(&link)),
            );
        }
    }
}

fn selection(facts: &Facts, eligible_count: i64, found: &mut Findings) {
    let slots = Slots::default();
    let all_eligible = facts
        .report
        .as_ref()
        .is_some_and(|report| report.selected.iter().all(|f| f.eligible));
    match facts.selected_count() {
        _ if eligible_count == 0 => {
            found.fail(
                "No finding is eligible",
                ReasonKey::NoEligibleFinding.with(&slots, None),
            );
        }
        0 => found.fail(
            "No eligible finding selected",
            ReasonKey::NoFindingSelected.with(&slots, None),
        ),
        _ if !all_eligible => {
            found.fail(
                "A selected finding is not eligible",
                ReasonKey::NoFindingSelected.with(&slots, None),
            );
        }
        1 => found.pass("1 eligible finding selected"),
        count => found.pass(format!("{count} eligible findings selected")),
    }
}

/// 5: the project service that carries the work.
pub(super) fn service(facts: &Facts, found: &mut Findings) {
    let name = facts.project.service.label();
    let slots = Slots {
        unit: name,
        ..Slots::default()
    };
    let link = project_link(facts);
    match facts.project.service_state {
        ServiceState::Enabled => found.pass(format!("{name} is enabled for this project")),
        ServiceState::NotEnabled => {
            found.fail(
                format!("{name} is not enabled"),
                ReasonKey::ServiceNotEnabled.with(&slots, Some(&link)),
            );
        }
        ServiceState::Paused => {
            found.fail(
                format!("{name} is paused"),
                ReasonKey::ServicePaused.with(&slots, Some(&link)),
            );
        }
    }
}

/// One scan a project at a time (domain.md C5.5).
pub(super) fn running(facts: &Facts, found: &mut Findings) {
    if facts.action != Action::Scan {
        return;
    }
    match &facts.project.running {
        None => found.pass("No other scan is under way"),
        Some((_, status)) => {
            let slots = Slots {
                detail: status.label().to_lowercase(),
                ..Slots::default()
            };
            found.wait(
                "A scan is already under way",
                ReasonKey::ScanInProgress.with(&slots, None),
            );
        }
    }
}

/// 6: whether billing lets paid work start. Credits do not override it (I-28).
pub(super) fn billing(facts: &Facts, found: &mut Findings) {
    if !needs_billing(facts) {
        return;
    }
    let payer = &facts.payer;
    let name = payer.account.name.as_str();
    let link = billing_link(facts);
    let have = facts
        .credit_type()
        .map_or_else(String::new, |kind| amount_text(payer.balance.avail, kind));
    let slots = Slots {
        payer: name,
        have,
        ..Slots::default()
    };
    match payer.billing_state {
        BillingState::Blocked | BillingState::Closed => {
            found.fail(
                format!("Billing of {name} is blocked"),
                ReasonKey::BillingBlocked.with(&slots, link.as_ref()),
            );
        }
        BillingState::PastDue => {
            found.fail(
                format!("The subscription of {name} is past due"),
                ReasonKey::PastDue.with(&slots, link.as_ref()),
            );
        }
        BillingState::Active | BillingState::PaymentPending
            if payer.subscription_status == SubscriptionStatus::PastDue =>
        {
            found.fail(
                format!("The subscription of {name} is past due"),
                ReasonKey::PastDue.with(&slots, link.as_ref()),
            );
        }
        BillingState::Active | BillingState::PaymentPending => {
            found.pass(format!("Billing of {name} is active"));
        }
    }
}

fn needs_billing(facts: &Facts) -> bool {
    // Ticket-only work reserves nothing, so billing has no say in it (S0-27).
    facts
        .report
        .as_ref()
        .is_none_or(|report| report.delivery_mode.uses_credits() || facts.action != Action::Fix)
}

/// 7 and 8: whether the plan includes the work and the balance covers it.
pub(super) fn coverage(facts: &Facts, found: &mut Findings) {
    if !needs_billing(facts) {
        found.pass("Ticket-only work needs no credits");
        return;
    }
    match facts.action {
        Action::Monitoring => monitoring(facts, found),
        Action::Retest => {
            fix_plan(facts, found);
        }
        Action::Ai => balance(facts, found),
        Action::Scan => {
            pages(facts, found);
            balance(facts, found);
        }
        Action::Fix => {
            // Before something is selected the cost is unknown, and a shortage cannot be named.
            if facts.selected_count() > 0 && fix_plan(facts, found) {
                balance(facts, found);
            }
        }
    }
}

fn slots(facts: &Facts, need: String, have: String) -> Slots<'_> {
    Slots {
        need,
        have,
        payer: &facts.payer.account.name,
        plan: facts.payer.package_key.label(),
        ..Slots::default()
    }
}

fn fail_or_wait(
    facts: &Facts,
    found: &mut Findings,
    label: String,
    key: ReasonKey,
    slots: &Slots<'_>,
) {
    match &facts.payer.pending_checkout {
        // The missing coverage is on its way: wait, do not buy again (I-1).
        Some(checkout) => {
            let link = Link::CheckoutSession(checkout.clone());
            let link = facts.payer.is_member.then_some(&link);
            found.wait(label, ReasonKey::PaymentPending.with(slots, link));
        }
        None => found.fail(label, key.with(slots, billing_link(facts).as_ref())),
    }
}

fn monitoring(facts: &Facts, found: &mut Findings) {
    let plan = facts.payer.package_key;
    if plan.includes_monitoring() {
        found.pass(format!("{} includes monitoring", plan.label()));
    } else {
        let slots = slots(facts, String::new(), String::new());
        let label = format!("{} does not include monitoring", plan.label());
        fail_or_wait(facts, found, label, ReasonKey::MonitoringMissing, &slots);
    }
}

fn fix_plan(facts: &Facts, found: &mut Findings) -> bool {
    let payer = &facts.payer;
    let plan = payer.package_key;
    if plan.includes_fixes() {
        found.pass(format!("{} includes fix work", plan.label()));
        return true;
    }
    // Existing credits carry the work without the plan (I-26).
    if facts.action == Action::Fix && payer.balance.avail >= facts.cost() {
        found.pass("Existing credits cover it");
        return true;
    }
    let kind = crate::credits::CreditType::AutomatedFix;
    let slots = slots(
        facts,
        amount_text(facts.cost(), kind),
        payer.balance.avail.to_string(),
    );
    let label = format!("{} does not include fix work", plan.label());
    // A retest reserves nothing, so there is no amount to name.
    let key = if facts.action == Action::Retest {
        ReasonKey::FixWorkMissing
    } else {
        ReasonKey::FixPlanMissing
    };
    fail_or_wait(facts, found, label, key, &slots);
    false
}

fn pages(facts: &Facts, found: &mut Findings) {
    let project = &facts.project;
    if project.pages <= project.page_limit {
        found.pass(format!("{} pages are within the plan", project.pages));
        return;
    }
    let slots = slots(
        facts,
        project.pages.to_string(),
        project.page_limit.to_string(),
    );
    let label = format!("{} pages are more than the plan allows", project.pages);
    found.fail(
        label,
        ReasonKey::PlanDoesNotIncludeScan.with(&slots, billing_link(facts).as_ref()),
    );
}

fn balance(facts: &Facts, found: &mut Findings) {
    let Some(kind) = facts.credit_type() else {
        return;
    };
    let payer = &facts.payer;
    let (need, have) = (facts.cost(), payer.balance.avail);
    let name = &payer.account.name;
    if have >= need {
        found.pass(format!("{name} has {} available", amount_text(have, kind)));
        return;
    }
    let mut slots = slots(facts, amount_text(need, kind), have.to_string());
    slots.detail = format!(
        "{} reserved and {} spent",
        payer.balance.res, payer.balance.spent
    );
    let label = format!("{} needed, {have} available", amount_text(need, kind));
    fail_or_wait(facts, found, label, shortage(facts), &slots);
}

fn shortage(facts: &Facts) -> ReasonKey {
    let payer = &facts.payer;
    match facts.action {
        Action::Ai => ReasonKey::AiExhausted,
        Action::Scan if payer.ever_granted || payer.package_key != PackageKey::FreeSnapshot => {
            ReasonKey::ScanCreditExhausted
        }
        Action::Scan => ReasonKey::ScanCreditRequired,
        _ if payer.ever_granted && payer.balance.avail == 0 => ReasonKey::FixCreditExhausted,
        _ => ReasonKey::FixCreditRequired,
    }
}
