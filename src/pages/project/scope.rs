//! `Scan scope selection`: which pages of the site are known, and which of them are to be scanned.

mod acceptance;
mod draft;
mod groups;

pub(super) use acceptance::acceptance;

use super::places::SCOPE;
use super::state::ProjectState;
use crate::api::{self, Intent};
use crate::parts::{ActionButton, Badge, Outcome, OutcomeWords, Panel, When, follow, pick};
use crate::slice::Slice;
use crate::write::{Write, use_write};
use domain::errand::ErrandState;
use domain::project::{ProjectView, ScopeStatus};
use domain::scope::{DiscoverPages, Discovery, ScopeView, SelectScope};
use draft::Draft;
use leptos::prelude::*;

/// The panel.
pub(super) fn selection(project: Signal<ProjectView>, state: ProjectState) -> AnyView {
    let scope = pick(project, |view| view.scope.clone());
    let draft = Draft::new(scope);
    let save = use_write::<ScopeView, _>(state.remote);
    let status = pick(scope, |scope| scope.status);
    let badge = follow(status, |status| {
        view! { <Badge tone=*status label=status.label() /> }.into_any()
    });
    let count = follow(draft.count(scope), |(chosen, limit, plan)| {
        limit_line(*chosen, *limit, plan.clone())
    });
    view! {
        <Panel title="Scan scope selection" aside=move || badge>
            <div class="stack jump" id=SCOPE tabindex="-1">
                {count}
                // What is accepted takes little room; it opens again for a change.
                <details class="fold" prop:open=move || status.get() != ScopeStatus::Accepted>
                    <summary>"Choose the pages"</summary>
                    <div class="stack">
                        {finder(scope, state)}
                        {groups::groups(scope, draft)}
                        {groups::manual(draft)}
                        {saving(draft, save, state)}
                    </div>
                </details>
            </div>
        </Panel>
    }
    .into_any()
}

fn limit_line(chosen: usize, limit: i64, plan: Option<String>) -> AnyView {
    let over = i64::try_from(chosen).is_ok_and(|chosen| chosen > limit);
    let plan = plan.unwrap_or_else(|| "The paying account's plan".to_owned());
    let more = over.then(|| {
        view! { <p class="answer stop"><span>"That is more than one scan may have. Select fewer pages, or choose a larger plan on Billing."</span></p> }
    });
    view! {
        <div>
            <p><b>{chosen}</b>" pages selected \u{b7} "{plan}" allows "<b>{limit}</b>" in one scan"</p>
            {more}
        </div>
    }
    .into_any()
}

const FINDING: OutcomeWords = OutcomeWords {
    refused: "Nothing was started.",
    then_refused: "",
    unknown: "It is not known whether the search started.",
    then_unknown: "If it did, its pages appear here by themselves.",
};

/// What the crawl found, how it stands, and the button that starts one.
fn finder(scope: Slice<ScopeView>, state: ProjectState) -> AnyView {
    let write = use_write::<ScopeView, _>(state.remote);
    let discovery = pick(scope, |scope| scope.discovery.clone());
    let open = pick(discovery, |found| {
        found.as_ref().is_some_and(|found| found.state.is_open())
    });
    let off = Signal::derive(move || {
        if write.is_pending() || open.get() {
            return Some("A scanner looks for the site's pages. They appear here by themselves, usually within a minute.".to_owned());
        }
        state.switch_off.get()
    });
    let act = Callback::new(move |()| {
        let body = DiscoverPages {
            account_id: state.account(),
        };
        let ask = api::discover_pages(state.project(), body, Intent::fresh());
        write.run(ask, |_| "A scanner looks for pages.".to_owned(), |_| ());
    });
    let label = Signal::derive(move || {
        if discovery.with(Option::is_some) {
            "Look for pages again".to_owned()
        } else {
            "Find the site's pages".to_owned()
        }
    });
    view! {
        <div>
            {follow(discovery, |found| standing(found.as_ref()))}
            <ActionButton label off on_act=act />
            <Outcome write words=FINDING done=|_| ().into_any() />
        </div>
    }
    .into_any()
}

fn standing(found: Option<&Discovery>) -> AnyView {
    let Some(found) = found else {
        return view! { <p class="muted">"A scanner reads the public pages of the site, keeps to its robots.txt, and leaves sign-in, account and submitting pages alone. Nothing is scanned and no credit is used."</p> }
            .into_any();
    };
    let asked_at = found.asked_at;
    match found.state {
        ErrandState::Queued | ErrandState::Running => {
            let words = found.state.label();
            view! { <p role="status">"Looking for pages: "{words}" \u{b7} asked "<When at=asked_at /></p> }.into_any()
        }
        ErrandState::Failed => {
            let why = found.failure.clone();
            view! { <p class="answer stop"><span><b>"No pages were found."</b>" "{why}</span></p> }
                .into_any()
        }
        ErrandState::Done => {
            let (pages, left) = (found.pages.len(), left_out(found));
            view! { <p>{pages}" pages found "<When at=asked_at /></p>{left} }.into_any()
        }
    }
}

/// What the crawl left out, with the reasons.
fn left_out(found: &Discovery) -> AnyView {
    let named = found.skipped.len();
    if named == 0 {
        return ().into_any();
    }
    let rows = found.skipped.iter().map(|page| {
        let (url, why) = (page.url.clone(), page.reason.label());
        view! { <li><span class="wrap">{url}</span>" "<span class="muted">{why}</span></li> }
    });
    let rows = rows.collect_view();
    let all = named + usize::try_from(found.skipped_more).unwrap_or(0);
    view! { <details><summary>{all}" addresses left out"</summary><ul class="small">{rows}</ul></details> }
        .into_any()
}

const SAVING: OutcomeWords = OutcomeWords {
    refused: "Not saved; the old selection still counts.",
    then_refused: "",
    unknown: "It is not known whether the selection was saved.",
    then_unknown: "Saving it again changes nothing twice.",
};

/// Saves what is selected.
fn saving(draft: Draft, save: Write<ScopeView>, state: ProjectState) -> AnyView {
    let off = Signal::derive(move || {
        if save.is_pending() {
            return Some("The selection is on its way. Wait for the answer.".to_owned());
        }
        let same = (!draft.is_changed()).then(|| "The selection is saved as it is.".to_owned());
        state.switch_off.get().or(same)
    });
    let act = Callback::new(move |()| {
        let Some((pages, manual)) = draft.to_send() else {
            return;
        };
        let body = SelectScope {
            account_id: state.account(),
            pages,
            manual,
        };
        let ask = api::select_scope(state.project(), body, Intent::fresh());
        write_and_forget(save, ask, draft);
    });
    view! {
        <ActionButton label=String::from("Save selection") off on_act=act />
        <Outcome write=save words=SAVING done=|_| ().into_any() />
    }
    .into_any()
}

fn write_and_forget(
    save: Write<ScopeView>,
    ask: impl Future<Output = api::Answer<ScopeView>> + 'static,
    draft: Draft,
) {
    let said = |scope: &ScopeView| scope.selected.len().to_string() + " pages selected.";
    save.run(ask, said, move |scope| draft.saved(scope.clone()));
}
