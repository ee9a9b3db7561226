//! What follows data on a page is made anew with its own slice alone, and what can hold the focus or be open stays.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod harness;

use domain::billing::BillingView;
use harness::{Within, answer, at, mount, open, tell, translate, turn};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use webriskops::parts::{follow, pick, rows};

wasm_bindgen_test_configure!(run_in_browser);

const NORTHWIND: &str = include_str!("answers/billing_northwind.json");
const BILLING: &str = "GET /accounts/acc_northwind/billing";

#[derive(Clone, PartialEq)]
struct Data {
    figure: i64,
    other: i64,
    rows: Vec<(u8, &'static str)>,
}

fn data() -> RwSignal<Data> {
    RwSignal::new(Data {
        figure: 1,
        other: 1,
        rows: vec![(1, "one"), (2, "two"), (3, "three")],
    })
}

#[wasm_bindgen_test]
async fn a_view_is_made_anew_when_its_slice_changes_and_only_then() {
    let data = data();
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    let page = mount(move || {
        follow(pick(data, |data| data.figure), move |figure| {
            count.fetch_add(1, Ordering::Relaxed);
            view! { <p role="status">{*figure}</p> }.into_any()
        })
    });
    let before = page.the("status", "1");
    data.update(|data| data.other = 2);
    turn().await;
    assert_eq!(made.load(Ordering::Relaxed), 1, "another slice changed");
    assert_eq!(page.the("status", "1"), before);
    data.update(|data| data.figure = 2);
    turn().await;
    assert_eq!(made.load(Ordering::Relaxed), 2, "its own slice changed");
    assert_ne!(page.the("status", "2"), before, "a new element");
}

#[wasm_bindgen_test]
async fn a_row_keeps_its_element_while_others_come_change_and_go() {
    let data = data();
    let page = mount(move || {
        let items = pick(data, |data| data.rows.clone());
        let row = |(_, text): &(u8, &'static str)| {
            let text = *text;
            view! { <li><button type="button">{text}</button></li> }.into_any()
        };
        view! { <ul>{rows(items, |(key, _)| *key, row)}</ul> }.into_any()
    });
    let button = page.the("button", "two");
    button.focus().unwrap();
    data.update(|data| data.rows = vec![(0, "none"), (1, "changed"), (2, "two")]);
    turn().await;
    let texts: Vec<String> = page.all("listitem", "").iter().map(Within::text).collect();
    assert_eq!(texts, ["none", "changed", "two"]);
    assert!(button.has_focus() && page.the("button", "two") == button);
}

/// Northwind with other scan credits, told over the event stream.
fn grant_scans(avail: i64) {
    let mut view: BillingView = serde_json::from_str(NORTHWIND).unwrap();
    view.credit_balance.scan.avail = avail;
    view.available_credits.scan = avail;
    answer(BILLING, &serde_json::to_string(&view).unwrap());
    tell("change", "{}");
}

#[wasm_bindgen_test]
async fn s2_15_a_grant_leaves_the_focus_and_what_is_open_alone() {
    at("/billing", "acc_northwind");
    answer(BILLING, NORTHWIND);
    let page = open();
    let card = page
        .panel("Credit top-ups")
        .await
        .the("article", "Scan credit");
    let held = card.the("link", "Top up credits");
    held.focus().unwrap();
    let status = page.the("region", "Billing account status");
    let copy = status.the("button", "Copy acc_northwind");
    let ledger = page
        .the("region", "Latest ledger")
        .all("row", "")
        .swap_remove(1);
    grant_scans(9);
    page.shows("9 scan").await;
    assert_eq!(page.balance("Scan credits").as_deref(), Some("9/1/4"));
    assert!(
        held.has_focus(),
        "the focused link is still the focused one"
    );
    assert!(copy.is_connected(), "a control beside what changed stays");
    assert!(ledger.is_connected(), "a panel that did not change stays");
}

#[wasm_bindgen_test]
async fn figures_stay_right_on_a_page_that_the_browser_translated() {
    at("/billing", "acc_northwind");
    answer(BILLING, NORTHWIND);
    let page = open();
    page.panel("Credit balance").await;
    translate(page.element());
    grant_scans(9);
    page.shows("9 scan").await;
    assert_eq!(page.balance("Scan credits").as_deref(), Some("9/1/4"));
    let status = page.the("region", "Billing account status");
    assert!(!status.says("3 scan"), "nothing of the old figures is left");
}
