//! The contexts and the whole route table.

use crate::dom;
use crate::pages::{
    accounts::AccountsPage, agency::AgencyPage, billing::BillingPage, checkout::CheckoutPage,
    checkout_session::CheckoutSessionPage, fix_task::FixTaskPage, guide::GuidePage,
    guide_feedback::GuideFeedbackPage, guides::GuidesPage, ledger::LedgerPage,
    monitoring::MonitoringPage, payment_method::PaymentMethodPage, plan_change::PlanChangePage,
    pricing::PricingPage, project::ProjectPage, projects::ProjectsPage, report::ReportPage,
    reports::ReportsPage, scan_run::ScanRunPage, scans::ScansPage,
    service_credits::ServiceCreditsPage, sign_in::SignInPage, snapshot::SnapshotPage,
    ticket_exports::TicketExportsPage, transaction::TransactionPage,
    transactions::TransactionsPage,
};
use crate::parts::{NotFound, Shell};
use crate::session::provide_session;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_session();
    if let Some(theme) = dom::stored_theme() {
        dom::set_theme(Some(&theme));
    }
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/sign-in") view=SignInPage />
                <ParentRoute path=path!("") view=Shell>
                    <Route path=path!("/") view=|| view! { <Redirect path="/billing" /> } />
                    <Route path=path!("/billing") view=BillingPage />
                    <Route path=path!("/billing/ledger") view=LedgerPage />
                    <Route path=path!("/billing/transactions") view=TransactionsPage />
                    <Route path=path!("/billing/transactions/:transaction") view=TransactionPage />
                    <Route path=path!("/billing/checkout") view=CheckoutSessionPage />
                    <Route path=path!("/billing/payment-method") view=PaymentMethodPage />
                    <Route path=path!("/billing/plan/:wish") view=PlanChangePage />
                    <Route path=path!("/checkout/:item") view=CheckoutPage />
                    <Route path=path!("/accounts") view=AccountsPage />
                    <Route path=path!("/agency") view=AgencyPage />
                    <Route path=path!("/projects") view=ProjectsPage />
                    <Route path=path!("/projects/:project") view=ProjectPage />
                    <Route path=path!("/projects/:project/monitoring") view=MonitoringPage />
                    <Route path=path!("/scans") view=ScansPage />
                    <Route path=path!("/scans/:scan_run") view=ScanRunPage />
                    <Route path=path!("/reports") view=ReportsPage />
                    <Route path=path!("/reports/:report") view=ReportPage />
                    <Route path=path!("/reports/:report/ticket-exports") view=TicketExportsPage />
                    <Route path=path!("/fix-tasks/:fix_task") view=FixTaskPage />
                    <Route path=path!("/pricing") view=PricingPage />
                    <Route path=path!("/snapshot") view=SnapshotPage />
                    <Route path=path!("/snapshot/:snapshot") view=SnapshotPage />
                    <Route path=path!("/docs") view=GuidesPage />
                    <Route path=path!("/docs/:section/:name") view=GuidePage />
                    <Route path=path!("/operator/service-credits") view=ServiceCreditsPage />
                    <Route path=path!("/operator/guide-feedback") view=GuideFeedbackPage />
                    <Route path=path!("/*rest") view=NotFound />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
