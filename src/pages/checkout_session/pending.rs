//! A payment that is made and not confirmed: what is going on, and that nobody should pay again.

use super::pay::{Shown, ask_now};
use crate::parts::{Notice, Tone, follow, pick};
use crate::slice::Slice;
use domain::checkout::CheckoutView;
use leptos::prelude::*;
use std::time::Duration;

/// The box of a payment that waits for its confirmation.
pub(super) fn pending(shown: Shown) -> AnyView {
    let wait = wait_of(shown.session);
    let balance = pick(shown.session, |session| {
        let (kind, balance) = session.credit_type.zip(session.balance)?;
        let label = kind.label();
        Some(format!(
            "{label} stay at Avail {} until then.",
            balance.avail
        ))
    });
    let now = Slice::new(move |_| (wait.get(), balance.get()));
    view! {
        <Notice tone=Tone::Hold title="Payment confirmation pending">
            {follow(now, |(wait, balance)| view! { <p>{wait.sentence()} " " {balance.clone()}</p> }.into_any())}
            {ask_now(shown)}
        </Notice>
    }
    .into_any()
}

/// Seconds after which waiting is slower than usual, and after which it is long.
const SLOW: f64 = 30.0;
const LONG: f64 = 300.0;

/// How long a payment has been waiting.
#[derive(Clone, Copy, PartialEq)]
enum Wait {
    Usual,
    Slow,
    Long,
}

impl Wait {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Usual => {
                "Paddle is confirming your payment, usually in less than a minute. You can leave this page; it goes on by itself."
            }
            Self::Slow => {
                "This takes longer than usual. Do not pay again: your payment is known, and the credits are added when Paddle confirms it."
            }
            Self::Long => {
                "Still not confirmed. WebRiskOps asks Paddle by itself. Do not pay again; if you contact support, name the checkout below."
            }
        }
    }
}

/// How long the payment of a session has been waiting; looked at every five seconds.
fn wait_of(session: Signal<CheckoutView>) -> Slice<Wait> {
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
    Slice::new(move |_| {
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
            Wait::Usual
        } else if waited < LONG {
            Wait::Slow
        } else {
            Wait::Long
        }
    })
}
