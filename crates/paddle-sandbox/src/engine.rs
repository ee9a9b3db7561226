//! What Paddle does with money: every change to entities and the events it causes.

pub(crate) mod adjustments;
pub(crate) mod cards;
pub(crate) mod customers;
pub(crate) mod money;
pub(crate) mod payments;
pub(crate) mod plan_changes;
pub(crate) mod refusal;
pub(crate) mod renewals;
pub(crate) mod subscriptions;
pub(crate) mod transactions;
pub(crate) mod updates;

use serde_json::{Value, json};

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::state::State;
pub(crate) use refusal::Refusal;

/// The one destination of all notifications.
const NOTIFICATION_SETTING: &str = "ntfset_01demo00000000000000000000";

/// One change under the lock, collecting the notifications it causes.
pub(crate) struct Change<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) config: &'a Config,
    pub(crate) catalogue: &'a Catalogue,
    notify: bool,
    emitted: bool,
    outbox: Vec<String>,
}

impl<'a> Change<'a> {
    pub(crate) fn new(
        state: &'a mut State,
        config: &'a Config,
        catalogue: &'a Catalogue,
        notify: bool,
    ) -> Self {
        Self {
            state,
            config,
            catalogue,
            notify,
            emitted: false,
            outbox: Vec::new(),
        }
    }

    pub(crate) fn has_emitted(&self) -> bool {
        self.emitted
    }

    pub(crate) fn into_outbox(self) -> Vec<String> {
        self.outbox
    }

    /// Records an event with the entity as it is now, and a notification for it.
    pub(crate) fn emit(&mut self, event_type: &str, data: &Value) -> String {
        let id = self.state.new_id("evt");
        let occurred_at = self.state.tick_text();
        self.state.events.push(json!({
            "event_id": id,
            "event_type": event_type,
            "occurred_at": occurred_at,
            "data": data,
        }));
        self.emitted = true;
        if self.notify {
            self.announce(&id, "event");
        }
        id
    }

    /// Makes a notification for a recorded event. `origin` is `event` or `replay`.
    pub(crate) fn announce(&mut self, event_id: &str, origin: &str) -> Option<String> {
        self.config.webhook_url.as_ref()?;
        let event = self.state.events.get(event_id)?;
        let (event_type, occurred_at) = (event["event_type"].clone(), event["occurred_at"].clone());
        let id = self.state.new_id("ntf");
        self.state.notifications.push(json!({
            "id": id,
            "event_id": event_id,
            "type": event_type,
            "status": "not_attempted",
            "occurred_at": occurred_at,
            "delivered_at": null,
            "replayed_at": null,
            "origin": origin,
            "last_attempt_at": null,
            "retry_at": null,
            "times_attempted": 0,
            "notification_setting_id": NOTIFICATION_SETTING,
        }));
        self.outbox.push(id.clone());
        Some(id)
    }

    /// Emits events about one transaction as it stands now.
    pub(crate) fn emit_transaction(&mut self, id: &str, event_types: &[&str]) {
        let data = self.state.transactions.get(id).cloned().unwrap_or_default();
        for event_type in event_types {
            self.emit(event_type, &data);
        }
    }

    /// Emits events about one subscription as it stands now.
    pub(crate) fn emit_subscription(&mut self, id: &str, event_types: &[&str]) {
        let data = self
            .state
            .subscriptions
            .get(id)
            .cloned()
            .unwrap_or_default();
        for event_type in event_types {
            self.emit(event_type, &data);
        }
    }

    /// Edits a transaction and moves its `updated_at`.
    pub(crate) fn edit_transaction(&mut self, id: &str, edit: impl FnOnce(&mut Value, &str)) {
        let now = self.state.tick_text();
        if let Some(row) = self.state.transactions.get_mut(id) {
            edit(row, &now);
            row["updated_at"] = json!(now);
        }
    }

    /// Edits a subscription and moves its `updated_at`.
    pub(crate) fn edit_subscription(&mut self, id: &str, edit: impl FnOnce(&mut Value, &str)) {
        let now = self.state.tick_text();
        if let Some(row) = self.state.subscriptions.get_mut(id) {
            edit(row, &now);
            row["updated_at"] = json!(now);
        }
    }

    pub(crate) fn transaction(&self, id: &str) -> Result<Value, Refusal> {
        self.state
            .transactions
            .get(id)
            .cloned()
            .ok_or_else(|| Refusal::not_found("Transaction", id))
    }

    pub(crate) fn subscription(&self, id: &str) -> Result<Value, Refusal> {
        let found = self.state.subscriptions.get(id).cloned();
        found.ok_or_else(|| Refusal::not_found("Subscription", id))
    }
}

/// The text of a field, empty when it is absent or no text.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}
