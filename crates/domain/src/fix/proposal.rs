//! Which findings to work on first when the credits do not cover all: the selection that removes the most risk, exactly (docs/product.md#automated-fix-workflow).

use crate::id::FindingId;
use crate::link::MOST_SELECTED;
use crate::report::{Confidence, Finding, Severity};

/// A proposed finding with what it weighs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Which finding.
    pub id: FindingId,
    /// What was found.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the check is.
    pub confidence: Confidence,
    /// Its risk points.
    pub points: i64,
    /// Its cost in fix credits.
    pub cost: i64,
}

/// The selection that removes the most risk for the credits at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The findings, in the report's order.
    pub picks: Vec<Pick>,
    /// Their risk points.
    pub points: i64,
    /// Their cost in fix credits.
    pub cost: i64,
    /// The risk points of all that can become fix work.
    pub all_points: i64,
    /// How many findings can become fix work.
    pub all_count: usize,
}

/// The risk points of a finding: its severity counts 27, 9, 3 or 1, times 3, 2 or 1 for the check's confidence.
pub const fn risk_points(severity: Severity, confidence: Confidence) -> i64 {
    let weight = match severity {
        Severity::Critical => 27,
        Severity::High => 9,
        Severity::Medium => 3,
        Severity::Low => 1,
    };
    let sureness = match confidence {
        Confidence::High => 3,
        Confidence::Medium => 2,
        Confidence::Low => 1,
    };
    weight * sureness
}

/// The best selection for so many credits; `None` when they cover everything that one task takes, or nothing.
///
/// Most risk points first, then fewest credits, then the report's own order. At most 50 findings, as a start takes.
pub fn propose(findings: &[Finding], credits: i64) -> Option<Proposal> {
    let eligible: Vec<Pick> = findings
        .iter()
        .filter(|finding| finding.ineligible.is_none() && finding.fix_credit_cost >= 0)
        .map(|finding| Pick {
            id: finding.finding_id.clone(),
            title: finding.title.clone(),
            severity: finding.severity,
            confidence: finding.confidence,
            points: risk_points(finding.severity, finding.confidence),
            cost: finding.fix_credit_cost,
        })
        .collect();
    let costs = eligible.iter().map(|pick| pick.cost).sum::<i64>();
    if costs <= credits {
        return None;
    }
    let (all_points, all_count) = (total(&eligible), eligible.len());
    let picks = best(eligible, usize::try_from(credits).ok()?);
    (!picks.is_empty()).then(|| Proposal {
        points: total(&picks),
        cost: picks.iter().map(|pick| pick.cost).sum(),
        picks,
        all_points,
        all_count,
    })
}

fn total(picks: &[Pick]) -> i64 {
    picks.iter().map(|pick| pick.points).sum()
}

/// The best picks within a budget, by dynamic programming over how many and how much.
fn best(eligible: Vec<Pick>, credits: usize) -> Vec<Pick> {
    let most = MOST_SELECTED.min(eligible.len());
    let cost = |pick: &Pick| usize::try_from(pick.cost).unwrap_or(usize::MAX);
    // No selection costs more than the dearest ones that fit into one start.
    let mut dearest: Vec<usize> = eligible.iter().map(cost).collect();
    dearest.sort_unstable_by(|one, other| other.cmp(one));
    let bound = dearest
        .iter()
        .take(most)
        .fold(0, |sum: usize, one| sum.saturating_add(*one));
    let budget = credits.min(bound);
    let width = budget + 1;
    // (points, credits left over) of the best selection among the findings from here on.
    let mut value = vec![(0_i64, 0_i64); (most + 1) * width];
    let mut takes = vec![vec![false; value.len()]; eligible.len()];
    for (pick, takes) in eligible.iter().zip(&mut takes).rev() {
        let price = cost(pick);
        for count in (1..=most).rev() {
            for money in price..width {
                let (points, saved) = value[(count - 1) * width + money - price];
                let with = (points + pick.points, saved - pick.cost);
                let cell = count * width + money;
                if with >= value[cell] {
                    value[cell] = with;
                    takes[cell] = true;
                }
            }
        }
    }
    let (mut count, mut money) = (most, budget);
    let mut picks = Vec::new();
    for (pick, takes) in eligible.into_iter().zip(takes) {
        if takes[count * width + money] {
            count -= 1;
            money -= cost(&pick);
            picks.push(pick);
        }
    }
    picks
}

#[cfg(test)]
mod tests;
