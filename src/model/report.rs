//! What the report page makes of a report and a selection.

use domain::account::AccountRef;
use domain::credits::{Balance, CreditType, amount_text};
use domain::fix::{
    CancelledFix, DeliveryMode, FixTaskRow, FixTaskView, FixWorkflowView, StartedFix,
};
use domain::id::{FindingId, ReportId};
use domain::report::{Finding, Gate, GateStatus, Ineligible, ReportView};

/// The asked findings that are there and can become fix work, in the report's order.
pub fn usable(findings: &[Finding], asked: &[FindingId]) -> Vec<FindingId> {
    findings
        .iter()
        .filter(|finding| finding.ineligible.is_none() && asked.contains(&finding.finding_id))
        .map(|finding| finding.finding_id.clone())
        .collect()
}

/// How many asked findings this report has but cannot fix (any more).
pub fn left_out(findings: &[Finding], asked: &[FindingId]) -> usize {
    findings
        .iter()
        .filter(|finding| finding.ineligible.is_some() && asked.contains(&finding.finding_id))
        .count()
}

/// The selection with one finding put in or taken out.
pub fn toggled(selected: &[FindingId], id: &FindingId, on: bool) -> Vec<FindingId> {
    let others = selected.iter().filter(|other| *other != id).cloned();
    others.chain(on.then(|| id.clone())).collect()
}

/// "1 credit", "3 credits".
pub fn credits(count: i64) -> String {
    count.to_string() + if count == 1 { " credit" } else { " credits" }
}

/// What the start button says.
pub fn start_label(mode: DeliveryMode, cost: i64) -> String {
    if !mode.uses_credits() {
        return "Start without credits".into();
    }
    match cost {
        0 => "Start automated fix workflow".into(),
        _ => "Reserve ".to_owned() + &credits(cost) + " and start",
    }
}

/// Everything that makes a start another start; not the order in which findings were ticked. The newest task on the page
/// belongs to it: findings of a cancelled task can be started again, and that is not the start before.
pub fn intent_name(
    report: &ReportId,
    viewing: &AccountRef,
    selected: &[FindingId],
    mode: DeliveryMode,
    newest: Option<&FixTaskRow>,
) -> String {
    let mut ids: Vec<&str> = selected.iter().map(FindingId::as_str).collect();
    ids.sort_unstable();
    [
        "fix",
        report.as_str(),
        viewing.id.as_str(),
        &ids.join(","),
        mode.key(),
        newest.map_or("none", |task| task.fix_task_id.as_str()),
    ]
    .join(":")
}

/// A figure now and after a hold, when the balance covers it: "2 → 0".
pub fn change(now: i64, change: i64) -> Option<String> {
    let after = now.checked_add(change).filter(|after| *after >= 0)?;
    Some(now.to_string() + " \u{2192} " + &after.to_string())
}

/// What becomes of the credits, as pairs of "when" and "then".
pub fn outcomes(mode: DeliveryMode, cost: i64) -> [(&'static str, String); 3] {
    if !mode.uses_credits() {
        let none = || "No credits move.".to_owned();
        return [
            ("If it succeeds", none()),
            ("If it fails", none()),
            ("If it is cancelled", none()),
        ];
    }
    let held = if cost == 0 {
        "The reserved credits".to_owned()
    } else {
        "The ".to_owned() + &credits(cost)
    };
    let verb = |one: &'static str, many: &'static str| if cost == 1 { one } else { many };
    let back = held.clone() + verb(" returns to Avail.", " return to Avail.");
    [
        ("If it succeeds", held + verb(" is spent.", " are spent.")),
        ("If it fails", back.clone()),
        ("If it is cancelled", back),
    ]
}

/// "6 of 6 passed".
pub fn gates_passed(gates: &[Gate]) -> String {
    let passed = gates
        .iter()
        .filter(|gate| gate.status == GateStatus::Passed)
        .count();
    passed.to_string() + " of " + &gates.len().to_string() + " passed"
}

/// The report right after a start, until fresh figures come: the task, the balance, and findings that are taken.
pub fn with_started(mut view: ReportView, started: &StartedFix, ids: &[FindingId]) -> ReportView {
    let workflow = &mut view.fix_workflow;
    let task = &started.fix_task;
    workflow.facts.payer.balance = started.balance;
    if !workflow
        .tasks
        .iter()
        .any(|old| old.fix_task_id == task.fix_task_id)
    {
        workflow.tasks.insert(0, task.clone());
    }
    take(workflow, ids, started);
    view
}

fn take(workflow: &mut FixWorkflowView, ids: &[FindingId], started: &StartedFix) {
    let mut taken = 0;
    for finding in &mut workflow.findings {
        if finding.ineligible.is_none() && ids.contains(&finding.finding_id) {
            finding.ineligible = Some(Ineligible::HasTask);
            finding.fix_task_id = Some(started.fix_task.fix_task_id.clone());
            taken += 1;
        }
    }
    if let Some(report) = workflow.facts.report.as_mut() {
        report.eligible_count -= taken;
    }
}

/// What is said once when the work has started.
pub fn started_text(started: &StartedFix, payer: &str) -> String {
    let cost = started.fix_task.fix_credit_cost;
    if cost == 0 {
        return "Fix work started. No credits were reserved.".into();
    }
    let Balance { avail, .. } = started.balance;
    "Fix work started. ".to_owned()
        + &amount_text(cost, CreditType::AutomatedFix)
        + " reserved from "
        + payer
        + ". Available: "
        + &avail.to_string()
        + "."
}

/// What becomes of the credits of a cancelled task: "2 credits go back to Avail of Northwind Trading."
pub fn returned_text(task: &FixTaskView) -> String {
    let cost = task.row.fix_credit_cost;
    if cost == 0 || !task.row.delivery_mode.uses_credits() {
        return "It holds no credits.".into();
    }
    let verb = if cost == 1 { " goes" } else { " go" };
    credits(cost) + verb + " back to Avail of " + &task.payer.name + "."
}

/// The task right after it was cancelled, until fresh figures come.
pub fn with_cancelled(mut view: FixTaskView, cancelled: &CancelledFix) -> FixTaskView {
    view.row = cancelled.fix_task.clone();
    view
}

#[cfg(test)]
mod tests;
