//! How a session stands, in one sentence, with the one thing to do.

use super::pay::{AskNow, PayOrCancel, heard_paid};
use crate::link::{Link, Place};
use crate::parts::{CopyCode, Fact, Facts, Notice, RowLink, Tone, When};
use crate::remote::Remote;
use domain::checkout::{CheckoutState, CheckoutView};
use domain::credits::amount_text;
use leptos::prelude::*;
use std::time::Duration;

/// The state, what it means for the customer, and what to do.
#[component]
pub fn CheckoutStatus(
    /// The session.
    session: Signal<CheckoutView>,
    /// Where it comes from.
    remote: Remote<CheckoutView>,
) -> impl IntoView {
    let paid_here = RwSignal::new(session.with_untracked(|session| heard_paid(session, remote)));
    // Only another box is built anew: fresher figures of the same one leave buttons and focus alone.
    let shown = Memo::new(move |_| {
        let paid = paid_here.get() || session.with(Paid::is_paid);
        match session.with(|session| session.state) {
            CheckoutState::Created | CheckoutState::Opened if !paid => StatusBox::Unpaid,
            CheckoutState::Created | CheckoutState::Opened | CheckoutState::ReturnedPending => {
                StatusBox::Pending
            }
            CheckoutState::Confirmed => StatusBox::Confirmed,
            ended => StatusBox::Ended(ended),
        }
    });
    move || match shown.get() {
        StatusBox::Unpaid => view! { <Unpaid session remote paid_here /> }.into_any(),
        StatusBox::Pending => view! { <Pending session remote /> }.into_any(),
        StatusBox::Confirmed => view! { <Confirmed session /> }.into_any(),
        StatusBox::Ended(ended) => view! { <Ended session ended /> }.into_any(),
    }
}

/// Which box a session gets.
#[derive(Clone, Copy, PartialEq)]
enum StatusBox {
    Unpaid,
    Pending,
    Confirmed,
    Ended(CheckoutState),
}

/// Whether the provider has taken the payment.
trait Paid {
    fn is_paid(&self) -> bool;
}

impl Paid for CheckoutView {
    fn is_paid(&self) -> bool {
        let paid = self
            .stages
            .iter()
            .find(|stage| stage.key == domain::checkout::StageKey::ProviderPaid);
        paid.is_some_and(|stage| stage.at.is_some())
    }
}

#[component]
fn Unpaid(
    session: Signal<CheckoutView>,
    remote: Remote<CheckoutView>,
    paid_here: RwSignal<bool>,
) -> impl IntoView {
    let failure = Memo::new(move |_| session.with(|session| session.failure_reason.clone()));
    view! {
        {move || failure.get().map(|reason| view! {
            <Notice tone=Tone::Stop title="The payment was declined"><p>{reason} " You can try another card in the same checkout."</p></Notice>
        })}
        <Notice tone=Tone::Hold title="Not paid yet">
            <p>"This checkout is open and nothing is charged. Pay it in Paddle's form, or cancel it; until then the same item cannot be bought a second time."</p>
            <PayOrCancel session remote paid_here />
        </Notice>
    }
}

/// Seconds after which waiting is slower than usual, and after which it is long.
const SLOW: f64 = 30.0;
const LONG: f64 = 300.0;

/// How long the payment has been waiting, as one of three steps.
fn wait_step(session: Signal<CheckoutView>) -> Memo<u8> {
    let tick = RwSignal::new(0u32);
    let ticking = set_interval_with_handle(
        move || {
            tick.try_update(|tick| *tick = tick.wrapping_add(1));
        },
        Duration::from_secs(5),
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    Memo::new(move |_| {
        tick.track();
        let since = session.with(|session| {
            let reached = session.stages.iter().filter_map(|stage| stage.at).min();
            reached.unwrap_or(session.created_at)
        });
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds since 1970 are far below 2^53"
        )]
        let waited = (js_sys::Date::now() - since.timestamp_millis() as f64) / 1000.0;
        if waited < SLOW {
            0
        } else if waited < LONG {
            1
        } else {
            2
        }
    })
}

#[component]
fn Pending(session: Signal<CheckoutView>, remote: Remote<CheckoutView>) -> impl IntoView {
    let step = wait_step(session);
    let sentence = move || match step.get() {
        0 => {
            "Paddle is confirming your payment, usually in less than a minute. You can leave this page; it goes on by itself."
        }
        1 => {
            "This takes longer than usual. Do not pay again: your payment is known, and the credits are added when Paddle confirms it."
        }
        _ => {
            "Still not confirmed. WebRiskOps asks Paddle by itself. Do not pay again; if you contact support, name the checkout below."
        }
    };
    let balance = move || {
        session.with(|session| {
            let (kind, balance) = (session.credit_type?, session.balance?);
            Some(
                kind.label().to_owned()
                    + " stay at Avail "
                    + &balance.avail.to_string()
                    + " until then.",
            )
        })
    };
    view! {
        <Notice tone=Tone::Hold title="Payment confirmation pending">
            <p>{sentence} " " {balance}</p>
            <AskNow session remote />
        </Notice>
    }
}

/// Where the person came from, as words for the way back.
fn back_words(place: &Place) -> &'static str {
    match place {
        Place::Report(_) => "Back to the report, selection kept",
        Place::Project(_) => "Back to the project",
        Place::FixTask(_) => "Back to the fix task",
    }
}

#[component]
fn Confirmed(session: Signal<CheckoutView>) -> impl IntoView {
    let session = session.get_untracked();
    let added = match (&session.granted, session.package_key) {
        (_, Some(package)) => {
            package.label().to_owned() + " is active and its credits are in the ledger."
        }
        (Some(granted), None) => {
            amount_text(granted.amount, granted.credit_type)
                + " added. Avail "
                + &granted.avail_before.to_string()
                + " \u{2192} "
                + &granted.avail_after.to_string()
                + "."
        }
        (None, None) => String::from("The credits are in the ledger."),
    };
    let way = match session.origin.clone() {
        Some(origin) => view! {
            <RowLink href=origin.back().href() primary=true>{back_words(&origin.place)}</RowLink>
            <RowLink href=Link::Billing(None).href()>"Go to Billing"</RowLink>
        }
        .into_any(),
        None => view! { <RowLink href=Link::Billing(None).href() primary=true>"Go to Billing"</RowLink> }.into_any(),
    };
    view! {
        <Notice tone=Tone::Ok title="Ready to use">
            <p>{added}</p>
            <div class="actions">{way}</div>
        </Notice>
    }
}

#[component]
fn Ended(session: Signal<CheckoutView>, ended: CheckoutState) -> impl IntoView {
    let session = session.get_untracked();
    let sentence = match ended {
        CheckoutState::Cancelled => "Cancelled. Nothing was charged.",
        CheckoutState::Expired => "Nobody paid this checkout in time. Nothing was charged.",
        _ => "The payment failed. Nothing was charged.",
    };
    let again = Link::Checkout {
        item: session.item_key.clone(),
        origin: session.origin.clone(),
    }
    .href();
    view! {
        <Notice tone=Tone::Quiet title=ended.label()>
            <p>{session.failure_reason.clone().unwrap_or_else(|| sentence.to_owned())} " Should a payment for it still arrive, its credits are added."</p>
            <div class="actions">
                <RowLink href=again primary=true>"Buy it again"</RowLink>
                <RowLink href=Link::Billing(session.origin.clone()).href()>"Back to Billing"</RowLink>
            </div>
        </Notice>
    }
}

/// What is bought, for whom, and the balance as it is now.
#[component]
pub fn Bought(
    /// The session.
    session: Signal<CheckoutView>,
) -> impl IntoView {
    let fixed = session.get_untracked();
    let quantity = fixed.credit_type.map_or_else(
        || fixed.item_name.clone(),
        |kind| amount_text(fixed.credits, kind),
    );
    let figure = move |of: fn(domain::credits::Balance) -> i64| {
        move || session.with(|session| session.balance.map(of))
    };
    view! {
        <Facts>
            <Fact name="Account">{fixed.account.name.clone()} " " <CopyCode code=fixed.account.id.to_string() /></Fact>
            <Fact name="Item">{fixed.item_name.clone()}</Fact>
            <Fact name="Quantity">{quantity}</Fact>
            <Fact name="Price">{fixed.price_label.clone()}</Fact>
            {fixed.total.clone().map(|total| view! { <Fact name="Total before tax">{total}</Fact> })}
            <Fact name="Opened">{fixed.opened_by.clone()} ", " <When at=fixed.created_at /></Fact>
            <Fact name="Checkout"><CopyCode code=fixed.checkout_session_id.to_string() /></Fact>
            {fixed.credit_type.map(|kind| view! {
                <Fact name=kind.label()>
                    "Avail " {figure(|b| b.avail)} ", Res " {figure(|b| b.res)} ", Spent " {figure(|b| b.spent)}
                </Fact>
            })}
        </Facts>
    }
}
