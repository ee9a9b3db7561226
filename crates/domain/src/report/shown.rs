//! Which findings of a report are shown, and in which groups: what the address asks for.

use crate::audit::Category;
use crate::fix::retest::RetestStatus;
use crate::id::FindingId;
use crate::keyed;
use crate::report::{Finding, Ineligible, Severity};

/// Reports with no more findings than this are shown whole, without filters and groups.
pub const FEW: usize = 6;

keyed! {
    /// How a finding stands.
    pub enum FindingState {
        Eligible = "eligible", "Eligible";
        InWork = "in_work", "In a fix task";
        NotEligible = "not_eligible", "Not eligible";
        RetestPassed = "retest_passed", "Retest passed";
        RetestFailed = "retest_failed", "Retest failed";
        RetestInconclusive = "retest_inconclusive", "Retest inconclusive";
    }
}

impl FindingState {
    /// Whether the finding stands so; a retested one may also be eligible or in work.
    pub fn fits(self, finding: &Finding) -> bool {
        let retest = finding.retest.as_ref().map(|retest| retest.retest_status);
        match self {
            Self::Eligible => finding.ineligible.is_none(),
            Self::InWork => finding.ineligible == Some(Ineligible::HasTask),
            Self::NotEligible => !matches!(finding.ineligible, None | Some(Ineligible::HasTask)),
            Self::RetestPassed => retest == Some(RetestStatus::Passed),
            Self::RetestFailed => retest == Some(RetestStatus::Failed),
            Self::RetestInconclusive => retest == Some(RetestStatus::Inconclusive),
        }
    }
}

keyed! {
    /// What findings are grouped by.
    pub enum GroupBy {
        Severity = "severity", "Severity";
        Category = "category", "Category";
    }
}

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Only this severity.
    pub severity: Option<Severity>,
    /// Only this category, by its key.
    pub category: Option<String>,
    /// Only these.
    pub state: Option<FindingState>,
    /// In these groups; by severity unless asked otherwise.
    pub group: Option<GroupBy>,
}

impl Shown {
    /// From the parameters of an address; what does not read is not asked for.
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let key = |name: &str| get(name).filter(|text| !text.is_empty());
        Self {
            severity: key("severity").as_deref().and_then(Severity::parse),
            category: key("category").filter(|key| {
                key.len() <= 60 && key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            }),
            state: key("state").as_deref().and_then(FindingState::parse),
            group: key("group").as_deref().and_then(GroupBy::parse),
        }
    }

    /// As parameters of an address; empty when nothing is asked for.
    pub fn query(&self) -> String {
        let parts = [
            ("severity", self.severity.map(Severity::key)),
            ("category", self.category.as_deref()),
            ("state", self.state.map(FindingState::key)),
            ("group", self.group.map(GroupBy::key)),
        ];
        let parts = parts
            .iter()
            .filter_map(|(name, value)| value.map(|value| [*name, value].join("=")));
        parts.collect::<Vec<_>>().join("&")
    }

    /// Whether anything is left out.
    pub const fn is_any(&self) -> bool {
        self.severity.is_some() || self.category.is_some() || self.state.is_some()
    }

    /// Whether a finding is shown.
    pub fn fits(&self, finding: &Finding) -> bool {
        let category = self.category.as_ref();
        self.severity.is_none_or(|only| only == finding.severity)
            && category.is_none_or(|only| *only == finding.category)
            && self.state.is_none_or(|only| only.fits(finding))
    }

    /// The findings that are shown, in groups with their names, each in the order of the report.
    pub fn groups(&self, findings: &[Finding]) -> Vec<(String, Vec<FindingId>)> {
        let mut groups: Vec<(String, Vec<FindingId>)> = Vec::new();
        for finding in findings.iter().filter(|finding| self.fits(finding)) {
            let name = match self.group {
                Some(GroupBy::Category) => category_label(&finding.category),
                _ => finding.severity.label().to_owned(),
            };
            let id = finding.finding_id.clone();
            match groups.iter_mut().find(|(other, _)| *other == name) {
                Some((_, ids)) => ids.push(id),
                None => groups.push((name, vec![id])),
            }
        }
        groups
    }
}

/// What people call a category.
pub fn category_label(key: &str) -> String {
    if let Some(category) = Category::parse(key) {
        return category.label().to_owned();
    }
    let words = key.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The categories of a report with their names, by name.
pub fn categories(findings: &[Finding]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = findings
        .iter()
        .map(|finding| (category_label(&finding.category), finding.category.clone()))
        .collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(query: &str) -> Shown {
        Shown::of(|name| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        })
    }

    fn all() -> Vec<Finding> {
        let report: crate::report::ReportView =
            serde_json::from_str(include_str!("../../../../tests/answers/report_none.json"))
                .unwrap();
        report.fix_workflow.findings
    }

    #[test]
    fn what_the_address_asks_for_is_written_back_the_same() {
        for query in [
            "",
            "severity=high",
            "severity=low&category=supply_chain&state=retest_failed&group=category",
        ] {
            assert_eq!(shown(query).query(), query);
        }
        assert_eq!(
            shown("severity=worst&category=A%20B&state=&group=x"),
            Shown::default()
        );
    }

    #[test]
    fn findings_are_grouped_in_the_order_of_the_report_and_none_is_lost() {
        let findings = all();
        let groups = shown("").groups(&findings);
        let names: Vec<_> = groups.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["High", "Medium", "Low"]);
        for query in ["", "group=category"] {
            let groups = shown(query).groups(&findings);
            let count: usize = groups.iter().map(|(_, ids)| ids.len()).sum();
            assert_eq!(count, findings.len());
        }
    }

    #[test]
    fn each_filter_leaves_out_what_does_not_fit() {
        let findings = all();
        for (query, count) in [
            ("severity=medium", 3),
            ("category=headers", 2),
            ("severity=medium&category=headers", 1),
            ("state=in_work", 6),
            ("state=eligible", 0),
            ("state=retest_passed", 0),
        ] {
            let fits = findings.iter().filter(|one| shown(query).fits(one)).count();
            assert_eq!(fits, count, "{query}");
        }
    }

    #[test]
    fn categories_have_names_for_people() {
        assert_eq!(category_label("supply_chain"), "Supply chain");
        assert_eq!(category_label("checkout_forms"), "Checkout forms");
        assert_eq!(category_label(""), "");
    }
}
