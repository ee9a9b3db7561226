//! The billing page in a real browser, with the server's answers stubbed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod harness;

use domain::link::{Origin, parse_selection};
use harness::{
    Page, Within, answer, answer_status, asked, at, hold, let_go, mount, open, turn, until,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use webriskops::pages::sign_in::SignInForm;
use webriskops::session::provide_session;

wasm_bindgen_test_configure!(run_in_browser);

const NORTHWIND: &str = include_str!("answers/billing_northwind.json");
const HARBOR: &str = include_str!("answers/billing_harbor.json");
const LANTERN: &str = include_str!("answers/billing_lantern.json");
const QUAYSIDE: &str = include_str!("answers/billing_quayside.json");
const REPORT_HARBOR: &str = include_str!("answers/report_harbor.json");

/// Billing of an account, after the blocked action if there is one.
fn billing(account: &str, origin: Option<&Origin>) -> Page {
    let query = origin.map(|origin| domain::link::Link::Billing(Some(origin.clone())).href());
    at(query.as_deref().unwrap_or("/billing"), account);
    answer("GET /accounts/acc_northwind/billing", NORTHWIND);
    answer("GET /accounts/acc_harbor/billing", HARBOR);
    answer("GET /accounts/acc_lantern/billing", LANTERN);
    answer("GET /accounts/acc_quayside/billing", QUAYSIDE);
    open()
}

/// Waits until a row of the balance is so.
async fn balance(page: &Page, credit: &str, figures: &str) {
    until(figures, || page.balance(credit).as_deref() == Some(figures)).await;
}

#[wasm_bindgen_test]
async fn s3_8_balance_shows_avail_res_spent() {
    let page = billing("acc_northwind", None);
    let panel = page.panel("Credit balance").await;
    balance(&page, "Scan credits", "3/1/4").await;
    balance(&page, "Automated fix credits", "2/1/5").await;
    balance(&page, "AI assistance", "40/0/10").await;
    let heads = panel.all("columnheader", "");
    let heads: Vec<String> = heads.iter().map(Within::text).collect();
    assert_eq!(heads, ["Credit", "Share", "Avail", "Res", "Spent"]);
}

#[wasm_bindgen_test]
async fn s3_35_a_late_answer_for_the_old_account_is_dropped() {
    let late = "GET /accounts/acc_northwind/billing";
    let page = billing("acc_northwind", None);
    hold(late);
    until("asked", || asked(late) > 0).await;
    page.the("combobox", "Current account")
        .choose("Harbor Bakery");
    balance(&page, "Scan credits", "0/1/6").await;
    let_go(late);
    for _ in 0..20 {
        turn().await;
        assert_eq!(page.balance("Scan credits").as_deref(), Some("0/1/6"));
        assert!(!page.says("acc_northwind"));
    }
}

#[wasm_bindgen_test]
async fn s3_5_a_failed_load_never_shows_a_zero_and_can_be_tried_again() {
    let page = billing("acc_northwind", None);
    answer_status("GET /accounts/acc_northwind/billing", 500, "no");
    until("alert", || page.get("alert", "").is_some()).await;
    assert_eq!(page.balance("Scan credits"), None);
    assert!(page.get("table", "").is_none());
    answer("GET /accounts/acc_northwind/billing", NORTHWIND);
    page.the("alert", "").the("button", "Try again").click();
    balance(&page, "Scan credits", "3/1/4").await;
    assert!(page.get("alert", "").is_none());
}

#[wasm_bindgen_test]
async fn s2_15_figures_stay_when_refreshing_fails() {
    let page = billing("acc_northwind", None);
    balance(&page, "Scan credits", "3/1/4").await;
    answer_status("GET /accounts/acc_northwind/billing", 500, "no");
    page.the("button", "Refresh").click();
    until("alert", || page.get("alert", "").is_some()).await;
    assert_eq!(page.balance("Scan credits").as_deref(), Some("3/1/4"));
    assert!(page.the("alert", "").says("is shown as of"));
}

#[wasm_bindgen_test]
async fn s3_23_a_card_that_cannot_be_bought_is_off_and_described_by_its_reason() {
    let page = billing("acc_lantern", None);
    let card = page
        .panel("Credit top-ups")
        .await
        .the("article", "Scan credit");
    assert!(card.get("link", "").is_none(), "no way to checkout");
    let button = card.the("button", "Top up credits");
    assert!(button.is_off());
    let why = button.description();
    assert!(why.contains("cannot be bought yet"), "{why}");
    assert!(card.says("Provider IDs pending"));
}

#[wasm_bindgen_test]
async fn s3_22_an_unfinished_payment_is_said_and_not_sold_again() {
    let page = billing("acc_quayside", None);
    let card = page
        .panel("Credit top-ups")
        .await
        .the("article", "Scan credit");
    let notice = page
        .the("heading", "Payment confirmation pending")
        .parent_element();
    let notice: web_sys::HtmlElement = notice.unwrap().unchecked_into();
    assert!(
        notice.says("1 scan credit") && notice.says("Do not pay again."),
        "{}",
        notice.text()
    );
    let href = card.the("link", "View checkout").href();
    assert!(
        href.starts_with("/billing/checkout?checkout_session_id=chk_"),
        "{href}"
    );
    assert!(!card.says("Top up credits"), "nothing to pay with");
}

fn blocked_fix() -> Origin {
    let report: domain::report::ReportView = serde_json::from_str(REPORT_HARBOR).unwrap();
    let findings = report.fix_workflow.findings.iter();
    let eligible = findings.filter(|finding| finding.ineligible.is_none());
    let ids: Vec<String> = eligible
        .map(|finding| finding.finding_id.to_string())
        .take(2)
        .collect();
    let mut origin = Origin::from_query(Some("fix"), Some("rep_harbor"), None).unwrap();
    origin.select = parse_selection(&ids.join(","));
    origin
}

#[wasm_bindgen_test]
async fn s2_4_the_blocked_action_is_named_and_checkout_leads_back_to_it() {
    let page = billing("acc_harbor", Some(&blocked_fix()));
    answer("GET /reports/rep_harbor", REPORT_HARBOR);
    page.shows("CREDIT_BALANCE_EXHAUSTED").await;
    let panel = page.the("region", "Blocked action");
    for words in [
        "CREDIT_BALANCE_EXHAUSTED",
        "Automated fix",
        "2 automated fix credits",
    ] {
        assert!(panel.says(words), "{words}: {}", panel.text());
    }
    let back = panel.the("link", "Return to the report").href();
    assert!(
        back.starts_with("/reports/rep_harbor?select=fnd_"),
        "{back}"
    );
    let buy = panel.the("link", "Top up credits").href();
    let checkout = "/checkout/automated_fix_credits?from=fix&ref=rep_harbor&select=fnd_";
    assert!(buy.starts_with(checkout), "{buy}");
}

#[wasm_bindgen_test]
async fn s2_15_the_way_back_becomes_the_first_choice_without_moving_the_focus() {
    let page = billing("acc_harbor", Some(&blocked_fix()));
    answer("GET /reports/rep_harbor", REPORT_HARBOR);
    page.shows("CREDIT_BALANCE_EXHAUSTED").await;
    let top_ups = page.the("region", "Credit top-ups");
    let held = top_ups.the("article", "Scan credit").the("link", "");
    held.focus().unwrap();
    // The grant arrives: both answers change, and the person asks again.
    let mut granted: domain::billing::BillingView = serde_json::from_str(HARBOR).unwrap();
    granted.credit_balance.automated_fix.avail = 3;
    let granted = serde_json::to_string(&granted).unwrap();
    answer("GET /accounts/acc_harbor/billing", &granted);
    let mut report: domain::report::ReportView = serde_json::from_str(REPORT_HARBOR).unwrap();
    report.fix_workflow.facts.payer.balance.avail = 3;
    answer(
        "GET /reports/rep_harbor",
        &serde_json::to_string(&report).unwrap(),
    );
    page.the("button", "Refresh").click();
    balance(&page, "Automated fix credits", "3/2/3").await;
    page.shows("Ready: nothing is in the way").await;
    let back = page.the("link", "Return to the report");
    assert_eq!(back.class_name(), "btn primary");
    assert!(held.has_focus());
}

#[wasm_bindgen_test]
async fn wrong_credentials_are_said_and_the_email_stays() {
    at("/sign-in", "acc_northwind");
    answer_status("GET /session", 401, "{}");
    let problem = domain::problem::Problem::new(
        domain::problem::ProblemCode::WrongCredentials,
        "Email or password is not right.",
    );
    answer_status(
        "POST /sign-in",
        401,
        &serde_json::to_string(&problem).unwrap(),
    );
    let page = mount(|| {
        provide_session();
        view! { <SignInForm /> }.into_any()
    });
    let email: web_sys::HtmlInputElement = page.the("textbox", "Email").unchecked_into();
    email.set_value("dana@northwind.example");
    let password: web_sys::HtmlInputElement = page.the("textbox", "Password").unchecked_into();
    password.set_value("wrong");
    let button = page.the("button", "Sign in");
    button.click();
    button.click();
    page.shows("Email or password is not right.").await;
    assert_eq!(email.value(), "dana@northwind.example");
    assert_eq!(asked("POST /sign-in"), 1, "asked once");
}
