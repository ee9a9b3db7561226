//! Keys of the whole console: what each does, the list of them, and turning them off.

use crate::dom;
use crate::link::Link;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::time::Duration;
use web_sys::KeyboardEvent;

/// Where `g` and a letter lead.
const PLACES: [(&str, &str); 4] = [
    ("b", "Billing"),
    ("r", "Reports"),
    ("p", "Projects"),
    ("l", "Ledger"),
];

/// What the other keys do.
const ACTIONS: [(&str, &str); 3] = [
    ("/", "To the search field of the page"),
    ("a", "To the account selector"),
    ("?", "This list"),
];

/// How long the letter after `g` may take.
const PATIENCE: Duration = Duration::from_millis(1_500);

fn place(key: &str) -> Option<Link> {
    match key {
        "b" => Some(Link::Billing(None)),
        "r" => Some(Link::Reports),
        "p" => Some(Link::Projects),
        "l" => Some(Link::Ledger),
        _ => None,
    }
}

/// The button that shows the list, and the keys themselves while the frame stands (WCAG 2.1.4: they can be turned off).
#[component]
pub(super) fn Keys() -> AnyView {
    let list = NodeRef::<html::Dialog>::new();
    let on = RwSignal::new(dom::keys_are_on());
    let show = move || {
        if let Some(list) = list.get_untracked().filter(|list| !list.open()) {
            let _ = list.show_modal();
        }
    };
    let going = StoredValue::new(false);
    let go = use_navigate();
    let heard = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let held = event.ctrl_key() || event.meta_key() || event.alt_key();
        if held || !on.get_untracked() || dom::is_typing() {
            return;
        }
        let key = event.key();
        if going.get_value() {
            going.set_value(false);
            if let Some(link) = place(&key) {
                event.prevent_default();
                go(&link.href(), leptos_router::NavigateOptions::default());
            }
            return;
        }
        let done = match key.as_str() {
            "g" => {
                going.set_value(true);
                let over = move || {
                    going.try_set_value(false);
                };
                set_timeout(over, PATIENCE);
                true
            }
            "/" => dom::focus_first("input[type=search]"),
            "a" => dom::focus_first("#current-account"),
            "?" => {
                show();
                true
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || heard.remove());
    let turn = move |event| {
        let now = event_target_checked(&event);
        dom::set_keys(now);
        on.set(now);
    };
    let row = |(keys, does): (String, &'static str)| {
        view! { <div><dt><kbd>{keys}</kbd></dt><dd>{does}</dd></div> }.into_any()
    };
    let places = PLACES
        .iter()
        .map(|(key, name)| ("g ".to_owned() + key, *name));
    let actions = ACTIONS.iter().map(|(key, does)| ((*key).to_owned(), *does));
    let rows: Vec<AnyView> = places.chain(actions).map(row).collect();
    view! {
        <button type="button" class="icon-btn" aria-label="Keys" title="Keys" on:click=move |_| show()>"?"</button>
        <dialog node_ref=list class="panel over keys" aria-labelledby="keys">
            <header><h2 id="keys">"Keys"</h2></header>
            <div class="body stack">
                <dl>{rows}</dl>
                <label class="choice"><input type="checkbox" prop:checked=move || on.get() on:change=turn /><span>"Use these keys in this browser"</span></label>
                <form method="dialog"><button class="btn">"Close"</button></form>
            </div>
        </dialog>
    }
    .into_any()
}
