//! Opening Paddle's form for a session, hearing what it says, and giving the session up.

use super::{OPEN_FORM, PAID_FORM};
use crate::api::{self, ApiError};
use crate::dom;
use crate::paddle::{self, FormEvent};
use crate::parts::{ActionButton, Notice, Tone};
use crate::remote::Remote;
use domain::checkout::{CheckoutState, CheckoutStep, CheckoutView};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Moves the session and shows the answer; a failure is shown beside the buttons.
fn step(
    session: &CheckoutView,
    step: CheckoutStep,
    remote: Remote<CheckoutView>,
    problem: RwSignal<Option<ApiError>>,
) {
    let (account, id) = (
        session.account.id.clone(),
        session.checkout_session_id.clone(),
    );
    spawn_local(async move {
        match api::checkout_step(account, id, step).await {
            Ok(view) => remote.set(view),
            // What the form says is a courtesy: the provider's own event tells the truth.
            Err(_) if matches!(step, CheckoutStep::Opened | CheckoutStep::Returned) => {
                remote.refetch();
            }
            Err(error) => {
                problem.try_set(Some(error));
                remote.refetch();
            }
        }
    });
}

/// The buttons of a session that can still be paid: pay, or cancel.
#[component]
pub fn PayOrCancel(
    /// The session.
    session: Signal<CheckoutView>,
    /// Where it comes from.
    remote: Remote<CheckoutView>,
    /// Set when the form says that the payment is made.
    paid_here: RwSignal<bool>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<ApiError>);
    let form = RwSignal::new(None::<String>);
    let opening = RwSignal::new(false);
    let open = Callback::new(move |()| {
        open_form(
            session.get_untracked(),
            remote,
            paid_here,
            Shown {
                problem,
                form,
                opening,
            },
        );
    });
    // Coming from the review, the form opens by itself; after a reload it does not.
    let own = session.with_untracked(|session| session.checkout_session_id.to_string());
    if dom::tab_value(OPEN_FORM).is_some_and(|id| id == own) {
        dom::remove_tab_value(OPEN_FORM);
        open.run(());
    }
    let pay_off = Signal::derive(move || {
        let session = session.get();
        if !session.can_act {
            return Some(String::from(
                "Your role cannot pay for this account. Ask an owner, admin or billing manager.",
            ));
        }
        if session.client.is_none() {
            return Some(String::from(
                "Paddle is not reachable for this checkout now. Cancel it or try again in a moment.",
            ));
        }
        opening
            .get()
            .then(|| String::from("Paddle's form is opening."))
    });
    let cancel_off = Signal::derive(move || {
        (!session.get().can_act).then(|| {
            String::from("Your role cannot cancel this. Ask an owner, admin or billing manager.")
        })
    });
    let cancel = Callback::new(move |()| {
        problem.set(None);
        step(
            &session.get_untracked(),
            CheckoutStep::Cancel,
            remote,
            problem,
        );
    });
    view! {
        {move || form.get().map(|sentence| view! { <Notice tone=Tone::Stop title="Paddle's form did not open" alert=true><p>{sentence}</p></Notice> })}
        <StepProblem problem />
        <div class="actions">
            <ActionButton label=String::from("Continue to Paddle") off=pay_off on_act=open primary=true />
            <ActionButton label=String::from("Cancel this checkout") off=cancel_off on_act=cancel />
        </div>
    }
}

/// What the buttons show while the form comes and goes.
#[derive(Clone, Copy)]
struct Shown {
    problem: RwSignal<Option<ApiError>>,
    form: RwSignal<Option<String>>,
    opening: RwSignal<bool>,
}

/// Opens the form. What it says is heard as long as the page lives, also when this part of it is gone: a payment that
/// was made must be known, whatever is on the screen by then.
fn open_form(
    session: CheckoutView,
    remote: Remote<CheckoutView>,
    paid_here: RwSignal<bool>,
    shown: Shown,
) {
    let (Some(client), Some(transaction)) =
        (session.client.clone(), session.transaction_id.clone())
    else {
        return;
    };
    shown.form.set(None);
    shown.opening.set(true);
    spawn_local(async move {
        let heard = move |event: FormEvent| match event {
            FormEvent::Loaded => {
                shown.opening.try_set(false);
                step(&session, CheckoutStep::Opened, remote, shown.problem);
            }
            FormEvent::Completed => {
                dom::set_tab_value(PAID_FORM, session.checkout_session_id.as_str());
                paid_here.try_set(true);
                step(&session, CheckoutStep::Returned, remote, shown.problem);
            }
            FormEvent::Closed => {
                shown.opening.try_set(false);
                remote.refetch();
            }
            FormEvent::Failed => {
                shown.opening.try_set(false);
                shown.form.try_set(Some(paddle::FormError.to_string()));
            }
        };
        if let Err(error) = paddle::open(&client, &transaction, heard).await {
            shown.opening.try_set(false);
            shown.form.try_set(Some(error.to_string()));
        }
    });
}

/// Whether this tab heard the form say that the payment is made; true also after a reload. The server is told again,
/// in case it was not heard there.
pub fn heard_paid(session: &CheckoutView, remote: Remote<CheckoutView>) -> bool {
    let heard =
        dom::tab_value(PAID_FORM).is_some_and(|id| id == session.checkout_session_id.as_str());
    if heard && session.state.is_unfinished() && session.state != CheckoutState::ReturnedPending {
        step(session, CheckoutStep::Returned, remote, RwSignal::new(None));
    }
    heard
}

/// What went wrong with a step.
#[component]
fn StepProblem(problem: RwSignal<Option<ApiError>>) -> impl IntoView {
    move || {
        problem.get().map(|error| view! {
            <Notice tone=Tone::Stop title="That did not work" alert=true><p>{error.sentence()}</p></Notice>
        })
    }
}

/// The button that asks the provider instead of waiting for it.
#[component]
pub fn AskNow(
    /// The session.
    session: Signal<CheckoutView>,
    /// Where it comes from.
    remote: Remote<CheckoutView>,
) -> impl IntoView {
    let problem = RwSignal::new(None::<ApiError>);
    let ask = Callback::new(move |()| {
        problem.set(None);
        step(
            &session.get_untracked(),
            CheckoutStep::Refresh,
            remote,
            problem,
        );
    });
    view! {
        <StepProblem problem />
        <ActionButton label=String::from("Ask Paddle now") off=Signal::derive(|| None::<String>) on_act=ask />
    }
}
