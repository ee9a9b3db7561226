//! The contexts and the whole route table.

use crate::dom;
use crate::lazy::{self, page};
use crate::pages::billing::BillingPage;
use crate::pages::sign_in::SignInPage;
use crate::parts::{FetchAhead, NotFound, Shell};
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
    provide_context(FetchAhead(lazy::fetch_ahead));
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
                    <Route path=path!("/billing/ledger") view=|| page(lazy::ledger) />
                    <Route path=path!("/billing/transactions") view=|| page(lazy::transactions) />
                    <Route path=path!("/billing/transactions/:transaction") view=|| page(lazy::transaction) />
                    <Route path=path!("/billing/checkout") view=|| page(lazy::checkout_session) />
                    <Route path=path!("/billing/payment-method") view=|| page(lazy::payment_method) />
                    <Route path=path!("/billing/plan/:wish") view=|| page(lazy::plan_change) />
                    <Route path=path!("/checkout/:item") view=|| page(lazy::checkout) />
                    <Route path=path!("/accounts") view=|| page(lazy::accounts) />
                    <Route path=path!("/agency") view=|| page(lazy::agency) />
                    <Route path=path!("/projects") view=|| page(lazy::projects) />
                    <Route path=path!("/projects/:project") view=|| page(lazy::project) />
                    <Route path=path!("/projects/:project/monitoring") view=|| page(lazy::monitoring) />
                    <Route path=path!("/scans") view=|| page(lazy::scans) />
                    <Route path=path!("/scans/:scan_run") view=|| page(lazy::scan_run) />
                    <Route path=path!("/reports") view=|| page(lazy::reports) />
                    <Route path=path!("/reports/:report") view=|| page(lazy::report) />
                    <Route path=path!("/reports/:report/ticket-exports") view=|| page(lazy::ticket_exports) />
                    <Route path=path!("/fix-tasks/:fix_task") view=|| page(lazy::fix_task) />
                    <Route path=path!("/fix-tasks/:fix_task/pull-request") view=|| page(lazy::pull_request) />
                    <Route path=path!("/pricing") view=|| page(lazy::pricing) />
                    <Route path=path!("/snapshot") view=|| page(lazy::snapshot) />
                    <Route path=path!("/snapshot/:snapshot") view=|| page(lazy::snapshot) />
                    <Route path=path!("/docs") view=|| page(lazy::guides) />
                    <Route path=path!("/docs/:section/:name") view=|| page(lazy::guide) />
                    <Route path=path!("/operator/service-credits") view=|| page(lazy::service_credits) />
                    <Route path=path!("/operator/provider-events") view=|| page(lazy::provider_events) />
                    <Route path=path!("/operator/guide-feedback") view=|| page(lazy::guide_feedback) />
                    <Route path=path!("/*rest") view=NotFound />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
