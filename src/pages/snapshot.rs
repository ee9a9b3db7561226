//! `/snapshot`: the public quick scan of a site's first page; no account, no credits (S1-21).

use crate::api::{self, ApiError, Intent};
use crate::link::Link;
use crate::parts::{
    ActionButton, Badge, Failed, NotFound, Outcome, OutcomeWords, PageHead, Panel, Skeleton, Tone,
    When, follow, parts,
};
use crate::slice::Slice;
use crate::write::use_write_alone;
use domain::errand::ErrandState;
use domain::id::SnapshotId;
use domain::report::Severity;
use domain::snapshot::{AskSnapshot, KEPT_DAYS, SnapshotFinding, SnapshotView};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// How often it is asked how far the scan is.
const ASK_EVERY: Duration = Duration::from_millis(1_500);
/// How often at most; the server ends what nobody does before that.
const MOST_ASKED: u32 = 300;

/// The form, and below it the quick scan of the address.
#[component]
pub fn SnapshotPage() -> AnyView {
    let path = use_location().pathname;
    let wanted = Slice::new(move |_| path.with(|path| parts(path).nth(1).map(str::to_owned)));
    let lead = || {
        view! { <p>"The first page of a public site, looked at once. It needs no account and uses no credits. A private live audit covers the pages that you accept, with evidence; it uses one scan credit."</p> }
    };
    view! {
        <PageHead title=String::from("Free quick scan") of=String::from("Public") lead />
        {form()}
        {follow(wanted, |id| id.as_ref().map(|id| match SnapshotId::parse(id) {
            Ok(id) => result(id),
            Err(_) => view! { <NotFound /> }.into_any(),
        }).into_any())}
    }
    .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not started.",
    then_refused: "",
    unknown: "It is not known whether the quick scan was started.",
    then_unknown: "Start it again: the same site is looked at once.",
};

fn form() -> AnyView {
    let write = use_write_alone::<SnapshotView>();
    let domain = RwSignal::new(String::new());
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The quick scan is being started.".to_owned());
        }
        domain
            .with(|text| text.trim().is_empty())
            .then(|| "Enter the address of a public site.".to_owned())
    });
    let go = use_navigate();
    let send = Callback::new(move |()| {
        if off.with_untracked(Option::is_some) {
            return;
        }
        let body = AskSnapshot {
            domain: domain.get_untracked(),
        };
        let intent = Intent::of(&("snapshot:".to_owned() + &body.domain));
        let go = go.clone();
        write.run(
            api::ask_snapshot(body, intent),
            |_| String::new(),
            move |made| {
                let to = Link::Snapshot(Some(made.snapshot_id.clone())).href();
                go(&to, NavigateOptions::default());
            },
        );
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    view! {
        <Panel title="Look at a site">
            <form class="form" on:submit=submit>
                <div class="field">
                    <label for="snapshot-site">"Site address"</label>
                    <input id="snapshot-site" type="text" maxlength="400" autocomplete="off" aria-describedby="snapshot-hint"
                        prop:value=move || domain.get() on:input=move |event| domain.set(event_target_value(&event)) />
                    <p class="hint" id="snapshot-hint">"For example shop.example.com. Its robots.txt is obeyed, and the result can be read by everybody who has its address."</p>
                </div>
                <ActionButton label=String::from("Start quick scan") off primary=true on_act=send />
                <Outcome write words=WORDS done=|_| ().into_any() />
            </form>
        </Panel>
    }
    .into_any()
}

/// What is known of a quick scan.
type Known = Option<Result<SnapshotView, ApiError>>;

/// Asks how far it is until it has ended.
fn watch(id: SnapshotId, known: RwSignal<Known>, asked: u32) {
    leptos::task::spawn_local(async move {
        let answer = api::snapshot(id.clone()).await;
        let open = answer.as_ref().is_ok_and(|view| view.state.is_open());
        // The page may be gone by now.
        if known.try_set(Some(answer)).is_none() && open && asked < MOST_ASKED {
            set_timeout(move || watch(id, known, asked + 1), ASK_EVERY);
        }
    });
}

fn result(id: SnapshotId) -> AnyView {
    let known = RwSignal::new(None::<Result<SnapshotView, ApiError>>);
    watch(id.clone(), known, 0);
    let shown = Slice::new(move |_| known.get());
    follow(shown, move |now| match now {
        None => view! { <Skeleton panels=1 /> }.into_any(),
        Some(Ok(view)) => panel(view),
        Some(Err(error)) if error.is_not_found() => view! { <NotFound /> }.into_any(),
        Some(Err(error)) => {
            let id = id.clone();
            let retry = Callback::new(move |()| {
                known.set(None);
                watch(id.clone(), known, 0);
            });
            view! { <Failed error=error.clone() what="The quick scan" retry /> }.into_any()
        }
    })
}

fn panel(view: &SnapshotView) -> AnyView {
    let view = view.clone();
    let tone = match view.state {
        ErrandState::Queued | ErrandState::Running => Tone::Hold,
        ErrandState::Done => Tone::Ok,
        ErrandState::Failed => Tone::Stop,
    };
    let label = view.state.label();
    let aside = move || view! { <Badge tone label /> };
    let body = match view.state {
        ErrandState::Queued | ErrandState::Running => {
            view! { <p role="status">"The first page of " <b>{view.domain}</b> " is being looked at. This page shows what comes of it by itself."</p> }.into_any()
        }
        ErrandState::Failed => {
            view! { <p>{view.failure.unwrap_or_default()} " No credits were used."</p> }.into_any()
        }
        ErrandState::Done => found(view),
    };
    view! { <Panel title="Quick scan" aside>{body}</Panel> }.into_any()
}

fn found(view: SnapshotView) -> AnyView {
    let count = i64::try_from(view.findings.len()).unwrap_or(i64::MAX) + view.more;
    let sentence = match count {
        0 => "Nothing was found on this page.".to_owned(),
        1 => "1 finding on this page.".to_owned(),
        count => format!("{count} findings on this page."),
    };
    let rows: Vec<AnyView> = view.findings.into_iter().map(row).collect();
    let more = (view.more > 0)
        .then(|| view! { <p class="muted">{view.more} " more are not named here."</p> });
    let at = view.ended_at.map(|at| view! { ", looked at " <When at /> });
    view! {
        <div class="stack">
            <p><b>{view.page.unwrap_or(view.domain)}</b>{at}". "{sentence}" No credits were used."</p>
            <ul class="checks">{rows}</ul>
            {more}
            <p class="muted small">"One page, once, without evidence. It is kept for " {KEPT_DAYS} " days. Whether the rest of the site is in order, a private live audit says."</p>
            <p class="actions"><a class="btn primary" href=Link::Pricing.href()>"Pricing"</a><a class="btn" href=Link::Projects.href()>"Audit the whole site"</a></p>
        </div>
    }
    .into_any()
}

fn row(finding: SnapshotFinding) -> AnyView {
    let mark = match finding.severity {
        Severity::Low => "wait",
        _ => "no",
    };
    view! { <li class=mark><span><b>{finding.severity.label()}</b>": "{finding.title}" "<span class="muted">"("{finding.category.label()}")"</span></span></li> }.into_any()
}
