//! Waking the event streams: who writes says which account changed, streams read the database for what.

use domain::checkout::SessionState;
use domain::id::{AccountId, CheckoutId};
use tokio::sync::broadcast;

/// What changed in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Ledger entries were written.
    Ledger,
    /// A checkout session moved.
    Checkout(CheckoutId, SessionState),
    /// Plan, subscription, services or work changed.
    Billing,
}

/// Carries changes to every open stream of this process.
#[derive(Clone, Debug)]
pub struct Live {
    sender: broadcast::Sender<(AccountId, Change)>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(256).0,
        }
    }
}

impl Live {
    /// Tells the streams of an account; nobody listening is fine.
    pub fn tell(&self, account: &AccountId, change: Change) {
        let _ = self.sender.send((account.clone(), change));
    }

    /// Listens to all accounts; the stream picks its own.
    pub fn listen(&self) -> broadcast::Receiver<(AccountId, Change)> {
        self.sender.subscribe()
    }
}
