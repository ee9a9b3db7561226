//! `/pricing`: what the product sells, for everybody; Billing decides what an account can buy now.

use crate::api;
use crate::link::Link;
use crate::parts::{Head, LoadedOnce, PageHead, Panel, Table};
use domain::account::PackageKey;
use domain::credits::amount_text;
use domain::pricing::{CompareRow, PricedItem, PricingView};
use leptos::prelude::*;

/// The page.
#[component]
pub fn PricingPage() -> AnyView {
    view! { <LoadedOnce fetch=api::pricing what="The price list" children=page /> }.into_any()
}

fn page(view: PricingView) -> AnyView {
    let lead = || {
        view! { <p>"What WebRiskOps sells, at its usual prices. What an account can buy now, and at which price, is decided in its Billing; whether one project can use it, on that project's page."</p> }
    };
    let aside = || {
        view! { <div class="actions"><a class="btn" href=Link::Snapshot(None).href()>"Free quick scan"</a><a class="btn primary" href=Link::Billing(None).href()>"Open Billing"</a></div> }
    };
    let plans: Vec<AnyView> = view.plans.into_iter().map(card).collect();
    let top_ups: Vec<AnyView> = view.top_ups.into_iter().map(card).collect();
    let rows: Vec<AnyView> = view.compare.into_iter().map(row).collect();
    view! {
        <PageHead title=String::from("Pricing") of=String::from("Plans and credits") lead aside />
        <Panel title="Plans"><div class="cards ladder">{plans}</div></Panel>
        <Panel title="Credit top-ups"><div class="cards">{top_ups}</div></Panel>
        <Panel title="Compare plans" flush=true><Table heads=&HEADS>{rows}</Table></Panel>
        <Panel title="How buying works">
            <ol class="next-steps">
                <li>"You choose an item in Billing and see what it changes before anything is opened."</li>
                <li>"Paddle, the reseller, takes the payment. Prices here are before tax."</li>
                <li>"Credits are added when Paddle confirms the payment, and belong to the account that bought them."</li>
            </ol>
        </Panel>
    }
    .into_any()
}

const HEADS: [Head; 6] = [
    Head::Text("What"),
    Head::Figure("Free Snapshot", "num"),
    Head::Figure("Scan Plan", "num"),
    Head::Figure("Monitor Plan", "num"),
    Head::Figure("Fix Plan", "num"),
    Head::Figure("Agency Plan", "num"),
];

fn card(item: PricedItem) -> AnyView {
    let includes: Vec<AnyView> = item
        .includes
        .into_iter()
        .map(|line| view! { <li>{line}</li> }.into_any())
        .collect();
    let name = match item.credit_type {
        Some(kind) => amount_text(item.quantity, kind),
        None => item.name,
    };
    let needs: Vec<&str> = item.needs_plan.iter().map(|plan| plan.label()).collect();
    let needs = (!needs.is_empty()).then(|| {
        view! { <p class="small muted">"With " {needs.join(" or ")} "."</p> }
    });
    let id = "priced-".to_owned() + &item.item_key;
    let labelled_by = id.clone();
    view! {
        <article class="card" aria-labelledby=labelled_by>
            <h3 id=id>{name}</h3>
            <p class="price">{item.price_label}</p>
            <ul>{includes}</ul>
            {needs}
        </article>
    }
    .into_any()
}

fn row(row: CompareRow) -> AnyView {
    let cells: Vec<AnyView> = row
        .values
        .into_iter()
        .zip(PackageKey::ALL)
        .map(|(value, plan)| {
            view! { <td role="cell" class="num" data-label=plan.label()>{value}</td> }.into_any()
        })
        .collect();
    view! { <tr role="row"><th role="rowheader" scope="row" class="lead">{row.what}</th>{cells}</tr> }.into_any()
}
