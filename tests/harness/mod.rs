//! Mounts the app on stubbed answers, and finds what people find: by role and name.
#![allow(
    dead_code,
    reason = "each test file uses a part of what all of them share"
)]

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};
use webriskops::app::App;

#[wasm_bindgen(module = "/tests/harness/page.js")]
extern "C" {
    fn stage(path: &str, account: &str);
    fn set_answer(name: &str, status: u16, body: &str);
    /// No answer comes to this.
    pub(crate) fn lose(name: &str);
    /// Keeps the answer back until [`let_go`].
    pub(crate) fn hold(name: &str);
    pub(crate) fn let_go(name: &str);
    /// How often it was asked.
    pub(crate) fn asked(name: &str) -> usize;
    pub(crate) fn bodies(name: &str) -> Vec<String>;
    pub(crate) fn keys(name: &str) -> Vec<String>;
    /// Says over the event stream that something of this kind happened.
    pub(crate) fn tell(kind: &str, data: &str);
    fn soon() -> js_sys::Promise;
    fn find(root: &Element, role: &str, name: &str) -> Vec<HtmlElement>;
    fn text_of(element: &Element) -> String;
    fn description_of(element: &Element) -> String;
    fn choose_option(element: &Element, label: &str);
    /// What Chrome does to a page that it translates: other elements in the place of each text.
    pub(crate) fn translate(root: &Element);
}

const SESSION: &str = include_str!("../answers/session.json");

/// Answers a request, named as `GET /session`.
pub(crate) fn answer(name: &str, body: &str) {
    set_answer(name, 200, body);
}

/// Answers with a status.
pub(crate) fn answer_status(name: &str, status: u16, body: &str) {
    set_answer(name, status, body);
}

/// Forgets what other tests stubbed and goes to an address, as Dana looks at an account.
pub(crate) fn at(path: &str, account: &str) {
    stage(path, account);
    answer("GET /session", SESSION);
}

/// A view on the page; it goes away with the value.
pub(crate) struct Page {
    root: HtmlElement,
    mounted: Option<Box<dyn std::any::Any>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        self.mounted = None;
        self.root.remove();
    }
}

/// The app at the address.
pub(crate) fn open() -> Page {
    mount(|| view! { <App /> }.into_any())
}

/// Any view.
pub(crate) fn mount(view: impl FnOnce() -> AnyView + 'static) -> Page {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let root: HtmlElement = root.unchecked_into();
    let mounted = mount_to(root.clone(), view);
    Page {
        root,
        mounted: Some(Box::new(mounted)),
    }
}

/// Waits until something is so, at most five seconds.
pub(crate) async fn until(what: &str, so: impl Fn() -> bool) {
    let deadline = js_sys::Date::now() + 5_000.0;
    while !so() {
        assert!(js_sys::Date::now() < deadline, "in vain: {what}");
        turn().await;
    }
}

/// Waits for the next turn of the browser.
pub(crate) async fn turn() {
    JsFuture::from(soon()).await.unwrap();
}

/// Everything below one element.
pub(crate) trait Within {
    fn element(&self) -> &HtmlElement;

    /// What has this role and a name that contains this; in the order of the page.
    fn all(&self, role: &str, name: &str) -> Vec<HtmlElement> {
        find(self.element(), role, name)
    }

    /// The first of them, if there is one.
    fn get(&self, role: &str, name: &str) -> Option<HtmlElement> {
        self.all(role, name).into_iter().next()
    }

    /// The only one.
    fn the(&self, role: &str, name: &str) -> HtmlElement {
        let mut all = self.all(role, name);
        assert_eq!(all.len(), 1, "{role} {name:?} in: {}", self.text());
        all.swap_remove(0)
    }

    /// What it says, spaces made one.
    fn text(&self) -> String {
        text_of(self.element())
    }

    /// What describes it.
    fn description(&self) -> String {
        description_of(self.element())
    }

    fn says(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Whether it says that it cannot be used now.
    fn is_off(&self) -> bool {
        let off = self.element().get_attribute("aria-disabled");
        off.as_deref() == Some("true")
    }

    fn href(&self) -> String {
        self.element().get_attribute("href").unwrap_or_default()
    }

    fn has_focus(&self) -> bool {
        document().active_element().as_ref() == Some(self.element().as_ref())
    }

    /// Chooses an option of a select by what it says.
    fn choose(&self, label: &str) {
        choose_option(self.element(), label);
    }
}

impl Within for HtmlElement {
    fn element(&self) -> &HtmlElement {
        self
    }
}

impl Within for Page {
    fn element(&self) -> &HtmlElement {
        &self.root
    }
}

impl Page {
    /// The panel with this heading, once it is there.
    pub(crate) async fn panel(&self, name: &str) -> HtmlElement {
        until(name, || self.get("region", name).is_some()).await;
        self.the("region", name)
    }

    /// Waits until the page says something.
    pub(crate) async fn shows(&self, text: &str) {
        until(text, || self.says(text)).await;
    }

    /// A row of the balance: "3/1/4".
    pub(crate) fn balance(&self, credit: &str) -> Option<String> {
        let panel = self.get("region", "Credit balance")?;
        let row = panel.get("row", credit)?;
        let figures: Vec<String> = row
            .all("cell", "")
            .iter()
            .skip(1)
            .map(Within::text)
            .collect();
        Some(figures.join("/"))
    }
}

/// What was announced last to people who listen.
pub(crate) fn announced() -> String {
    let region = document().get_element_by_id("live").unwrap();
    region.text_content().unwrap_or_default()
}

pub(crate) fn search() -> String {
    window().location().search().unwrap()
}
