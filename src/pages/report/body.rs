//! The report page put together.

use super::gates::Gates;
use super::guidance::Guidance;
use super::state::FixState;
use super::summary::Summary;
use super::tasks::Tasks;
use super::workflow::Workflow;
use crate::dom;
use crate::link::Link;
use crate::parts::{Badge, PageHead, When, WrongAccount};
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::id::ReportId;
use domain::report::{PublicationStatus, ReportView};
use leptos::prelude::*;

/// The head and the panels of a report.
#[component]
pub(super) fn Body(
    /// The report.
    report: Signal<ReportView>,
    /// Where it comes from.
    remote: Remote<ReportView>,
    /// Its id.
    id: ReportId,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let state = FixState::new(report, remote, id, viewing.clone());
    let owner = Slice::new(move |_| report.with(|view| view.owner.clone()));
    let export = Slice::new(move |_| {
        let (id, published) = report.with(|view| {
            let published = view.publication_status == PublicationStatus::Published;
            (view.report_id.clone(), published && view.can_publish)
        });
        let select = state.selected.get();
        published.then(|| Link::TicketExports { id, select }.href())
    });
    let payer =
        Slice::new(move |_| report.with(|view| view.fix_workflow.facts.payer.account.clone()));
    view! {
        <Head report />
        <WrongAccount owner payer viewing />
        <Summary report />
        <Gates report />
        <Workflow report state />
        <Tasks report />
        <Guidance findings=state.findings export />
    }
}

#[component]
fn Head(report: Signal<ReportView>) -> impl IntoView {
    let title = Slice::new(move |_| report.with(|view| view.title.clone()));
    let owner = Slice::new(move |_| report.with(|view| view.owner.name.clone()));
    let project =
        Slice::new(move |_| report.with(|view| (view.project_id.clone(), view.domain.clone())));
    let crumbs = move || {
        let (id, domain) = project.get();
        view! { <a href=Link::Project(id).href()>{domain}</a> }
    };
    let scanned = Slice::new(move |_| report.with(|view| (view.scanned_at, view.scanned_pages)));
    let lead = move || {
        let (at, pages) = scanned.get();
        let unit = if pages == 1 { " page" } else { " pages" };
        view! { "Scanned " <When at day=true /> ", " {pages} {unit} }
    };
    let status = Slice::new(move |_| report.with(|view| view.publication_status));
    let badge = move || view! { <Badge tone=status.get() label=status.get().label() /> };
    let print =
        || view! { <button type="button" class="btn" on:click=|_| dom::print()>"Print"</button> };
    view! {
        <PageHead
            title
            of=owner
            crumbs=move || view! { <p class="crumbs">{crumbs}</p> }
            lead=move || view! { <p>{lead}</p> }
            aside=move || view! { <div class="actions">{badge} {print()}</div> }
        />
    }
}
