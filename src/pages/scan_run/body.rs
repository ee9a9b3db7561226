//! The scan page put together.

use super::cancel::cancel;
use crate::link::Link;
use crate::parts::{
    CopyCode, Fact, Facts, PageHead, Panel, When, WrongAccount, follow, pick, run_state,
};
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::audit::ScanView;
use domain::audit::{ScannedPage, SkippedPage};
use domain::id::ProjectId;
use domain::scan::ScanStatus;
use leptos::prelude::*;

/// The head and the panels of a scan.
#[component]
pub(super) fn Body(
    /// The scan.
    scan: Signal<ScanView>,
    /// Where it comes from.
    remote: Remote<ScanView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let owner = pick(scan, |scan| scan.owner.clone());
    let state = pick(scan, |scan| {
        let running = scan.run.status == ScanStatus::Running;
        (scan.run.clone(), running.then_some(scan.as_of))
    });
    let about = pick(scan, |scan| ScanView {
        // Only what the facts show makes them anew.
        as_of: scan.run.queued_at,
        pages: Vec::new(),
        skipped: Vec::new(),
        ..scan.clone()
    });
    let pages = pick(scan, |scan| scan.pages.clone());
    let skipped = pick(scan, |scan| (scan.skipped.clone(), scan.skipped_more));
    let payer = Slice::new(move |_| scan.with(|scan| scan.payer.clone()));
    view! {
        <Head scan />
        <WrongAccount owner payer viewing=viewing.clone() />
        <Panel title="Status">
            {follow(state, |(run, as_of)| run_state(run, as_of.unwrap_or(run.queued_at)))}
            {cancel(scan, remote, viewing)}
        </Panel>
        <Panel title="Scan">{follow(about, facts)}</Panel>
        <Panel title="Pages" bare=true>{follow(pages, |pages| scanned(pages))}</Panel>
        <Panel title="Scan coverage notes" bare=true>
            {follow(skipped, |(skipped, more)| notes(skipped, *more))}
        </Panel>
    }
}

#[component]
fn Head(scan: Signal<ScanView>) -> impl IntoView {
    let owner = Slice::new(move |_| scan.with(|scan| scan.owner.name.clone()));
    let project = pick(scan, |scan| {
        (scan.run.project_id.clone(), scan.project_name.clone())
    });
    let domain = Slice::new(move |_| scan.with(|scan| scan.domain.clone()));
    let kind = scan.with_untracked(|scan| scan.run.kind.label().to_owned());
    let crumbs = move || {
        let link = |(id, name): &(ProjectId, String)| {
            view! { <a href=Link::Project(id.clone()).href()>{name.clone()}</a> }.into_any()
        };
        view! { <p class="crumbs"><a href=Link::Scans.href()>"Scans"</a>{follow(project, link)}</p> }
    };
    view! {
        <PageHead
            title=kind
            of=owner
            crumbs
            lead=move || view! { <p>"Private live audit of " <span>{domain}</span></p> }
        />
    }
}

fn facts(scan: &ScanView) -> AnyView {
    let started = scan
        .run
        .started_at
        .map(|at| view! { <Fact name="Started"><When at /></Fact> });
    let findings = scan.run.report_id.is_some().then(|| {
        let count = scan.findings_count;
        view! { <Fact name="Findings">{count}</Fact> }
    });
    let (id, queued_at) = (scan.run.scan_run_id.to_string(), scan.run.queued_at);
    let (payer, by) = (scan.payer.name.clone(), scan.started_by.clone());
    view! {
        <Facts>
            <Fact name="Scan run"><CopyCode code=id /></Fact>
            <Fact name="Paid by">{payer}</Fact>
            <Fact name="Started by">{by}</Fact>
            <Fact name="Queued"><When at=queued_at /></Fact>
            {started}
            {findings}
        </Facts>
    }
    .into_any()
}

fn scanned(pages: &[ScannedPage]) -> AnyView {
    if pages.is_empty() {
        return view! {
            <div class="body"><p class="muted">"The pages are listed here when the scan has completed."</p></div>
        }
        .into_any();
    }
    let row = |page: &ScannedPage| {
        view! { <li><span class="wrap">{page.url.clone()}</span><span class="num muted">{page.status}</span></li> }
    };
    view! { <ul class="list">{pages.iter().map(row).collect_view()}</ul> }.into_any()
}

/// Pages that were not scanned, each with its reason.
fn notes(skipped: &[SkippedPage], more: u32) -> AnyView {
    if skipped.is_empty() {
        return view! { <div class="body"><p class="muted">"No page was skipped."</p></div> }
            .into_any();
    }
    let row = |page: &SkippedPage| {
        view! { <li><span class="wrap">{page.url.clone()}</span><span class="muted">{page.reason.label()}</span></li> }
    };
    let rest = (more > 0).then(|| view! { <li class="muted">"and " {more} " more"</li> });
    view! { <ul class="list">{skipped.iter().map(row).collect_view()} {rest}</ul> }.into_any()
}
