//! Controls that act, and controls that cannot act now and say why.

use super::follow::words;
use crate::slice::Slice;
use leptos::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A new id for tying a control to its reason.
pub fn fresh_id(prefix: &str) -> String {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}{number}")
}

const fn class(primary: bool, wide: bool) -> &'static str {
    match (primary, wide) {
        (true, true) => "btn primary wide",
        (true, false) => "btn primary",
        (false, true) => "btn wide",
        (false, false) => "btn",
    }
}

/// A button that acts, unless a reason stands in its way: then it stays focusable, says so, and shows the reason below.
#[component]
pub fn ActionButton(
    /// What it says.
    #[prop(into)]
    label: Signal<String>,
    /// Why it cannot act now; `None` when it can.
    #[prop(into)]
    off: Signal<Option<String>>,
    /// What it does; not called while it is off.
    on_act: Callback<()>,
    /// Whether it is the page's first choice.
    #[prop(optional)]
    primary: bool,
    /// Whether it fills its column.
    #[prop(optional)]
    wide: bool,
) -> AnyView {
    let id = fresh_id("why-");
    let described = id.clone();
    let label = Slice::new(move |_| label.get());
    let why = Slice::new(move |_| off.get().unwrap_or_default());
    let act = move |_| {
        if off.with_untracked(Option::is_none) {
            on_act.run(());
        }
    };
    view! {
        <div class="act">
            <button
                type="button"
                class=class(primary, wide)
                aria-disabled=move || off.with(Option::is_some).then_some("true")
                aria-describedby=move || off.with(Option::is_some).then(|| described.clone())
                on:click=act
            >
                {words(label)}
            </button>
            <p class="why" id=id hidden=move || off.with(Option::is_none)>{words(why)}</p>
        </div>
    }
    .into_any()
}

/// A control that cannot act now, with its visible reason.
#[component]
pub fn DisabledButton(
    /// What it would say.
    #[prop(into)]
    label: String,
    /// Why it cannot act.
    #[prop(into)]
    why: String,
) -> AnyView {
    let id = fresh_id("why-");
    let described = id.clone();
    view! {
        <div class="act">
            <button type="button" class="btn wide" aria-disabled="true" aria-describedby=described>{label}</button>
            <p class="why" id=id>{why}</p>
        </div>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn RowLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Whether it is the first choice.
    #[prop(optional)]
    primary: bool,
    /// Whether it fills its column.
    #[prop(optional)]
    wide: bool,
    /// What it says.
    children: Children,
) -> AnyView {
    view! { <a class=class(primary, wide) href=href>{children()}</a> }.into_any()
}
