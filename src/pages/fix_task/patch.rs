//! The patch of a task: a diff to read, why each change is made, what was looked at, and approve, redraft or discard.

use crate::api::{self, Intent};
use crate::link::Link;
use crate::model::credits::balance_text;
use crate::parts::{
    ActionButton, Badge, Checks, CopyCode, Fact, Facts, Outcome, OutcomeWords, Panel, Tone, When,
    follow, pick,
};
use crate::remote::Remote;
use crate::write::{Write, use_write};
use domain::account::AccountRef;
use domain::fix::FixTaskView;
use domain::fix::patch::{ApprovePatch, LineMark, PatchFile, PatchReview, PatchView, RedraftPatch};
use domain::fix::task::{MovedFix, TaskStep};
use domain::id::FindingId;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Nothing was approved or changed.",
    then_refused: "",
    unknown: "It is not known whether that was done.",
    then_unknown: "If it was, this page says so. Doing it again changes nothing.",
};

/// What the parts of the panel share. Cheap to copy.
#[derive(Clone, Copy)]
struct Shared {
    task: Signal<FixTaskView>,
    write: Write<MovedFix>,
    viewing: StoredValue<AccountRef>,
}

impl Shared {
    fn off(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            if self.write.is_pending() {
                return Some("The answer is on its way.".to_owned());
            }
            let viewing = self.viewing.get_value();
            self.task
                .with(|task| task.step_blocked(&viewing).map(|reason| reason.message))
        })
    }
}

/// The panel `Review-only patch`; nothing while the task has no patch.
pub(super) fn patch(
    task: Signal<FixTaskView>,
    remote: Remote<FixTaskView>,
    viewing: AccountRef,
) -> AnyView {
    let shared = Shared {
        task,
        write: use_write::<MovedFix, _>(remote),
        viewing: StoredValue::new(viewing),
    };
    let shown = pick(task, |task| task.progress.patch.clone());
    let done = |moved: &MovedFix| {
        let figures = balance_text(moved.balance, false);
        view! { <p class="answer ok"><span>{figures}</span></p> }.into_any()
    };
    view! {
        <Outcome write=shared.write words=WORDS done />
        {follow(shown, move |shown| shown.clone().map(|shown| panel(shown, shared)).into_any())}
    }
    .into_any()
}

fn panel(patch: PatchView, shared: Shared) -> AnyView {
    let status = patch.patch_review_status;
    let tone = match status {
        PatchReview::Draft => Tone::Hold,
        PatchReview::Approved | PatchReview::Delivered => Tone::Ok,
        PatchReview::Discarded => Tone::Quiet,
    };
    let aside = move || view! { <Badge tone label=status.label() /> };
    let by = patch.approved_by.clone().zip(patch.approved_at);
    let approved = by.map(|(who, at)| {
        view! { <Fact name="Approved">{who} ", " <When at /></Fact> }
    });
    let task = shared
        .task
        .with_untracked(|task| task.row.fix_task_id.clone());
    let file = format!("/api/v1/fix-tasks/{task}/patch/file");
    let proposed = Link::PullRequest(task).href();
    let looked = patch.checks.clone();
    let drafted_by = patch.drafted_by.clone();
    let left = patch.left_out.clone();
    let open = matches!(status, PatchReview::Draft | PatchReview::Approved);
    let many = patch.files.len() + left.len() > 1;
    let files: Vec<AnyView> = patch
        .files
        .iter()
        .map(|file| {
            one(
                file,
                (open && many && patch.files.len() > 1).then_some((&left, shared)),
            )
        })
        .collect();
    let back = (open && !left.is_empty()).then(|| take_back(shared));
    let digest = patch.digest.clone();
    let step = match status {
        PatchReview::Draft => approve(&patch, shared),
        PatchReview::Approved => hand_over(shared),
        PatchReview::Delivered | PatchReview::Discarded => ().into_any(),
    };
    view! {
        <Panel title="Review-only patch" aside>
            <div class="stack">
                <p>"Made from the stored evidence. It is no branch, commit or pull request, and nothing changes on your site by approving it."</p>
                <Facts>
                    <Fact name="Changes">{patch.patch_diff_summary.clone()}</Fact>
                    <Fact name="Draft">{patch.version} ", by " {drafted_by} ", " <When at=patch.drafted_at /></Fact>
                    <Fact name="Digest"><CopyCode code=digest /></Fact>
                    {approved}
                </Facts>
                <Checks checks=looked />
                {files}
                {back}
                <div class="actions">
                    {step}
                    <a class="btn" href=file rel="external" download="">"Download patch"</a>
                    <a class="btn" href=proposed>"Pull request"</a>
                </div>
            </div>
        </Panel>
    }
    .into_any()
}

/// One change: its place, why, and its lines, each with a word for people who do not see its colour.
fn one(file: &PatchFile, redraft: Option<(&Vec<FindingId>, Shared)>) -> AnyView {
    let lines: Vec<AnyView> = file
        .lines
        .iter()
        .map(|line| {
            let (class, word) = match line.mark {
                LineMark::Keep => ("keep", ""),
                LineMark::Remove => ("remove", "Removed: "),
                LineMark::Add => ("add", "Added: "),
            };
            view! { <span class=class><span class="visually-hidden">{word}</span><span aria-hidden="true">{line.mark.label()}</span>{line.text.clone()}"\n"</span> }
                .into_any()
        })
        .collect();
    let kind = if file.mechanical {
        "By rule from the evidence"
    } else {
        "Instruction"
    };
    let label = "Changes in ".to_owned() + &file.path;
    let id = file.finding_id.clone();
    let leave = redraft.map(|(left, shared)| {
        let mut out = left.clone();
        out.push(id);
        redraft_button("Leave this out", out, shared)
    });
    view! {
        <section class="patch" aria-label=label>
            <p><code>{file.path.clone()}</code>" "<span class="small muted">{kind}</span></p>
            <p class="small">{file.rationale.clone()}</p>
            <pre tabindex="0" class="diff">{lines}</pre>
            {leave}
        </section>
    }
    .into_any()
}

fn take_back(shared: Shared) -> AnyView {
    view! {
        <div class="stack">
            <p class="small muted">"Some findings of the task are left out. What the task holds does not change by that."</p>
            {redraft_button("Take all findings in again", Vec::new(), shared)}
        </div>
    }
    .into_any()
}

/// Draws the patch up again; an approval is void then, and the button says so.
fn redraft_button(label: &'static str, leave_out: Vec<FindingId>, shared: Shared) -> AnyView {
    let act = Callback::new(move |()| {
        let id = shared
            .task
            .with_untracked(|task| task.row.fix_task_id.clone());
        let body = RedraftPatch {
            account_id: shared.viewing.get_value().id,
            leave_out: leave_out.clone(),
        };
        shared.write.run(
            api::redraft_patch(id, body, Intent::fresh()),
            |_| "The patch was drawn up again. An approval of the draft before is void.".to_owned(),
            |_| {},
        );
    });
    view! { <ActionButton label=label.to_owned() off=shared.off() on_act=act /> }.into_any()
}

fn approve(patch: &PatchView, shared: Shared) -> AnyView {
    let digest = patch.digest.clone();
    let act = Callback::new(move |()| {
        let id = shared
            .task
            .with_untracked(|task| task.row.fix_task_id.clone());
        let body = ApprovePatch {
            account_id: shared.viewing.get_value().id,
            digest: digest.clone(),
        };
        let intent = Intent::of(&["approve", id.as_str(), &body.digest].join(":"));
        shared.write.run(
            api::approve_patch(id, body, intent),
            |_| "The patch is approved. Nothing was changed on your site.".to_owned(),
            |_| {},
        );
    });
    view! { <ActionButton label=TaskStep::ApprovePatch.label().to_owned() off=shared.off() primary=true on_act=act /> }
        .into_any()
}

fn hand_over(shared: Shared) -> AnyView {
    let act = Callback::new(move |()| {
        let id = shared
            .task
            .with_untracked(|task| task.row.fix_task_id.clone());
        let body = domain::fix::task::MarkDone {
            account_id: shared.viewing.get_value().id,
        };
        let intent = Intent::of(&["done", id.as_str()].join(":"));
        shared.write.run(
            api::mark_done(id, body, intent),
            |_| "The task is done and its credits are spent.".to_owned(),
            |_| {},
        );
    });
    view! { <ActionButton label=TaskStep::MarkDone.label().to_owned() off=shared.off() primary=true on_act=act /> }
        .into_any()
}
