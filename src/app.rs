//! The contexts, and which page is at which address.

use crate::dom;
use crate::lazy::{self, page};
use crate::link::Link;
use crate::pages::billing::BillingPage;
use crate::parts::{Fetched, NotFound, Shell, follow, parts};
use crate::session::provide_session;
use crate::slice::Slice;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::WildcardSegment;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::hooks::use_location;

/// The whole app. The router keeps history and clicks; which page is shown is one `match`, because each route of its own
/// costs the reader some hundred bytes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_session();
    provide_context(Fetched {
        ahead: lazy::fetch_ahead,
        find_account: || page(lazy::account_finder),
        keys: || page(lazy::key_list),
    });
    if let Some(theme) = dom::stored_theme() {
        dom::set_theme(Some(&theme));
    }
    view! {
        <Router>
            <FlatRoutes fallback=house>
                <Route path=WildcardSegment("rest") view=house />
            </FlatRoutes>
        </Router>
    }
}

/// What is at an address. What else the address names is read by the page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Room {
    Home,
    SignIn,
    Billing,
    Ledger,
    Transactions,
    Transaction,
    CheckoutSession,
    PaymentMethod,
    PlanChange,
    Checkout,
    Accounts,
    Agency,
    Notices,
    Projects,
    Project,
    Monitoring,
    Scans,
    ScanRun,
    Reports,
    Report,
    TicketExports,
    FixTask,
    PullRequest,
    Pricing,
    Snapshot,
    Guides,
    Guide,
    ServiceCredits,
    ProviderEvents,
    GuideFeedback,
    Nowhere,
}

impl Room {
    fn at(path: &str) -> Self {
        let path = path.to_ascii_lowercase();
        let parts: Vec<&str> = parts(&path).collect();
        match parts.as_slice() {
            [""] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["billing"] => Self::Billing,
            ["billing", "ledger"] => Self::Ledger,
            ["billing", "transactions"] => Self::Transactions,
            ["billing", "transactions", _] => Self::Transaction,
            ["billing", "checkout"] => Self::CheckoutSession,
            ["billing", "payment-method"] => Self::PaymentMethod,
            ["billing", "plan", _] => Self::PlanChange,
            ["checkout", _] => Self::Checkout,
            ["accounts"] => Self::Accounts,
            ["agency"] => Self::Agency,
            ["notices"] => Self::Notices,
            ["projects"] => Self::Projects,
            ["projects", _] => Self::Project,
            ["projects", _, "monitoring"] => Self::Monitoring,
            ["scans"] => Self::Scans,
            ["scans", _] => Self::ScanRun,
            ["reports"] => Self::Reports,
            ["reports", _] => Self::Report,
            ["reports", _, "ticket-exports"] => Self::TicketExports,
            ["fix-tasks", _] => Self::FixTask,
            ["fix-tasks", _, "pull-request"] => Self::PullRequest,
            ["pricing"] => Self::Pricing,
            ["snapshot"] | ["snapshot", _] => Self::Snapshot,
            ["docs"] => Self::Guides,
            ["docs", _, _] => Self::Guide,
            ["operator", "service-credits"] => Self::ServiceCredits,
            ["operator", "provider-events"] => Self::ProviderEvents,
            ["operator", "guide-feedback"] => Self::GuideFeedback,
            _ => Self::Nowhere,
        }
    }

    fn show(self) -> AnyView {
        match self {
            Self::Home => view! { <Redirect path=Link::Billing(None).href() /> }.into_any(),
            Self::SignIn => page(lazy::sign_in),
            Self::Billing => view! { <BillingPage /> }.into_any(),
            Self::Ledger => page(lazy::ledger),
            Self::Transactions => page(lazy::transactions),
            Self::Transaction => page(lazy::transaction),
            Self::CheckoutSession => page(lazy::checkout_session),
            Self::PaymentMethod => page(lazy::payment_method),
            Self::PlanChange => page(lazy::plan_change),
            Self::Checkout => page(lazy::checkout),
            Self::Accounts => page(lazy::accounts),
            Self::Agency => page(lazy::agency),
            Self::Notices => page(lazy::notices),
            Self::Projects => page(lazy::projects),
            Self::Project => page(lazy::project),
            Self::Monitoring => page(lazy::monitoring),
            Self::Scans => page(lazy::scans),
            Self::ScanRun => page(lazy::scan_run),
            Self::Reports => page(lazy::reports),
            Self::Report => page(lazy::report),
            Self::TicketExports => page(lazy::ticket_exports),
            Self::FixTask => page(lazy::fix_task),
            Self::PullRequest => page(lazy::pull_request),
            Self::Pricing => page(lazy::pricing),
            Self::Snapshot => page(lazy::snapshot),
            Self::Guides => page(lazy::guides),
            Self::Guide => page(lazy::guide),
            Self::ServiceCredits => page(lazy::service_credits),
            Self::ProviderEvents => page(lazy::provider_events),
            Self::GuideFeedback => page(lazy::guide_feedback),
            Self::Nowhere => view! { <NotFound /> }.into_any(),
        }
    }
}

fn room() -> Slice<Room> {
    let path = use_location().pathname;
    Slice::new(move |_| path.with(|path| Room::at(path)))
}

/// Signing in stands alone; everything else is inside the frame.
fn house() -> AnyView {
    let room = room();
    let alone = Slice::new(move |_| room.get() == Room::SignIn);
    follow(alone, |alone| {
        if *alone {
            Room::SignIn.show()
        } else {
            view! { <Shell page=inside /> }.into_any()
        }
    })
}

/// The page inside the frame.
fn inside() -> AnyView {
    follow(room(), |room| room.show())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{FixTaskId, ProjectId, ReportId, ScanRunId, TransactionId};
    use domain::link::Link;

    #[test]
    fn every_link_of_the_app_leads_to_a_room_of_its_own() {
        let project = ProjectId::parse("prj_a").unwrap();
        let task = FixTaskId::parse("fix_a").unwrap();
        let report = ReportId::parse("rep_a").unwrap();
        let links = [
            (Link::Billing(None), Room::Billing),
            (Link::Ledger, Room::Ledger),
            (Link::Transactions(None), Room::Transactions),
            (
                Link::Transaction(TransactionId::parse("txn_a").unwrap()),
                Room::Transaction,
            ),
            (Link::Checkouts, Room::CheckoutSession),
            (Link::PaymentMethod, Room::PaymentMethod),
            (Link::Accounts, Room::Accounts),
            (Link::Notices, Room::Notices),
            (Link::Projects, Room::Projects),
            (Link::Project(project.clone()), Room::Project),
            (Link::Monitoring(project), Room::Monitoring),
            (
                Link::Scan(ScanRunId::parse("scn_a").unwrap()),
                Room::ScanRun,
            ),
            (
                Link::TicketExports {
                    id: report,
                    select: Vec::new(),
                },
                Room::TicketExports,
            ),
            (Link::FixTask(task.clone()), Room::FixTask),
            (Link::PullRequest(task), Room::PullRequest),
            (Link::Guides, Room::Guides),
            (Link::SignIn { next: None }, Room::SignIn),
        ];
        for (link, room) in links {
            let href = link.href();
            let path = href.split('?').next().unwrap_or_default();
            assert_eq!(Room::at(path), room, "{href}");
        }
        assert_eq!(Room::at("/"), Room::Home);
        assert_eq!(Room::at("/nothing/here"), Room::Nowhere);
    }

    #[test]
    fn an_address_that_was_copied_with_more_than_itself_leads_there_all_the_same() {
        for path in [
            "/billing",
            "/billing/",
            "/billing.",
            "/Billing",
            "/billing).",
        ] {
            assert_eq!(Room::at(path), Room::Billing, "{path}");
        }
        assert_eq!(Room::at("/Reports/rep_a,"), Room::Report);
    }
}
