//! The retest of a task: whether one can be requested, what is in its way, and what those before it said.

use crate::api::{self, Intent};
use crate::link::Link;
use crate::model::step::Here;
use crate::parts::{
    ActionButton, Badge, Checks, NextStep, Outcome, OutcomeWords, Panel, ReasonBox, When, follow,
    pick,
};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write_of;
use domain::account::AccountRef;
use domain::fix::FixTaskView;
use domain::fix::retest::{FindingRetest, RequestRetest, Retest, RetestStatus};
use domain::gate::evaluate;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not requested, nothing was started.",
    then_refused: "",
    unknown: "It is not known whether the retest was requested.",
    then_unknown: "If it was, this page says so. Requesting it again cannot start two.",
};

/// The panel `Retest`.
#[component]
pub(super) fn Retests(
    /// The task.
    task: Signal<FixTaskView>,
    /// Where it comes from.
    remote: Remote<FixTaskView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let newest = Slice::new(move |_| task.with(|task| task.retest.newest()));
    let retests = pick(task, |task| task.retest.retests.clone());
    let seen_from = viewing.clone();
    let verdict = Slice::new(move |_| {
        let mut facts = task.with(|task| task.retest.facts.clone());
        facts.viewing = seen_from.clone();
        evaluate(&facts)
    });
    let not_yet = Slice::new(move |_| task.with(|task| task.retest.not_yet.clone()));
    // While one is under way, that is what there is to say; before the change, nothing else is.
    let first = Slice::new(move |_| {
        let judged = not_yet.get().is_none() && newest.get() != Some(RetestStatus::Pending);
        judged.then(|| verdict.get())
    });
    let owner = task.with_untracked(|task| task.owner.clone());
    let badge = move || {
        newest
            .get()
            .map(|status| view! { <Badge tone=status label=status.label() /> })
    };
    view! {
        <Panel title="Retest" aside=move || view! { <span>{badge}</span> }>
            <div class="stack">
                <p class="small muted">"A retest looks again at the pages of these findings. It takes no credits; the plan includes it. A finding has passed when every page it was found on was read again and has it no longer."</p>
                {follow(first, move |verdict| verdict.as_ref().map(|verdict| {
                    let reason = verdict.primary().cloned().map(|reason| view! {
                        <ReasonBox reason=reason.clone() />
                        <NextStep reason here=Here::Task owner=owner.clone() on_step=Callback::new(|_| ()) />
                    });
                    view! { {reason} <Checks checks=verdict.checks.clone() /> }
                }).into_any())}
                <Request task remote viewing first />
                {follow(retests, |retests| list(retests))}
            </div>
        </Panel>
    }
}

#[component]
fn Request(
    task: Signal<FixTaskView>,
    remote: Remote<FixTaskView>,
    viewing: AccountRef,
    first: Slice<Option<domain::gate::Verdict>>,
) -> impl IntoView {
    let write = use_write_of(remote);
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The retest is being requested.".to_owned());
        }
        match first.get() {
            Some(verdict) => verdict.primary().map(|reason| reason.message.clone()),
            None => Some(task.with(|task| {
                let under_way = "A retest is under way. Its result appears here by itself.";
                let not_yet = task.retest.not_yet.clone();
                not_yet.unwrap_or_else(|| under_way.to_owned())
            })),
        }
    });
    let act = Callback::new(move |()| {
        let (id, before) = task.with_untracked(|task| {
            let id = task.row.fix_task_id.clone();
            (id, task.retest.retests.len().to_string())
        });
        let intent = Intent::of(&["retest", id.as_str(), before.as_str()].join(":"));
        let account_id = viewing.id.clone();
        write.run(
            api::request_retest(id, RequestRetest { account_id }, intent),
            |_| "The retest is requested. Its result appears on this page.".to_owned(),
            |_| {},
        );
    });
    view! {
        <Outcome write words=WORDS done=|_| view! { <p class="answer ok"><span><b>"Retest requested"</b>" \u{b7} no credits are needed"</span></p> }.into_any() />
        <ActionButton label=String::from("Request retest") off on_act=act />
    }
}

fn list(retests: &[Retest]) -> AnyView {
    if retests.is_empty() {
        return view! { <p class="muted">"No retest was requested yet."</p> }.into_any();
    }
    let row = |retest: &Retest| {
        let href = Link::Scan(retest.retest_scan_run_id.clone()).href();
        let status = retest.retest_status;
        let results = retest.results.iter().map(result).collect_view();
        view! {
            <li>
                <p>
                    <Badge tone=status label=status.label() />
                    " requested by " {retest.requested_by.clone()} ", " <When at=retest.retest_requested_at />
                    " \u{b7} " <a href=href>"Open the run"</a>
                </p>
                <ul class="plain">{results}</ul>
            </li>
        }
    };
    view! { <ol class="list" aria-label="Retests, newest first">{retests.iter().map(row).collect_view()}</ol> }
        .into_any()
}

fn result(result: &FindingRetest) -> impl IntoView + use<> {
    let said = [
        result.evidence.clone(),
        result.missing_artifact_reason.clone(),
    ];
    let said = said
        .into_iter()
        .flatten()
        .map(|text| view! { <p class="small muted wrap">{text}</p> });
    view! {
        <li><p><b>{result.retest_status.label()}</b>": " {result.title.clone()}</p>{said.collect_view()}</li>
    }
}
