//! What a page says before the program runs: whose it is, how it stands, and the one next step.

use super::{billing, project, report};
use crate::error::ApiError;
use crate::facts::{account, project_context};
use crate::state::AppState;
use crate::store::{people, reports};
use domain::Timestamp;
use domain::account::AccountRef;
use domain::billing::BillingView;
use domain::credits::{Balance, CreditType};
use domain::gate::{Facts, evaluate};
use domain::id::{AccountId, ProjectId, ReportId, UserId};
use domain::link::{Link, Origin};
use domain::next::next;
use domain::project::ProjectView;
use domain::reason::{Reason, ReasonCode};
use domain::report::ReportView;
use sqlx::AnyConnection;

/// A page that says something before the program runs.
#[derive(Clone, Debug)]
pub enum Page {
    /// Billing, with the blocked action that led there.
    Billing(Option<Origin>),
    /// A project.
    Project(ProjectId),
    /// A report.
    Report(ReportId),
}

/// The one next step, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub label: String,
    /// Where it is done; none on the page itself, which needs the program.
    pub href: Option<String>,
    /// Why it comes first.
    pub why: String,
}

/// What a page says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The account in view.
    pub account: AccountRef,
    /// The heading.
    pub title: String,
    /// The sentence below it.
    pub lead: String,
    /// How it stands, in a word or two.
    pub state: Option<String>,
    /// Avail, Res and Spent of each type; on Billing only.
    pub balances: Vec<(CreditType, Balance)>,
    /// What is in the way of everything, as label and sentence.
    pub in_the_way: Vec<(String, String)>,
    /// The way back from a block, as label and address.
    pub back: Option<(String, String)>,
    /// The one next step.
    pub step: Option<Step>,
}

/// What the page says to this person, who last looked at this account; none where it is not theirs to read.
///
/// # Errors
/// When our side fails, or when the page is not there for them.
pub async fn first(
    state: &AppState,
    (user, last): (&UserId, Option<&AccountId>),
    page: &Page,
    now: Timestamp,
) -> Result<Option<First>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let memberships = people::memberships(&mut tx, user).await?;
    let last = memberships.iter().find(|own| Some(&own.account_id) == last);
    let Some(own) = last.or(memberships.first()) else {
        return Ok(None);
    };
    let viewing = AccountRef {
        id: own.account_id.clone(),
        name: own.account_name.clone(),
    };
    let said = match page {
        Page::Billing(origin) => {
            let stored = account(&mut tx, &viewing.id).await?;
            let who = (user, own.role);
            let view = billing::view(state, &mut tx, who, stored, origin.as_ref(), now).await?;
            of_billing(viewing, &view, origin.as_ref())
        }
        Page::Project(id) => {
            let context = project_context(&mut tx, user, id).await?;
            of_project(viewing, project::view(&mut tx, &context, now).await?)
        }
        Page::Report(id) => of_report(viewing, read(&mut tx, user, id, now).await?),
    };
    Ok(Some(said))
}

async fn read(
    conn: &mut AnyConnection,
    user: &UserId,
    id: &ReportId,
    now: Timestamp,
) -> Result<ReportView, ApiError> {
    let stored = reports::load(conn, id).await?;
    let stored = stored.ok_or_else(ApiError::not_found)?;
    let context = project_context(conn, user, &stored.project).await?;
    report::view(conn, &context, stored, now).await
}

fn of_billing(account: AccountRef, view: &BillingView, origin: Option<&Origin>) -> First {
    let balances = CreditType::ALL.iter();
    let step = next(view).map(|next| Step {
        label: next.label,
        href: Some(next.href),
        why: next.why,
    });
    First {
        account,
        title: "Billing".to_owned(),
        lead: view.summary.clone(),
        state: None,
        balances: balances
            .map(|kind| (*kind, view.credit_balance.of(*kind)))
            .collect(),
        in_the_way: view
            .account_reasons
            .iter()
            .map(|reason| (reason.label.clone(), reason.message.clone()))
            .collect(),
        back: origin.map(|origin| {
            let label = origin.place.return_label().to_owned();
            (label, origin.back().href())
        }),
        step: step.or_else(|| view.account_reasons.first().map(resolve)),
    }
}

/// The step out of what is in the way of the whole account.
fn resolve(reason: &Reason) -> Step {
    let (label, href) = match reason.code {
        ReasonCode::SubscriptionPastDue => ("Pay what is due", Link::PaymentMethod),
        _ => ("Transaction history", Link::Transactions(None)),
    };
    Step {
        label: label.to_owned(),
        href: Some(href.href()),
        why: format!("It clears when {}.", reason.clears_when),
    }
}

fn of_project(account: AccountRef, view: ProjectView) -> First {
    let facts = seen_from(view.scan_facts, &account);
    First {
        title: view.name,
        lead: format!(
            "{} \u{b7} Owned by {} \u{b7} Paid by {}",
            view.domain, view.owner.name, view.payer.name
        ),
        state: None,
        balances: Vec::new(),
        in_the_way: Vec::new(),
        back: None,
        step: Some(gate_step(&facts)),
        account,
    }
}

fn of_report(account: AccountRef, view: ReportView) -> First {
    let findings = view.fix_workflow.findings.len();
    let facts = seen_from(view.fix_workflow.facts, &account);
    First {
        title: view.title,
        lead: format!(
            "{}: {findings} {}, risk score {} of 100",
            view.domain,
            if findings == 1 { "finding" } else { "findings" },
            view.risk_score
        ),
        state: Some(view.publication_status.label().to_owned()),
        balances: Vec::new(),
        in_the_way: Vec::new(),
        back: None,
        step: Some(gate_step(&facts)),
        account,
    }
}

fn seen_from(facts: Facts, viewing: &AccountRef) -> Facts {
    Facts {
        viewing: viewing.clone(),
        ..facts
    }
}

/// What the gate says: the action itself when it is ready, else the one step that its first reason names.
fn gate_step(facts: &Facts) -> Step {
    let verdict = evaluate(facts);
    match verdict.primary() {
        None => Step {
            label: facts.action.label().to_owned(),
            href: None,
            why: verdict.outcome.label().to_owned(),
        },
        Some(reason) => Step {
            label: reason.next_action.label.clone(),
            href: reason.next_action.href.clone(),
            why: format!("{}: {}", reason.label, reason.message),
        },
    }
}
