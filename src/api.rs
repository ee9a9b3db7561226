//! One function an endpoint, by area; here the session and the accounts. How they travel is in `transport`, what can go wrong in
//! `error`.

mod ended;
mod error;
mod fixes;
mod key;
mod money;
mod public;
mod transport;
mod work;

pub use ended::{Ended, ended};
pub use error::ApiError;
pub use fixes::{
    access, approve_patch, ask_draft, cancel_fix, create_pull_request, decide_access, fix_task,
    mark_done, mark_findings, pull_request, record_evidence, redraft_patch, request_access,
    request_retest, start_fix,
};
pub use key::Intent;
pub use money::{
    LedgerQuery, ask_plan_change, ask_provider, ask_refund, ask_service_credit, billing,
    billing_portal, checkout, checkout_step, decide_service_credit, invoice, ledger, open_checkout,
    payment_method, plan_change, provider_events, refund_preview, retry_event, service_credits,
    transaction, transactions,
};
pub use public::{
    ask_snapshot, feedback, give_feedback, guide, guides, pricing, resolve_feedback, snapshot,
};
pub use work::{
    accept_scope, cancel_scan, check_proof, create_challenge, create_project, discover_pages,
    fix_workflow, monitoring, place_view, project, projects, report, reports, scan, scans,
    select_scope, set_schedule, start_scan, switch_service,
};

use domain::id::{AccountId, NoticeId};
use domain::notice::NoticeList;
use domain::session::{RememberAccount, SessionView, SignIn, SignInOptions};
use domain::workspace::{AccountCards, AgencyView};
use serde::Deserialize;
use serde::de::IgnoredAny;
pub(crate) use transport::decode;
pub use transport::is_replaced;
use transport::{get, post, put};

/// What calls answer.
pub type Answer<T> = Result<T, ApiError>;

/// A list that came whole.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct List<T> {
    /// The rows.
    pub items: Vec<T>,
}

/// What the sign-in page may offer.
pub async fn sign_in_options() -> Answer<SignInOptions> {
    get("/sign-in".into()).await
}

/// Signs in; the browser keeps the cookie.
pub async fn sign_in(credentials: SignIn) -> Answer<()> {
    post("/sign-in".into(), Some(&credentials), None).await
}

/// Signs out.
pub async fn sign_out() -> Answer<()> {
    post("/sign-out".into(), None::<&()>, None).await
}

/// Who is signed in.
pub async fn session() -> Answer<SessionView> {
    get("/session".into()).await
}

/// Remembers the account for new tabs.
pub async fn remember_account(account_id: AccountId) -> Answer<()> {
    put("/session/account".into(), &RememberAccount { account_id }).await
}

/// The accounts of the person.
pub async fn accounts() -> Answer<AccountCards> {
    get("/accounts".into()).await
}

/// How many notices the person has not read.
pub async fn unread_notices() -> Answer<usize> {
    let list: List<IgnoredAny> = get("/notices".into()).await?;
    Ok(list.items.len())
}

/// What the person has not read.
pub async fn notices() -> Answer<NoticeList> {
    get("/notices".into()).await
}

/// Notes that they have read it.
pub async fn read_notice(notice: NoticeId) -> Answer<()> {
    put(format!("/notices/{notice}/read"), &()).await
}

/// The pool and clients of an agency.
pub async fn agency(account: AccountId) -> Answer<AgencyView> {
    get(format!("/accounts/{account}/agency")).await
}
