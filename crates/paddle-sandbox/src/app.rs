//! The one shared object: state behind a lock, and the only way to change it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::Notify;

use crate::catalogue::Catalogue;
use crate::config::Config;
use crate::engine::Change;
use crate::state::State;
use crate::webhooks::Dispatch;

/// Shared by every handler and background task.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) catalogue: Catalogue,
    pub(crate) client: reqwest::Client,
    state: Mutex<State>,
    dispatch: Mutex<Dispatch>,
    /// Rings when there may be a webhook to send.
    pub(crate) wake: Notify,
    /// Rings when the state differs from its file.
    pub(crate) dirty: Notify,
}

impl App {
    pub(crate) fn new(
        config: Config,
        catalogue: Catalogue,
        client: reqwest::Client,
        state: State,
    ) -> Self {
        Self {
            config,
            catalogue,
            client,
            state: Mutex::new(state),
            dispatch: Mutex::default(),
            wake: Notify::new(),
            dirty: Notify::new(),
        }
    }

    /// Looks at the state. Lock order is state, then dispatch; never the other way round.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn dispatch(&self) -> MutexGuard<'_, Dispatch> {
        lock(&self.dispatch)
    }

    /// Carries out one change; its events leave in the order in which they were emitted.
    /// Without `notify` they are recorded, but no notification is sent.
    pub(crate) fn change<T>(&self, notify: bool, act: impl FnOnce(&mut Change<'_>) -> T) -> T {
        let mut state = self.state();
        let mut change = Change::new(&mut state, &self.config, &self.catalogue, notify);
        let result = act(&mut change);
        if change.has_emitted() && self.dispatch().take_unknown_event() {
            let id = change.state.new_id("odd");
            change.emit("sandbox.unheard_of", &json!({ "id": id }));
        }
        let outbox = change.into_outbox();
        let lost = self.dispatch().accept(outbox);
        for id in lost {
            if let Some(notification) = state.notifications.get_mut(&id) {
                notification["status"] = json!("failed");
            }
        }
        drop(state);
        self.dirty.notify_one();
        self.wake.notify_one();
        result
    }

    /// Secrets that sign now, newest first.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let state = self.state();
        if state.secrets.is_empty() {
            vec![self.config.webhook_secret.clone()]
        } else {
            state.secrets.clone()
        }
    }
}

/// A panic elsewhere must not take the sandbox down with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
