//! The guides of the console: short help texts, one address each, with tables made from the registry of reasons.
//!
//! The texts themselves are data of the server, so that the browser app carries none of them.

pub mod feedback;
mod words;

pub use words::{Word, plain, words};

use crate::account::PackageKey;
use crate::keyed;
use crate::reason::{REGISTRY, ReasonCode, Spec};
use serde::{Deserialize, Serialize};

keyed! {
    /// A guide. Its key is the rest of its address after `/docs/`, its label is its title.
    pub enum Guide {
        RunFirstLiveAudit = "getting-started/run-first-live-audit", "Run the first live audit";
        ActivationScans = "billing/activation-scans", "Activation scans";
        ScanCredits = "billing/scan-credits", "Scan credits";
        FixWorkflowCredits = "billing/fix-workflow-credits", "Fix workflow credits";
        AutomatedFixCredits = "billing/automated-fix-credits", "Automated fix credits";
        MonitoringPlans = "billing/monitoring-plans", "Monitoring plans";
        InvoicesAndReceipts = "billing/invoices-and-receipts", "Invoices and receipts";
        PlansAndCreditState = "billing/plans-and-credit-state", "Plans and credit state";
        EntitlementsAndServices = "billing/entitlements-and-services", "Understand entitlements and services";
        RefundsAndDisputes = "billing/refunds-disputes-and-service-credits", "Refunds, disputes and service credits";
        TicketOnlyFallback = "remediation/ticket-only-fallback", "Ticket-only fallback";
        PlanAndCreditBlocks = "troubleshooting/plan-and-credit-blocks", "Plan and credit blocks";
        ResolveBlocked = "troubleshooting/resolve-blocked-or-failed-states", "Resolve blocked or failed states";
    }
}

impl Guide {
    /// The guide at this section and name.
    pub fn at(section: &str, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|guide| {
            guide
                .key()
                .split_once('/')
                .is_some_and(|key| key == (section, name))
        })
    }

    /// The section of the help that it belongs to.
    pub fn section(self) -> &'static str {
        self.key()
            .split_once('/')
            .map_or("", |(section, _)| section)
    }

    /// Whether its table has every reason there is.
    pub const fn has_every_reason(self) -> bool {
        matches!(self, Self::ResolveBlocked)
    }

    /// The rows of its table, from the registry: its own reasons, those of the codes it refers to, or every one.
    pub fn reasons(self, also: &[ReasonCode]) -> Vec<GuideReason> {
        REGISTRY
            .iter()
            .filter(|spec| {
                self.has_every_reason() || spec.guide == self || also.contains(&spec.code)
            })
            .map(GuideReason::of)
            .collect()
    }
}

/// A part of a guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What it says; words between backticks are names of the API.
    #[serde(default)]
    pub paragraphs: Vec<String>,
    /// What to do, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What holds, in no order.
    #[serde(default)]
    pub points: Vec<String>,
}

/// A step of a guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Step {
    /// What to do.
    #[serde(rename = "do")]
    pub what: String,
    /// What is true or seen afterwards.
    pub result: String,
}

/// Since when, with which plans, providers and deployment modes a guide holds (the block `Feature availability`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Availability {
    /// A day, `YYYY-MM-DD`, or `Current documentation`.
    pub available_from: String,
    /// The plans that it speaks of.
    pub packages: Vec<PackageKey>,
    /// Who carries out what it speaks of, such as `paddle`; none where nobody outside takes part.
    pub providers: Vec<String>,
    /// Where the console runs.
    pub deployment_modes: Vec<String>,
}

/// A row of a guide's table of reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuideReason {
    /// For machines.
    pub code: ReasonCode,
    /// What people read.
    pub label: String,
    /// What it means, without a case at hand.
    pub means: String,
    /// What ends it.
    pub clears_when: String,
    /// What to do about it.
    pub next: String,
    /// Where more is said about it.
    pub guide: Guide,
}

impl GuideReason {
    fn of(spec: &Spec) -> Self {
        Self {
            code: spec.code,
            label: spec.label.to_owned(),
            means: spec.key.means().to_owned(),
            clears_when: spec.clears_when.to_owned(),
            next: spec.next.label().to_owned(),
            guide: spec.guide,
        }
    }
}

/// A guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuideView {
    /// Which guide.
    pub guide: Guide,
    /// Which text of it this is: 12 hexadecimal digits that change with every word.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Whom it is for.
    pub audience: String,
    /// Since when and for which plans, providers and deployments it holds.
    pub availability: Availability,
    /// What it is about, in a sentence or two.
    pub lead: String,
    /// Its parts.
    pub sections: Vec<Section>,
    /// Its table of reasons.
    pub reasons: Vec<GuideReason>,
    /// Where to read on.
    pub related: Vec<Guide>,
}

/// A guide in the list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuideRow {
    /// Which guide.
    pub guide: Guide,
    /// Its title.
    pub title: String,
    /// Whom it is for.
    pub audience: String,
    /// What it is about.
    pub lead: String,
    /// What it says, sentence by sentence, to be searched.
    #[serde(default)]
    pub says: Vec<String>,
}

impl GuideRow {
    /// Whether every word that somebody typed is somewhere in it, and what it says with all of them in one place, if it does.
    pub fn answers(&self, typed: &str) -> Option<Option<&str>> {
        let typed = typed.to_lowercase();
        let words: Vec<&str> = typed.split_whitespace().collect();
        let in_one = |text: &str| {
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let found = self.says.iter().find(|says| in_one(says));
        let whole = || {
            let own = [&self.title, &self.audience, &self.lead];
            let all: Vec<&str> = own
                .into_iter()
                .chain(&self.says)
                .map(String::as_str)
                .collect();
            in_one(&all.join("\n"))
        };
        if words.is_empty() || in_one(&self.title) || in_one(&self.lead) {
            return Some(None);
        }
        match found {
            Some(says) => Some(Some(says)),
            None => whole().then_some(None),
        }
    }
}

/// What the guides are about.
pub const LEAD: &str =
    "How scans, fixes, credits and plans work here, and what to do when something is in the way.";

/// Every guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GuideList {
    /// The guides, in reading order.
    pub items: Vec<GuideRow>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Link;
    use std::collections::BTreeSet;

    #[test]
    fn a_guide_is_found_by_all_the_words_that_were_typed() {
        let row = GuideRow {
            guide: Guide::ScanCredits,
            title: "Scan credits".into(),
            audience: "Owners".into(),
            lead: "What an audit takes.".into(),
            says: vec![
                "A scan holds one credit.".into(),
                "It comes back when the scan fails.".into(),
            ],
        };
        assert_eq!(row.answers(" "), Some(None));
        assert_eq!(row.answers("SCAN cred"), Some(None));
        let fails = Some(Some("It comes back when the scan fails."));
        assert_eq!(row.answers("fails scan"), fails);
        assert_eq!(row.answers("owners holds"), Some(None), "in two places");
        assert_eq!(row.answers("scan refund"), None);
    }

    #[test]
    fn every_guide_has_an_address_of_its_own_that_leads_back_to_it() {
        let mut seen = BTreeSet::new();
        for guide in Guide::ALL {
            let (section, name) = guide.key().split_once('/').unwrap();
            assert!(
                section
                    .bytes()
                    .chain(name.bytes())
                    .all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{guide}"
            );
            assert_eq!(Guide::at(section, name), Some(*guide));
            assert_eq!(guide.section(), section);
            let href = Link::Guide(*guide).href();
            assert_eq!(href, format!("/docs/{section}/{name}"));
            assert!(
                seen.insert(href) && seen.insert(guide.label().to_owned()),
                "{guide}"
            );
        }
        assert_eq!(Guide::at("billing", "nothing"), None);
        assert_eq!(Guide::at("troubleshooting", "scan-credits"), None);
        assert_eq!(Guide::at("", ""), None);
    }

    #[test]
    fn the_addresses_that_the_seeds_name_are_there() {
        for (section, name) in [
            ("remediation", "ticket-only-fallback"),
            ("getting-started", "run-first-live-audit"),
            ("billing", "activation-scans"),
            ("billing", "scan-credits"),
            ("billing", "automated-fix-credits"),
            ("billing", "monitoring-plans"),
            ("billing", "invoices-and-receipts"),
        ] {
            assert!(Guide::at(section, name).is_some(), "{section}/{name}");
        }
    }

    #[test]
    fn tables_are_made_from_the_registry_and_leave_no_reason_out() {
        let everything = Guide::ResolveBlocked.reasons(&[]);
        assert_eq!(everything.len(), REGISTRY.len());
        for spec in REGISTRY {
            let row = GuideReason::of(spec);
            assert!(everything.contains(&row), "{}", spec.label);
            assert!(spec.guide.reasons(&[]).contains(&row), "{}", spec.label);
            let elsewhere = Guide::ALL
                .iter()
                .filter(|guide| !guide.has_every_reason() && **guide != spec.guide);
            for guide in elsewhere {
                assert!(!guide.reasons(&[]).contains(&row), "{guide} {}", spec.label);
                assert!(guide.reasons(&[spec.code]).contains(&row), "{guide}");
            }
        }
    }
}
