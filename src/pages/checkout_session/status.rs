//! How a session stands, in one sentence, with the one thing to do.

use super::pay::{Shown, pay_or_cancel};
use super::pending::pending;
use crate::link::{Link, Place};
use crate::parts::{Notice, RowLink, Tone, follow, pick, second_plan};
use crate::slice::Slice;
use domain::checkout::{CheckoutState, CheckoutView, StageKey};
use domain::credits::amount_text;
use leptos::prelude::*;

/// The state, what it means for the customer, and what to do. Fresher figures of the same box leave its buttons alone.
pub(super) fn status(shown: Shown) -> AnyView {
    let Shown {
        session, paid_here, ..
    } = shown;
    let kind = Slice::new(move |_| {
        let paid = paid_here.get() || session.with(is_paid);
        match session.with(|session| session.state) {
            CheckoutState::Created | CheckoutState::Opened if !paid => StatusBox::Unpaid,
            CheckoutState::Created | CheckoutState::Opened | CheckoutState::ReturnedPending => {
                StatusBox::Pending
            }
            CheckoutState::Confirmed if session.with(|session| session.second_plan.is_some()) => {
                StatusBox::Second
            }
            CheckoutState::Confirmed => StatusBox::Confirmed,
            CheckoutState::Failed | CheckoutState::Cancelled | CheckoutState::Expired => {
                StatusBox::Ended
            }
        }
    });
    follow(kind, move |kind| match kind {
        StatusBox::Unpaid => unpaid(shown),
        StatusBox::Pending => pending(shown),
        StatusBox::Confirmed => session.with_untracked(confirmed),
        StatusBox::Second => second(session),
        StatusBox::Ended => session.with_untracked(ended),
    })
}

/// Which box a session gets.
#[derive(Clone, Copy, PartialEq)]
enum StatusBox {
    Unpaid,
    Pending,
    Confirmed,
    /// Confirmed, and the account had a plan already.
    Second,
    Ended,
}

/// Whether the provider has taken the payment.
fn is_paid(session: &CheckoutView) -> bool {
    let mut stages = session.stages.iter();
    let paid = stages.find(|stage| stage.key == StageKey::ProviderPaid);
    paid.is_some_and(|stage| stage.at.is_some())
}

fn unpaid(shown: Shown) -> AnyView {
    let failure = pick(shown.session, |session| session.failure_reason.clone());
    view! {
        {follow(failure, |reason| reason.clone().map(declined).into_any())}
        <Notice tone=Tone::Hold title="Not paid yet">
            <p>"This checkout is open and nothing is charged. Pay it in Paddle's form, or cancel it; until then the same item cannot be bought a second time."</p>
            {pay_or_cancel(shown)}
        </Notice>
    }
    .into_any()
}

fn declined(reason: String) -> AnyView {
    view! {
        <Notice tone=Tone::Stop title="The payment was declined"><p>{reason} " You can try another card in the same checkout."</p></Notice>
    }
    .into_any()
}

/// Where the person came from, as words for the way back.
const fn back_words(place: &Place) -> &'static str {
    match place {
        Place::Report(_) => "Back to the report, selection kept",
        Place::Project(_) => "Back to the project",
        Place::FixTask(_) => "Back to the fix task",
    }
}

/// What came, in a sentence.
fn added(session: &CheckoutView) -> String {
    match (&session.granted, session.package_key) {
        (_, Some(package)) => format!(
            "{} is active and its credits are in the ledger.",
            package.label()
        ),
        (Some(granted), None) => format!(
            "{} added. Avail {} \u{2192} {}.",
            amount_text(granted.amount, granted.credit_type),
            granted.avail_before,
            granted.avail_after
        ),
        (None, None) => String::from("The credits are in the ledger."),
    }
}

fn confirmed(session: &CheckoutView) -> AnyView {
    let billing = Link::Billing(None).href();
    let ways = match session.origin.clone() {
        Some(origin) => view! {
            <RowLink href=origin.back().href() primary=true>{back_words(&origin.place)}</RowLink>
            <RowLink href=billing>"Go to Billing"</RowLink>
        }
        .into_any(),
        None => view! { <RowLink href=billing primary=true>"Go to Billing"</RowLink> }.into_any(),
    };
    let added = added(session);
    view! {
        <Notice tone=Tone::Ok title="Ready to use">
            <p>{added}</p>
            <div class="actions">{ways}</div>
        </Notice>
    }
    .into_any()
}

/// It was paid although a plan ran: what becomes of it, as it happens.
fn second(session: Signal<CheckoutView>) -> AnyView {
    let plan = pick(session, |session| session.second_plan.clone());
    let billing = Link::Billing(None).href();
    view! {
        {follow(plan, |plan| plan.as_ref().map(|plan| second_plan(plan, true)).into_any())}
        <div class="actions"><RowLink href=billing primary=true>"Go to Billing"</RowLink></div>
    }
    .into_any()
}

fn ended(session: &CheckoutView) -> AnyView {
    let CheckoutView {
        state,
        failure_reason,
        origin,
        item_key: item,
        ..
    } = session.clone();
    let sentence = match state {
        CheckoutState::Cancelled => "Cancelled. Nothing was charged.",
        CheckoutState::Expired => "Nobody paid this checkout in time. Nothing was charged.",
        _ => "The payment failed. Nothing was charged.",
    };
    let why = failure_reason.unwrap_or_else(|| sentence.to_owned());
    let billing = Link::Billing(origin.clone()).href();
    let again = Link::Checkout { item, origin }.href();
    view! {
        <Notice tone=Tone::Quiet title=state.label()>
            <p>{why} " Should a payment for it still arrive, its credits are added."</p>
            <div class="actions">
                <RowLink href=again primary=true>"Buy it again"</RowLink>
                <RowLink href=billing>"Back to Billing"</RowLink>
            </div>
        </Notice>
    }
    .into_any()
}
