//! Who looks, and whether they may.

use super::Findings;
use crate::account::is_at_home;
use crate::gate::{Action, Facts};
use crate::link::Link;
use crate::reason::{ReasonKey, Slots};
use crate::role::{Ability, Role};

/// 1: who looks, and whether they may.
pub(in crate::gate) fn account(facts: &Facts, found: &mut Findings) {
    let owner = facts.owner.name.as_str();
    if is_at_home(&facts.viewing.id, &facts.owner.id, &facts.payer.account.id) {
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
        // Who may pay is not told that the role only reads, and is led to where it acts.
        let reason = if facts.role == Role::BillingManager {
            let link = Link::Billing(Some(facts.origin()));
            let link = facts.payer.is_member.then_some(link);
            ReasonKey::RolePays.with(&slots, link.as_ref())
        } else {
            ReasonKey::RoleNotAllowed.with(&slots, None)
        };
        found.fail(format!("Your role is {}", facts.role.label()), reason);
    }
}
