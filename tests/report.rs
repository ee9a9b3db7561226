//! The report page in a real browser, with the server's answers stubbed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;

use harness::{bodies, keys, open, search, until};
use leptos::prelude::document;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const READY: &str = include_str!("fixtures/rep_ready.json");
const GATES: &str = include_str!("fixtures/rep_gates.json");
const NONE: &str = include_str!("fixtures/rep_none.json");
const HARBOR: &str = include_str!("fixtures/rep_harbor.json");
const START: &str = "POST /reports/rep_ready/fix-workflow";

#[wasm_bindgen_test]
async fn s0_9_selecting_findings_shows_count_and_cost() {
    let page = open(
        "/reports/rep_ready",
        "acc_northwind",
        "rep_ready",
        READY,
        "",
    );
    page.shows("Selected issues 0 Fix credit cost 0").await;
    let first = page.checkbox(0);
    first.focus().unwrap();
    first.click();
    page.shows("Selected issues 1 Fix credit cost 1").await;
    page.checkbox(1).click();
    page.shows("Selected issues 2 Fix credit cost 2").await;
    page.shows("Avail after 2 2 \u{2192} 0").await;
    page.shows("Reserve 2 credits and start").await;
    assert!(!page.is_off());
    assert_eq!(search(), "?select=fnd_ready_csp,fnd_ready_cookie");
    assert_eq!(
        document().active_element().as_ref(),
        Some(first.as_ref()),
        "the focus stays"
    );
    page.checkbox(0).click();
    page.shows("Selected issues 1").await;
    assert_eq!(
        page.all("input[type=checkbox]").len(),
        3,
        "what is not eligible has none"
    );
    assert!(page.panel().contains("Not eligible: evidence is missing"));
}

#[wasm_bindgen_test]
async fn s0_23_a_shortage_names_need_and_have_and_leads_to_billing_with_the_selection() {
    let path = "/reports/rep_ready?select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form";
    let page = open(path, "acc_northwind", "rep_ready", READY, "");
    page.shows("3 automated fix credits needed, 2 available")
        .await;
    assert!(page.panel().contains("CREDIT_BALANCE_EXHAUSTED"));
    assert!(page.is_off());
    assert_eq!(
        page.links(),
        ["/billing?from=fix&ref=rep_ready&select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form"]
    );
}

#[wasm_bindgen_test]
async fn s0_8_an_open_gate_keeps_the_start_off_and_sells_nothing() {
    let page = open(
        "/reports/rep_gates",
        "acc_northwind",
        "rep_gates",
        GATES,
        "",
    );
    page.shows("Nothing to buy").await;
    assert!(page.is_off());
    let why = page.start().get_attribute("aria-describedby").unwrap();
    let why = document().get_element_by_id(&why).unwrap();
    assert!(!why.has_attribute("hidden") && !why.text_content().unwrap().is_empty());
    assert_eq!(page.links(), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn s0_12_without_an_eligible_finding_guidance_is_offered_and_no_purchase() {
    let page = open("/reports/rep_none", "acc_northwind", "rep_none", NONE, "");
    page.shows("Read the remediation guidance").await;
    page.shows("Ticket-only fallback").await;
    assert!(page.is_off());
    assert_eq!(page.links(), Vec::<String>::new());
    assert_eq!(page.all("input[type=checkbox]").len(), 0);
    let jump = page.all(".decide > :last-child > .btn").swap_remove(0);
    jump.click();
    assert_eq!(document().active_element().unwrap().id(), "guidance");
}

#[wasm_bindgen_test]
async fn s0_27_ticket_only_clears_a_shortage_at_once() {
    let path = "/reports/rep_ready?select=fnd_ready_csp,fnd_ready_cookie,fnd_ready_form";
    let page = open(path, "acc_northwind", "rep_ready", READY, "");
    page.shows("Automated fix credit required").await;
    page.all("#mode-ticket_only").swap_remove(0).click();
    page.shows("Start without credits").await;
    page.shows("Fix credit cost 0").await;
    assert!(!page.is_off());
    assert!(!page.panel().contains("Automated fix credit required"));
}

#[wasm_bindgen_test]
async fn s2_32_a_lost_answer_is_unknown_and_the_next_try_has_the_same_key() {
    let path = "/reports/rep_ready?select=fnd_ready_csp";
    let lost = r#", "POST /reports/rep_ready/fix-workflow": {"lost": true}"#;
    let page = open(path, "acc_northwind", "rep_ready", READY, lost);
    page.shows("Reserve 1 credit and start").await;
    page.start().click();
    page.start().click();
    page.shows("It is not known whether the work started").await;
    assert_eq!(
        bodies(START).lines().count(),
        1,
        "a double click is one start"
    );
    page.shows("Reserve 1 credit and start").await;
    page.start().click();
    until("the second try", || keys(START).lines().count() == 2).await;
    let sent = keys(START);
    let sent: Vec<&str> = sent.lines().collect();
    assert_eq!(sent.first(), sent.last());
    assert!(bodies(START).contains(r#""expected_cost":1"#));
    page.shows("It is not known whether the work started").await;
}

#[wasm_bindgen_test]
async fn s0_9_a_refusal_says_why_and_keeps_the_selection() {
    let refused = r#", "POST /reports/rep_ready/fix-workflow": {"status": 409, "body": {"type": "urn:webriskops:problem:BLOCKED",
        "title": "No", "status": 409, "detail": "The selection changed.", "code": "BLOCKED"}}"#;
    let path = "/reports/rep_ready?select=fnd_ready_csp";
    let page = open(path, "acc_northwind", "rep_ready", READY, refused);
    page.shows("Reserve 1 credit and start").await;
    page.start().click();
    page.shows("nothing was reserved. The selection changed.")
        .await;
    assert_eq!(search(), "?select=fnd_ready_csp");
    assert_eq!(page.all("[role=alert]").len(), 1);
    page.shows("Selected issues 1").await;
}

#[wasm_bindgen_test]
async fn s0_26_a_start_is_said_once_and_leads_to_its_task() {
    let started = r#", "POST /reports/rep_ready/fix-workflow": {"status": 201, "body": {"fix_task": {"fix_task_id": "fix_new",
        "status": "created", "delivery_mode": "review_only_patch", "finding_count": 1, "fix_credit_cost": 1,
        "credit_state": "reserved", "created_at": "2026-11-21T10:00:00Z"}, "balance": {"avail": 1, "res": 2, "spent": 5}}}"#;
    let path = "/reports/rep_ready?select=fnd_ready_csp";
    let page = open(path, "acc_northwind", "rep_ready", READY, started);
    page.shows("Reserve 1 credit and start").await;
    page.start().click();
    page.shows("Avail is now 1, Res 2").await;
    assert!(page.links().contains(&"/fix-tasks/fix_new".to_owned()));
    until("the selection is cleared", || search().is_empty()).await;
    let live = document()
        .get_element_by_id("live")
        .unwrap()
        .text_content()
        .unwrap();
    assert_eq!(
        live,
        "Fix work started. 1 automated fix credit reserved from Northwind Trading. Available: 1."
    );
}

#[wasm_bindgen_test]
async fn s1_34_a_report_of_another_account_says_whose_it_is_and_starts_nothing() {
    let page = open(
        "/reports/rep_harbor",
        "acc_northwind",
        "rep_harbor",
        HARBOR,
        "",
    );
    page.shows("Wrong account").await;
    assert!(page.is_off());
    let notice = page.all(".notice");
    assert!(
        notice
            .first()
            .unwrap()
            .inner_text()
            .contains("Switch to Harbor Bakery")
    );
}
