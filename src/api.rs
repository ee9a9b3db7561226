//! One function an endpoint; how they travel is in `transport`, what can go wrong in `error`.

mod ended;
mod error;
mod key;
mod transport;

pub use ended::{Ended, ended};
pub use error::ApiError;
pub use key::Intent;

use crate::link::{Origin, Place};
use crate::model::blocked::PlaceView;
use domain::audit::ScanView;
use domain::billing::BillingView;
use domain::checkout::{CheckoutStep, CheckoutView, OpenCheckout};
use domain::credits::{CreditType, EntryKind};
use domain::fix::evidence::RecordEvidence;
use domain::fix::patch::{ApprovePatch, RedraftPatch};
use domain::fix::retest::RequestRetest;
use domain::fix::task::{MarkDone, MovedFix};
use domain::fix::{CancelFix, CancelledFix, FixTaskView, FixWorkflowView, StartFix, StartedFix};
use domain::guide::feedback::{FeedbackPage, FeedbackRow, GiveFeedback, GivenFeedback};
use domain::guide::{Guide, GuideList, GuideView};
use domain::id::{
    AccountId, CheckoutId, FeedbackId, FixTaskId, ProjectId, ReportId, ScanRunId, ServiceCreditId,
    SnapshotId, TransactionId,
};
use domain::ledger::LedgerPage;
use domain::monitoring::{MonitoringView, SetSchedule};
use domain::past_due::{PaymentForm, PortalLink};
use domain::plan_change::{AskPlanChange, PlanReview, PlanWish};
use domain::pricing::PricingView;
use domain::project::{ProjectRow, ProjectView, ServiceKind, ServiceSwitch, SwitchService};
use domain::proof::{CheckProof, CreateChallenge, ProofView};
use domain::report::{ReportRow, ReportView};
use domain::scan::{CancelScan, ScanPage, StartScan, StartedScan};
use domain::scope::{AcceptScope, DiscoverPages, ScopeView, SelectScope};
use domain::session::{RememberAccount, SessionView, SignIn, SignInOptions};
use domain::site::CreateProject;
use domain::snapshot::{AskSnapshot, SnapshotView};
use domain::transaction::refund::{AskRefund, RefundPreview};
use domain::transaction::service_credit::{
    AskServiceCredit, Decision, ServiceCredit, ServiceCreditQueue,
};
use domain::transaction::{InvoiceLink, TransactionPage, TransactionView};
use domain::workspace::{AccountCards, AgencyView};
use serde::Deserialize;
pub(crate) use transport::decode;
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

/// What is sold, for everybody.
pub async fn pricing() -> Answer<PricingView> {
    get("/pricing".into()).await
}

/// The form that pays what is due, or changes the payment method.
pub async fn payment_method(account: AccountId) -> Answer<PaymentForm> {
    post(
        format!("/accounts/{account}/payment-method"),
        None::<&()>,
        None,
    )
    .await
}

/// A fresh link to the provider's own page.
pub async fn billing_portal(account: AccountId) -> Answer<PortalLink> {
    post(
        format!("/accounts/{account}/billing-portal"),
        None::<&()>,
        None,
    )
    .await
}

/// Draws a patch up again.
pub async fn redraft_patch(
    task: FixTaskId,
    body: RedraftPatch,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/patch"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Approves a patch.
pub async fn approve_patch(
    task: FixTaskId,
    body: ApprovePatch,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/patch/approve"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Asks for a public quick scan.
pub async fn ask_snapshot(body: AskSnapshot, intent: Intent) -> Answer<SnapshotView> {
    post("/snapshots".into(), Some(&body), Some(intent)).await
}

/// A public quick scan.
pub async fn snapshot(id: SnapshotId) -> Answer<SnapshotView> {
    get(format!("/snapshots/{id}")).await
}

/// The pool and clients of an agency.
pub async fn agency(account: AccountId) -> Answer<AgencyView> {
    get(format!("/accounts/{account}/agency")).await
}

/// The billing page's data.
pub async fn billing(account: AccountId, origin: Option<Origin>) -> Answer<BillingView> {
    // The origin's own link has the query that the server reads.
    let query = origin.map(|origin| {
        crate::link::Link::Billing(Some(origin))
            .href()
            .replacen("/billing", "", 1)
    });
    get(format!(
        "/accounts/{account}/billing{}",
        query.unwrap_or_default()
    ))
    .await
}

/// Which ledger entries to read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LedgerQuery {
    /// Only these credits.
    pub credit_type: Option<CreditType>,
    /// Only this kind.
    pub kind: Option<EntryKind>,
    /// Only entries older than this number.
    pub before: Option<i64>,
}

/// A page of the ledger, newest first.
pub async fn ledger(account: AccountId, query: LedgerQuery) -> Answer<LedgerPage> {
    let mut path = format!("/accounts/{account}/ledger?limit=50");
    let parts = [
        (
            "credit_type",
            query.credit_type.map(|kind| kind.key().to_owned()),
        ),
        ("kind", query.kind.map(|kind| kind.key().to_owned())),
        ("before", query.before.map(|seq| seq.to_string())),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            path.push('&');
            path.push_str(name);
            path.push('=');
            path.push_str(&value);
        }
    }
    get(path).await
}

/// A page of the transaction history; the query begins with `?`.
pub async fn transactions(account: AccountId, query: String) -> Answer<TransactionPage> {
    get(format!("/accounts/{account}/transactions{query}")).await
}

/// A transaction.
pub async fn transaction(
    account: AccountId,
    transaction: TransactionId,
) -> Answer<TransactionView> {
    get(format!("/accounts/{account}/transactions/{transaction}")).await
}

/// What a refund would do.
pub async fn refund_preview(
    account: AccountId,
    transaction: TransactionId,
    ask: AskRefund,
) -> Answer<RefundPreview> {
    let AskRefund { reason, amount } = ask;
    get(format!(
        "/accounts/{account}/transactions/{transaction}/refund?reason={reason}&amount={amount}"
    ))
    .await
}

/// Asks for a refund.
pub async fn ask_refund(
    account: AccountId,
    transaction: TransactionId,
    body: AskRefund,
    intent: Intent,
) -> Answer<TransactionView> {
    let path = format!("/accounts/{account}/transactions/{transaction}/refund");
    post(path, Some(&body), Some(intent)).await
}

/// Asks for a service credit.
pub async fn ask_service_credit(
    account: AccountId,
    transaction: TransactionId,
    body: AskServiceCredit,
    intent: Intent,
) -> Answer<TransactionView> {
    let path = format!("/accounts/{account}/transactions/{transaction}/service-credit");
    post(path, Some(&body), Some(intent)).await
}

/// The service credits that were asked for; for operators.
pub async fn service_credits() -> Answer<ServiceCreditQueue> {
    get("/operator/service-credits".into()).await
}

/// Approves or rejects a service credit.
pub async fn decide_service_credit(
    id: ServiceCreditId,
    decision: Decision,
    intent: Intent,
) -> Answer<ServiceCredit> {
    let path = format!("/operator/service-credits/{id}/{decision}");
    post(path, None::<&()>, Some(intent)).await
}

/// A fresh link to an invoice document.
pub async fn invoice(account: AccountId, transaction: TransactionId) -> Answer<InvoiceLink> {
    get(format!(
        "/accounts/{account}/transactions/{transaction}/invoice"
    ))
    .await
}

/// What a change of plan would do.
pub async fn plan_change(account: AccountId, wish: PlanWish) -> Answer<PlanReview> {
    get(format!("/accounts/{account}/plan-changes/{wish}")).await
}

/// Asks for a change of plan.
pub async fn ask_plan_change(
    account: AccountId,
    wish: PlanWish,
    body: AskPlanChange,
    intent: Intent,
) -> Answer<PlanReview> {
    let path = format!("/accounts/{account}/plan-changes/{wish}");
    post(path, Some(&body), Some(intent)).await
}

/// The account's projects.
pub async fn projects(account: AccountId) -> Answer<List<ProjectRow>> {
    get(format!("/accounts/{account}/projects")).await
}

/// Creates a project.
pub async fn create_project(
    account: AccountId,
    body: CreateProject,
    intent: Intent,
) -> Answer<ProjectView> {
    let path = format!("/accounts/{account}/projects");
    post(path, Some(&body), Some(intent)).await
}

/// Asks a scanner to find a site's public pages.
pub async fn discover_pages(
    project: ProjectId,
    body: DiscoverPages,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/discovery");
    post(path, Some(&body), Some(intent)).await
}

/// Replaces what is selected of a site's pages.
pub async fn select_scope(
    project: ProjectId,
    body: SelectScope,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/selection");
    post(path, Some(&body), Some(intent)).await
}

/// Accepts exactly the selection that was looked at.
pub async fn accept_scope(
    project: ProjectId,
    body: AcceptScope,
    intent: Intent,
) -> Answer<ScopeView> {
    let path = format!("/projects/{project}/scope/accept");
    post(path, Some(&body), Some(intent)).await
}

/// The monitoring of a project.
pub async fn monitoring(project: ProjectId) -> Answer<MonitoringView> {
    get(format!("/projects/{project}/monitoring")).await
}

/// Says when monitoring runs begin.
pub async fn set_schedule(
    project: ProjectId,
    body: SetSchedule,
    intent: Intent,
) -> Answer<MonitoringView> {
    let path = format!("/projects/{project}/monitoring/schedule");
    post(path, Some(&body), Some(intent)).await
}

/// Creates a challenge that proves a domain.
pub async fn create_challenge(
    project: ProjectId,
    body: CreateChallenge,
    intent: Intent,
) -> Answer<ProofView> {
    let path = format!("/projects/{project}/proof/challenge");
    post(path, Some(&body), Some(intent)).await
}

/// Asks a scanner to look for the proof of a domain.
pub async fn check_proof(
    project: ProjectId,
    body: CheckProof,
    intent: Intent,
) -> Answer<ProofView> {
    let path = format!("/projects/{project}/proof/check");
    post(path, Some(&body), Some(intent)).await
}

/// The reports of the account's projects.
pub async fn reports(account: AccountId) -> Answer<List<ReportRow>> {
    get(format!("/accounts/{account}/reports")).await
}

/// Opens a checkout session.
pub async fn open_checkout(
    account: AccountId,
    order: OpenCheckout,
    intent: Intent,
) -> Answer<CheckoutView> {
    post(
        format!("/accounts/{account}/checkouts"),
        Some(&order),
        Some(intent),
    )
    .await
}

/// A checkout session.
pub async fn checkout(account: AccountId, checkout: CheckoutId) -> Answer<CheckoutView> {
    get(format!("/accounts/{account}/checkouts/{checkout}")).await
}

/// Moves a checkout session.
pub async fn checkout_step(
    account: AccountId,
    checkout: CheckoutId,
    step: CheckoutStep,
) -> Answer<CheckoutView> {
    let path = format!("/accounts/{account}/checkouts/{checkout}/{step}");
    post(path, None::<&()>, Some(Intent::fresh())).await
}

/// A project page.
pub async fn project(project: ProjectId) -> Answer<ProjectView> {
    get(format!("/projects/{project}")).await
}

/// A scan page.
pub async fn scan(scan: ScanRunId) -> Answer<ScanView> {
    get(format!("/scans/{scan}")).await
}

/// A page of the runs of the account's projects; the query begins with `?` or is empty.
pub async fn scans(account: AccountId, query: String) -> Answer<ScanPage> {
    get(format!("/accounts/{account}/scans{query}")).await
}

/// Cancels a run that waits; its credit returns to Avail.
pub async fn cancel_scan(scan: ScanRunId, body: CancelScan, intent: Intent) -> Answer<ScanView> {
    post(format!("/scans/{scan}/cancel"), Some(&body), Some(intent)).await
}

/// Starts a scan.
pub async fn start_scan(
    project: ProjectId,
    body: StartScan,
    intent: Intent,
) -> Answer<StartedScan> {
    post(
        format!("/projects/{project}/scans"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Enables, pauses or resumes a service.
pub async fn switch_service(
    project: ProjectId,
    service: ServiceKind,
    switch: ServiceSwitch,
    body: SwitchService,
) -> Answer<ProjectView> {
    let path = format!("/projects/{project}/services/{service}/{switch}");
    post(path, Some(&body), Some(Intent::fresh())).await
}

/// A report page.
pub async fn report(report: ReportId) -> Answer<ReportView> {
    get(format!("/reports/{report}")).await
}

/// The fix workflow of a report.
pub async fn fix_workflow(report: ReportId) -> Answer<FixWorkflowView> {
    get(format!("/reports/{report}/fix-workflow")).await
}

/// Starts fix work.
pub async fn start_fix(report: ReportId, body: StartFix, intent: Intent) -> Answer<StartedFix> {
    post(
        format!("/reports/{report}/fix-workflow"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// A fix task page.
pub async fn fix_task(task: FixTaskId) -> Answer<FixTaskView> {
    get(format!("/fix-tasks/{task}")).await
}

/// Cancels a fix task; what it holds goes back to Avail.
pub async fn cancel_fix(task: FixTaskId, body: CancelFix, intent: Intent) -> Answer<CancelledFix> {
    post(
        format!("/fix-tasks/{task}/cancel"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Marks a ticket-only task as done.
pub async fn mark_done(task: FixTaskId, body: MarkDone, intent: Intent) -> Answer<MovedFix> {
    post(format!("/fix-tasks/{task}/done"), Some(&body), Some(intent)).await
}

/// Requests a retest of a task.
pub async fn request_retest(
    task: FixTaskId,
    body: RequestRetest,
    intent: Intent,
) -> Answer<FixTaskView> {
    post(
        format!("/fix-tasks/{task}/retest"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// Records evidence of a change that the customer made.
pub async fn record_evidence(
    task: FixTaskId,
    body: RecordEvidence,
    intent: Intent,
) -> Answer<MovedFix> {
    post(
        format!("/fix-tasks/{task}/evidence"),
        Some(&body),
        Some(intent),
    )
    .await
}

/// The page that owns a blocked action.
pub async fn place_view(place: Place) -> Answer<PlaceView> {
    Ok(match place {
        Place::Report(id) => PlaceView::Report(Box::new(report(id).await?)),
        Place::Project(id) => PlaceView::Project(Box::new(project(id).await?)),
        Place::FixTask(id) => PlaceView::Task(Box::new(fix_task(id).await?)),
    })
}

/// Every guide.
pub async fn guides() -> Answer<GuideList> {
    get("/guides".into()).await
}

/// A guide.
pub async fn guide(guide: Guide) -> Answer<GuideView> {
    get("/guides/".to_owned() + guide.key()).await
}

/// Answers `Was this page helpful?`.
pub async fn give_feedback(
    guide: Guide,
    body: GiveFeedback,
    intent: Intent,
) -> Answer<GivenFeedback> {
    let path = "/guides/".to_owned() + guide.key() + "/feedback";
    post(path, Some(&body), Some(intent)).await
}

/// The documentation review queue; the query begins with `?`.
pub async fn feedback(query: String) -> Answer<FeedbackPage> {
    get("/operator/guide-feedback".to_owned() + &query).await
}

/// Takes an answer off the queue.
pub async fn resolve_feedback(id: FeedbackId, intent: Intent) -> Answer<FeedbackRow> {
    let path = format!("/operator/guide-feedback/{id}/resolve");
    post(path, None::<&()>, Some(intent)).await
}
