//! Opening Paddle's form for a session, hearing what it says, and giving the session up.

use super::{OPEN_FORM, PAID_FORM};
use crate::api;
use crate::dom;
use crate::paddle::{self, FormEvent};
use crate::parts::{ActionButton, Notice, Outcome, OutcomeWords, Tone, follow};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write_of;
use domain::checkout::{CheckoutState, CheckoutStep, CheckoutView};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The session that a page shows, and where it comes from. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The session.
    pub(super) session: Signal<CheckoutView>,
    /// Where it comes from.
    pub(super) remote: Remote<CheckoutView>,
    /// Set when the form says in this tab that the payment is made.
    pub(super) paid_here: RwSignal<bool>,
}

impl Shown {
    /// What the page shows, with what this tab heard of it before.
    pub(super) fn new(session: Signal<CheckoutView>, remote: Remote<CheckoutView>) -> Self {
        let heard = session.with_untracked(|session| heard_paid(session, remote));
        Self {
            session,
            remote,
            paid_here: RwSignal::new(heard),
        }
    }
}

/// Tells the server what the form said. That is a courtesy: the provider's own event tells the truth.
fn tell(session: &CheckoutView, step: CheckoutStep, remote: Remote<CheckoutView>) {
    let (account, id) = (
        session.account.id.clone(),
        session.checkout_session_id.clone(),
    );
    spawn_local(async move {
        match api::checkout_step(account, id, step).await {
            Ok(view) => remote.set(view),
            Err(_) => remote.refetch(),
        }
    });
}

/// Moves the session when its button is pressed; the page shows how it stands then, the box beside it what went wrong.
fn use_step(shown: Shown, step: CheckoutStep, words: OutcomeWords) -> (Callback<()>, AnyView) {
    let write = use_write_of(shown.remote);
    let on_act = Callback::new(move |()| {
        let session = shown.session.get_untracked();
        let (account, id) = (session.account.id, session.checkout_session_id);
        let request = api::checkout_step(account, id, step);
        write.run(request, |_| String::new(), |_| ());
    });
    let outcome = view! { <Outcome write words done=|_| ().into_any() /> };
    (on_act, outcome.into_any())
}

/// The button that asks the provider instead of waiting for it.
pub(super) fn ask_now(shown: Shown) -> AnyView {
    let words = OutcomeWords {
        refused: "Paddle could not be asked.",
        then_refused: "",
        unknown: "It is not known whether Paddle was asked.",
        then_unknown: "You can ask again.",
    };
    let (ask, outcome) = use_step(shown, CheckoutStep::Refresh, words);
    let free = Signal::derive(|| None::<String>);
    view! {
        {outcome}
        <ActionButton label=String::from("Ask Paddle now") off=free on_act=ask />
    }
    .into_any()
}

/// The buttons of a session that can still be paid: pay, or cancel.
pub(super) fn pay_or_cancel(shown: Shown) -> AnyView {
    let form = Form {
        trouble: RwSignal::new(None),
        opening: RwSignal::new(false),
    };
    let open = Callback::new(move |()| open_form(shown, form));
    // Coming from the review, the form opens by itself; after a reload it does not.
    let own = shown
        .session
        .with_untracked(|session| session.checkout_session_id.to_string());
    if dom::tab_value(OPEN_FORM).is_some_and(|id| id == own) {
        dom::remove_tab_value(OPEN_FORM);
        open.run(());
    }
    let words = OutcomeWords {
        refused: "Not cancelled, nothing was changed.",
        then_refused: "",
        unknown: "It is not known whether the checkout was cancelled.",
        then_unknown: "If it was, this page says so. You can cancel it again.",
    };
    let (cancel, outcome) = use_step(shown, CheckoutStep::Cancel, words);
    let pay_off = Signal::derive(move || form.off(shown));
    let cancel_off = Signal::derive(move || {
        let can_act = shown.session.with(|session| session.can_act);
        (!can_act).then(|| {
            String::from("Your role cannot cancel this. Ask an owner, admin or billing manager.")
        })
    });
    view! {
        {follow(Slice::new(move |_| form.trouble.get()), |trouble| trouble.clone().map(did_not_open).into_any())}
        {outcome}
        <div class="actions">
            <ActionButton label=String::from("Continue to Paddle") off=pay_off on_act=open primary=true />
            <ActionButton label=String::from("Cancel this checkout") off=cancel_off on_act=cancel />
        </div>
    }
    .into_any()
}

fn did_not_open(sentence: String) -> AnyView {
    view! {
        <Notice tone=Tone::Stop title="Paddle's form did not open" alert=true><p>{sentence}</p></Notice>
    }
    .into_any()
}

/// How Paddle's form comes and goes.
#[derive(Clone, Copy)]
struct Form {
    trouble: RwSignal<Option<String>>,
    opening: RwSignal<bool>,
}

impl Form {
    /// Why it cannot be opened now.
    fn off(self, shown: Shown) -> Option<String> {
        let (can_act, ready) = shown
            .session
            .with(|session| (session.can_act, session.client.is_some()));
        let why = match (can_act, ready) {
            (false, _) => {
                "Your role cannot pay for this account. Ask an owner, admin or billing manager."
            }
            (true, false) => {
                "Paddle is not reachable for this checkout now. Cancel it or try again in a moment."
            }
            (true, true) if self.opening.get() => "Paddle's form is opening.",
            (true, true) => return None,
        };
        Some(why.to_owned())
    }

    /// It has come, or will not.
    fn settled(self, trouble: Option<String>) {
        self.opening.try_set(false);
        if trouble.is_some() {
            self.trouble.try_set(trouble);
        }
    }
}

/// Opens the form. What it says is heard as long as the page lives, also when this part of it is gone: a payment that
/// was made must be known, whatever is on the screen by then.
fn open_form(shown: Shown, form: Form) {
    let Shown {
        session,
        remote,
        paid_here,
    } = shown;
    let session = session.get_untracked();
    let (Some(client), Some(transaction)) =
        (session.client.clone(), session.transaction_id.clone())
    else {
        return;
    };
    form.trouble.set(None);
    form.opening.set(true);
    spawn_local(async move {
        let heard = move |event: FormEvent| match event {
            FormEvent::Loaded => {
                form.settled(None);
                tell(&session, CheckoutStep::Opened, remote);
            }
            FormEvent::Completed => {
                dom::set_tab_value(PAID_FORM, session.checkout_session_id.as_str());
                paid_here.try_set(true);
                tell(&session, CheckoutStep::Returned, remote);
            }
            FormEvent::Closed => {
                form.settled(None);
                remote.refetch();
            }
            FormEvent::Failed => form.settled(Some(paddle::FormError.to_string())),
        };
        if let Err(error) = paddle::open(&client, &transaction, heard).await {
            form.settled(Some(error.to_string()));
        }
    });
}

/// Whether this tab heard the form say that the payment is made; true also after a reload. The server is told again,
/// in case it was not heard there.
fn heard_paid(session: &CheckoutView, remote: Remote<CheckoutView>) -> bool {
    let heard =
        dom::tab_value(PAID_FORM).is_some_and(|id| id == session.checkout_session_id.as_str());
    // What was handed in was declined since: it can be paid again.
    if heard && session.failure_reason.is_some() && !session.awaits_confirmation() {
        dom::remove_tab_value(PAID_FORM);
        return false;
    }
    if heard && session.state.is_unfinished() && session.state != CheckoutState::ReturnedPending {
        tell(session, CheckoutStep::Returned, remote);
    }
    heard
}
