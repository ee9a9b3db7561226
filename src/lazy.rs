//! Pages in files of their own, fetched when somebody goes there. How they are cut is in `tools/split.sh`.

use crate::api;
use crate::dom;
use crate::link::Origin;
use crate::pages::{
    accounts::{AccountFinder, AccountsPage},
    agency::AgencyPage,
    billing,
    checkout::CheckoutPage,
    checkout_session::CheckoutSessionPage,
    fix_task::FixTaskPage,
    guide::GuidePage,
    guide_feedback::GuideFeedbackPage,
    guides::GuidesPage,
    keys::KeyList,
    ledger::LedgerPage,
    monitoring::MonitoringPage,
    notices::NoticesPage,
    payment_method::PaymentMethodPage,
    plan_change::PlanChangePage,
    pricing::PricingPage,
    project::ProjectPage,
    projects::ProjectsPage,
    provider_events::ProviderEventsPage,
    pull_request::PullRequestPage,
    report::ReportPage,
    reports::ReportsPage,
    scan_run::ScanRunPage,
    scans::ScansPage,
    service_credits::ServiceCreditsPage,
    sign_in::SignInPage,
    snapshot::SnapshotPage,
    ticket_exports::TicketExportsPage,
    transaction::TransactionPage,
    transactions::TransactionsPage,
};
use crate::parts::{Skeleton, Unfetched, follow};
use crate::slice::Slice;
use domain::billing::BillingView;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use std::future::Future;
use std::pin::Pin;

/// What a file brings, or word that it did not come.
type Brought<T> = Result<T, SplitLoaderError>;

/// A page of the route table.
type Page = fn() -> AnyView;

/// The panel `Blocked action` of Billing, which only those need who come from a block.
type BlockedPanel = fn(Signal<BillingView>, Origin) -> AnyView;

/// Fetches the file that something is in.
pub type Bring<T> = fn() -> Pin<Box<dyn Future<Output = Brought<T>>>>;

/// Puts pages into a file: `file! { work: projects => ProjectsPage; }`. Pages of one file come together.
macro_rules! file {
    ($file:ident: $($name:ident => $page:ident;)+) => {
        file! { @of Page, $file: $($name = || view! { <$page /> }.into_any();)+ }
    };
    (@of $kind:ty, $file:ident: $($name:ident = $value:expr;)+) => {$(
        #[doc = concat!("Fetches the file that ", stringify!($name), " is in.")]
        pub fn $name() -> Pin<Box<dyn Future<Output = Brought<$kind>>>> {
            #[cfg_attr(feature = "split", leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible))]
            fn $name() -> Brought<$kind> {
                Ok($value)
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
    pull_request => PullRequestPage;
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
    provider_events => ProviderEventsPage;
}

file! {
    help:
    accounts => AccountsPage;
    account_finder => AccountFinder;
    key_list => KeyList;
    agency => AgencyPage;
    notices => NoticesPage;
    pricing => PricingPage;
    snapshot => SnapshotPage;
    guides => GuidesPage;
    guide => GuidePage;
    guide_feedback => GuideFeedbackPage;
}

file! { door: sign_in => SignInPage; }

file! { @of BlockedPanel, blocked: blocked_action = billing::blocked_action; }

/// Shows a page once its file is there; keeps its place until then, and offers another try when it does not come.
pub fn page(bring: Bring<Page>) -> AnyView {
    fetched(bring, |page| page())
}

/// Shows what a file brings once it is there.
pub fn fetched<T: Copy + PartialEq + Send + Sync + 'static>(
    bring: Bring<T>,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let came = RwSignal::new(None::<Option<T>>);
    let fetch = move || {
        spawn_local(async move {
            let brought = bring().await.ok();
            // A newer build took the place of this one, and its files that of ours: begin anew with it. Its own script is there,
            // so that this happens once.
            if brought.is_none() && api::is_replaced().await {
                return dom::reload();
            }
            // The person may be elsewhere by now.
            came.try_set(Some(brought));
        });
    };
    fetch();
    let retry = Callback::new(move |()| {
        came.set(None);
        fetch();
    });
    let known = Slice::new(move |_| came.get());
    follow(known, move |came| match came {
        Some(Some(part)) => show(*part),
        Some(None) => view! { <Unfetched retry /> }.into_any(),
        None => view! { <Skeleton panels=1 /> }.into_any(),
    })
}

/// Fetches the files of the pages that the navigation leads to, before somebody goes there.
pub fn fetch_ahead() {
    for bring in [projects as Bring<Page>, ledger, guides] {
        spawn_local(async move {
            // Who goes there is told when it did not come.
            let _ = bring().await;
        });
    }
}
