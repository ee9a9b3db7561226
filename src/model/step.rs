//! How a reason's one next step is offered on a page: a link, a control of the page, or words.

use domain::reason::{NextKind, Reason, ReasonCode};

/// The page that offers a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// A project page.
    Project,
    /// A report page.
    Report,
    /// A fix task page.
    Task,
}

/// How a next step is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is on another page.
    Link(String),
    /// This page can do it.
    Control(NextKind),
    /// Nothing here can do it; what else there is to know.
    Words(&'static str),
}

/// How this page offers the next step of a reason.
pub fn step(reason: &Reason, here: Here) -> Step {
    let kind = reason.next_action.kind;
    let link = |otherwise: &'static str| {
        let href = reason.next_action.href.clone();
        href.map_or(Step::Words(otherwise), Step::Link)
    };
    match (kind, here) {
        (NextKind::SwitchAccount, _)
        | (
            NextKind::ReadGates
            | NextKind::SelectFinding
            | NextKind::ReadGuidance
            | NextKind::TicketOnly,
            Here::Report,
        )
        | (
            NextKind::EnableService
            | NextKind::ResumeService
            | NextKind::FollowWork
            | NextKind::AcceptScope
            | NextKind::VerifyDomain,
            Here::Project,
        ) => Step::Control(kind),
        // The way out that this page has is a smaller scope (S1-33).
        (NextKind::OpenProject, Here::Project)
            if reason.code == ReasonCode::PackageEntitlementMissing =>
        {
            Step::Control(NextKind::AcceptScope)
        }
        (NextKind::OpenProject, Here::Project) => Step::Words(own_page(reason)),
        (
            NextKind::TopUp
            | NextKind::ChoosePlan
            | NextKind::ResolveBilling
            | NextKind::WaitForPayment,
            _,
        ) => link("Only members of the paying account can open its Billing."),
        _ => link(""),
    }
}

/// What "Open the project" means when it is open already.
fn own_page(reason: &Reason) -> &'static str {
    match reason.code {
        ReasonCode::ProjectServiceBlocked => "This is its page: run a scan below first.",
        _ => "This is its page. Changing the target is not part of the console yet.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::link::Link;
    use domain::reason::{ReasonKey, Slots};

    fn reason(key: ReasonKey, link: Option<&Link>) -> Reason {
        key.with(&Slots::default(), link)
    }

    #[test]
    fn s0_11_a_shortage_leads_to_billing_from_both_pages() {
        let reason = reason(ReasonKey::FixCreditExhausted, Some(&Link::Billing(None)));
        for here in [Here::Project, Here::Report] {
            assert_eq!(step(&reason, here), Step::Link("/billing".into()));
        }
    }

    #[test]
    fn s3_21_who_cannot_open_the_payers_billing_is_told_so() {
        let reason = reason(ReasonKey::ScanCreditExhausted, None);
        assert!(
            matches!(step(&reason, Here::Project), Step::Words(words) if words.contains("members"))
        );
    }

    #[test]
    fn scope_domain_and_a_smaller_scope_are_controls_of_the_projects_page() {
        for (key, kind) in [
            (ReasonKey::ScopeNotAccepted, NextKind::AcceptScope),
            (ReasonKey::DomainNotVerified, NextKind::VerifyDomain),
            (ReasonKey::ScanPlanMissing, NextKind::AcceptScope),
        ] {
            let reason = reason(key, Some(&Link::Projects));
            assert_eq!(step(&reason, Here::Project), Step::Control(kind), "{key:?}");
            assert!(matches!(step(&reason, Here::Report), Step::Link(_)));
        }
    }

    #[test]
    fn ticket_only_is_chosen_on_the_page() {
        let reason = reason(ReasonKey::ConnectedAccessUnavailable, Some(&Link::Reports));
        assert_eq!(
            step(&reason, Here::Report),
            Step::Control(NextKind::TicketOnly)
        );
    }
}
