//! The filters of a report's findings; choosing changes the address, so that Back takes it away again.

use super::state::FixState;
use crate::slice::Slice;
use domain::report::Severity;
use domain::report::shown::{FEW, FindingState, GroupBy, Shown, categories};
use leptos::prelude::*;

/// The filters, where there is more to see than a few findings.
#[component]
pub(super) fn Filters(
    /// The workflow.
    state: FixState,
) -> impl IntoView {
    let many =
        Slice::new(move |_| state.findings.with(Vec::len) > FEW || state.shown.with(Shown::is_any));
    move || many.get().then(|| view! { <Controls state /> })
}

#[component]
fn Controls(state: FixState) -> impl IntoView {
    let shown = state.shown;
    let severities = Severity::ALL
        .iter()
        .map(|one| (one.key().to_owned(), one.label().to_owned()));
    let states = FindingState::ALL
        .iter()
        .map(|one| (one.key().to_owned(), one.label().to_owned()));
    let groups = GroupBy::ALL
        .iter()
        .map(|one| (one.key().to_owned(), one.label().to_owned()));
    let categories = state.findings.with_untracked(|all| categories(all));
    let categories = categories.into_iter().map(|(label, key)| (key, label));
    let set = move |change: fn(&mut Shown, &str)| {
        Callback::new(move |value: String| {
            let mut next = shown.get_untracked();
            change(&mut next, &value);
            state.filter(next);
        })
    };
    let count = Slice::new(move |_| {
        let fits = state.findings.with(|all| {
            shown.with(|shown| all.iter().filter(|finding| shown.fits(finding)).count())
        });
        (fits, state.findings.with(Vec::len))
    });
    let hidden = Slice::new(move |_| {
        let selected = state.selected.get();
        state.findings.with(|all| {
            let picked = all.iter().filter(|one| selected.contains(&one.finding_id));
            shown.with(|shown| picked.filter(|finding| !shown.fits(finding)).count())
        })
    });
    let all = move || {
        shown.with(Shown::is_any).then(|| {
            let go = move |_| {
                state.filter(Shown {
                    group: shown.with_untracked(|now| now.group),
                    ..Shown::default()
                });
            };
            view! { <button type="button" class="btn" on:click=go>"Show all findings"</button> }
        })
    };
    let apart = move || {
        Some(hidden.get()).filter(|count| *count > 0).map(|count| {
            let text = if count == 1 {
                " selected finding is not shown; it stays selected."
            } else {
                " selected findings are not shown; they stay selected."
            };
            view! { <span>" " {count} {text}</span> }
        })
    };
    view! {
        <div class="body">
            <div class="filters" role="group" aria-label="Filters">
                {choice("finding-severity", "Severity", "All severities", severities.collect(), Signal::derive(move || shown.with(|now| now.severity.map(|one| one.key().to_owned()))), set(|next, value| next.severity = Severity::parse(value)))}
                {choice("finding-category", "Category", "All categories", categories.collect(), Signal::derive(move || shown.with(|now| now.category.clone())), set(|next, value| next.category = (!value.is_empty()).then(|| value.to_owned())))}
                {choice("finding-state", "State", "All states", states.collect(), Signal::derive(move || shown.with(|now| now.state.map(|one| one.key().to_owned()))), set(|next, value| next.state = FindingState::parse(value)))}
                {choice("finding-group", "Group by", "", groups.collect(), Signal::derive(move || shown.with(|now| Some(now.group.unwrap_or(GroupBy::Severity).key().to_owned()))), set(|next, value| next.group = GroupBy::parse(value).filter(|group| *group != GroupBy::Severity)))}
                {all}
            </div>
            <p class="small muted" role="status">{move || count.get().0} " of " {move || count.get().1} " findings are shown." {apart}</p>
        </div>
    }
}

/// One choice; `any` names the option that leaves nothing out, where there is one.
fn choice(
    id: &'static str,
    label: &'static str,
    any: &'static str,
    options: Vec<(String, String)>,
    now: Signal<Option<String>>,
    choose: Callback<String>,
) -> AnyView {
    let options = options.into_iter().map(|(key, label)| {
        let own = key.clone();
        view! { <option value=key selected=move || now.with(|now| now.as_ref() == Some(&own))>{label}</option> }
    });
    let any = (!any.is_empty()).then(|| {
        view! { <option value="" selected=move || now.with(Option::is_none)>{any}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id on:change=move |event| choose.run(event_target_value(&event))>
                {any}
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}
