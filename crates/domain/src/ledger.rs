//! The ledger as people read it: one row an entry, with its cause and the balance after it.

use crate::account::AccountRef;
use crate::credits::{Balance, CreditType, Delta, EntryKind};
use crate::id::{HoldId, ProjectId};
use crate::keyed;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// What an entry refers to.
    pub enum ReferenceKind {
        Checkout = "checkout", "Checkout";
        Renewal = "renewal", "Renewal";
        ScanRun = "scan_run", "Scan";
        FixTask = "fix_task", "Fix task";
        Ai = "ai", "AI assistance";
        Refund = "refund", "Refund";
        Chargeback = "chargeback", "Chargeback";
        Reversal = "reversal", "Reversal";
        Debt = "debt", "Debt";
        Expiry = "expiry", "Expiry";
        ServiceCredit = "service_credit", "Service credit";
    }
}

/// What an entry refers to, in words and as a place to open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reference {
    /// What kind of thing.
    #[serde(rename = "type")]
    pub kind: ReferenceKind,
    /// Its id.
    pub id: String,
    /// What people call it: "Harbor Bakery report, 2 findings".
    pub label: String,
    /// Where it opens inside the app.
    pub href: Option<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its number in the account's ledger, from 1 without gaps.
    pub seq: i64,
    /// What it did.
    pub kind: EntryKind,
    /// To which credits.
    pub credit_type: CreditType,
    /// How many, at least 1.
    pub amount: i64,
    /// What changed.
    pub delta: Delta,
    /// The figures after it.
    pub after: Balance,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What caused it.
    pub reference: Reference,
    /// The project it was for; `None` when it is tied to none.
    pub project_id: Option<ProjectId>,
    /// Who or what did it.
    pub actor: String,
}

/// A page of the ledger, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LedgerPage {
    /// Whose ledger.
    pub account: AccountRef,
    /// The entries.
    pub items: Vec<Entry>,
    /// Pass it as `before` for older entries; `None` at the end.
    pub next_cursor: Option<i64>,
}

/// A hold that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Hold {
    /// Its id.
    pub hold_id: HoldId,
    /// Which credits.
    pub credit_type: CreditType,
    /// How many.
    pub amount: i64,
    /// The work that holds them.
    pub reference: Reference,
    /// Since when.
    pub created_at: DateTime<Utc>,
}
