//! The entries that fit a filter, kept true from the top and continued at the bottom.

use super::filters::Filter;
use super::pager::Pager;
use crate::api::{self, ApiError, LedgerQuery};
use crate::link::Link;
use crate::model::entries::{LoadedEntries, Older};
use crate::parts::{Entries, Loaded, Panel};
use crate::remote::use_remote;
use crate::slice::Slice;
use domain::id::AccountId;
use domain::ledger::LedgerPage;
use leptos::prelude::*;

/// The entries that fit the filter.
#[component]
pub fn Rows(
    /// Whose ledger.
    account: AccountId,
    /// Which entries.
    filter: Filter,
) -> impl IntoView {
    let ask = move |account: AccountId, before: Option<i64>| {
        api::ledger(
            account,
            LedgerQuery {
                credit_type: filter.credit_type,
                kind: filter.kind,
                before,
            },
        )
    };
    let own = account.clone();
    let newest = use_remote(move || ask(own.clone(), None));
    let content = move |page: Signal<LedgerPage>| {
        let older = RwSignal::new(Vec::<Older>::new());
        let loaded = Slice::new(move |old: Option<&LoadedEntries>| {
            let loaded = old.cloned().unwrap_or_default().with_fresh(page.get());
            older.with(|older| older.iter().fold(loaded, LoadedEntries::with_older))
        });
        let account = account.clone();
        let load = move |before: i64| {
            let answer = ask(account.clone(), Some(before));
            async move { answer.await.map(|page| Older { before, page }) }
        };
        let any = Slice::new(move |_| loaded.with(|loaded| !loaded.items.is_empty()));
        let entries = Slice::new(move |_| loaded.with(|loaded| loaded.items.clone()));
        let (pending, failed) = (RwSignal::new(false), RwSignal::new(None));
        let more = Callback::new(move |before: i64| {
            if !pending.get_untracked() {
                append(load(before), pending, failed, older);
            }
        });
        view! {
            <Panel title="Entries" flush=true>
                {move || if any.get() { view! { <Entries entries /> }.into_any() } else { nothing(filter) }}
                <Pager loaded pending failed more />
            </Panel>
        }
        .into_any()
    };
    view! { <Loaded remote=newest what="The ledger" children=content /> }
}

fn append(
    load: impl Future<Output = Result<Older, ApiError>> + 'static,
    pending: RwSignal<bool>,
    failed: RwSignal<Option<ApiError>>,
    older: RwSignal<Vec<Older>>,
) {
    pending.set(true);
    failed.set(None);
    leptos::task::spawn_local(async move {
        match load.await {
            Ok(page) => {
                older.try_update(|older| older.push(page));
            }
            Err(error) => {
                failed.try_set(Some(error));
            }
        }
        pending.try_set(false);
    });
}

fn nothing(filter: Filter) -> AnyView {
    if filter.is_any() {
        return view! {
            <div class="empty">
                <b>"No entry fits these filters"</b>
                <p>"Take a filter away to see more."</p>
                <a class="btn" href=Link::Ledger.href()>"Show all entries"</a>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            <b>"No entries yet"</b>
            <p>"The first row appears when a plan or a top-up is confirmed."</p>
        </div>
    }
    .into_any()
}
