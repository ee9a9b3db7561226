//! Mounts the app on stubbed answers and looks at the report page.

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};
use webriskops::app::App;

#[wasm_bindgen(inline_js = r##"
export function stage(path, account, answers) {
  const table = JSON.parse(answers);
  sessionStorage.clear();
  sessionStorage.setItem("account", account);
  history.replaceState(null, "", path);
  window.calls = [];
  window.EventSource = class { addEventListener() {} close() {} };
  window.fetch = async (request) => {
    const url = new URL(request.url);
    const name = request.method + " " + url.pathname.replace("/api/v1", "");
    const body = request.method === "GET" ? "" : await request.text();
    window.calls.push({ name, body, key: request.headers.get("Idempotency-Key") });
    const answer = table[name];
    if (!answer || answer.lost) throw new TypeError("lost");
    return new Response(JSON.stringify(answer.body ?? answer), { status: answer.status ?? 200 });
  };
  const live = document.createElement("div");
  live.id = "live";
  const old = document.querySelector("#live");
  if (old) old.replaceWith(live); else document.body.append(live);
}
export function bodies(name) { return window.calls.filter((call) => call.name === name).map((call) => call.body).join("\n"); }
export function keys(name) { return window.calls.filter((call) => call.name === name).map((call) => call.key).join("\n"); }
export function soon() { return new Promise((resolve) => setTimeout(resolve, 10)); }
export function within(root, selector) { return [...root.querySelectorAll(selector)]; }
"##)]
extern "C" {
    fn stage(path: &str, account: &str, answers: &str);
    pub(crate) fn bodies(name: &str) -> String;
    pub(crate) fn keys(name: &str) -> String;
    fn soon() -> js_sys::Promise;
    fn within(root: &Element, selector: &str) -> Vec<HtmlElement>;
}

const SESSION: &str = include_str!("../fixtures/session.json");

/// The app at a report; it goes away with the value.
pub(crate) struct Page {
    root: Element,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.root.remove();
    }
}

pub(crate) fn open(path: &str, account: &str, id: &str, report: &str, more: &str) -> Page {
    let answers = format!(r#"{{"GET /session": {SESSION}, "GET /reports/{id}": {report}{more}}}"#);
    stage(path, account, &answers);
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let mounted = mount_to(root.clone().unchecked_into::<HtmlElement>(), App);
    Page {
        root,
        _mounted: Box::new(mounted),
    }
}

/// Waits until something is so, at most five seconds.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = js_sys::Date::now() + 5_000.0;
    while !so() {
        assert!(js_sys::Date::now() < deadline, "in vain: {what}");
        JsFuture::from(soon()).await.unwrap();
    }
}

impl Page {
    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        within(&self.root, selector)
    }

    /// The text of the fix workflow, spaces made one.
    pub(crate) fn panel(&self) -> String {
        let section = self.all("section[aria-labelledby='panel-automated-fix-workflow']");
        let text = section
            .first()
            .map(HtmlElement::inner_text)
            .unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) async fn shows(&self, text: &str) {
        until(text, || self.panel().contains(text)).await;
    }

    pub(crate) fn checkbox(&self, n: usize) -> HtmlElement {
        self.all("input[type=checkbox]").swap_remove(n)
    }

    pub(crate) fn start(&self) -> HtmlElement {
        self.all(".decide .act > .btn.primary").swap_remove(0)
    }

    pub(crate) fn is_off(&self) -> bool {
        self.start().get_attribute("aria-disabled").as_deref() == Some("true")
    }

    pub(crate) fn links(&self) -> Vec<String> {
        self.all(".decide a:not([href^='/docs/'])")
            .iter()
            .filter_map(|link| link.get_attribute("href"))
            .collect()
    }
}

pub(crate) fn search() -> String {
    window().location().search().unwrap()
}
