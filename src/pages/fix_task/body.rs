//! The fix task page put together.

use super::assist::assist;
use super::cancel::Cancel;
use super::done::Done;
use super::evidence::{Form, recorded};
use super::patch::patch;
use super::retest::Retests;
use super::timeline::timeline;
use crate::link::Link;
use crate::model::report::{credits, outcomes};
use crate::parts::{
    Badge, CopyCode, Fact, Facts, PageHead, Panel, TicketFile, When, WrongAccount, follow, pick,
};
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::fix::{DeliveryMode, FixTaskView};
use domain::report::Finding;
use domain::ticket::TicketSource;
use leptos::prelude::*;

/// The head and the panels of a task.
#[component]
pub(super) fn Body(
    /// The task.
    task: Signal<FixTaskView>,
    /// Where it comes from.
    remote: Remote<FixTaskView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let owner = Slice::new(move |_| task.with(|task| task.owner.clone()));
    let findings = Slice::new(move |_| task.with(|task| task.findings.clone()));
    let next = Slice::new(move |_| task.with(|task| task.owner_next_action.clone()));
    let turn = Slice::new(move |_| task.with(|task| task.progress.turn));
    let events = pick(task, |task| task.progress.events.clone());
    let evidence = pick(task, |task| task.progress.evidence.clone());
    let ticket = task.with_untracked(|task| task.row.delivery_mode == DeliveryMode::TicketOnly);
    let applied =
        task.with_untracked(|task| task.row.delivery_mode == DeliveryMode::CustomerApplied);
    let patched = task.with_untracked(|task| task.row.delivery_mode.is_patch());
    let payer = Slice::new(move |_| task.with(|task| task.payer.clone()));
    let (seen_from, reviewing) = (viewing.clone(), viewing.clone());
    view! {
        <Head task />
        <WrongAccount owner payer viewing=viewing.clone() />
        <Panel title="Next step">
            <div class="stack">
                <div><p><b>{move || turn.get().label()}</b></p><p>{next}</p></div>
                {ticket.then(|| view! { <Done task remote viewing=viewing.clone() /> })}
                {applied.then(|| view! { <Form task remote viewing=viewing.clone() /> })}
                <Cancel task remote viewing=viewing.clone() />
            </div>
        </Panel>
        {patched.then(|| patch(task, remote, reviewing.clone()))}
        {ticket.then(|| view! { <Tickets task /> })}
        {applied.then(|| follow(evidence, |evidence| recorded(evidence.as_ref())))}
        {assist(task, remote, seen_from.clone())}
        <Retests task remote viewing=seen_from />
        <Panel title="Task"><About task /></Panel>
        <Panel title="What happened">{follow(events, |events| timeline(events))}</Panel>
        <Panel title="Findings in this task">
            <ul class="findings">{move || findings.get().into_iter().map(row).collect_view()}</ul>
        </Panel>
    }
}

#[component]
fn Head(task: Signal<FixTaskView>) -> impl IntoView {
    let owner = Slice::new(move |_| task.with(|task| task.owner.name.clone()));
    let report =
        Slice::new(move |_| task.with(|task| (task.report_id.clone(), task.report_title.clone())));
    let count = Slice::new(move |_| task.with(|task| task.row.finding_count));
    let status = Slice::new(move |_| task.with(|task| task.row.status));
    let crumbs = move || {
        let (id, title) = report.get();
        let href = Link::Report {
            id,
            select: Vec::new(),
        }
        .href();
        view! { <a href=href>{title}</a> }
    };
    let unit = move || {
        if count.get() == 1 {
            " finding of "
        } else {
            " findings of "
        }
    };
    let domain = Slice::new(move |_| task.with(|task| task.domain.clone()));
    let badge = move || view! { <Badge tone=status.get() label=status.get().label() /> };
    view! {
        <PageHead
            title=String::from("Fix task")
            of=owner
            crumbs=move || view! { <p class="crumbs">{crumbs}</p> }
            lead=move || view! { <p>"Tracked work on " {count} {unit} {domain}</p> }
            aside=move || view! { <div>{badge}</div> }
        />
    }
}

#[component]
fn About(task: Signal<FixTaskView>) -> impl IntoView {
    let row = Slice::new(move |_| task.with(|task| task.row.clone()));
    let payer = Slice::new(move |_| task.with(|task| task.payer.name.clone()));
    let by = Slice::new(move |_| task.with(|task| task.started_by.clone()));
    let id = task.with_untracked(|task| task.row.fix_task_id.to_string());
    let project =
        Slice::new(move |_| task.with(|task| (task.project_id.clone(), task.domain.clone())));
    let site = move || {
        let (id, domain) = project.get();
        view! { <a href=Link::Project(id).href()>{domain}</a> }
    };
    let held = move || {
        let row = row.get();
        let cost = if row.delivery_mode.uses_credits() {
            credits(row.fix_credit_cost)
        } else {
            "0 credits".into()
        };
        view! { {cost} " " <Badge tone=row.credit_state label=row.credit_state.label() /> }
    };
    let then = move || {
        let row = row.get();
        let open = row.status.is_open() && row.delivery_mode.uses_credits();
        let list = |(when, then)| view! { <li><b>{when}</b>": " {then}</li> };
        open.then(|| {
            let rows = outcomes(row.delivery_mode, row.fix_credit_cost).into_iter();
            view! { <ul class="outcomes small muted" aria-label="What happens to the credits">{rows.map(list).collect_view()}</ul> }
        })
    };
    view! {
        <Facts>
            <Fact name="Fix task"><CopyCode code=id /></Fact>
            <Fact name="Fix credit cost">{held}</Fact>
            <Fact name="Paid by">{payer}</Fact>
            <Fact name="Delivery mode">{move || row.get().delivery_mode.label()}</Fact>
            <Fact name="Started">{move || view! { <When at=row.get().created_at /> }} " by " {by}</Fact>
            <Fact name="Project">{site}</Fact>
        </Facts>
        {then}
    }
}

fn row(finding: Finding) -> impl IntoView {
    let class = "sev ".to_owned() + finding.severity.key();
    view! {
        <li class="evidence">
            <h3><span class=class>{finding.severity.label()}</span>" "{finding.title}</h3>
            <p class="small muted">{finding.affected_url} " \u{b7} evidence: " {finding.evidence}</p>
            <p>{finding.remediation}</p>
        </li>
    }
}

/// The findings of a ticket-only task as files.
#[component]
fn Tickets(task: Signal<FixTaskView>) -> impl IntoView {
    let (source, findings) = task.with_untracked(|task| {
        let source = TicketSource {
            report_id: task.report_id.clone(),
            report_title: task.report_title.clone(),
            project_id: task.project_id.clone(),
            domain: task.domain.clone(),
            scanned_at: task.scanned_at,
        };
        (source, task.findings.clone())
    });
    view! { <TicketFile source findings /> }
}
