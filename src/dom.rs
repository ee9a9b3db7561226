//! The few things we do to the document by hand: boot frame, live region, focus, theme, storage.

use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Whether the server wrote figures of this tab's account into the frame that stands in for the app. They stay until the page
/// has its own.
pub fn boot_has_figures() -> bool {
    let root = document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.has_attribute("data-account"))
}

/// Removes the frame that stands in for the app; does nothing when it is gone.
pub fn remove_boot() {
    if let Some(boot) = document().and_then(|document| document.get_element_by_id("boot")) {
        boot.remove();
    }
}

/// Says over the page that the program has stopped, and offers to begin anew; uses nothing of the program but this.
pub fn say_stopped() {
    const ID: &str = "stopped";
    let Some(document) = document() else { return };
    let (Some(body), None) = (document.body(), document.get_element_by_id(ID)) else {
        return;
    };
    let element = |name: &str, class: &str, text: &str| {
        let made = document.create_element(name).ok()?;
        made.set_class_name(class);
        made.set_text_content(Some(text));
        Some(made)
    };
    let notice = element("div", "notice stop stopped", "");
    let words = element(
        "p",
        "",
        "Something went wrong in this page, and it answers nothing any more. What was sent is not lost; load the page again to see it.",
    );
    let again = element("a", "btn", "Load again");
    let (Some(notice), Some(words), Some(again)) = (notice, words, again) else {
        return;
    };
    notice.set_id(ID);
    for (name, value) in [("href", here().as_str()), ("rel", "external")] {
        let _ = again.set_attribute(name, value);
    }
    let _ = notice.set_attribute("role", "alert");
    let _ = notice.append_child(&words);
    let _ = notice.append_child(&again);
    let _ = body.append_child(&notice);
}

/// Says something once to people who listen instead of looking; the region is there from the first paint.
pub fn announce(text: &str) {
    if let Some(region) = document().and_then(|document| document.get_element_by_id("live")) {
        region.set_text_content(Some(text));
    }
}

/// Closes the dialog that is open, if one is.
pub fn close_dialog() {
    let open = document().and_then(|document| document.query_selector("dialog[open]").ok()?);
    if let Some(dialog) = open.and_then(|open| open.dyn_into::<web_sys::HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// Opens the browser's own dialogue for printing this page.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Goes to an address of another site, such as a document of the provider.
pub fn leave_for(url: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(url);
    }
}

thread_local! {
    static FOCUSED_PATH: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Moves focus to a page's heading, but only after a navigation: not at the first load, not when figures change.
pub fn focus_heading(heading: &HtmlElement) {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok());
    let moved = FOCUSED_PATH.with_borrow_mut(|last| {
        let moved = last.is_some() && *last != path;
        *last = path;
        moved
    });
    if moved {
        let _ = heading.focus();
    }
}

/// Sets the page's theme: `light`, `dark`, or none to follow the system; kept for the next visit.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    let storage = local_storage();
    if let Some(theme) = theme {
        let _ = root.set_attribute("data-theme", theme);
        if let Some(storage) = storage {
            let _ = storage.set_item("theme", theme);
        }
    } else {
        let _ = root.remove_attribute("data-theme");
        if let Some(storage) = storage {
            let _ = storage.remove_item("theme");
        }
    }
}

/// The theme of the last visit.
pub fn stored_theme() -> Option<String> {
    local_storage()?
        .get_item("theme")
        .ok()?
        .filter(|theme| theme == "light" || theme == "dark")
}

/// Whether keys of the whole console are used; they are unless somebody turned them off.
pub fn keys_are_on() -> bool {
    let kept = local_storage().and_then(|storage| storage.get_item("keys").ok()?);
    kept.as_deref() != Some("off")
}

/// Turns them on or off, for the next visit too.
pub fn set_keys(on: bool) {
    if let Some(storage) = local_storage() {
        let _ = storage.set_item("keys", if on { "on" } else { "off" });
    }
}

/// Whether what is typed goes into something: a field, a list, or an open dialogue.
pub fn is_typing() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|active| {
        active
            .closest("input, select, textarea, dialog, [contenteditable]")
            .is_ok_and(|found| found.is_some())
    })
}

/// Focuses the first element that fits; false where there is none.
pub fn focus_first(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    let found = found.and_then(|found| found.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|found| found.focus().is_ok())
}

fn local_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Storage of this tab alone; it survives a reload.
pub fn tab_storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Reads a value of this tab.
pub fn tab_value(key: &str) -> Option<String> {
    tab_storage()?.get_item(key).ok()?
}

/// Keeps a value in this tab; without storage it is only forgotten at reload.
pub fn set_tab_value(key: &str, value: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.set_item(key, value);
    }
}

/// Forgets a value of this tab.
pub fn remove_tab_value(key: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(key);
    }
}

/// The address of a script that this build of the app began with; each build has its own.
pub fn own_script() -> Option<String> {
    let link = document()?
        .query_selector("link[rel=modulepreload]")
        .ok()??;
    link.get_attribute("href")
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The path and query of the page.
pub fn here() -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else {
        return String::new();
    };
    let path = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    format!("{path}{query}")
}

/// The whole address of the page.
pub fn address() -> String {
    let location = web_sys::window().map(|window| window.location());
    location
        .and_then(|location| location.href().ok())
        .unwrap_or_default()
}

/// Focuses an element by id.
pub fn focus_id(id: &str) {
    let element = document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Puts a text on the clipboard and says aloud how that ended.
pub fn copy(text: &str, copied: &'static str) {
    let writing = write_to_clipboard(text);
    leptos::task::spawn_local(async move {
        let done = match writing {
            Some(writing) => JsFuture::from(writing).await.is_ok(),
            None => false,
        };
        announce(if done {
            copied
        } else {
            "Not copied: the browser does not allow it here. Select the text and copy it."
        });
    });
}

/// None where there is no clipboard, as on a page without TLS.
fn write_to_clipboard(text: &str) -> Option<js_sys::Promise> {
    let navigator = web_sys::window()?.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let clipboard: web_sys::Clipboard = clipboard.dyn_into().ok()?;
    Some(clipboard.write_text(text))
}

/// Whether the page is dark now.
pub fn is_dark() -> bool {
    match stored_theme().as_deref() {
        Some("dark") => true,
        Some(_) => false,
        None => web_sys::window()
            .and_then(|window| {
                window
                    .match_media("(prefers-color-scheme: dark)")
                    .ok()
                    .flatten()
            })
            .is_some_and(|query| query.matches()),
    }
}

/// The IANA name of the browser's time zone; UTC where it tells none.
pub fn time_zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let name = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into());
    let name = name.ok().and_then(|name| name.as_string());
    name.unwrap_or_else(|| "UTC".to_owned())
}
