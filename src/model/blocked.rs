//! The blocked action that led to Billing: what stands in its way now, and the one thing to do about it here.

mod remedy;
#[cfg(test)]
mod tests;

use domain::account::{AccountRef, is_at_home};
use domain::billing::BillingView;
use domain::credits::CreditType;
use domain::fix::FixTaskView;
use domain::gate::{Action, Facts, evaluate};
use domain::id::AccountId;
use domain::link::Origin;
use domain::project::{ProjectView, ServiceKind};
use domain::reason::{Reason, ReasonKey, Slots};
use domain::report::ReportView;
use remedy::remedy;

/// The page that owns the blocked work.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceView {
    /// A report.
    Report(Box<ReportView>),
    /// A project.
    Project(Box<ProjectView>),
    /// A fix task.
    Task(Box<FixTaskView>),
}

impl PlaceView {
    /// What people call it.
    pub fn name(&self) -> String {
        match self {
            Self::Report(report) => format!("{}, {}", report.title, report.domain),
            Self::Project(project) => format!("{}, {}", project.name, project.domain),
            Self::Task(task) => format!("{}, {}", task.report_title, task.domain),
        }
    }

    /// What kind of page it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Report(_) => "report",
            Self::Project(_) => "project",
            Self::Task(_) => "fix task",
        }
    }

    const fn owner(&self) -> &AccountRef {
        match self {
            Self::Report(report) => &report.owner,
            Self::Project(project) => &project.owner,
            Self::Task(task) => &task.owner,
        }
    }

    const fn payer(&self) -> &AccountRef {
        match self {
            Self::Report(report) => &report.fix_workflow.facts.payer.account,
            Self::Project(project) => &project.payer,
            Self::Task(task) => &task.payer,
        }
    }
}

/// Credits that the work needs, and what there is of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Which credits.
    pub credit_type: CreditType,
    /// How many it needs.
    pub need: i64,
    /// How many the payer has available.
    pub have: i64,
}

/// The one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Buy this item.
    Buy(String),
    /// Follow a payment that is under way.
    Wait(String),
    /// Choose a plan below.
    ComparePlans,
    /// Look at another account.
    SwitchTo(AccountRef),
    /// Clear it where the work is.
    GoBack,
    /// Nothing on this page helps; a sentence says what does.
    Words(String),
}

/// How the blocked action stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionState {
    /// It can start.
    Ready,
    /// It cannot.
    Blocked {
        /// Why.
        reason: Box<Reason>,
        /// What to do.
        remedy: Remedy,
    },
    /// Only its own page can say.
    Elsewhere,
}

/// Everything that is said about the blocked action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// What kind of page it is on.
    pub kind: &'static str,
    /// What that page is called.
    pub place: String,
    /// Who pays.
    pub payer: AccountRef,
    /// What it needs, when it needs credits.
    pub need: Option<Need>,
    /// How it stands.
    pub state: ActionState,
}

/// How the action of this origin stands for the account whose billing is open.
pub fn blocked(
    view: &BillingView,
    origin: &Origin,
    place: &PlaceView,
    may_open: impl Fn(&AccountId) -> bool,
) -> Blocked {
    let payer = place.payer();
    let viewing = viewing(view);
    let facts = facts(origin, place, &viewing);
    let need = facts.as_ref().and_then(need);
    let reasons = facts
        .as_ref()
        .map(|facts| evaluate(facts).blocked_reasons)
        .or_else(|| service_reasons(origin, place, &viewing));
    let state = match reasons.map(|reasons| reasons.into_iter().next()) {
        None => ActionState::Elsewhere,
        Some(None) => ActionState::Ready,
        Some(Some(reason)) => {
            let remedy = remedy(view, &reason, place, need.as_ref(), may_open);
            let reason = Box::new(reason);
            ActionState::Blocked { reason, remedy }
        }
    };
    Blocked {
        kind: place.kind(),
        place: place.name(),
        payer: payer.clone(),
        need,
        state,
    }
}

/// Credits that the action of this origin needs, for whoever buys them on the account whose billing is open.
pub fn need_of(view: &BillingView, origin: &Origin, place: &PlaceView) -> Option<Need> {
    let paid_here = place.payer().id == view.account_id;
    facts(origin, place, &viewing(view))
        .filter(|_| paid_here)
        .as_ref()
        .and_then(need)
}

/// The account to judge from.
fn viewing(view: &BillingView) -> AccountRef {
    AccountRef {
        id: view.account_id.clone(),
        name: view.account_name.clone(),
    }
}

fn facts(origin: &Origin, place: &PlaceView, viewing: &AccountRef) -> Option<Facts> {
    match (origin.from, place) {
        (Action::Fix, PlaceView::Report(report)) => {
            let workflow = &report.fix_workflow;
            let mode = workflow.facts.report.as_ref()?.delivery_mode;
            Some(workflow.facts_for(viewing, &origin.select, mode))
        }
        (Action::Scan, PlaceView::Project(project)) => Some(Facts {
            viewing: viewing.clone(),
            ..project.scan_facts.clone()
        }),
        (Action::Retest, PlaceView::Task(task)) if task.retest.not_yet.is_none() => Some(Facts {
            viewing: viewing.clone(),
            ..task.retest.facts.clone()
        }),
        (Action::Ai, PlaceView::Task(task)) if task.assist.offered => Some(Facts {
            viewing: viewing.clone(),
            ..task.assist.facts.clone()
        }),
        _ => None,
    }
}

fn service_reasons(
    origin: &Origin,
    place: &PlaceView,
    viewing: &AccountRef,
) -> Option<Vec<Reason>> {
    let (Action::Monitoring, PlaceView::Project(project)) = (origin.from, place) else {
        return None;
    };
    if !is_at_home(&viewing.id, &project.owner.id, &project.payer.id) {
        let slots = Slots {
            owner: &project.owner.name,
            ..Slots::default()
        };
        return Some(vec![ReasonKey::WrongAccount.with(&slots, None)]);
    }
    let mut services = project.services.iter();
    let service = services.find(|service| service.service == ServiceKind::Monitoring)?;
    Some(service.blocked_reasons.clone())
}

fn need(facts: &Facts) -> Option<Need> {
    let need = facts.cost();
    (need > 0).then_some(Need {
        credit_type: facts.credit_type()?,
        need,
        have: facts.payer.balance.avail,
    })
}
