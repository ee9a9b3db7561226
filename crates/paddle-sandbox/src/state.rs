//! Everything the sandbox remembers.

pub(crate) mod file;
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{clock, ids};
pub(crate) use table::Table;

/// All entities, in the form in which the API shows them.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    pub(crate) transactions: Table,
    pub(crate) customers: Table,
    pub(crate) addresses: Table,
    pub(crate) subscriptions: Table,
    pub(crate) adjustments: Table,
    pub(crate) events: Table,
    pub(crate) notifications: Table,
    pub(crate) portal_sessions: Table,
    /// Delivery attempts by notification.
    pub(crate) logs: BTreeMap<String, Vec<Value>>,
    /// Secrets after a rotation, newest first; empty means the configured one.
    pub(crate) secrets: Vec<String>,
    /// Subscriptions paid with the card whose renewals fail. The card itself is never kept.
    pub(crate) renewals_fail: BTreeSet<String>,
    invoices: u64,
    last_micros: i64,
}

impl State {
    /// The time now, never twice the same, so that ids and events have one order.
    pub(crate) fn tick(&mut self) -> i64 {
        self.last_micros = clock::now_micros().max(self.last_micros + 1);
        self.last_micros
    }

    pub(crate) fn tick_text(&mut self) -> String {
        clock::text(self.tick())
    }

    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        ids::new(prefix, self.tick())
    }

    pub(crate) fn next_invoice_number(&mut self) -> String {
        self.invoices += 1;
        format!("325-{}", 10_000 + self.invoices)
    }
}
