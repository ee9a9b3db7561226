//! Waking the event streams: who writes says which account changed, streams read the database for what.

mod words;

use domain::checkout::CheckoutState;
use domain::id::{AccountId, CheckoutId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, watch};

/// What changed in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Ledger entries were written.
    Ledger,
    /// A checkout session moved.
    Checkout(CheckoutId, CheckoutState),
    /// Plan, subscription, services or work changed.
    Billing,
}

/// What a stream hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something changed in an account.
    Change(AccountId, Change),
    /// Something may have changed anywhere, and nobody was told.
    Missed,
}

/// How many streams one sign-in may hold open at once.
///
/// Fewer than the six connections that a browser opens to one address of HTTP/1.1, so that requests always find one.
/// The one more is refused and none is closed: a tab without a stream asks every ten seconds and tries again, so it
/// stays true, and takes the place of the next tab that goes away. Closing the oldest instead would make its browser
/// open it again at once, which closes the next one, and so on for as long as there are that many tabs.
pub const MOST_STREAMS: usize = 4;

/// Carries changes to every open stream of this process.
#[derive(Clone, Debug)]
pub struct Live {
    /// The name of this process among those that share a database.
    origin: Arc<str>,
    sender: broadcast::Sender<Heard>,
    access: watch::Sender<u64>,
    stopping: watch::Sender<bool>,
    seats: Arc<Mutex<HashMap<String, usize>>>,
}

/// The right of a sign-in to one open stream; given back when it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Mutex<HashMap<String, usize>>>,
    session: String,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.session) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                seats.remove(&self.session);
            }
        }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self {
            origin: format!("{:016x}", rand::random::<u64>()).into(),
            sender: broadcast::channel(256).0,
            access: watch::Sender::new(0),
            stopping: watch::Sender::new(false),
            seats: Arc::default(),
        }
    }
}

impl Live {
    /// Has every stream look again at who may see what: after a sign-out, and after a membership changed.
    pub fn access_changed(&self) {
        self.access.send_modify(|times| *times += 1);
    }

    /// Changes when [`Self::access_changed`] was called.
    pub fn access(&self) -> watch::Receiver<u64> {
        self.access.subscribe()
    }

    /// Ends every stream: its page opens it again, at another process where there is one.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until streams have to end.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        if stopping.wait_for(|stopping| *stopping).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Tells the streams of an account; nobody listening is fine.
    pub fn tell(&self, account: AccountId, change: Change) {
        let _ = self.sender.send(Heard::Change(account, change));
    }

    /// Has every stream read again whatever it may have missed.
    pub fn missed(&self) {
        let _ = self.sender.send(Heard::Missed);
        self.access_changed();
    }

    /// Listens to all accounts; the stream picks its own.
    pub fn listen(&self) -> broadcast::Receiver<Heard> {
        self.sender.subscribe()
    }

    /// How many streams are open.
    pub fn streams(&self) -> usize {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        seats.values().sum()
    }

    /// Takes a place for one more stream of a sign-in; none when [`MOST_STREAMS`] are open.
    pub fn seat(&self, session: &str) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry(session.to_owned()).or_default();
        if *taken >= MOST_STREAMS {
            return None;
        }
        *taken += 1;
        Some(Seat {
            seats: Arc::clone(&self.seats),
            session: session.to_owned(),
        })
    }
}
