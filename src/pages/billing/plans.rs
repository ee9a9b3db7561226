//! The plan ladder: each step with its price, what it brings, whether it can be had now, and how the plan goes on.

use super::cards::cards;
use super::paid_elsewhere::paid_elsewhere;
use crate::link::{Link, Origin};
use crate::parts::{Panel, RowLink, When, follow, pick};
use domain::Timestamp;
use domain::account::{PackageKey, SubscriptionStatus};
use domain::billing::BillingView;
use domain::plan_change::PlanWish;
use leptos::prelude::*;

/// The panel `Plan ladder`.
pub(super) fn plans(view: Signal<BillingView>, origin: Option<Origin>) -> AnyView {
    let plans = pick(view, |view| view.plans.clone());
    view! {
        <Panel title="Plan ladder">
            <div class="stack">
                {paid_elsewhere(view)}
                {follow(pick(view, GoesOn::of), goes_on)}
                <div class="cards ladder">{cards(plans, origin)}</div>
            </div>
        </Panel>
    }
    .into_any()
}

/// How the plan goes on.
#[derive(Clone, PartialEq)]
struct GoesOn {
    plan: PackageKey,
    status: SubscriptionStatus,
    next: Option<PackageKey>,
    waiting: Option<PlanWish>,
    at: Option<Timestamp>,
}

impl GoesOn {
    fn of(view: &BillingView) -> Self {
        Self {
            plan: view.package_key,
            status: view.subscription_status,
            next: view.next_package_key,
            waiting: view.plan_change_waiting,
            at: view.renews_at.or(view.ends_at).or(view.trial_ends_at),
        }
    }
}

/// What becomes of the plan at the end of its period, and the one control for it; nothing without a plan.
fn goes_on(stands: &GoesOn) -> AnyView {
    let GoesOn {
        plan,
        status,
        next,
        waiting,
        at,
    } = *stands;
    if let Some(wish) = waiting {
        return view! {
            <p class="answer hold" role="status"><span>"\u{201c}"{wish.label()}"\u{201d} was asked for and waits for Paddle's confirmation. Nothing changes before it; do not ask again."</span></p>
        }
        .into_any();
    }
    let when = at.map(|at| view! { " " <When at /> });
    let (sentence, wish) = match (status, next) {
        (SubscriptionStatus::CancellationScheduled, _) => (
            format!("{} is to be cancelled and ends", plan.label()),
            PlanWish::Keep,
        ),
        (SubscriptionStatus::Active, Some(next)) => (
            format!("{} becomes {} at the renewal", plan.label(), next.label()),
            PlanWish::Keep,
        ),
        (SubscriptionStatus::Active, None) => {
            (format!("{} renews", plan.label()), PlanWish::Cancel)
        }
        (SubscriptionStatus::Trialing, _) => (
            format!(
                "{} is an approved trial: nothing is charged before it ends. Its credits end with it, and the first paid period begins unless it is cancelled, on",
                plan.label()
            ),
            PlanWish::Cancel,
        ),
        (SubscriptionStatus::Paused, _) => return paused(),
        _ => return ().into_any(),
    };
    view! {
        <div class="row">
            <p>{sentence}{when}"."</p>
            <div class="actions">
                <RowLink href=Link::PaymentMethod.href()>"Change payment method"</RowLink>
                <RowLink href=Link::PlanChange(wish).href()>{wish.label()}</RowLink>
            </div>
        </div>
    }
    .into_any()
}

/// A paused plan: what that means, and both ways out.
fn paused() -> AnyView {
    let way = |wish: PlanWish| {
        view! { <RowLink href=Link::PlanChange(wish).href()>{wish.label()}</RowLink> }.into_any()
    };
    view! {
        <div class="row">
            <p>"The plan is paused: nothing is charged, and its services stand still until it is resumed."</p>
            <div class="actions">{way(PlanWish::Resume)}{way(PlanWish::Cancel)}</div>
        </div>
    }
    .into_any()
}
