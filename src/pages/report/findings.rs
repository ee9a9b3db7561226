//! The findings: those that can become fix work with a checkbox, the others with the reason.

use super::marks::take_back;
use super::state::FixState;
use crate::link::Link;
use crate::model::report::credits;
use crate::parts::When;
use crate::slice::Slice;
use domain::fix::retest::FindingRetest;
use domain::id::FindingId;
use domain::report::Finding;
use domain::report::shown::FEW;
use leptos::prelude::*;

/// The id of a finding's checkbox.
pub(super) fn pick_id(id: &FindingId) -> String {
    "pick-".to_owned() + id.as_str()
}

/// All findings, worst first.
#[component]
pub(super) fn Findings(
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let groups = Slice::new(move |_| {
        let shown = state.shown.get();
        state.findings.with(|all| shown.groups(all))
    });
    let names = Slice::new(move |_| {
        groups.with(|groups| {
            groups
                .iter()
                .map(|group| group.0.clone())
                .collect::<Vec<_>>()
        })
    });
    let none = move || {
        names.with(Vec::is_empty).then(|| {
            view! { <div class="body"><p class="muted">"No finding fits these filters."</p></div> }
        })
    };
    view! {
        <fieldset class="picks">
            <legend class="visually-hidden">"Findings"</legend>
            <For each=move || names.get() key=Clone::clone let:name>
                <Group state groups name />
            </For>
            {none}
        </fieldset>
    }
}

/// Findings of one kind, under their name where there are more than a few.
#[component]
fn Group(
    state: FixState,
    groups: Slice<Vec<(String, Vec<FindingId>)>>,
    name: String,
) -> impl IntoView {
    let own = name.clone();
    let ids = Slice::new(move |_| {
        groups.with(|groups| {
            let group = groups.iter().find(|group| group.0 == own);
            group.map(|group| group.1.clone()).unwrap_or_default()
        })
    });
    let many = Slice::new(move |_| state.findings.with(Vec::len) > FEW);
    let head = move || {
        let name = name.clone();
        many.get()
            .then(|| view! { <h3 class="group">{name} " (" {move || ids.with(Vec::len)} ")"</h3> })
    };
    view! {
        <div>
            {head}
            <For each=move || ids.get() key=Clone::clone let:id>
                <Row state id />
            </For>
        </div>
    }
}

/// One finding; only its own changes touch it, so that ticking and fresh figures leave the focus alone.
#[component]
fn Row(state: FixState, id: FindingId) -> impl IntoView {
    let finding = Slice::new(move |_| {
        state
            .findings
            .with(|all| all.iter().find(|finding| finding.finding_id == id).cloned())
    });
    move || {
        finding.get().map(|finding| {
            if finding.ineligible.is_some() {
                view! { <Readable state finding /> }.into_any()
            } else {
                view! { <Pick state finding /> }.into_any()
            }
        })
    }
}

fn severity(finding: &Finding) -> impl IntoView + use<> {
    let class = "sev ".to_owned() + finding.severity.key();
    view! { <span class=class>{finding.severity.label()}</span> " " }
}

/// What the newest retest said.
fn retested(retest: Option<&FindingRetest>) -> Option<impl IntoView + use<>> {
    retest.map(|retest| {
        let (status, at) = (retest.retest_status.label().to_ascii_lowercase(), retest.at);
        let said = retest.missing_artifact_reason.clone().unwrap_or_default();
        view! { <p class="small"><b>"Retest "{status}</b>", " <When at />". " {said}</p> }
    })
}

#[component]
fn Pick(state: FixState, finding: Finding) -> impl IntoView {
    let id = finding.finding_id.clone();
    let own = id.clone();
    let checked = Slice::new(move |_| state.selected.with(|selected| selected.contains(&own)));
    let toggle = move |event| state.toggle(&id, event_target_checked(&event));
    let pick = pick_id(&finding.finding_id);
    let title = pick.clone() + "-title";
    let about = pick.clone() + "-about";
    let severity = severity(&finding);
    view! {
        <label class="pick">
            <input
                type="checkbox"
                id=pick
                aria-labelledby=title.clone()
                aria-describedby=about.clone()
                prop:checked=move || checked.get()
                on:change=toggle
            />
            <div>
                {severity} <b id=title>{finding.title}</b>
                <p class="muted small" id=about>{finding.affected_url} " \u{b7} evidence: " {finding.evidence}</p>
                {retested(finding.retest.as_ref())}
            </div>
            <span class="num muted">{credits(finding.fix_credit_cost)}</span>
        </label>
    }
}

#[component]
fn Readable(state: FixState, finding: Finding) -> impl IntoView {
    let severity = severity(&finding);
    let why = finding
        .ineligible
        .map(|why| view! { <p class="small">"Not eligible: " {why.label()}</p> });
    let marked = finding.marked.clone().map(|marked| {
        let take_back = take_back(state, finding.finding_id.clone());
        view! { <p class="small">"Marked by " {marked.by} ", " <When at=marked.at /></p> {take_back} }
    });
    let task = finding.fix_task_id.map(|id| {
        view! { <p class="small"><a href=Link::FixTask(id).href()>"Open its fix task"</a></p> }
    });
    view! {
        <div class="pick off">
            <span class="none" aria-hidden="true"></span>
            <div>
                {severity} <b>{finding.title}</b>
                <p class="small">{finding.affected_url} " \u{b7} evidence: " {finding.evidence}</p>
                {why}
                {marked}
                {task}
                {retested(finding.retest.as_ref())}
            </div>
            <span class="num muted" aria-hidden="true">"\u{2013}"</span>
        </div>
    }
}
