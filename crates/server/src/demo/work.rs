//! Work of the demonstration data: scans, fix tasks and AI use, reserved and settled like any other.

use super::SeedError;
use super::projects::{DemoProject, DemoReport};
use crate::ledger::{HoldOrder, Purpose, reserve, settle};
use crate::state::AppState;
use crate::store::audits::put_off;
use crate::store::fix_steps;
use crate::store::projects::{NewScan, end_scan, insert_scan};
use crate::store::reports::{NewTask, insert_task};
use crate::store::{Tx, new_id};
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::fix::evidence::{EvidenceKind, EvidenceReference, TaskEvidence};
use domain::fix::task::TaskEventKind;
use domain::fix::{DeliveryMode, FixTaskStatus};
use domain::id::{AccountId, FindingId, FixTaskId, ProjectId, ReportId, ScanRunId};
use domain::scan::{ScanKind, ScanStatus};

/// Writes all work, oldest first.
pub(super) async fn write(state: &AppState, projects: &[DemoProject]) -> Result<(), SeedError> {
    let mut tx = state.store.begin().await?;
    for project in projects {
        let work = DemoWork {
            payer: project.payer().clone(),
            project: project.id.clone(),
        };
        for _ in 0..project.scans_done {
            work.scan(&mut tx, true).await?;
        }
        for report in project.reports.iter().rev() {
            work.fixes(&mut tx, report).await?;
        }
        if project.ai > 0 {
            work.ai(&mut tx, project.ai).await?;
        }
        if project.scan_queued {
            work.scan(&mut tx, false).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

struct DemoWork {
    payer: AccountId,
    project: ProjectId,
}

const ACTOR: &str = "Dana Reyes";

impl DemoWork {
    fn order<'a>(&'a self, purpose: Purpose, amount: i64, work_ref: &'a str) -> HoldOrder<'a> {
        HoldOrder {
            account: &self.payer,
            purpose,
            amount,
            project: Some(&self.project),
            work_ref,
            actor: ACTOR,
        }
    }

    async fn scan(&self, tx: &mut Tx, done: bool) -> Result<(), SeedError> {
        let run: ScanRunId = new_id(ScanRunId::PREFIX)?;
        let now = Utc::now();
        let held = reserve(tx, &self.order(Purpose::Scan, 1, run.as_str()), now).await?;
        let new = NewScan {
            id: &run,
            project: &self.project,
            payer: &self.payer,
            kind: ScanKind::Audit,
            hold: Some(&held.hold),
            started_by: ACTOR,
        };
        insert_scan(tx, &new, now).await?;
        if done {
            let end = Utc::now();
            settle(tx, &self.payer, &held.hold, 1, "Scanner", end).await?;
            end_scan(tx, &run, ScanStatus::Completed, None, Some(20), end).await?;
        } else {
            // It shows a scan that waits: no worker takes it while people look.
            put_off(tx, &run, now + Duration::days(3650)).await?;
        }
        Ok(())
    }

    /// Tasks take the report's findings in order, as many as each says.
    async fn fixes(&self, tx: &mut Tx, report: &DemoReport) -> Result<(), SeedError> {
        let mut rest = report.findings.as_slice();
        for (status, count) in &report.worked {
            let (taken, left) = rest.split_at((*count).min(rest.len()));
            rest = left;
            let findings: Vec<FindingId> = taken.iter().map(|finding| finding.0.clone()).collect();
            self.fix(tx, &report.id, &findings, *status).await?;
        }
        Ok(())
    }

    async fn fix(
        &self,
        tx: &mut Tx,
        report: &ReportId,
        findings: &[FindingId],
        status: FixTaskStatus,
    ) -> Result<(), SeedError> {
        let completed = status == FixTaskStatus::Completed;
        let task: FixTaskId = new_id(FixTaskId::PREFIX)?;
        let cost = i64::try_from(findings.len()).unwrap_or(i64::MAX);
        let now = Utc::now();
        let held = reserve(tx, &self.order(Purpose::Fix, cost, task.as_str()), now).await?;
        let new = NewTask {
            id: &task,
            report,
            project: &self.project,
            payer: &self.payer,
            hold: Some(&held.hold),
            status,
            mode: if completed {
                DeliveryMode::CustomerApplied
            } else {
                DeliveryMode::ReviewOnlyPatch
            },
            cost,
            findings,
            started_by: ACTOR,
        };
        insert_task(tx, &new, now).await?;
        if completed {
            applied(tx, &task, cost, now).await?;
            settle(
                tx,
                &self.payer,
                &held.hold,
                cost,
                "Fix workflow",
                now + Duration::milliseconds(1),
            )
            .await?;
        }
        Ok(())
    }

    async fn ai(&self, tx: &mut Tx, amount: i64) -> Result<(), SeedError> {
        let work_ref = format!("ai:{}", self.project);
        let held = reserve(tx, &self.order(Purpose::Ai, amount, &work_ref), Utc::now()).await?;
        settle(
            tx,
            &self.payer,
            &held.hold,
            amount,
            "AI assistance",
            Utc::now(),
        )
        .await?;
        Ok(())
    }
}

/// The evidence with which a finished task of the demonstration ended.
async fn applied(
    tx: &mut Tx,
    task: &FixTaskId,
    cost: i64,
    now: Timestamp,
) -> Result<(), SeedError> {
    let evidence = TaskEvidence {
        references: vec![EvidenceReference {
            kind: EvidenceKind::ReleaseNote,
            value: "Site release of that week".to_owned(),
        }],
        note: "Changed as the remediation of each finding says.".to_owned(),
        applied_at: now,
        recorded_by: ACTOR.to_owned(),
        recorded_at: now,
    };
    fix_steps::insert_evidence(tx, task, &evidence).await?;
    let spent = format!("Fix credits spent: {cost}.");
    let said = (ACTOR, spent.as_str());
    fix_steps::add_event(tx, task, TaskEventKind::EvidenceRecorded, said, now).await?;
    Ok(())
}
