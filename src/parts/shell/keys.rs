//! Keys of the whole console: what each does.

use super::over::{Over, Sheet};
use crate::dom;
use crate::link::Link;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::time::Duration;
use web_sys::KeyboardEvent;

/// Where `g` and a letter lead.
pub const PLACES: [(&str, &str); 4] = [
    ("b", "Billing"),
    ("r", "Reports"),
    ("p", "Projects"),
    ("l", "Ledger"),
];

/// What the other keys do.
pub const ACTIONS: [(&str, &str); 3] = [
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
pub(super) fn keys(over: Over) -> AnyView {
    let going = StoredValue::new(false);
    let go = use_navigate();
    let heard = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let held = event.ctrl_key() || event.meta_key() || event.alt_key();
        if held || dom::is_typing() || !dom::keys_are_on() {
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
                over.show(Sheet::Keys);
                true
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    });
    on_cleanup(move || heard.remove());
    view! { <button type="button" class="icon-btn" aria-label="Keys" title="Keys" on:click=move |_| over.show(Sheet::Keys)>"?"</button> }
        .into_any()
}
