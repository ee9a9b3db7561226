//! That a plan was paid while another one ran, and what becomes of it.

use super::notice::Notice;
use crate::link::Link;
use crate::parts::{RowLink, Tone};
use domain::second_plan::SecondPlan;
use leptos::prelude::*;

/// What happened and what follows; `way` leads to the payment, where that is another page.
pub fn second_plan(plan: &SecondPlan, way: bool) -> AnyView {
    let tone = if plan.is_open() {
        Tone::Hold
    } else {
        Tone::Quiet
    };
    let message = plan.message.clone();
    let href = Link::Transaction(plan.transaction_id.clone()).href();
    let action = move || way.then(|| view! { <RowLink href>"View payment"</RowLink> });
    view! { <Notice tone title="Two plans were paid" action><p>{message}</p></Notice> }.into_any()
}
