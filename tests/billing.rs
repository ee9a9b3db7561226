//! The billing page in a real browser, with the server's answers stubbed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use domain::link::{Origin, parse_selection};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};
use webriskops::pages::billing::Billing;
use webriskops::pages::sign_in::SignInForm;
use webriskops::session::{Session, provide_session};

wasm_bindgen_test_configure!(run_in_browser);

const SESSION: &str = include_str!("data/session.json");
const NORTHWIND: &str = include_str!("data/billing_northwind.json");
const HARBOR: &str = include_str!("data/billing_harbor.json");
const LANTERN: &str = include_str!("data/billing_lantern.json");
const QUAYSIDE: &str = include_str!("data/billing_quayside.json");
const REPORT_HARBOR: &str = include_str!("data/report_harbor.json");

/// Answers by path; `hold` keeps an answer back until it is let go.
const STUB: &str = r"
window.stub = { answers: {}, held: {}, waiting: {}, asked: [] };
window.stub.let_go = (path) => { delete stub.held[path]; for (const go of stub.waiting[path] ?? []) go(); };
window.fetch = async (request) => {
  const path = new URL(request.url).pathname.replace('/api/v1', '');
  stub.asked.push(request.method + ' ' + path);
  const [status, body] = stub.answers[path] ?? [404, '{}'];
  if (stub.held[path]) await new Promise((go) => (stub.waiting[path] ??= []).push(go));
  return new Response(body, { status, headers: { 'content-type': 'application/json' } });
};
";

fn script(code: &str) -> JsValue {
    js_sys::eval(code).unwrap()
}

fn answer(path: &str, status: u16, body: &str) {
    let body = js_sys::JSON::stringify(&JsValue::from_str(body)).unwrap();
    script(&format!("stub.answers['{path}'] = [{status}, {body}]"));
}

/// A page of its own, gone at the end of the test.
struct Page {
    root: HtmlElement,
    mounted: Box<dyn std::any::Any>,
}

impl Page {
    fn new<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Self
    where
        UnmountHandle<V::State>: 'static,
    {
        let document = web_sys::window().unwrap().document().unwrap();
        let root = document.create_element("section").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let root: HtmlElement = root.unchecked_into();
        let mounted = mount_to(root.clone(), view);
        Self {
            root,
            mounted: Box::new(mounted),
        }
    }

    /// Billing of an account, and the session to switch it with.
    fn billing(account: &str, origin: Option<Origin>) -> (Self, Session) {
        script(STUB);
        webriskops::dom::set_tab_value("account", account);
        answer("/session", 200, SESSION);
        answer("/accounts/acc_northwind/billing", 200, NORTHWIND);
        answer("/accounts/acc_harbor/billing", 200, HARBOR);
        answer("/accounts/acc_lantern/billing", 200, LANTERN);
        answer("/accounts/acc_quayside/billing", 200, QUAYSIDE);
        Self::with_session(origin)
    }

    fn with_session(origin: Option<Origin>) -> (Self, Session) {
        let (send, receive) = std::sync::mpsc::channel();
        let page = Self::new(move || {
            provide_meta_context();
            let _ = send.send(provide_session());
            view! { <Billing origin /> }
        });
        (page, receive.recv().unwrap())
    }

    fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).unwrap()
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let all =
            js_sys::Function::new_with_args("root, s", "return [...root.querySelectorAll(s)]");
        let found = all
            .call2(&JsValue::NULL, &self.root, &JsValue::from_str(selector))
            .unwrap();
        let found: js_sys::Array = found.unchecked_into();
        found.iter().map(JsCast::unchecked_into).collect()
    }

    /// The card whose heading begins so.
    fn card(&self, name: &str) -> Option<Element> {
        let heading = self.all("article h3").into_iter().find(|heading| {
            heading
                .text_content()
                .is_some_and(|text| text.starts_with(name))
        })?;
        heading.closest("article").unwrap()
    }

    /// A row of the balance: "3/1/4".
    fn balance(&self, row: &str) -> Option<String> {
        let rows = self.all("table.balance tbody tr");
        let row = rows
            .into_iter()
            .find(|tr| content(tr, "[role=rowheader]") == row)?;
        let cell = |name: &str| content(&row, &format!("td[data-label={name}]"));
        Some([cell("Avail"), cell("Res"), cell("Spent")].join("/"))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.mounted = Box::new(());
        self.root.remove();
    }
}

fn content(within: &Element, selector: &str) -> String {
    let found = within.query_selector(selector).unwrap();
    let text = found.and_then(|element| element.text_content());
    text.unwrap_or_default().trim().to_owned()
}

/// Waits for the next turn of the browser.
async fn turn() {
    let promise = js_sys::Promise::new(&mut |go, _| {
        let _ = web_sys::window()
            .unwrap()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&go, 5);
    });
    JsFuture::from(promise).await.unwrap();
}

/// Waits until it is so, at most five seconds.
async fn until(what: &str, so: impl Fn() -> bool) {
    let end = js_sys::Date::now() + 5000.0;
    while !so() {
        assert!(js_sys::Date::now() < end, "not so in time: {what}");
        turn().await;
    }
}

fn asked(path: &str) -> bool {
    script(&format!("stub.asked.includes('{path}')")).is_truthy()
}

#[wasm_bindgen_test]
async fn s3_8_balance_shows_avail_res_spent() {
    let (page, _) = Page::billing("acc_northwind", None);
    until("balance", || page.balance("Scan credits").is_some()).await;
    assert_eq!(page.balance("Scan credits").as_deref(), Some("3/1/4"));
    assert_eq!(
        page.balance("Automated fix credits").as_deref(),
        Some("2/1/5")
    );
    assert_eq!(page.balance("AI assistance").as_deref(), Some("40/0/10"));
    let heads: Vec<String> = page
        .all("table.balance [role=columnheader]")
        .iter()
        .filter_map(|head| head.text_content())
        .collect();
    assert_eq!(heads, ["Credit", "Share", "Avail", "Res", "Spent"]);
}

#[wasm_bindgen_test]
async fn s3_35_a_late_answer_for_the_old_account_is_dropped() {
    let (page, session) = Page::billing("acc_northwind", None);
    script("stub.held['/accounts/acc_northwind/billing'] = true");
    until("asked", || asked("GET /accounts/acc_northwind/billing")).await;
    session.switch(domain::id::AccountId::parse("acc_harbor").unwrap());
    until("Harbor", || {
        page.balance("Scan credits").as_deref() == Some("0/1/6")
    })
    .await;
    script("stub.let_go('/accounts/acc_northwind/billing')");
    for _ in 0..20 {
        turn().await;
        assert_eq!(page.balance("Scan credits").as_deref(), Some("0/1/6"));
        assert!(!page.text().contains("acc_northwind"));
    }
}

#[wasm_bindgen_test]
async fn s3_5_a_failed_load_never_shows_a_zero_and_can_be_tried_again() {
    let (page, _) = Page::billing("acc_northwind", None);
    answer("/accounts/acc_northwind/billing", 500, "no");
    until("alert", || page.find("[role=alert]").is_some()).await;
    assert_eq!(page.balance("Scan credits"), None);
    assert!(page.find("table").is_none());
    answer("/accounts/acc_northwind/billing", 200, NORTHWIND);
    let retry = page.find("[role=alert] button").unwrap();
    retry.unchecked_into::<HtmlElement>().click();
    until("balance", || page.balance("Scan credits").is_some()).await;
    assert!(page.find("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn s2_15_figures_stay_when_refreshing_fails() {
    let (page, _) = Page::billing("acc_northwind", None);
    until("balance", || page.balance("Scan credits").is_some()).await;
    answer("/accounts/acc_northwind/billing", 500, "no");
    let refresh = page.find(".head button").unwrap();
    refresh.unchecked_into::<HtmlElement>().click();
    until("alert", || page.find("[role=alert]").is_some()).await;
    assert_eq!(page.balance("Scan credits").as_deref(), Some("3/1/4"));
    assert!(page.text().contains("is shown as of"));
}

#[wasm_bindgen_test]
async fn s3_23_a_card_that_cannot_be_bought_is_off_and_described_by_its_reason() {
    let (page, _) = Page::billing("acc_lantern", None);
    until("card", || page.card("Scan credit").is_some()).await;
    let card = page.card("Scan credit").unwrap();
    assert!(
        card.query_selector("a").unwrap().is_none(),
        "no way to checkout"
    );
    let button = card.query_selector("button").unwrap().unwrap();
    assert_eq!(button.text_content().as_deref(), Some("Top up credits"));
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    let why = button.get_attribute("aria-describedby").unwrap();
    let why = content(&page.root, &format!("#{why}"));
    assert!(why.contains("cannot be bought yet"), "{why}");
    assert!(
        card.text_content()
            .unwrap()
            .contains("Provider IDs pending")
    );
}

#[wasm_bindgen_test]
async fn s3_22_an_unfinished_payment_is_said_and_not_sold_again() {
    let (page, _) = Page::billing("acc_quayside", None);
    until("notice", || page.find(".notice.hold").is_some()).await;
    let notice = page.find(".notice.hold").unwrap().text_content().unwrap();
    assert!(notice.contains("Payment confirmation pending"), "{notice}");
    assert!(
        notice.contains("1 scan credit") && notice.contains("Do not pay again."),
        "{notice}"
    );
    let card = page.card("Scan credit").unwrap();
    let link = card.query_selector("a").unwrap().unwrap();
    let href = link.get_attribute("href").unwrap();
    assert!(
        href.starts_with("/billing/checkout?checkout_session_id=chk_"),
        "{href}"
    );
    assert!(
        !card.text_content().unwrap().contains("Top up credits"),
        "nothing to pay with"
    );
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
    let (page, _) = Page::billing("acc_harbor", Some(blocked_fix()));
    answer("/reports/rep_harbor", 200, REPORT_HARBOR);
    until("reason", || {
        page.text().contains("Automated fix credit exhausted")
    })
    .await;
    let heading = page.find("#panel-blocked-action").unwrap();
    let panel = heading.closest("section").unwrap().unwrap();
    let text = panel.text_content().unwrap();
    for words in [
        "CREDIT_BALANCE_EXHAUSTED",
        "Automated fix",
        "2 automated fix credits",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let back = "/reports/rep_harbor?select=fnd_";
    let buy = "/checkout/automated_fix_credits?from=fix&ref=rep_harbor&select=fnd_";
    for href in [back, buy] {
        let selector = format!("a[href^='{href}']");
        assert!(panel.query_selector(&selector).unwrap().is_some(), "{href}");
    }
}

#[wasm_bindgen_test]
async fn s2_15_the_way_back_becomes_the_first_choice_without_moving_the_focus() {
    let (page, _) = Page::billing("acc_harbor", Some(blocked_fix()));
    answer("/reports/rep_harbor", 200, REPORT_HARBOR);
    until("reason", || {
        page.text().contains("Automated fix credit exhausted")
    })
    .await;
    let card = page.card("Scan credit").unwrap();
    let held: HtmlElement = card.query_selector("a").unwrap().unwrap().unchecked_into();
    held.focus().unwrap();
    // The grant arrives: both answers change, and the person asks again.
    let mut granted: domain::billing::BillingView = serde_json::from_str(HARBOR).unwrap();
    granted.credit_balance.automated_fix.avail = 3;
    answer(
        "/accounts/acc_harbor/billing",
        200,
        &serde_json::to_string(&granted).unwrap(),
    );
    let mut report: domain::report::ReportView = serde_json::from_str(REPORT_HARBOR).unwrap();
    report.fix_workflow.facts.payer.balance.avail = 3;
    answer(
        "/reports/rep_harbor",
        200,
        &serde_json::to_string(&report).unwrap(),
    );
    let refresh = page.find(".head button").unwrap();
    refresh.unchecked_into::<HtmlElement>().click();
    until("grant", || {
        page.balance("Automated fix credits").as_deref() == Some("3/2/3")
    })
    .await;
    until("ready", || {
        page.text().contains("Ready: nothing is in the way")
    })
    .await;
    let back = page.find("a[href^='/reports/rep_harbor']").unwrap();
    assert_eq!(back.class_name(), "btn primary");
    let focused = web_sys::window()
        .unwrap()
        .document()
        .unwrap()
        .active_element();
    assert_eq!(focused.as_ref(), Some(held.as_ref()));
}

#[wasm_bindgen_test]
async fn wrong_credentials_are_said_and_the_email_stays() {
    script(STUB);
    answer("/session", 401, "{}");
    let problem = domain::problem::Problem::new(
        domain::problem::ProblemCode::WrongCredentials,
        "Email or password is not right.",
    );
    answer("/sign-in", 401, &serde_json::to_string(&problem).unwrap());
    let page = Page::new(|| {
        provide_session();
        view! { <SignInForm /> }
    });
    until("form", || page.find("form").is_some()).await;
    let input = |name: &str| -> web_sys::HtmlInputElement {
        page.find(&format!("input[name={name}]"))
            .unwrap()
            .unchecked_into()
    };
    input("email").set_value("dana@northwind.example");
    input("password").set_value("wrong");
    let button: HtmlElement = page.find("button[type=submit]").unwrap().unchecked_into();
    button.click();
    button.click();
    until("alert", || page.find("[role=alert]").is_some()).await;
    assert!(page.text().contains("Email or password is not right."));
    assert_eq!(input("email").value(), "dana@northwind.example");
    let times = script("stub.asked.filter((one) => one === 'POST /sign-in').length");
    assert_eq!(times.as_f64(), Some(1.0), "asked once");
}
