//! Findings of a report as tickets for the customer's own team.

use crate::api;
use crate::link::{Link, parse_selection};
use crate::parts::ticket_file::chosen;
use crate::parts::{
    Empty, Loaded, NotFound, PageHead, TicketFile, WrongAccount, follow, in_path, per_account, pick,
};
use crate::remote::use_remote;
use crate::session::account_ref;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::id::ReportId;
use domain::report::{PublicationStatus, ReportView};
use domain::ticket::TicketSource;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The ticket export page of a report.
#[component]
pub fn TicketExportsPage() -> AnyView {
    let id = in_path::<ReportId>(1);
    per_account(move |membership| {
        let viewing = account_ref(&membership);
        follow(id, move |id| match id.clone() {
            Some(id) => view! { <Exports id viewing=viewing.clone() /> }.into_any(),
            None => view! { <NotFound /> }.into_any(),
        })
    })
}

#[component]
fn Exports(id: ReportId, viewing: AccountRef) -> impl IntoView {
    let remote = use_remote(move || api::report(id.clone()));
    view! {
        <Loaded remote what="The report" children=move |report| {
            view! { <Body report viewing=viewing.clone() /> }.into_any()
        } />
    }
}

#[component]
fn Body(report: Signal<ReportView>, viewing: AccountRef) -> impl IntoView {
    let query = use_location().query;
    let owner = pick(report, |view| view.owner.clone());
    let payer = pick(report, |view| view.fix_workflow.facts.payer.account.clone());
    let site = pick(report, |view| view.domain.clone());
    let origin = pick(report, |view| (view.report_id.clone(), view.title.clone()));
    let shown = Slice::new(move |_| {
        let text = query.with(|query| query.get("select"));
        let asked = parse_selection(&text.unwrap_or_default());
        report.with(|view| {
            let open = view.can_publish && view.publication_status == PublicationStatus::Published;
            let findings = chosen(&view.fix_workflow.findings, &asked);
            open.then(|| (TicketSource::from(view), findings))
        })
    });
    let back = move || {
        let (id, title) = origin.get();
        let select = Vec::new();
        view! { <a href=Link::Report { id, select }.href()>{title}</a> }
    };
    let file = follow(shown, |shown| {
        match shown {
        None => view! { <Empty title="This report is not published" words="Tickets are exported from a published report whose quality gates have passed. Nothing to buy: credits would not help." /> }.into_any(),
        Some((_, findings)) if findings.is_empty() => view! { <Empty title="No finding to export" words="The report has none, or the address names none of it." /> }.into_any(),
        Some((source, findings)) => view! { <TicketFile source=source.clone() findings=findings.clone() /> }.into_any(),
    }
    });
    view! {
        <PageHead
            title=String::from("Ticket export")
            of=site
            crumbs=move || view! { <p class="crumbs">{back}</p> }
            lead=|| view! { <p>"Findings for your own tracker. It needs no access to the site and no credits, and it changes nothing."</p> }
        />
        <WrongAccount owner payer viewing />
        {file}
    }
}
