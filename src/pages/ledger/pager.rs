//! How many entries are shown, and the button for more.

use crate::api::ApiError;
use crate::model::entries::LoadedEntries;
use crate::slice::Slice;
use leptos::prelude::*;

/// How many entries are shown, and the button for more.
#[component]
pub fn Pager(
    /// What is shown.
    loaded: Slice<LoadedEntries>,
    /// Whether older ones are awaited.
    pending: RwSignal<bool>,
    /// Why they did not come.
    failed: RwSignal<Option<ApiError>>,
    /// Asks for what is older than this.
    more: Callback<i64>,
) -> impl IntoView {
    let there = Slice::new(move |_| loaded.with(|loaded| loaded.cursor.is_some()));
    let load = move |_| {
        if let Some(before) = loaded.with_untracked(|loaded| loaded.cursor) {
            more.run(before);
        }
    };
    let button = move || {
        there.get().then(|| view! {
            <button type="button" class="btn" aria-busy=move || pending.get().then_some("true") on:click=load>
                {move || if pending.get() { "Loading\u{2026}" } else { "Load older" }}
            </button>
        })
    };
    let count = move || match (loaded.with(|loaded| loaded.items.len()), there.get()) {
        (0, _) => ().into_any(),
        (1, false) => "1 entry, no older ones".into_any(),
        (count, false) => view! { {count} " entries, no older ones" }.into_any(),
        (count, true) => view! { {count} " newest entries" }.into_any(),
    };
    view! {
        <div class="pager">
            <span class="small muted" role="status">{count}</span>
            <span role="alert">{move || failed.get().map(|error| error.sentence())}</span>
            {button}
        </div>
    }
}
