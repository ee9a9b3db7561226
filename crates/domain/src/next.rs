//! The one next step of an account, for the top of Billing: what is wrong first, then what is on its way, then what can be done.

use crate::billing::BillingView;
use crate::catalogue::CardState;
use crate::link::Link;
use crate::reason::WorkflowOwner;
use crate::role::Ability;

/// The one next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// What the control says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Why this comes first.
    pub why: String,
}

fn step(label: &str, href: String, why: String) -> Next {
    Next {
        label: label.to_owned(),
        href,
        why,
    }
}

/// Where the cards of this page stand.
const LADDER: &str = "#panel-plan-ladder";
const TOP_UPS: &str = "#panel-credit-top-ups";

/// What to do next with this account; `None` where a notice above says what is in the way of everything, with its own step.
pub fn next(view: &BillingView) -> Option<Next> {
    view.account_reasons.is_empty().then(|| free(view))
}

/// The next step of an account that nothing blocks as a whole.
fn free(view: &BillingView) -> Next {
    let open = &view.open_checkouts;
    let paid = open.iter().find(|checkout| checkout.awaits_confirmation());
    if let Some(checkout) = paid.or(open.first()) {
        let state = match paid {
            Some(_) => CardState::PaymentPending,
            None => CardState::CheckoutOpen,
        };
        let href = Link::CheckoutSession(checkout.checkout_session_id.clone()).href();
        let why = state.label().to_owned() + ": " + &checkout.item_name;
        return step("View checkout", href, why);
    }
    let mut usage = view.project_usage.iter();
    let waits = usage.find_map(|row| {
        let reason = row.reason.as_ref()?;
        (reason.owner == WorkflowOwner::Project).then_some((row, reason))
    });
    let usable = view.available_credits.scan > 0 || view.available_credits.automated_fix > 0;
    if usable {
        return match waits {
            Some((row, reason)) => step(
                "Open the project",
                Link::Project(row.project_id.clone()).href(),
                row.project_name.clone() + ": " + &reason.label,
            ),
            None => step(
                "Open projects",
                Link::Projects.href(),
                "Credits are there to use.".to_owned(),
            ),
        };
    }
    if view.payer_name.is_some() || !view.role.can(Ability::Purchase) {
        let why = match &view.payer_name {
            Some(payer) => "Projects here are paid by ".to_owned() + payer + ".",
            None => "Your role reads this account's billing.".to_owned(),
        };
        return step("Open projects", Link::Projects.href(), why);
    }
    if view
        .plans
        .iter()
        .any(|card| card.checkout_state == CardState::Available)
    {
        return step(
            "Compare plans",
            LADDER.to_owned(),
            "No credits are available, and no plan brings any.".to_owned(),
        );
    }
    step(
        "See what brings more",
        TOP_UPS.to_owned(),
        "No scan or fix credits are available.".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Next {
        next(&serde_json::from_str(json).unwrap()).unwrap()
    }

    #[test]
    fn the_next_step_is_the_worst_thing_first() {
        let quayside = of(include_str!("../../../tests/answers/billing_quayside.json"));
        assert_eq!(quayside.label, "View checkout");
        assert!(
            quayside.href.starts_with("/billing/checkout?"),
            "{}",
            quayside.href
        );
        let corner = of(include_str!("../../../tests/answers/billing_corner.json"));
        assert_eq!(corner.why, "Projects here are paid by Beacon Agency.");
        let northwind = of(include_str!(
            "../../../tests/answers/billing_northwind.json"
        ));
        assert_eq!(northwind.label, "Open the project");
        assert!(
            northwind.href.starts_with("/projects/prj_"),
            "{}",
            northwind.href
        );
        let harbor = of(include_str!("../../../tests/answers/billing_harbor.json"));
        assert_eq!(harbor.href, "#panel-credit-top-ups");
    }
}
