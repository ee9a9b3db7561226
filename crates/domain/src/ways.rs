//! What clears used-up credits: a top-up, a larger plan, or the renewal, each with why it does not help where it does not (S3-26).

use crate::account::PackageKey;
use crate::catalogue::{Card, CardState};
use crate::credits::{CreditType, amount_text};
use crate::gate::Includes;
use crate::keyed;
use crate::link::Link;
use crate::plan_change::{PlanWish, allowance};
use crate::reason::ReasonKey;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The reason of too few credits: "required" where none were ever there, "exhausted" where they are used up (I-3).
pub fn shortage(kind: CreditType, ever_granted: bool, includes: Includes, avail: i64) -> ReasonKey {
    match kind {
        CreditType::Ai => ReasonKey::AiExhausted,
        CreditType::Scan if ever_granted || includes.scans => ReasonKey::ScanCreditExhausted,
        CreditType::Scan => ReasonKey::ScanCreditRequired,
        CreditType::AutomatedFix if ever_granted && avail == 0 => ReasonKey::FixCreditExhausted,
        CreditType::AutomatedFix => ReasonKey::FixCreditRequired,
    }
}

keyed! {
    /// A way to more credits.
    pub enum WayKind {
        TopUp = "top_up", "Top up";
        Upgrade = "upgrade", "Change plan";
        Renewal = "renewal", "Wait for renewal";
    }
}

/// One way to more credits of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Way {
    /// Which.
    pub kind: WayKind,
    /// What it brings, or why it does not help now.
    pub text: String,
    /// Where it is done; `None` where it does not help or is done by waiting.
    pub href: Option<String>,
    /// When it happens by itself.
    pub at: Option<DateTime<Utc>>,
}

/// How the available credits of one type stand, and the ways to more of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreditWays {
    /// Which credits.
    pub credit_type: CreditType,
    /// The label of their shortage, letter for letter as a gate says it; `None` while some are available.
    pub label: Option<String>,
    /// Always all three, so that each is answered.
    pub ways: Vec<Way>,
}

/// What the ways of an account depend on.
#[derive(Clone, Copy, Debug)]
pub struct Stock<'a> {
    /// The plan now.
    pub package: PackageKey,
    /// Available credits of the type.
    pub avail: i64,
    /// Whether the type was ever granted.
    pub ever_granted: bool,
    /// Plans and top-ups as the account can buy them.
    pub cards: &'a [Card],
    /// When the plan renews; `None` without one, and when it ends instead.
    pub renews_at: Option<DateTime<Utc>>,
}

/// How the credits of a type stand and what brings more of them.
pub fn ways(kind: CreditType, stock: &Stock<'_>) -> CreditWays {
    CreditWays {
        credit_type: kind,
        label: label(kind, stock).map(|key| key.spec().label.to_owned()),
        ways: vec![
            top_up(kind, stock),
            upgrade(kind, stock),
            renewal(kind, stock),
        ],
    }
}

fn label(kind: CreditType, stock: &Stock<'_>) -> Option<ReasonKey> {
    if stock.avail > 0 {
        return None;
    }
    let pending = |card: &Card| {
        card.credit_type == Some(kind) && card.checkout_state == CardState::PaymentPending
    };
    if stock.cards.iter().any(pending) {
        return Some(ReasonKey::PaymentPending);
    }
    // Without the plan it is the plan that is missing, and its card says whether it can be had (S0-5).
    let fix_plan = || {
        stock.cards.iter().any(|card| {
            card.package_key.is_some_and(PackageKey::includes_fixes) && can_be_had(card)
        })
    };
    if kind == CreditType::AutomatedFix
        && !stock.package.includes_fixes()
        && !stock.ever_granted
        && !fix_plan()
    {
        return Some(ReasonKey::FixPlanUnavailable);
    }
    Some(shortage(
        kind,
        stock.ever_granted,
        stock.package.into(),
        stock.avail,
    ))
}

const fn can_be_had(card: &Card) -> bool {
    matches!(
        card.checkout_state,
        CardState::Available | CardState::PlanChange
    ) && card.disabled_reason.is_none()
}

fn words(kind: WayKind, text: String) -> Way {
    Way {
        kind,
        text,
        href: None,
        at: None,
    }
}

fn top_up(kind: CreditType, stock: &Stock<'_>) -> Way {
    let card = stock
        .cards
        .iter()
        .find(|card| card.credit_type == Some(kind));
    let Some(card) = card else {
        return words(
            WayKind::TopUp,
            format!("There is no top-up of {}.", kind.many()),
        );
    };
    let text = match (&card.disabled_reason, &card.warning) {
        (Some(why), _) => why.clone(),
        (None, Some(warning)) => warning.clone(),
        (None, None) => format!(
            "{} for {}.",
            amount_text(card.quantity, kind),
            card.price_label
        ),
    };
    Way {
        href: card.checkout_route.clone(),
        ..words(WayKind::TopUp, text)
    }
}

/// The next larger plan that brings more of these credits and can be had; else that none does.
fn upgrade(kind: CreditType, stock: &Stock<'_>) -> Way {
    let now = allowance(stock.package, kind);
    let mut larger = stock.cards.iter().filter_map(|card| {
        let package = card
            .package_key
            .filter(|package| *package > stock.package)?;
        let brings = allowance(package, kind);
        (brings > now).then_some((card, package, brings))
    });
    let Some((card, package, brings)) = larger
        .clone()
        .find(|(card, ..)| can_be_had(card))
        .or_else(|| larger.next())
    else {
        return words(
            WayKind::Upgrade,
            format!("No larger plan brings more {}.", kind.many()),
        );
    };
    if let Some(why) = &card.disabled_reason {
        return words(WayKind::Upgrade, why.clone());
    }
    let change = PlanWish::of(package)
        .filter(|_| card.checkout_state == CardState::PlanChange)
        .map(|wish| Link::PlanChange(wish).href());
    Way {
        href: change.or_else(|| card.checkout_route.clone()),
        ..words(
            WayKind::Upgrade,
            format!(
                "{} brings {} a month.",
                package.label(),
                amount_text(brings, kind)
            ),
        )
    }
}

fn renewal(kind: CreditType, stock: &Stock<'_>) -> Way {
    let brings = allowance(stock.package, kind);
    let plan = stock.package.label();
    match (brings, stock.renews_at) {
        (0, _) => words(
            WayKind::Renewal,
            format!(
                "{plan} brings no {}, so waiting does not help.",
                kind.many()
            ),
        ),
        (_, None) => words(
            WayKind::Renewal,
            format!("{plan} does not renew, so waiting does not help."),
        ),
        (brings, Some(at)) => Way {
            at: Some(at),
            ..words(
                WayKind::Renewal,
                format!(
                    "{plan} brings {} at its renewal.",
                    amount_text(brings, kind)
                ),
            )
        },
    }
}

#[cfg(test)]
mod tests;
