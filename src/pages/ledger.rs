//! The whole ledger of an account, newest first, with filters in the address.

use crate::api::{self, ApiError, LedgerQuery};
use crate::link::Link;
use crate::model::entries::{Older, Seen};
use crate::parts::{Entries, Loaded, PageHead, Panel, per_account};
use crate::remote::use_remote;
use domain::credits::{CreditType, EntryKind};
use domain::id::AccountId;
use domain::ledger::LedgerPage as Page;
use domain::session::Membership;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Filter {
    credit_type: Option<CreditType>,
    kind: Option<EntryKind>,
}

impl Filter {
    fn is_any(self) -> bool {
        self != Self::default()
    }

    fn href(self) -> String {
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

/// The page `/billing/ledger`.
#[component]
pub fn LedgerPage() -> impl IntoView {
    let query = use_query_map();
    let path = use_location().pathname;
    let filter = Memo::new(move |old: Option<&Filter>| {
        // On the way to another page the address changes first.
        if path.get() != Link::Ledger.href() {
            return old.copied().unwrap_or_default();
        }
        query.with(|query| Filter {
            credit_type: query.get_str("credit_type").and_then(CreditType::parse),
            kind: query.get_str("kind").and_then(EntryKind::parse),
        })
    });
    per_account(move |membership| view! { <AccountLedger membership filter /> }.into_any())
}

#[component]
fn AccountLedger(membership: Membership, filter: Memo<Filter>) -> impl IntoView {
    let name = membership.account_name;
    let account = membership.account_id;
    let of = name.clone();
    let crumbs = view! { <p class="crumbs"><a href=Link::Billing(None).href()>"Billing"</a></p> };
    let lead = view! { <p>"Every change of the credits of " {name} ", newest first."</p> };
    let rows = move || {
        let (account, filter) = (account.clone(), filter.get());
        view! { <Rows account filter /> }
    };
    view! {
        <PageHead title=String::from("Ledger") of=of crumbs=crumbs.into_any() lead=lead.into_any() />
        <Filters filter />
        {rows}
    }
}

/// The two filters; choosing changes the address, so that Back takes it away again.
#[component]
fn Filters(filter: Memo<Filter>) -> impl IntoView {
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
        to.run(Filter { credit_type, ..filter.get_untracked() });
    };
    let kind = move |event| {
        let kind = EntryKind::parse(&event_target_value(&event));
        to.run(Filter { kind, ..filter.get_untracked() });
    };
    let credits = CreditType::ALL.iter().map(|credit| view! { <option value=credit.key()>{credit.label()}</option> });
    let kinds = EntryKind::ALL.iter().map(|kind| view! { <option value=kind.key()>{kind.label()}</option> });
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

/// The entries that fit the filter.
#[component]
fn Rows(account: AccountId, filter: Filter) -> impl IntoView {
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
    let content = move |page: Signal<Page>| {
        let older = RwSignal::new(Vec::<Older>::new());
        let seen = Memo::new(move |old: Option<&Seen>| {
            let seen = old.cloned().unwrap_or_default().with_fresh(page.get());
            older.with(|older| older.iter().fold(seen, Seen::with_older))
        });
        let account = account.clone();
        let load = move |before: i64| {
            let answer = ask(account.clone(), Some(before));
            async move { answer.await.map(|page| Older { before, page }) }
        };
        let any = Memo::new(move |_| seen.with(|seen| !seen.items.is_empty()));
        let entries = Memo::new(move |_| seen.with(|seen| seen.items.clone()));
        let (pending, failed) = (RwSignal::new(false), RwSignal::new(None));
        let more = Callback::new(move |before: i64| {
            if !pending.get_untracked() {
                append(load(before), pending, failed, older);
            }
        });
        view! {
            <Panel title="Entries" flush=true>
                {move || if any.get() { view! { <Entries entries /> }.into_any() } else { nothing(filter) }}
                <Pager seen pending failed more />
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

/// How many entries are shown, and the button for more.
#[component]
fn Pager(
    seen: Memo<Seen>,
    pending: RwSignal<bool>,
    failed: RwSignal<Option<ApiError>>,
    more: Callback<i64>,
) -> impl IntoView {
    let there = Memo::new(move |_| seen.with(|seen| seen.cursor.is_some()));
    let load = move |_| {
        if let Some(before) = seen.with_untracked(|seen| seen.cursor) {
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
    let count = move || match (seen.with(|seen| seen.items.len()), there.get()) {
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
