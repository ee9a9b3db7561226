//! The report page in a real browser, with the server's answers stubbed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;

use harness::{
    Page, Within, announced, answer, answer_status, at, bodies, keys, lose, open, search, until,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlElement;

wasm_bindgen_test_configure!(run_in_browser);

const READY: &str = include_str!("answers/report_ready.json");
const GATES: &str = include_str!("answers/report_gates.json");
const NONE: &str = include_str!("answers/report_none.json");
const HARBOR: &str = include_str!("answers/report_harbor.json");
const START: &str = "POST /reports/rep_ready/fix-workflow";

/// A report, as Dana looks at Northwind Trading.
fn report(id: &str, select: &str, body: &str) -> Page {
    at(&format!("/reports/{id}{select}"), "acc_northwind");
    answer(&format!("GET /reports/{id}"), body);
    open()
}

/// The ready report with the first of its findings selected, and the answer of its start.
fn one_selected() -> Page {
    report("rep_ready", "?select=fnd_ready_csp", READY)
}

async fn workflow(page: &Page) -> HtmlElement {
    page.panel("Automated fix workflow").await
}

/// The button that starts the work, whatever it says now.
fn start(panel: &HtmlElement) -> HtmlElement {
    let mut buttons = panel.all("button", "");
    buttons.retain(|button| {
        let name = button.text();
        name.ends_with("and start") || name.starts_with("Start")
    });
    assert_eq!(buttons.len(), 1, "one start in: {}", panel.text());
    buttons.swap_remove(0)
}

/// Where the links of the panel lead, but for guides and for work that was started before.
fn ways(panel: &HtmlElement) -> Vec<String> {
    let mut ways: Vec<String> = panel.all("link", "").iter().map(Within::href).collect();
    ways.retain(|href| !href.starts_with("/docs/") && !href.starts_with("/fix-tasks/"));
    ways
}

#[wasm_bindgen_test]
async fn s0_9_selecting_findings_shows_count_and_cost() {
    let page = report("rep_ready", "", READY);
    let panel = workflow(&page).await;
    page.shows("Selected issues 0 Fix credit cost 0").await;
    let boxes = panel.all("checkbox", "");
    assert_eq!(boxes.len(), 3, "what is not eligible has none");
    let first = &boxes[0];
    first.focus().unwrap();
    first.click();
    page.shows("Selected issues 1 Fix credit cost 1").await;
    boxes[1].click();
    page.shows("Selected issues 2 Fix credit cost 2").await;
    page.shows("Avail after 2 2 \u{2192} 0").await;
    assert!(!panel.the("button", "Reserve 2 credits and start").is_off());
    assert_eq!(search(), "?select=fnd_ready_csp,fnd_ready_cookie");
    assert!(first.has_focus(), "the focus stays");
    first.click();
    page.shows("Selected issues 1").await;
    assert!(panel.says("Not eligible: evidence is missing"));
}

#[wasm_bindgen_test]
async fn s0_23_a_shortage_names_need_and_have_and_leads_to_billing_with_the_selection() {
    let select = "?select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form";
    let page = report("rep_ready", select, READY);
    let panel = workflow(&page).await;
    page.shows("3 automated fix credits needed, 2 available")
        .await;
    assert!(panel.says("CREDIT_BALANCE_EXHAUSTED"));
    assert!(start(&panel).is_off());
    let billing =
        "/billing?from=fix&ref=rep_ready&select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form";
    assert_eq!(ways(&panel), [billing]);
}

#[wasm_bindgen_test]
async fn s0_8_an_open_gate_keeps_the_start_off_and_sells_nothing() {
    let page = report("rep_gates", "", GATES);
    let panel = workflow(&page).await;
    page.shows("Nothing to buy").await;
    let start = start(&panel);
    assert!(start.is_off());
    assert!(!start.description().is_empty());
    assert_eq!(ways(&panel), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn s0_12_without_an_eligible_finding_guidance_is_offered_and_no_purchase() {
    let page = report("rep_none", "", NONE);
    let panel = workflow(&page).await;
    page.shows("Ticket-only fallback").await;
    assert!(start(&panel).is_off());
    assert_eq!(ways(&panel), Vec::<String>::new());
    assert!(panel.get("checkbox", "").is_none());
    panel.the("button", "Read the remediation guidance").click();
    let focused = leptos::prelude::document().active_element().unwrap();
    let guidance = page.the("region", "Remediation guidance");
    assert!(
        guidance.contains(Some(&focused)),
        "the focus goes to the guidance"
    );
}

#[wasm_bindgen_test]
async fn ticket_only_clears_a_shortage_at_once() {
    let select = "?select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form";
    let page = report("rep_ready", select, READY);
    let panel = workflow(&page).await;
    page.shows("Automated fix credit required").await;
    panel.the("radio", "Ticket").click();
    page.shows("Start without credits").await;
    page.shows("Fix credit cost 0").await;
    assert!(!start(&panel).is_off());
    assert!(!panel.says("Automated fix credit required"));
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_unknown_and_the_next_try_has_the_same_key() {
    let page = one_selected();
    lose(START);
    let panel = workflow(&page).await;
    let start = panel.the("button", "Reserve 1 credit and start");
    start.click();
    start.click();
    page.shows("It is not known whether the work started").await;
    assert_eq!(bodies(START).len(), 1, "a double click is one start");
    page.shows("Reserve 1 credit and start").await;
    start.click();
    until("the second try", || keys(START).len() == 2).await;
    let sent = keys(START);
    assert_eq!(sent[0], sent[1]);
    assert!(bodies(START)[0].contains(r#""expected_cost":1"#));
    page.shows("It is not known whether the work started").await;
}

#[wasm_bindgen_test]
async fn s0_9_a_refusal_says_why_and_keeps_the_selection() {
    let page = one_selected();
    let refused = r#"{"type": "urn:webriskops:problem:BLOCKED", "title": "No", "status": 409,
        "detail": "The selection changed.", "code": "BLOCKED"}"#;
    answer_status(START, 409, refused);
    let panel = workflow(&page).await;
    panel.the("button", "Reserve 1 credit and start").click();
    page.shows("nothing was reserved. The selection changed.")
        .await;
    assert_eq!(search(), "?select=fnd_ready_csp");
    assert_eq!(page.all("alert", "").len(), 1);
    page.shows("Selected issues 1").await;
}

#[wasm_bindgen_test]
async fn s0_26_a_start_is_said_once_and_leads_to_its_task() {
    let page = one_selected();
    let started = r#"{"fix_task": {"fix_task_id": "fix_new", "status": "created",
        "delivery_mode": "review_only_patch", "finding_count": 1, "fix_credit_cost": 1,
        "credit_state": "reserved", "created_at": "2026-11-21T10:00:00Z"}, "balance": {"avail": 1, "res": 2, "spent": 5}}"#;
    answer_status(START, 201, started);
    let panel = workflow(&page).await;
    panel.the("button", "Reserve 1 credit and start").click();
    page.shows("Avail is now 1, Res 2").await;
    assert_eq!(
        panel.the("link", "Open the fix task").href(),
        "/fix-tasks/fix_new"
    );
    until("the selection is cleared", || search().is_empty()).await;
    assert_eq!(
        announced(),
        "Fix work started. 1 automated fix credit reserved from Northwind Trading. Available: 1."
    );
}

#[wasm_bindgen_test]
async fn a_report_of_another_account_says_whose_it_is_and_starts_nothing() {
    let page = report("rep_harbor", "", HARBOR);
    let panel = workflow(&page).await;
    page.shows("Wrong account").await;
    assert!(start(&panel).is_off());
    assert!(page.get("button", "Switch to Harbor Bakery").is_some());
}
