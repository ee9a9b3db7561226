//! Pages in files of their own, fetched when somebody goes there. How they are cut is in `tools/split.sh`.

use crate::pages::{
    accounts::AccountsPage, agency::AgencyPage, checkout::CheckoutPage,
    checkout_session::CheckoutSessionPage, fix_task::FixTaskPage, guide::GuidePage,
    guide_feedback::GuideFeedbackPage, guides::GuidesPage, ledger::LedgerPage,
    monitoring::MonitoringPage, payment_method::PaymentMethodPage, plan_change::PlanChangePage,
    pricing::PricingPage, project::ProjectPage, projects::ProjectsPage, report::ReportPage,
    reports::ReportsPage, scan_run::ScanRunPage, scans::ScansPage,
    service_credits::ServiceCreditsPage, snapshot::SnapshotPage, ticket_exports::TicketExportsPage,
    transaction::TransactionPage, transactions::TransactionsPage,
};
use crate::parts::{Skeleton, Unfetched, follow};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
use std::pin::Pin;

/// What a file brings, or word that it did not come.
type Brought = Result<Page, SplitLoaderError>;

/// A page of the route table.
type Page = fn() -> AnyView;

/// Fetches the file that a page is in.
pub type Bring = fn() -> Pin<Box<dyn Future<Output = Brought>>>;

/// Puts pages into a file: `file! { work: projects => ProjectsPage; }`. Pages of one file come together.
macro_rules! file {
    ($file:ident: $($name:ident => $page:ident;)+) => {$(
        #[doc = concat!("Fetches the file of [`", stringify!($page), "`].")]
        pub fn $name() -> Pin<Box<dyn Future<Output = Brought>>> {
            #[cfg_attr(feature = "split", leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible))]
            fn $name() -> Brought {
                Ok(|| view! { <$page /> }.into_any())
            }
            #[cfg(feature = "split")]
            return Box::pin($name());
            #[cfg(not(feature = "split"))]
            Box::pin(std::future::ready($name()))
        }
    )+};
}

file! {
    work:
    projects => ProjectsPage;
    project => ProjectPage;
    monitoring => MonitoringPage;
    scans => ScansPage;
    scan_run => ScanRunPage;
    reports => ReportsPage;
    report => ReportPage;
    ticket_exports => TicketExportsPage;
    fix_task => FixTaskPage;
}

file! {
    money:
    ledger => LedgerPage;
    transactions => TransactionsPage;
    transaction => TransactionPage;
    checkout_session => CheckoutSessionPage;
    checkout => CheckoutPage;
    plan_change => PlanChangePage;
    payment_method => PaymentMethodPage;
    service_credits => ServiceCreditsPage;
}

file! {
    help:
    accounts => AccountsPage;
    agency => AgencyPage;
    pricing => PricingPage;
    snapshot => SnapshotPage;
    guides => GuidesPage;
    guide => GuidePage;
    guide_feedback => GuideFeedbackPage;
}

/// Shows a page once its file is there; keeps its place until then, and offers another try when it does not come.
pub fn page(bring: Bring) -> AnyView {
    let came = RwSignal::new(None::<Option<Page>>);
    let fetch = move || {
        spawn_local(async move {
            let brought = bring().await;
            // The person may be elsewhere by now.
            came.try_set(Some(brought.ok()));
        });
    };
    fetch();
    let retry = Callback::new(move |()| {
        came.set(None);
        fetch();
    });
    let known = Memo::new(move |_| came.get());
    follow(known, move |came| match came {
        Some(Some(page)) => page(),
        Some(None) => view! { <Unfetched retry /> }.into_any(),
        None => view! { <Skeleton panels=1 /> }.into_any(),
    })
}

/// Fetches the files of the pages that the navigation leads to, before somebody goes there.
pub fn fetch_ahead() {
    for bring in [projects as Bring, ledger, guides] {
        spawn_local(async move {
            // Who goes there is told when it did not come.
            let _ = bring().await;
        });
    }
}
