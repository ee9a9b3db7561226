//! Gathers the facts that gates look at, from one consistent read of the database.

use crate::error::ApiError;
use crate::store::accounts::{self, Account};
use crate::store::projects::{self, Project};
use crate::store::reports::Report;
use crate::store::{checkouts, people, prices, subscriptions};
use domain::account::PackageKey;
use domain::catalogue::{
    CardFacts, CardState, CardVerdict, Item, ProjectNeed, card_state, catalogue,
};
use domain::credits::{Balance, CreditType};
use domain::fix::{DeliveryMode, ModeOption};
use domain::gate::{Action, Facts, Payer, ProjectFacts, ReportFacts};
use domain::id::{AccountId, CheckoutId, ProjectId, UserId};
use domain::project::{ProjectType, ScopeStatus, ServiceKind, ServiceState};
use domain::report::Finding;
use domain::role::Role;
use sqlx::AnyConnection;

/// A project with the people's side of it: who owns it, who pays, and the person's role.
#[derive(Clone, Debug)]
pub struct ProjectContext {
    /// The project.
    pub project: Project,
    /// The owning account.
    pub owner: Account,
    /// The paying account.
    pub payer: Account,
    /// The person's role, in the owning account or else in the paying one.
    pub role: Role,
    /// Whether the person may open the paying account's billing.
    pub is_payer_member: bool,
    /// The project's services.
    pub services: Vec<(ServiceKind, ServiceState)>,
}

impl ProjectContext {
    /// A balance of the paying account as this person may see it.
    pub const fn shown(&self, balance: Balance) -> Balance {
        if self.is_payer_member {
            balance
        } else {
            balance.avail_only()
        }
    }
}

/// Loads an account that must exist.
pub async fn account(conn: &mut AnyConnection, id: &AccountId) -> Result<Account, ApiError> {
    accounts::load(conn, id)
        .await?
        .ok_or_else(ApiError::not_found)
}

/// The project for this person; not found when they are a member of neither account.
pub async fn project_context(
    conn: &mut AnyConnection,
    user: &UserId,
    project_id: &ProjectId,
) -> Result<ProjectContext, ApiError> {
    let project = projects::load(conn, project_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    context_of(conn, user, project).await
}

/// The same for a project that is loaded already.
pub async fn context_of(
    conn: &mut AnyConnection,
    user: &UserId,
    project: Project,
) -> Result<ProjectContext, ApiError> {
    let own = people::role(conn, user, &project.account).await?;
    let paying = people::role(conn, user, &project.payer).await?;
    let role = own.or(paying).ok_or_else(ApiError::not_found)?;
    let owner = account(conn, &project.account).await?;
    let payer = account(conn, &project.payer).await?;
    let services = projects::services(conn, &project.id).await?;
    Ok(ProjectContext {
        owner,
        payer,
        role,
        is_payer_member: paying.is_some(),
        services,
        project,
    })
}

/// What a gate looks at for an action on a project.
pub async fn project_facts(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    action: Action,
) -> Result<Facts, ApiError> {
    let service = match action {
        Action::Scan => ServiceKind::ActivationScan,
        Action::Monitoring => ServiceKind::Monitoring,
        Action::Fix | Action::Retest | Action::Ai => ServiceKind::FixWorkflow,
    };
    let project = &context.project;
    let stored = context.services.iter().find(|(kind, _)| *kind == service);
    let running = projects::latest_scan(conn, &project.id)
        .await?
        .filter(|scan| scan.run.status.is_open());
    Ok(Facts {
        action,
        viewing: context.owner.account.clone(),
        owner: context.owner.account.clone(),
        role: context.role,
        payer: payer(conn, context, action).await?,
        project: ProjectFacts {
            id: project.id.clone(),
            unsupported: project.unsupported.clone(),
            setup_done: project.setup_done,
            scope: project.scope,
            domain: project.domain_status,
            service,
            service_state: stored.map_or(ServiceState::NotEnabled, |(_, state)| *state),
            has_baseline: project.baseline.is_some(),
            pages: project.scope_pages,
            page_limit: catalogue().page_limit(context.payer.package_key),
            running: running.map(|scan| (scan.run.scan_run_id, scan.run.status)),
        },
        report: None,
        task: None,
    })
}

async fn payer(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    action: Action,
) -> Result<Payer, ApiError> {
    let account = &context.payer;
    let id = &account.account.id;
    let credit_type = match action {
        Action::Scan => Some(CreditType::Scan),
        Action::Fix | Action::Retest => Some(CreditType::AutomatedFix),
        Action::Ai => Some(CreditType::Ai),
        Action::Monitoring => None,
    };
    let (balance, ever_granted) = match credit_type {
        Some(kind) => (
            crate::ledger::balance(conn, id, kind).await?,
            accounts::ever_granted(conn, id, kind).await?,
        ),
        None => (Balance::default(), false),
    };
    let subscription = subscriptions::of_account(conn, id).await?;
    let sources = accounts::sources(conn, id).await?;
    let pending_checkout = pending(conn, id, action, credit_type).await?;
    let payer = Payer {
        account: account.account.clone(),
        package_key: Some(account.package_key),
        includes: account.package_key.into(),
        billing_state: account.billing_state,
        owed: account.owed,
        unresolved_invoice: account.unresolved_invoice.clone(),
        subscription_status: subscription.status,
        balance,
        ever_granted,
        payment_pending: pending_checkout.is_some(),
        pending_checkout,
        plan_buyable: plan_buyable(conn, context, &subscription, action).await?,
        top_up_refusal: top_up_refusal(conn, context, &subscription, credit_type).await?,
        plan_credits: credit_type.map_or(0, |kind| sources.of(kind).plan),
        is_member: context.is_payer_member,
    };
    Ok(if context.is_payer_member {
        payer
    } else {
        payer.for_outsiders()
    })
}

/// A paid checkout that would bring the coverage this action needs (I-1). One that was only opened is no payment yet.
async fn pending(
    conn: &mut AnyConnection,
    account: &AccountId,
    action: Action,
    credit_type: Option<CreditType>,
) -> Result<Option<CheckoutId>, ApiError> {
    let brings = |item_key: &str| {
        catalogue().item(item_key).is_some_and(|item| {
            let credits = credit_type
                .is_some_and(|kind| item.grants.iter().any(|grant| grant.credit_type == kind));
            let monitoring = action == Action::Monitoring
                && item
                    .package_key
                    .is_some_and(PackageKey::includes_monitoring);
            credits || monitoring
        })
    };
    let waiting = checkouts::unfinished(conn, account).await?;
    Ok(waiting
        .into_iter()
        .find(|c| c.awaits_confirmation() && brings(&c.item_key))
        .map(|checkout| checkout.id))
}

/// What the work of a project needs of a plan: whose site it is, and for a scan the pages of its accepted scope (S3-25).
pub fn project_need(project: &Project, action: Action) -> ProjectNeed<'_> {
    let scan = action == Action::Scan && project.scope == ScopeStatus::Accepted;
    ProjectNeed {
        name: &project.name,
        project_type: ProjectType::of(&project.account, &project.payer),
        pages: scan.then_some(project.scope_pages),
    }
}

/// How an item stands for the payer of a project.
async fn payers_card(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    subscription: &subscriptions::Subscription,
    item: &Item,
    action: Action,
) -> Result<CardVerdict, ApiError> {
    let account = &context.payer;
    let facts = CardFacts {
        package_key: account.package_key,
        subscription_status: subscription.status,
        billing_state: account.billing_state,
        owed: account.owed,
        price_list: &account.price_list,
        has_price: prices::of_item(conn, &item.key, account.buyer())
            .await?
            .is_some(),
        unfinished: None,
        buyer: account.account_type,
        project: Some(project_need(&context.project, action)),
    };
    Ok(card_state(item, &facts))
}

/// Whether the payer can buy a plan now that includes this work of the project.
async fn plan_buyable(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    subscription: &subscriptions::Subscription,
    action: Action,
) -> Result<bool, ApiError> {
    let includes = |package: PackageKey| match action {
        Action::Scan => package.includes_scans(),
        Action::Monitoring => package.includes_monitoring(),
        Action::Fix | Action::Retest | Action::Ai => package.includes_fixes(),
    };
    for item in &catalogue().items {
        if !item.package_key.is_some_and(includes) {
            continue;
        }
        let card = payers_card(conn, context, subscription, item, action).await?;
        if matches!(card.state, CardState::Available | CardState::PlanChange) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Why the payer cannot buy a top-up of these credits now; `None` when it can, when none is sold, and when one waits for
/// its payment, which Billing leads to (S1-13).
async fn top_up_refusal(
    conn: &mut AnyConnection,
    context: &ProjectContext,
    subscription: &subscriptions::Subscription,
    credit_type: Option<CreditType>,
) -> Result<Option<String>, ApiError> {
    let items = &catalogue().items;
    let item = items
        .iter()
        .find(|item| item.credit_type.is_some() && item.credit_type == credit_type);
    let Some(item) = item else { return Ok(None) };
    let unfinished = checkouts::unfinished(conn, &context.payer.account.id).await?;
    if unfinished
        .iter()
        .any(|session| session.item_key == item.key)
    {
        return Ok(None);
    }
    let card = payers_card(conn, context, subscription, item, Action::Scan).await?;
    Ok(card.reason)
}

/// Adds a report to the facts of its project, with nothing selected.
pub fn with_report(
    mut facts: Facts,
    report: &Report,
    findings: &[Finding],
    modes: &[ModeOption],
) -> Facts {
    let eligible = findings
        .iter()
        .filter(|finding| finding.ineligible.is_none())
        .count();
    let mode = report.preferred_mode;
    facts.report = Some(ReportFacts {
        id: report.id.clone(),
        publication_status: report.publication_status,
        gates: report.gates.clone(),
        eligible_count: i64::try_from(eligible).unwrap_or(i64::MAX),
        selected: Vec::new(),
        delivery_mode: mode,
        mode_unavailable: modes
            .iter()
            .find(|option| option.mode == mode)
            .and_then(|option| option.unavailable.clone()),
    });
    facts
}

/// The ways to deliver fix work for a project, with the reasons against them.
pub fn delivery_modes(project: &Project) -> Vec<ModeOption> {
    let unavailable = |mode: DeliveryMode| {
        (mode == DeliveryMode::ConnectedAccess && !project.connected_access)
            .then(|| "no repository access is connected and approved for this project".to_owned())
    };
    DeliveryMode::ALL
        .iter()
        .map(|mode| ModeOption {
            mode: *mode,
            unavailable: unavailable(*mode),
        })
        .collect()
}
