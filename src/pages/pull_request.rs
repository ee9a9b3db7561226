//! `/fix-tasks/:fix_task/pull-request`: the pull request of exactly the draft that was approved (S0-28).

use crate::api::{self, Intent};
use crate::link::Link;
use crate::parts::{
    ActionButton, Badge, Checks, CopyCode, Fact, Facts, Loaded, NotFound, Notice, Outcome,
    OutcomeWords, PageHead, Panel, Tone, When, WrongAccount, follow, in_path, per_account, pick,
};
use crate::remote::{Remote, use_remote};
use crate::session::account_ref;
use crate::write::use_write_of;
use domain::account::AccountRef;
use domain::fix::access::RepositoryProvider;
use domain::fix::patch::PatchReview;
use domain::fix::pull_request::{CreatePullRequest, PullRequestStatus, PullRequestView};
use domain::id::FixTaskId;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not created, nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether the pull request was asked for.",
    then_unknown: "If it was, this page says so. Asking again cannot make two.",
};

/// The page.
#[component]
pub fn PullRequestPage() -> AnyView {
    let id = in_path::<FixTaskId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => one(id, viewing.clone()),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

fn one(id: FixTaskId, viewing: AccountRef) -> AnyView {
    let remote = use_remote(move || api::pull_request(id.clone()));
    let content = move |view: Signal<PullRequestView>| body(view, remote, viewing.clone());
    view! { <Loaded remote what="The pull request" children=content /> }.into_any()
}

fn body(
    view: Signal<PullRequestView>,
    remote: Remote<PullRequestView>,
    viewing: AccountRef,
) -> AnyView {
    let of = pick(view, |view| view.owner.name.clone());
    let task = view.with_untracked(|view| view.fix_task_id.clone());
    let owner = pick(view, |view| view.owner.clone());
    let payer = pick(view, |view| view.payer.clone());
    let crumbs = move || {
        view! { <p class="crumbs"><a href=Link::FixTask(task).href()>"Fix task"</a></p> }
    };
    let lead = || {
        view! { <p>"No branch, commit or pull request is made before exactly this draft is approved. Nothing is merged by WebRiskOps."</p> }
    };
    let status = pick(view, |view| view.pull_request_status);
    let badge = follow(status, |status| {
        view! { <Badge tone=*status label=status.label() /> }.into_any()
    });
    let stands = pick(view, Clone::clone);
    let checks = pick(view, |view| view.checks.clone());
    view! {
        <PageHead title=String::from("Pull request") of crumbs lead aside=move || badge />
        <WrongAccount owner payer viewing=viewing.clone() />
        {follow(stands, trouble)}
        <div class="two">
            <Panel title="Approved draft">
                <div class="stack">{follow(stands, draft)}{follow(checks, |checks| view! { <Checks checks=checks.clone() /> }.into_any())}</div>
            </Panel>
            <Panel title="Target repository">
                <div class="stack">{follow(stands, target)}{create(view, remote, viewing)}</div>
            </Panel>
        </div>
    }
    .into_any()
}

/// Why it was not created, with its code.
fn trouble(view: &PullRequestView) -> AnyView {
    let detail = view.detail.clone().unwrap_or_default();
    view.trouble
        .map(|trouble| {
            view! {
                <Notice tone=Tone::Stop title=trouble.label()>
                    <p>{detail}</p>
                    <CopyCode code=trouble.key() />
                </Notice>
            }
        })
        .into_any()
}

fn draft(view: &PullRequestView) -> AnyView {
    let review = view.patch_review_status;
    let tone = match review {
        PatchReview::Draft => Tone::Hold,
        PatchReview::Approved | PatchReview::Delivered => Tone::Ok,
        PatchReview::Discarded => Tone::Quiet,
    };
    let PullRequestView {
        approval_status,
        patch_diff_summary,
        digest,
        ..
    } = view.clone();
    view! {
        <Facts>
            <Fact name="Approval">{approval_status}</Fact>
            <Fact name="Patch review"><Badge tone label=review.label() /></Fact>
            <Fact name="Changes">{patch_diff_summary}</Fact>
            <Fact name="Digest"><CopyCode code=digest /></Fact>
        </Facts>
    }
    .into_any()
}

fn target(view: &PullRequestView) -> AnyView {
    let none = || "None".to_owned();
    let repository = view.repository_id.clone().unwrap_or_else(none);
    let provider = view
        .repository_provider
        .map_or("None", RepositoryProvider::label);
    let base = view.base_branch.clone().unwrap_or_else(none);
    let url = view.pull_request_url.clone().map(|url| {
        let shown = url.clone();
        let link = if url.starts_with("https://") || url.starts_with("http://") {
            view! { <a href=url rel="external noopener noreferrer" target="_blank">{shown}</a> }
                .into_any()
        } else {
            view! { <CopyCode code=shown /> }.into_any()
        };
        view! { <Fact name="Pull request">{link}</Fact> }
    });
    let commit = view.commit_id.clone();
    let commit = commit.map(|id| view! { <Fact name="Commit"><CopyCode code=id /></Fact> });
    let asked = view.asked_by.clone().zip(view.asked_at);
    let asked =
        asked.map(|(who, at)| view! { <Fact name="Asked for">{who} ", " <When at /></Fact> });
    let permission = view.repository_permission_status.clone();
    let (branch, conflict) = (
        view.branch_name.clone(),
        view.branch_conflict_status.clone(),
    );
    view! {
        <Facts>
            <Fact name="Repository">{repository}</Fact>
            <Fact name="Provider">{provider}</Fact>
            <Fact name="Permission">{permission}</Fact>
            <Fact name="Target branch">{base}</Fact>
            <Fact name="Branch"><CopyCode code=branch /></Fact>
            <Fact name="Branch conflict">{conflict}</Fact>
            {url}
            {commit}
            {asked}
        </Facts>
    }
    .into_any()
}

/// The one action, off with its reason.
fn create(
    view: Signal<PullRequestView>,
    remote: Remote<PullRequestView>,
    viewing: AccountRef,
) -> AnyView {
    let write = use_write_of(remote);
    let blocked = pick(view, |view| view.blocked.clone());
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The pull request is being asked for.".to_owned());
        }
        blocked.with(|blocked| blocked.as_ref().map(|block| block.message.clone()))
    });
    let act = Callback::new(move |()| {
        let (id, digest, tried) = view.with_untracked(|view| {
            let tried = view.asked_at.map(|at| at.to_rfc3339());
            (
                view.fix_task_id.clone(),
                view.digest.clone(),
                tried.unwrap_or_default(),
            )
        });
        let intent = Intent::of(&["pull-request", id.as_str(), &digest, &tried].join(":"));
        let account_id = viewing.id.clone();
        write.run(
            api::create_pull_request(id, CreatePullRequest { account_id, digest }, intent),
            |_| "The pull request is asked for. It appears on this page.".to_owned(),
            |_| {},
        );
    });
    let code = follow(blocked, |blocked| {
        blocked
            .as_ref()
            .map(|block| view! { <CopyCode code=block.code.clone() /> })
            .into_any()
    });
    let shown = pick(view, |view| {
        view.pull_request_status != PullRequestStatus::Open
    });
    let button = follow(shown, move |shown| {
        shown
            .then(|| view! { <ActionButton label=String::from("Create pull request") off primary=true on_act=act /> })
            .into_any()
    });
    view! {
        <Outcome write words=WORDS done=|_| ().into_any() />
        {button}
        {code}
        <p class="small muted">"Creating it delivers the task and spends its fix credits."</p>
    }
    .into_any()
}
