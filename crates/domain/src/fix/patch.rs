//! The patch of a fix task: what it would change, made from the stored evidence alone, and how its review stands (S0-28).

mod remedy;

use super::evidence::has_secret;
use crate::gate::{Check, CheckState};
use crate::id::{AccountId, FindingId};
use crate::keyed;
use crate::report::Finding;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

keyed! {
    /// How the review of a draft stands.
    pub enum PatchReview {
        Draft = "draft", "Waiting for review";
        Approved = "approved", "Approved";
        Delivered = "delivered", "Delivered";
        Discarded = "discarded", "Discarded";
    }
}

keyed! {
    /// What becomes of a line.
    pub enum LineMark {
        Keep = "keep", " ";
        Remove = "remove", "-";
        Add = "add", "+";
    }
}

/// A line of a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PatchLine {
    /// What becomes of it.
    pub mark: LineMark,
    /// The line, without its end.
    pub text: String,
}

/// What a patch changes in one place, for one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PatchFile {
    /// The finding that it mends.
    pub finding_id: FindingId,
    /// Where the lines stand: a path of small letters, digits, dots and hyphens.
    pub path: String,
    /// Whether the change follows from the evidence by rule; otherwise it is a written instruction.
    pub mechanical: bool,
    /// Why it mends the finding, and what to look at before applying it.
    pub rationale: String,
    /// Its lines.
    pub lines: Vec<PatchLine>,
}

impl PatchFile {
    fn count(&self, mark: LineMark) -> usize {
        self.lines.iter().filter(|line| line.mark == mark).count()
    }
}

/// A patch as a task page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PatchView {
    /// How its review stands.
    pub patch_review_status: PatchReview,
    /// Counts up with every draft.
    pub version: i64,
    /// SHA-256 of the draft: what is approved is exactly this.
    pub digest: String,
    /// "2 places, 3 lines added, 1 removed".
    pub patch_diff_summary: String,
    /// What it changes.
    pub files: Vec<PatchFile>,
    /// Findings of the task that were left out of it.
    pub left_out: Vec<FindingId>,
    /// What was looked at before anybody may approve it.
    pub checks: Vec<Check>,
    /// When it was drafted.
    pub drafted_at: DateTime<Utc>,
    /// By whom.
    pub drafted_by: String,
    /// Who approved exactly this draft.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<DateTime<Utc>>,
}

/// Body of `POST /fix-tasks/{f}/patch`: draws the patch up again without these findings, which voids an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RedraftPatch {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// Findings of the task to leave out; at least one must stay.
    pub leave_out: Vec<FindingId>,
}

/// Body of `POST /fix-tasks/{f}/patch/approve`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ApprovePatch {
    /// The account that the page looks at; refused when it does not own the project.
    pub account_id: AccountId,
    /// The draft that the person read; another one now is refused.
    pub digest: String,
}

/// The changes for these findings, one place each.
pub fn draft<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<PatchFile> {
    findings.map(remedy::of).collect()
}

/// The draft as a unified diff, as tools read it.
pub fn unified(files: &[PatchFile]) -> String {
    let mut out = String::new();
    for file in files {
        let (kept, removed, added) = (
            file.count(LineMark::Keep),
            file.count(LineMark::Remove),
            file.count(LineMark::Add),
        );
        let (before, after) = (kept + removed, kept + added);
        let old = if before == 0 {
            "/dev/null".to_owned()
        } else {
            format!("a/{}", file.path)
        };
        let start = |count: usize| usize::from(count > 0);
        // Writing to a string never fails.
        let _ = writeln!(out, "--- {old}\n+++ b/{}", file.path);
        let _ = writeln!(
            out,
            "@@ -{},{before} +{},{after} @@",
            start(before),
            start(after)
        );
        for line in &file.lines {
            let _ = writeln!(out, "{}{}", line.mark.label(), line.text);
        }
    }
    out
}

/// "2 places, 3 lines added, 1 removed".
pub fn summary(files: &[PatchFile]) -> String {
    let sum = |mark| files.iter().map(|file| file.count(mark)).sum::<usize>();
    let places = match files.len() {
        1 => "1 place".to_owned(),
        count => format!("{count} places"),
    };
    let added = match sum(LineMark::Add) {
        1 => "1 line added".to_owned(),
        count => format!("{count} lines added"),
    };
    format!("{places}, {added}, {} removed", sum(LineMark::Remove))
}

/// What was looked at: nothing that is added is a secret, and everything is about a finding of the task.
pub fn checks(files: &[PatchFile]) -> Vec<Check> {
    let added = files
        .iter()
        .flat_map(|file| &file.lines)
        .filter(|line| line.mark == LineMark::Add);
    let clean = !added.clone().any(|line| has_secret(&line.text));
    let check = |passed: bool, label: &str| Check {
        label: label.to_owned(),
        state: if passed {
            CheckState::Passed
        } else {
            CheckState::Failed
        },
    };
    vec![
        check(
            clean,
            "No line that is added looks like a secret or personal data",
        ),
        check(
            files.iter().all(|file| is_path(&file.path)),
            "Every place is inside the patch's own folder",
        ),
        check(
            !files.is_empty() && added.count() > 0,
            "Something is changed",
        ),
    ]
}

/// Whether all checks passed.
pub fn is_clear(files: &[PatchFile]) -> bool {
    let mut all = checks(files).into_iter();
    all.all(|check| check.state == CheckState::Passed)
}

fn is_path(path: &str) -> bool {
    let fits = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_')
            })
    };
    path.len() <= 200 && path.split('/').all(fits)
}

#[cfg(test)]
mod tests;
