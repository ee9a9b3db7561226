//! The review before Paddle: account, credit type, quantity, price, who takes the payment, and what it changes.

use crate::api::{self, ApiError, Intent};
use crate::dom;
use crate::link::{Link, Origin};
use crate::pages::checkout_session::OPEN_FORM;
use crate::parts::{Act, Badge, CopyCode, Fact, Facts, Notice, PageHead, Panel, RowLink, Tone};
use domain::billing::BillingView;
use domain::catalogue::{Card, CheckoutState, ItemKind};
use domain::checkout::OpenCheckout;
use domain::credits::amount_text;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Everything to know before paying, and the one way on.
#[component]
pub fn Review(
    /// The account's billing.
    view: Signal<BillingView>,
    /// The item.
    card: Signal<Card>,
    /// Where the person came from.
    origin: Option<Origin>,
    /// Asks for fresh figures.
    reload: Callback<()>,
) -> impl IntoView {
    let account = Memo::new(move |_| view.with(|view| view.account_name.clone()));
    let title = Signal::derive(move || String::from("Review: ") + &heading(&card.get()));
    let back = Link::Billing(origin.clone()).href();
    let lead = view! { <p>"Nothing is charged on this page. You pay in Paddle's form, which opens next."</p> };
    view! {
        <PageHead title of=account lead=lead.into_any() />
        <div class="checkout">
            <Panel title="What you buy"><Order view card /></Panel>
            <Panel title="What happens next">
              <div class="stack">
                <ol class="next-steps">
                    <li>"Paddle takes the payment and sends the receipt to the billing email you give there."</li>
                    <li>"Paddle confirms the payment to WebRiskOps, usually in less than a minute."</li>
                    <li>"Only then the credits are added. Until then the balance stays as it is, and you need not do anything."</li>
                </ol>
                {move || (card.get().checkout_state != CheckoutState::Available || card.get().checkout_route.is_none()).then(|| view! { <Closed card /> })}
                <Pay view card origin reload />
                <p><a href=back>"Back to Billing"</a></p>
              </div>
            </Panel>
        </div>
    }
}

/// "Automated fix credits × 3", "Fix Plan".
fn heading(card: &Card) -> String {
    match card.kind {
        ItemKind::TopUp => card.name.clone() + " \u{d7} " + &card.quantity.to_string(),
        ItemKind::Plan => card.name.clone(),
    }
}

#[component]
fn Order(view: Signal<BillingView>, card: Signal<Card>) -> impl IntoView {
    let after = move || {
        let card = card.get();
        let kind = card.credit_type?;
        let now = view.with(|view| view.credit_balance.of(kind).avail);
        Some(
            kind.label().to_owned()
                + ": Avail "
                + &now.to_string()
                + " \u{2192} "
                + &(now + card.quantity).to_string()
                + " once confirmed",
        )
    };
    let brings = move || match card.get().credit_type {
        Some(kind) => amount_text(card.get().quantity, kind),
        None => card.get().includes.join(", "),
    };
    view! {
        <Facts>
            <Fact name="Account">{move || view.with(|v| v.account_name.clone())} " " {move || view! { <CopyCode code=view.with(|v| v.account_id.to_string()) /> }}</Fact>
            <Fact name="Credit type">{move || card.get().credit_type.map_or("Plan", domain::credits::CreditType::unit)}</Fact>
            <Fact name="Quantity">{brings}</Fact>
            <Fact name="Price">{move || card.get().price_label}</Fact>
            <Fact name="Payment is taken by">"Paddle, the reseller. The total with tax is shown there before you pay."</Fact>
            <Fact name="What it changes">{move || after().unwrap_or_else(|| String::from("The plan and its monthly credits start once the payment is confirmed"))}</Fact>
        </Facts>
        {move || card.get().note.map(|note| view! { <p class="muted small">{note}</p> })}
        <p class="muted small">"Credits belong to this account only and cannot be moved to another one."</p>
    }
}

/// Why it cannot be bought now.
#[component]
fn Closed(card: Signal<Card>) -> impl IntoView {
    move || {
        let card = card.get();
        let tone = Tone::from(card.checkout_state);
        view! {
            <p><Badge tone label=card.checkout_state.label() /></p>
            {card.checkout_session_id.map(|id| view! {
                <p><RowLink href=Link::CheckoutSession(id).href() primary=true>"View checkout"</RowLink></p>
            })}
        }
    }
}

#[component]
fn Pay(
    view: Signal<BillingView>,
    card: Signal<Card>,
    origin: Option<Origin>,
    reload: Callback<()>,
) -> impl IntoView {
    let navigate = use_navigate();
    let problem = RwSignal::new(None::<ApiError>);
    // The same wish has the same key until its outcome is known: a lost answer never becomes a second purchase.
    let wish = {
        let account = view.with_untracked(|v| v.account_id.clone());
        let item = card.with_untracked(|c| c.item_key.clone());
        let from = origin.as_ref().map(|origin| origin.back().href());
        [
            "checkout",
            account.as_str(),
            &item,
            &from.unwrap_or_default(),
        ]
        .join(":")
    };
    let lost = RwSignal::new(Intent::is_waiting(&wish));
    let pay = Action::new_local(move |(): &()| {
        let (account, item) = (
            view.with_untracked(|v| v.account_id.clone()),
            card.with_untracked(|c| c.item_key.clone()),
        );
        let (origin, navigate, wish) = (origin.clone(), navigate.clone(), wish.clone());
        async move {
            let intent = Intent::of(&wish);
            let order = OpenCheckout {
                item_key: item,
                quantity: 1,
                origin,
            };
            match api::open_checkout(account, order, intent).await {
                Ok(session) => {
                    dom::set_tab_value(OPEN_FORM, session.checkout_session_id.as_str());
                    navigate(
                        &Link::CheckoutSession(session.checkout_session_id).href(),
                        leptos_router::NavigateOptions::default(),
                    );
                }
                Err(error) => {
                    problem.set(Some(error));
                    lost.set(Intent::is_waiting(&wish));
                    reload.run(());
                }
            }
        }
    });
    let pending = pay.pending();
    let off = Signal::derive(move || {
        let card = card.get();
        // What this tab asked for before may be the very checkout that is in the way: asking again leads to it.
        if card.checkout_route.is_none() && !lost.get() {
            return card.disabled_reason;
        }
        pending
            .get()
            .then(|| String::from("The checkout is being opened."))
    });
    let on_act = Callback::new(move |()| {
        if !pending.get_untracked() {
            problem.set(None);
            pay.dispatch(());
        }
    });
    view! {
        {move || problem.get().map(|error| view! {
            <Notice tone=Tone::Stop title="The checkout was not opened" alert=true>
                <p>{error.sentence()} " " {unknown(&error)}</p>
            </Notice>
        })}
        {move || (lost.get() && problem.with(Option::is_none)).then(|| view! {
            <p class="small">"You began this checkout before and its answer was lost. Continue: the same checkout is used, so nothing is bought twice."</p>
        })}
        <Act label=String::from("Continue to Paddle") off on_act primary=true wide=true />
    }
}

/// What a lost answer means here.
fn unknown(error: &ApiError) -> &'static str {
    match error {
        ApiError::Offline | ApiError::TimedOut => {
            "It is not known whether the checkout was opened. Try again: the same checkout is used, so nothing is bought twice."
        }
        _ => "",
    }
}
