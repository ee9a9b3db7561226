//! `/billing/payment-method`: pay what is due, or change how the plan is paid, in Paddle's form or on Paddle's own page.

use crate::api::{self, ApiError};
use crate::dom;
use crate::link::Link;
use crate::paddle::{self, FormEvent};
use crate::parts::{
    ActionButton, Fact, Facts, Loaded, Notice, PageHead, Panel, Tone, When, follow, per_account,
    pick,
};
use crate::remote::{Remote, use_remote};
use crate::slice::Slice;
use domain::billing::BillingView;
use domain::id::AccountId;
use domain::past_due::PastDue;
use domain::role::Ability;
use domain::session::Membership;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page for the account in view.
#[component]
pub fn PaymentMethodPage() -> AnyView {
    per_account(page)
}

fn page(membership: Membership) -> AnyView {
    let account = membership.account_id.clone();
    let remote = use_remote(move || api::billing(account.clone(), None));
    let crumbs =
        || view! { <p class="crumbs"><a href=Link::Billing(None).href()>"Billing"</a></p> };
    let shown = move |view: Signal<BillingView>| panels(remote, view, &membership);
    view! {
        <PageHead title=String::from("Payment method") of=membership_name(remote) crumbs />
        <Loaded remote what="The payment method" children=shown />
    }
    .into_any()
}

fn membership_name(remote: Remote<BillingView>) -> Signal<String> {
    Signal::derive(move || {
        let name = remote.with(|view| view.account_name.clone());
        name.unwrap_or_default()
    })
}

fn panels(
    remote: Remote<BillingView>,
    view: Signal<BillingView>,
    membership: &Membership,
) -> AnyView {
    let due = pick(view, |view| view.past_due.clone());
    let ways = Ways {
        account: StoredValue::new(membership.account_id.clone()),
        allowed: membership.role.can(Ability::Purchase),
        remote,
        said: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let label = pick(view, |view| label(view.past_due.as_ref()));
    view! {
        {follow(ways.said_once(), |now| said(now.as_ref()))}
        <div class="checkout">
            <Panel title="What is due">{follow(due, |due| what(due.as_ref()))}</Panel>
            <Panel title="What you can do">
                <div class="stack">
                    {follow(label, move |label| form_button(ways, label.clone()))}
                    {portal_button(ways)}
                    <p><a href=Link::Billing(None).href()>"Back to Billing"</a></p>
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

/// What is due, what it stops, and what Paddle does by itself.
fn what(due: Option<&PastDue>) -> AnyView {
    let Some(due) = due.cloned() else {
        return view! { <p>"Nothing is due. The plan is paid by the payment method that Paddle has saved; it can be changed here."</p> }.into_any();
    };
    let amount = due
        .amount
        .map(|amount| view! { <Fact name="Amount">{amount}</Fact> });
    let since = due
        .since
        .map(|at| view! { <Fact name="Since"><When at day=true /></Fact> });
    let until = due
        .retried_until
        .map(|at| view! { " until " <When at day=true /> });
    view! {
        <Facts>
            {amount}
            {since}
            <Fact name="What stops">{due.stops}</Fact>
            <Fact name="What goes on">{due.goes_on}</Fact>
            <Fact name="What Paddle does">"It tries the saved payment method again by itself"{until}"."</Fact>
        </Facts>
    }
    .into_any()
}

/// What was said of the last step.
#[derive(Clone, PartialEq)]
enum Said {
    /// The form says that it is done.
    HandedIn,
    /// It did not open, or not any more.
    Trouble(String),
}

fn said(said: Option<&Said>) -> AnyView {
    match said.cloned() {
        None => ().into_any(),
        Some(Said::HandedIn) => view! {
            <Notice tone=Tone::Hold title="Handed in">
                <p role="status">"Paddle's confirmation is on its way. Do not pay again: Billing opens by itself when it arrives."</p>
            </Notice>
        }
        .into_any(),
        Some(Said::Trouble(sentence)) => view! {
            <Notice tone=Tone::Stop title="Paddle did not open" alert=true><p>{sentence}</p></Notice>
        }
        .into_any(),
    }
}

/// The two ways, and how they stand. Cheap to copy.
#[derive(Clone, Copy)]
struct Ways {
    account: StoredValue<AccountId>,
    allowed: bool,
    remote: Remote<BillingView>,
    said: RwSignal<Option<Said>>,
    busy: RwSignal<bool>,
}

impl Ways {
    fn said_once(self) -> Slice<Option<Said>> {
        Slice::new(move |_| self.said.get())
    }

    /// Why nothing can be opened now.
    fn off(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            if !self.allowed {
                return Some(
                    "Your role cannot pay for this account. Ask an owner, admin or billing manager."
                        .to_owned(),
                );
            }
            if self.busy.get() {
                return Some("Paddle is being asked.".to_owned());
            }
            (self.said.get() == Some(Said::HandedIn))
                .then(|| "It is handed in. Wait for Paddle's confirmation.".to_owned())
        })
    }

    fn failed(self, error: &ApiError) {
        self.busy.try_set(false);
        self.said.try_set(Some(Said::Trouble(error.sentence())));
    }
}

/// What the button of Paddle's form says.
fn label(due: Option<&PastDue>) -> String {
    match due.map(|due| due.amount.as_ref()) {
        Some(Some(amount)) => format!("Pay {amount} now"),
        Some(None) => "Pay what is due now".to_owned(),
        None => "Change payment method".to_owned(),
    }
}

fn form_button(ways: Ways, label: String) -> AnyView {
    let words = if label.starts_with("Pay") {
        "Opens Paddle's form for this bill. The card that pays it is used for the renewals after it."
    } else {
        "Opens Paddle's form. Nothing is charged now."
    };
    let open = Callback::new(move |()| open_form(ways));
    view! {
        <p>{words}</p>
        <ActionButton label off=ways.off() on_act=open primary=true wide=true />
    }
    .into_any()
}

fn open_form(ways: Ways) {
    ways.busy.set(true);
    ways.said.set(None);
    let account = ways.account.get_value();
    spawn_local(async move {
        let form = match api::payment_method(account).await {
            Ok(form) => form,
            Err(error) => return ways.failed(&error),
        };
        let heard = move |event: FormEvent| match event {
            FormEvent::Loaded => {
                ways.busy.try_set(false);
            }
            FormEvent::Completed => {
                ways.busy.try_set(false);
                ways.said.try_set(Some(Said::HandedIn));
                ways.remote.refetch();
            }
            FormEvent::Closed => {
                ways.busy.try_set(false);
                ways.remote.refetch();
            }
            FormEvent::Failed => {
                ways.busy.try_set(false);
                ways.said
                    .try_set(Some(Said::Trouble(paddle::FormError.to_string())));
            }
        };
        if let Err(error) = paddle::open(&form.client, &form.transaction_id, heard).await {
            ways.busy.try_set(false);
            ways.said.try_set(Some(Said::Trouble(error.to_string())));
        }
    });
}

/// Paddle's own page, in this tab: it leads back by the browser's own way.
fn portal_button(ways: Ways) -> AnyView {
    let open = Callback::new(move |()| {
        ways.busy.set(true);
        ways.said.set(None);
        let account = ways.account.get_value();
        spawn_local(async move {
            match api::billing_portal(account).await {
                Ok(link) => dom::leave_for(&link.url),
                Err(error) => ways.failed(&error),
            }
        });
    });
    view! {
        <p>"Or use Paddle's own billing page: payment methods, bills and the plan as Paddle has them."</p>
        <ActionButton label=String::from("Open Paddle's billing page") off=ways.off() on_act=open wide=true />
    }
    .into_any()
}
