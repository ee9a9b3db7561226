//! A write: asked once at a time, its end shown and said, and no decision before the figures are fresh.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

mod harness;

use domain::problem::{Problem, ProblemCode};
use harness::{
    Page, Within, announced, answer, answer_status, asked, at, hold, let_go, lose, mount, until,
};
use leptos::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use webriskops::api;
use webriskops::parts::{ActionButton, Outcome, OutcomeWords};
use webriskops::remote::use_remote;
use webriskops::write::use_write;

wasm_bindgen_test_configure!(run_in_browser);

const READ: &str = "GET /sign-in";
const WRITE: &str = "POST /sign-out";

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not signed out.",
    then_refused: "Nothing was changed.",
    unknown: "It is not known whether you are signed out.",
    then_unknown: "Try again.",
};

/// A button that writes, and how that ended.
fn page() -> Page {
    at("/", "acc_northwind");
    answer(READ, r#"{"demo_users": [], "demo_password": null}"#);
    answer(WRITE, "null");
    mount(|| {
        let write = use_write(use_remote(api::sign_in_options));
        let off = Signal::derive(move || {
            write
                .is_pending()
                .then(|| String::from("It is on its way."))
        });
        let on_act = Callback::new(move |()| {
            write.run(api::sign_out(), |()| String::from("Signed out."), |()| ());
        });
        let done = |(): &()| view! { <p role="status">"You are out."</p> }.into_any();
        view! {
            <Outcome write words=WORDS done />
            <ActionButton label=String::from("Sign out") off on_act />
        }
        .into_any()
    })
}

#[wasm_bindgen_test]
async fn it_is_asked_once_and_waits_until_the_figures_are_fresh() {
    let page = page();
    until("the first figures", || asked(READ) == 1).await;
    hold(READ);
    let button = page.the("button", "Sign out");
    button.click();
    button.click();
    page.shows("You are out.").await;
    assert_eq!(asked(WRITE), 1, "a double click is one write");
    assert_eq!(announced(), "Signed out.");
    assert!(button.is_off(), "the figures are not fresh yet");
    assert_eq!(button.description(), "It is on its way.");
    let_go(READ);
    until("fresh figures", || !button.is_off()).await;
    assert_eq!(asked(READ), 2);
}

#[wasm_bindgen_test]
async fn a_refusal_says_why_and_a_lost_answer_is_not_known() {
    let page = page();
    let refused = Problem::new(ProblemCode::Blocked, "Not now.");
    answer_status(WRITE, 409, &serde_json::to_string(&refused).unwrap());
    let button = page.the("button", "Sign out");
    button.click();
    page.shows("Not signed out. Not now. Nothing was changed.")
        .await;
    until("it can be tried again", || !button.is_off()).await;
    lose(WRITE);
    button.click();
    page.shows("It is not known whether you are signed out.")
        .await;
    assert!(page.the("alert", "").says("Try again."));
    assert!(!page.says("Not now."), "the refusal was of the first try");
    assert_eq!(announced(), "", "nothing is said to be done");
}

#[wasm_bindgen_test]
async fn what_is_done_is_announced_also_when_the_page_is_gone() {
    let page = page();
    hold(WRITE);
    page.the("button", "Sign out").click();
    until("asked", || asked(WRITE) == 1).await;
    drop(page);
    let_go(WRITE);
    until("announced", || announced() == "Signed out.").await;
}
