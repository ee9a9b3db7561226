//! Every address inside the app, as an enum: the only place that writes one.

use crate::gate::Action;
use crate::guide::Guide;
use crate::id::{
    CheckoutId, FindingId, FixTaskId, ProjectId, ReportId, ScanRunId, SnapshotId, TransactionId,
};
use crate::plan_change::PlanWish;
use serde::{Deserialize, Serialize};

/// A page that owns paid work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// A project page.
    Project(ProjectId),
    /// A report page.
    Report(ReportId),
    /// A fix task page.
    FixTask(FixTaskId),
}

impl Place {
    /// The place that this identifier names.
    pub fn parse(id: &str) -> Option<Self> {
        ProjectId::parse(id)
            .map(Self::Project)
            .or_else(|_| ReportId::parse(id).map(Self::Report))
            .or_else(|_| FixTaskId::parse(id).map(Self::FixTask))
            .ok()
    }

    /// What the way back to it is called (S2-9).
    pub const fn return_label(&self) -> &'static str {
        match self {
            Self::Report(_) => "Return to the report",
            Self::Project(_) => "Return to the project",
            Self::FixTask(_) => "Return to the fix task",
        }
    }

    /// The identifier alone.
    pub fn id(&self) -> &str {
        match self {
            Self::Project(id) => id.as_str(),
            Self::Report(id) => id.as_str(),
            Self::FixTask(id) => id.as_str(),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = &'static str;
    fn try_from(id: String) -> Result<Self, Self::Error> {
        Self::parse(&id).ok_or("not a project, report or fix task")
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.id().to_owned()
    }
}

/// Where a blocked action came from, so that Billing can name it and lead back (S2-4, S2-9, S2-16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Origin {
    /// What was to be started.
    pub from: Action,
    /// The page it was to be started on.
    #[serde(rename = "ref")]
    #[cfg_attr(feature = "schema", schema(value_type = String))]
    pub place: Place,
    /// The findings that were selected, at most 50: what is more is left out, as in an address.
    #[serde(
        default,
        deserialize_with = "first_selected",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub select: Vec<FindingId>,
}

/// How many selected findings an address carries.
pub const MOST_SELECTED: usize = 50;

impl Origin {
    /// Reads an origin from query values; anything that is not one reads as none.
    pub fn from_query(
        from: Option<&str>,
        place: Option<&str>,
        select: Option<&str>,
    ) -> Option<Self> {
        let from = Action::parse(from?)?;
        let place = Place::parse(place?)?;
        Some(Self {
            from,
            place,
            select: parse_selection(select.unwrap_or_default()),
        })
    }

    /// The way back, with the selection kept.
    pub fn back(&self) -> Link {
        match &self.place {
            Place::Project(id) => Link::Project(id.clone()),
            Place::Report(id) => Link::Report {
                id: id.clone(),
                select: self.select.clone(),
            },
            Place::FixTask(id) => Link::FixTask(id.clone()),
        }
    }

    /// An address of this app with this origin in it.
    pub fn on(&self, href: &str) -> String {
        format!("{href}?{}", self.query())
    }

    fn query(&self) -> String {
        let base = format!("from={}&ref={}", self.from.key(), self.place.id());
        if self.select.is_empty() {
            base
        } else {
            format!("{base}&select={}", selection(&self.select))
        }
    }
}

fn first_selected<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<FindingId>, D::Error> {
    let mut ids = Vec::<FindingId>::deserialize(deserializer)?;
    ids.truncate(MOST_SELECTED);
    Ok(ids)
}

/// Reads the findings that an address selects; what is not a finding is left out.
pub fn parse_selection(text: &str) -> Vec<FindingId> {
    text.split(',')
        .filter_map(|id| FindingId::parse(id).ok())
        .take(MOST_SELECTED)
        .collect()
}

fn selection(ids: &[FindingId]) -> String {
    ids.iter()
        .map(FindingId::as_str)
        .collect::<Vec<_>>()
        .join(",")
}

/// A page of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// Sign in, then go on to a path of this app.
    SignIn {
        /// The path and query to go on to.
        next: Option<String>,
    },
    /// Billing, perhaps reached from a blocked action.
    Billing(Option<Origin>),
    /// The whole ledger.
    Ledger,
    /// The transaction history, perhaps reached from a blocked action.
    Transactions(Option<Origin>),
    /// One transaction.
    Transaction(TransactionId),
    /// One checkout session.
    CheckoutSession(CheckoutId),
    /// Review of an item before it is bought.
    Checkout {
        /// The catalogue key.
        item: String,
        /// Where to go back to afterwards.
        origin: Option<Origin>,
    },
    /// The review of a change of plan.
    PlanChange(PlanWish),
    /// The accounts of the person.
    Accounts,
    /// Notices that the person has not read.
    Notices,
    /// The pool and clients of an agency.
    Agency,
    /// All projects.
    Projects,
    /// One project.
    Project(ProjectId),
    /// The monitoring of a project.
    Monitoring(ProjectId),
    /// All scan runs.
    Scans,
    /// One scan run.
    Scan(ScanRunId),
    /// All reports.
    Reports,
    /// One report with these findings selected.
    Report {
        /// The report.
        id: ReportId,
        /// Selected findings.
        select: Vec<FindingId>,
    },
    /// Findings of a report as tickets.
    TicketExports {
        /// The report.
        id: ReportId,
        /// The findings; all of them when there are none.
        select: Vec<FindingId>,
    },
    /// One fix task.
    FixTask(FixTaskId),
    /// The pull request of a fix task.
    PullRequest(FixTaskId),
    /// What can be bought, for everybody.
    Pricing,
    /// Checkouts that are under way.
    Checkouts,
    /// Paying what is due, and changing how the plan is paid.
    PaymentMethod,
    /// The public quick scan: the form, or one of them.
    Snapshot(Option<SnapshotId>),
    /// All guides.
    Guides,
    /// One guide.
    Guide(Guide),
    /// Service credits that were asked for; for operators.
    ServiceCredits,
    /// Events of the provider that were put aside; for operators.
    ProviderEvents,
    /// What readers answered to `Was this page helpful?`; for operators.
    GuideFeedback,
}

impl Link {
    /// The address: path and query.
    pub fn href(&self) -> String {
        let with = |path: &str, query: Option<String>| match query {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        match self {
            Self::SignIn { next } => with(
                "/sign-in",
                next.as_ref().map(|next| format!("next={}", encode(next))),
            ),
            Self::Billing(origin) => with("/billing", origin.as_ref().map(Origin::query)),
            Self::Ledger => "/billing/ledger".into(),
            Self::Transactions(origin) => {
                with("/billing/transactions", origin.as_ref().map(Origin::query))
            }
            Self::Transaction(id) => format!("/billing/transactions/{id}"),
            Self::CheckoutSession(id) => format!("/billing/checkout?checkout_session_id={id}"),
            Self::Checkout { item, origin } => with(
                &format!("/checkout/{item}"),
                origin.as_ref().map(Origin::query),
            ),
            Self::PlanChange(wish) => format!("/billing/plan/{wish}"),
            Self::Accounts => "/accounts".into(),
            Self::Notices => "/notices".into(),
            Self::Agency => "/agency".into(),
            Self::Projects => "/projects".into(),
            Self::Project(id) => format!("/projects/{id}"),
            Self::Monitoring(id) => format!("/projects/{id}/monitoring"),
            Self::Scans => "/scans".into(),
            Self::Scan(id) => format!("/scans/{id}"),
            Self::Reports => "/reports".into(),
            Self::Report { id, select } => {
                let query = (!select.is_empty()).then(|| format!("select={}", selection(select)));
                with(&format!("/reports/{id}"), query)
            }
            Self::TicketExports { id, select } => {
                let query = (!select.is_empty()).then(|| format!("select={}", selection(select)));
                with(&format!("/reports/{id}/ticket-exports"), query)
            }
            Self::FixTask(id) => format!("/fix-tasks/{id}"),
            Self::PullRequest(id) => format!("/fix-tasks/{id}/pull-request"),
            Self::Pricing => "/pricing".into(),
            Self::Checkouts => "/billing/checkout".into(),
            Self::PaymentMethod => "/billing/payment-method".into(),
            Self::Snapshot(None) => "/snapshot".into(),
            Self::Snapshot(Some(id)) => format!("/snapshot/{id}"),
            Self::Guides => "/docs".into(),
            Self::Guide(guide) => "/docs/".to_owned() + guide.key(),
            Self::ServiceCredits => "/operator/service-credits".into(),
            Self::ProviderEvents => "/operator/provider-events".into(),
            Self::GuideFeedback => "/operator/guide-feedback".into(),
        }
    }
}

/// Pages that anybody may read, signed in or not.
pub fn is_public(path: &str) -> bool {
    let under = |root: &str| {
        path.strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    under("/pricing") || under("/docs") || under("/snapshot")
}

/// A path to go on to after signing in: only paths of this app, never another site.
pub fn safe_next(next: &str) -> Option<&str> {
    let inside = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let plain = next.bytes().all(|b| b.is_ascii_graphic());
    (inside && plain && next.len() <= 512).then_some(next)
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let digit = |n: u8| char::from(b"0123456789ABCDEF"[usize::from(n & 15)]);
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_keeps_the_selection() {
        let origin = Origin::from_query(
            Some("fix"),
            Some("rep_harbor"),
            Some("fnd_a,nonsense,fnd_b"),
        )
        .unwrap();
        assert_eq!(
            origin.back().href(),
            "/reports/rep_harbor?select=fnd_a,fnd_b"
        );
        assert_eq!(
            Link::Billing(Some(origin)).href(),
            "/billing?from=fix&ref=rep_harbor&select=fnd_a,fnd_b"
        );
    }

    #[test]
    fn only_prices_and_guides_are_for_everybody() {
        for path in [
            "/pricing",
            "/docs",
            "/docs/billing/scan-credits",
            "/pricing/",
            "/snapshot/snp_1",
        ] {
            assert!(is_public(path), "{path}");
        }
        for path in [
            "/",
            "/billing",
            "/pricingx",
            "/billing/docs",
            "/projects/docs",
        ] {
            assert!(!is_public(path), "{path}");
        }
    }

    #[test]
    fn nonsense_is_no_origin() {
        assert!(Origin::from_query(Some("steal"), Some("rep_a"), None).is_none());
        assert!(Origin::from_query(Some("fix"), Some("https://else.example"), None).is_none());
        assert!(Origin::from_query(None, Some("rep_a"), None).is_none());
    }

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(
            safe_next("/billing?from=fix&ref=rep_a"),
            Some("/billing?from=fix&ref=rep_a")
        );
        for bad in [
            "//else.example",
            "https://else.example",
            "/\\else.example",
            "billing",
            "",
            "/a b",
            "/\u{e9}",
        ] {
            assert_eq!(safe_next(bad), None, "{bad}");
        }
        let link = Link::SignIn {
            next: Some("/reports/rep_a?select=fnd_a".into()),
        };
        assert_eq!(link.href(), "/sign-in?next=/reports/rep_a%3Fselect%3Dfnd_a");
    }
}
