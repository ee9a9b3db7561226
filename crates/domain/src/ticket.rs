//! Findings as tickets for somebody's own tracker: one text a format, the same every time (S0-27). It needs no access, holds
//! no credits, and says that nothing was changed.

mod markdown;

use crate::Timestamp;
use crate::csv::cell;
use crate::id::{FindingId, FixTaskId, ProjectId, ReportId};
use crate::keyed;
use crate::report::{Confidence, Finding, Ineligible, ReportView, Severity};
use serde::Serialize;

keyed! {
    /// How tickets are written.
    pub enum TicketFormat {
        Csv = "csv", "CSV";
        Markdown = "markdown", "Markdown";
        Json = "json", "JSON";
    }
}

impl TicketFormat {
    /// The ending of a file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// The media type of a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Json => "application/json",
        }
    }
}

/// Where tickets come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketSource {
    /// The report.
    pub report_id: ReportId,
    /// Its title.
    pub report_title: String,
    /// The project.
    pub project_id: ProjectId,
    /// The project's site.
    pub domain: String,
    /// When the scan ended.
    pub scanned_at: Timestamp,
}

impl From<&ReportView> for TicketSource {
    fn from(view: &ReportView) -> Self {
        Self {
            report_id: view.report_id.clone(),
            report_title: view.title.clone(),
            project_id: view.project_id.clone(),
            domain: view.domain.clone(),
            scanned_at: view.scanned_at,
        }
    }
}

/// What must be so before the ticket may be closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// What must be so.
    pub description: String,
    /// What shows it.
    pub evidence_required: String,
    /// How to look.
    pub verification_hint: String,
    /// What it goes back to.
    pub source_reference: String,
}

/// One finding as a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// The same for the same issue of a project in every export, so that an import finds what it made before.
    pub source_id: String,
    /// What it is a record of.
    pub record_type: &'static str,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How urgent it is for a tracker.
    pub priority: &'static str,
    /// The area.
    pub category: String,
    /// How sure the check is.
    pub confidence: Confidence,
    /// Whether the problem is still there, as far as this report knows.
    pub status: &'static str,
    /// The page.
    pub affected_url: String,
    /// What was seen.
    pub evidence: String,
    /// SHA-256 of what was seen before it was cut or redacted.
    pub evidence_hash: Option<String>,
    /// The issue's fingerprint.
    pub fingerprint: Option<String>,
    /// How to mend it.
    pub remediation_snippet: String,
    /// When it is done.
    pub acceptance_criteria: Vec<Criterion>,
    /// Words to sort by.
    pub labels: Vec<String>,
    /// The finding.
    pub issue_id: FindingId,
    /// The task that works on it.
    pub fix_task_id: Option<FixTaskId>,
}

/// The findings that an export takes: those asked for, or all that are not marked as false positives.
pub fn exported<'a>(findings: &'a [Finding], asked: &[FindingId]) -> Vec<&'a Finding> {
    let taken = |finding: &&Finding| {
        if asked.is_empty() {
            finding.ineligible != Some(Ineligible::FalsePositive)
        } else {
            asked.contains(&finding.finding_id)
        }
    };
    findings.iter().filter(taken).collect()
}

/// A finding as a ticket.
pub fn ticket(source: &TicketSource, finding: &Finding) -> Ticket {
    let stable = finding
        .fingerprint
        .as_deref()
        .unwrap_or(finding.finding_id.as_str());
    let priority = match finding.severity {
        Severity::Critical => "urgent",
        Severity::High => "high",
        Severity::Medium => "normal",
        Severity::Low => "low",
    };
    Ticket {
        source_id: format!("webriskops:{}:{stable}", source.project_id),
        record_type: "report_issue",
        title: finding.title.clone(),
        severity: finding.severity,
        priority,
        category: finding.category.clone(),
        confidence: finding.confidence,
        status: "open",
        affected_url: finding.affected_url.clone(),
        evidence: finding.evidence.clone(),
        evidence_hash: finding.evidence_hash.clone(),
        fingerprint: finding.fingerprint.clone(),
        remediation_snippet: finding.remediation.clone(),
        acceptance_criteria: criteria(source, finding),
        labels: vec![
            "webriskops".to_owned(),
            format!("severity-{}", finding.severity),
            format!("category-{}", finding.category),
        ],
        issue_id: finding.finding_id.clone(),
        fix_task_id: finding.fix_task_id.clone(),
    }
}

fn criteria(source: &TicketSource, finding: &Finding) -> Vec<Criterion> {
    let criterion = |description: String, evidence: &str, hint: String| Criterion {
        description,
        evidence_required: evidence.to_owned(),
        verification_hint: hint,
        source_reference: finding.finding_id.to_string(),
    };
    vec![
        criterion(
            format!("The change is live on {}", finding.affected_url),
            "Where and when it was changed: address, release note, pull request or ticket",
            finding.remediation.clone(),
        ),
        criterion(
            format!("A new scan no longer finds \"{}\"", finding.title),
            "A retest or a later report without this issue",
            format!(
                "Compare with report {} of {}",
                source.report_id, source.domain
            ),
        ),
    ]
}

/// These findings, written in this format.
pub fn written(format: TicketFormat, source: &TicketSource, findings: &[&Finding]) -> String {
    let tickets: Vec<Ticket> = findings.iter().map(|f| ticket(source, f)).collect();
    match format {
        TicketFormat::Csv => csv(source, &tickets),
        TicketFormat::Markdown => markdown::text(source, &tickets),
        TicketFormat::Json => json(source, &tickets),
    }
}

/// The name of a file of these findings.
pub fn file_name(format: TicketFormat, source: &TicketSource) -> String {
    format!("tickets-{}.{}", source.report_id, format.ending())
}

fn json(source: &TicketSource, tickets: &[Ticket]) -> String {
    let file = serde_json::json!({ "format": "webriskops-tickets-1", "source": source, "tickets": tickets });
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

const COLUMNS: &str = "source_id,title,severity,priority,category,confidence,status,affected_url,evidence,remediation_snippet,acceptance_criteria,labels,report_id,issue_id,fix_task_id,fingerprint";

fn csv(source: &TicketSource, tickets: &[Ticket]) -> String {
    let mut out = format!("{COLUMNS}\r\n");
    for ticket in tickets {
        let done: Vec<&str> = ticket
            .acceptance_criteria
            .iter()
            .map(|criterion| criterion.description.as_str())
            .collect();
        let cells = [
            ticket.source_id.as_str(),
            &ticket.title,
            ticket.severity.key(),
            ticket.priority,
            &ticket.category,
            ticket.confidence.key(),
            ticket.status,
            &ticket.affected_url,
            &ticket.evidence,
            &ticket.remediation_snippet,
            &done.join("; "),
            &ticket.labels.join(" "),
            source.report_id.as_str(),
            ticket.issue_id.as_str(),
            ticket.fix_task_id.as_ref().map_or("", FixTaskId::as_str),
            ticket.fingerprint.as_deref().unwrap_or_default(),
        ]
        .map(cell);
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests;
