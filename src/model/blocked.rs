//! The blocked action that led to Billing: what stands in its way now, and the one thing to do about it here.

mod step;
#[cfg(test)]
mod tests;

use domain::account::AccountRef;
use domain::billing::BillingView;
use domain::credits::CreditType;
use domain::fix::FixTaskView;
use domain::gate::{Action, Facts, evaluate};
use domain::id::AccountId;
use domain::link::Origin;
use domain::project::{ProjectView, ServiceKind};
use domain::reason::{Reason, ReasonKey, Slots};
use domain::report::ReportView;
use step::step;

/// The page that owns the blocked work.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// A report.
    Report(Box<ReportView>),
    /// A project.
    Project(Box<ProjectView>),
    /// A fix task.
    Task(Box<FixTaskView>),
}

impl Work {
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
            Self::Project(project) => &project.paying_account,
            Self::Task(task) => &task.paying_account,
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
pub enum Step {
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
pub enum Standing {
    /// It can start.
    Ready,
    /// It cannot.
    Blocked {
        /// Why.
        reason: Box<Reason>,
        /// What to do.
        step: Step,
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
    pub standing: Standing,
}

/// How the action of this origin stands for the account whose billing is open.
pub fn blocked(
    view: &BillingView,
    origin: &Origin,
    work: &Work,
    may_open: impl Fn(&AccountId) -> bool,
) -> Blocked {
    let payer = work.payer();
    let viewing = viewing(view, work);
    let facts = facts(origin, work, &viewing);
    let need = facts.as_ref().and_then(need);
    let reasons = facts
        .as_ref()
        .map(|facts| evaluate(facts).blocked_reasons)
        .or_else(|| service_reasons(origin, work, &viewing));
    let standing = match reasons.map(|reasons| reasons.into_iter().next()) {
        None => Standing::Elsewhere,
        Some(None) => Standing::Ready,
        Some(Some(reason)) => {
            let step = step(view, &reason, work, need.as_ref(), may_open);
            let reason = Box::new(reason);
            Standing::Blocked { reason, step }
        }
    };
    Blocked {
        kind: work.kind(),
        place: work.name(),
        payer: payer.clone(),
        need,
        standing,
    }
}

/// Credits that the action of this origin needs, for whoever buys them on the account whose billing is open.
pub fn need_of(view: &BillingView, origin: &Origin, work: &Work) -> Option<Need> {
    let paid_here = work.payer().id == view.account_id;
    facts(origin, work, &viewing(view, work))
        .filter(|_| paid_here)
        .as_ref()
        .and_then(need)
}

/// The account to judge from. The payer's billing is as right a place as the owner's: an agency buys for its clients.
fn viewing(view: &BillingView, work: &Work) -> AccountRef {
    if view.account_id == work.payer().id {
        work.owner().clone()
    } else {
        AccountRef {
            id: view.account_id.clone(),
            name: view.account_name.clone(),
        }
    }
}

fn facts(origin: &Origin, work: &Work, viewing: &AccountRef) -> Option<Facts> {
    match (origin.from, work) {
        (Action::Fix, Work::Report(report)) => {
            let workflow = &report.fix_workflow;
            let mode = workflow.facts.report.as_ref()?.delivery_mode;
            Some(workflow.facts_for(viewing, &origin.select, mode))
        }
        (Action::Scan, Work::Project(project)) => Some(Facts {
            viewing: viewing.clone(),
            ..project.scan_facts.clone()
        }),
        _ => None,
    }
}

fn service_reasons(origin: &Origin, work: &Work, viewing: &AccountRef) -> Option<Vec<Reason>> {
    let (Action::Monitoring, Work::Project(project)) = (origin.from, work) else {
        return None;
    };
    if viewing.id != project.owner.id {
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
