//! The texts of the guides: data beside the code, put together with the tables that the registry of reasons makes.

use domain::guide::{Availability, Guide, GuideList, GuideRow, GuideView, Section};
use domain::reason::ReasonCode;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// A guide as it is written in its file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    audience: String,
    availability: Availability,
    lead: String,
    sections: Vec<Section>,
    /// Codes whose reasons stand in its table beside its own.
    #[serde(default)]
    reasons: Vec<ReasonCode>,
    related: Vec<Guide>,
}

/// The file of a guide.
const fn file(guide: Guide) -> &'static str {
    match guide {
        Guide::RunFirstLiveAudit => {
            include_str!("../guides/getting-started/run-first-live-audit.json")
        }
        Guide::ActivationScans => include_str!("../guides/billing/activation-scans.json"),
        Guide::ScanCredits => include_str!("../guides/billing/scan-credits.json"),
        Guide::FixWorkflowCredits => include_str!("../guides/billing/fix-workflow-credits.json"),
        Guide::AutomatedFixCredits => {
            include_str!("../guides/billing/automated-fix-credits.json")
        }
        Guide::MonitoringPlans => include_str!("../guides/billing/monitoring-plans.json"),
        Guide::InvoicesAndReceipts => include_str!("../guides/billing/invoices-and-receipts.json"),
        Guide::PlansAndCreditState => include_str!("../guides/billing/plans-and-credit-state.json"),
        Guide::EntitlementsAndServices => {
            include_str!("../guides/billing/entitlements-and-services.json")
        }
        Guide::RefundsAndDisputes => {
            include_str!("../guides/billing/refunds-disputes-and-service-credits.json")
        }
        Guide::TicketOnlyFallback => {
            include_str!("../guides/remediation/ticket-only-fallback.json")
        }
        Guide::PlanAndCreditBlocks => {
            include_str!("../guides/troubleshooting/plan-and-credit-blocks.json")
        }
        Guide::ResolveBlocked => {
            include_str!("../guides/troubleshooting/resolve-blocked-or-failed-states.json")
        }
    }
}

/// Which text of a guide this is; it changes with every word of its file.
pub fn version(guide: Guide) -> String {
    let digest = Sha256::digest(file(guide).as_bytes());
    hex::encode(&digest[..6])
}

/// One guide with its table.
pub fn view(guide: Guide) -> Result<GuideView, serde_json::Error> {
    let text: Text = serde_json::from_str(file(guide))?;
    Ok(GuideView {
        guide,
        version: version(guide),
        title: guide.label().to_owned(),
        audience: text.audience,
        availability: text.availability,
        lead: text.lead,
        sections: text.sections,
        reasons: guide.reasons(&text.reasons),
        related: text.related,
    })
}

/// Everything that a part of a guide says.
fn said(section: Section) -> Vec<String> {
    let Section {
        heading,
        paragraphs,
        steps,
        points,
    } = section;
    let steps = steps.into_iter().flat_map(|step| [step.what, step.result]);
    let texts = [heading].into_iter().chain(paragraphs);
    texts.chain(steps).chain(points).collect()
}

/// Every guide, in reading order.
pub fn list() -> Result<GuideList, serde_json::Error> {
    let row = |guide: &Guide| {
        let text: Text = serde_json::from_str(file(*guide))?;
        Ok(GuideRow {
            guide: *guide,
            title: guide.label().to_owned(),
            audience: text.audience,
            lead: text.lead,
            says: text.sections.into_iter().flat_map(said).collect(),
        })
    };
    let items = Guide::ALL.iter().map(row).collect::<Result<_, _>>()?;
    Ok(GuideList { items })
}
