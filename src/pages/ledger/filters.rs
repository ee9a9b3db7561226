//! The filters of the ledger, kept in the address.

use crate::link::Link;
use crate::slice::Slice;
use domain::credits::{CreditType, EntryKind};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these credits.
    pub credit_type: Option<CreditType>,
    /// Only this kind.
    pub kind: Option<EntryKind>,
}

impl Filter {
    /// Whether it leaves anything out.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }

    /// Its address.
    pub fn href(self) -> String {
        let credit = self.credit_type.map(CreditType::key);
        let kind = self.kind.map(EntryKind::key);
        let path = Link::Ledger.href();
        match (credit, kind) {
            (None, None) => path,
            (Some(credit), None) => path + "?credit_type=" + credit,
            (None, Some(kind)) => path + "?kind=" + kind,
            (Some(credit), Some(kind)) => path + "?credit_type=" + credit + "&kind=" + kind,
        }
    }
}

/// The two filters; choosing changes the address, so that Back takes it away again.
#[component]
pub fn Filters(
    /// What the address asks for.
    filter: Slice<Filter>,
) -> impl IntoView {
    let go = use_navigate();
    let to = Callback::new(move |filter: Filter| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        go(&filter.href(), options);
    });
    let credit = move |event| {
        let credit_type = CreditType::parse(&event_target_value(&event));
        to.run(Filter {
            credit_type,
            ..filter.get_untracked()
        });
    };
    let kind = move |event| {
        let kind = EntryKind::parse(&event_target_value(&event));
        to.run(Filter {
            kind,
            ..filter.get_untracked()
        });
    };
    let credits = CreditType::ALL
        .iter()
        .map(|credit| view! { <option value=credit.key()>{credit.label()}</option> });
    let kinds = EntryKind::ALL
        .iter()
        .map(|kind| view! { <option value=kind.key()>{kind.label()}</option> });
    let credit_now = move || filter.get().credit_type.map_or("", CreditType::key);
    let kind_now = move || filter.get().kind.map_or("", EntryKind::key);
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="field">
                <label for="filter-credit">"Credit"</label>
                <select id="filter-credit" on:change=credit prop:value=credit_now>
                    <option value="">"All credits"</option>
                    {credits.collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="filter-kind">"Entry"</label>
                <select id="filter-kind" on:change=kind prop:value=kind_now>
                    <option value="">"All entries"</option>
                    {kinds.collect_view()}
                </select>
            </div>
        </div>
    }
}
