//! The found pages in their groups, and the pages that are added by hand.

use super::draft::Draft;
use crate::parts::{follow, pick};
use crate::slice::Slice;
use domain::scope::{ScopeView, UrlGroup, groups as grouped};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// A box for each group and, folded, one for each page.
pub(super) fn groups(scope: Slice<ScopeView>, draft: Draft) -> AnyView {
    // Pages that were accepted before and are found no longer can still be taken out.
    let known = pick(scope, |scope| {
        let found = scope.discovery.as_ref().map(|found| found.pages.as_slice());
        let mut pages = found.unwrap_or_default().to_vec();
        let have: BTreeSet<String> = pages.iter().chain(&scope.manual).cloned().collect();
        let rest = scope.selected.iter().filter(|page| !have.contains(*page));
        pages.extend(rest.cloned());
        pages
    });
    follow(known, move |pages| {
        if pages.is_empty() {
            return ().into_any();
        }
        let all = pages.clone();
        let every = all.clone();
        let rows = grouped(pages).into_iter().map(|group| row(group, draft));
        let rows = rows.collect_view();
        view! {
            <div class="field" role="group" aria-label="URL groups">
                <p class="actions">
                    <button type="button" class="btn" on:click=move |_| draft.set(&all, true)>"Select all"</button>
                    <button type="button" class="btn" on:click=move |_| draft.set(&every, false)>"Select none"</button>
                </p>
                <ul class="list scope">{rows}</ul>
            </div>
        }
        .into_any()
    })
}

fn row(group: UrlGroup, draft: Draft) -> AnyView {
    let UrlGroup { name, pages } = group;
    let count = pages.len();
    let pages = StoredValue::new(pages);
    let chosen = Slice::new(move |_| pages.with_value(|pages| draft.of(pages)));
    let toggle = move |event| {
        let on = event_target_checked(&event);
        pages.with_value(|pages| draft.set(pages, on));
    };
    let each = pages.with_value(|pages| {
        let one = |page: &String| page_box(page.clone(), draft);
        pages.iter().map(one).collect_view()
    });
    let each = (count > 1).then(|| {
        view! { <details><summary>"Single pages"</summary><ul class="small">{each}</ul></details> }
    });
    view! {
        <li>
            <div class="service">
                <label class="choice">
                    <input type="checkbox" prop:checked=move || chosen.get() == count
                        prop:indeterminate=move || (1..count).contains(&chosen.get()) on:change=toggle />
                    <b class="wrap">{name}</b>
                    <span class="small muted">{move || chosen.get()}" of "{count}" selected"</span>
                </label>
                {each}
            </div>
        </li>
    }
    .into_any()
}

fn page_box(page: String, draft: Draft) -> AnyView {
    let (asked, own) = (page.clone(), vec![page.clone()]);
    view! {
        <li>
            <label class="choice">
                <input type="checkbox" prop:checked=move || draft.has(&asked)
                    on:change=move |event| draft.set(&own, event_target_checked(&event)) />
                <span class="wrap">{page}</span>
            </label>
        </li>
    }
    .into_any()
}

/// The pages that are added by hand, and the field that adds one.
pub(super) fn manual(draft: Draft) -> AnyView {
    let text = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        draft.add(&text.get_untracked());
        text.set(String::new());
    };
    let pages = Slice::new(move |_| draft.manual());
    let list = follow(pages, move |pages| {
        let rows = pages.iter().map(|page| {
            let (own, label) = (page.clone(), "Remove ".to_owned() + page);
            let page = page.clone();
            view! { <li><span class="wrap">{page}</span>" "<button type="button" class="btn" aria-label=label on:click=move |_| draft.remove(&own)>"Remove"</button></li> }
        });
        view! { <ul class="small manual">{rows.collect_view()}</ul> }.into_any()
    });
    view! {
        <form class="field" on:submit=add>
            <label for="manual-url">"Manual URLs"</label>
            {list}
            <input id="manual-url" type="text" maxlength="600" autocomplete="off" aria-describedby="manual-hint"
                prop:value=move || text.get() on:input=move |event| text.set(event_target_value(&event)) />
            <p class="hint" id="manual-hint">"A page of this site that was not found: its whole address, or its path."</p>
            <p><button type="submit" class="btn">"Add page"</button></p>
        </form>
    }
    .into_any()
}
