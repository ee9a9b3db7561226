//! Billing account status: whose account this is and how it stands.

use crate::model::credits::{available_text, credit_state};
use crate::parts::{Badge, CopyCode, Fact, Facts, Panel};
use domain::billing::BillingView;
use leptos::prelude::*;

/// The panel `Billing account status`.
#[component]
pub fn Status(
    /// The account's billing.
    view: Signal<BillingView>,
) -> impl IntoView {
    let id = Memo::new(move |_| view.with(|view| view.account_id.to_string()));
    let text = move |of: fn(&BillingView) -> String| move || view.with(of);
    let state = move || {
        let state = view.with(|view| view.billing_state);
        view! { <Badge tone=state label=state.label() /> }
    };
    let subscription = move || {
        let status = view.with(|view| view.subscription_status);
        view! { <Badge tone=status label=status.label() /> }
    };
    let payment = move || {
        let status = view.with(|view| view.payment_status);
        view! { <Badge tone=status label=status.label() /> }
    };
    let payer_name = Memo::new(move |_| view.with(|view| view.payer_name.clone()));
    view! {
        <Panel title="Billing account status" aside=state.into_any()>
            <Facts>
                <Fact name="Account">{text(|v| v.account_name.clone())} " " {move || view! { <CopyCode code=id.get() /> }}</Fact>
                <Fact name="Billing email">{text(|v| v.billing_email.clone())}</Fact>
                <Fact name="Subscription">{subscription}</Fact>
                <Fact name="Credit state">{move || view.with(credit_state)}</Fact>
                <Fact name="Available credits">{text(|v| available_text(v.available_credits))}</Fact>
                <Fact name="Payment">{payment}</Fact>
                <Fact name="Your role">{move || view.with(|view| view.role.label())}</Fact>
                {move || payer_name.get().map(|payer| view! { <Fact name="Paid by">"Projects here are paid by " {payer} "."</Fact> })}
            </Facts>
        </Panel>
    }
}
