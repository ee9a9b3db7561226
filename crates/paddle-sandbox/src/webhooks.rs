//! Deliveries: what waits, what is held back, and the faults that spoil it.

pub(crate) mod delivery;
pub(crate) mod faults;
pub(crate) mod signature;

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use tokio::time::Instant;

pub(crate) use faults::Faults;

/// Notifications between their event and their delivery, and the active faults.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    pub(crate) faults: Faults,
    /// Due time and arrival order, to notification id.
    queue: BTreeMap<(Instant, u64), String>,
    held: Vec<String>,
    arrivals: u64,
}

impl Dispatch {
    /// Takes new notifications; answers those that a fault swallowed.
    pub(crate) fn accept(&mut self, ids: Vec<String>) -> Vec<String> {
        let mut lost = Vec::new();
        for id in ids {
            if self.faults.drop > 0 {
                self.faults.drop -= 1;
                lost.push(id);
            } else {
                self.enqueue(id, Duration::from_millis(self.faults.delay_ms));
            }
        }
        lost
    }

    /// Queues one attempt, or holds it back while a fault says so.
    pub(crate) fn enqueue(&mut self, id: String, after: Duration) {
        if self.faults.hold {
            self.held.push(id);
            return;
        }
        self.arrivals += 1;
        self.queue
            .insert((Instant::now() + after, self.arrivals), id);
    }

    /// The next attempt if one is due, else when to look again.
    pub(crate) fn next_due(&mut self) -> Result<String, Option<Instant>> {
        match self.queue.first_entry() {
            None => Err(None),
            Some(entry) if entry.key().0 > Instant::now() => Err(Some(entry.key().0)),
            Some(entry) => Ok(entry.remove()),
        }
    }

    /// Holds back what has not left yet.
    pub(crate) fn hold(&mut self) {
        self.faults.hold = true;
        self.held.extend(mem::take(&mut self.queue).into_values());
    }

    /// What is held back, in the order in which it is to leave. Holding goes on.
    pub(crate) fn take_held(&mut self) -> Vec<String> {
        let mut held = mem::take(&mut self.held);
        if self.faults.reorder {
            held.reverse();
        }
        held
    }

    /// Stops holding and queues what was held.
    pub(crate) fn stop_holding(&mut self) {
        let held = self.take_held();
        self.faults.hold = false;
        for id in held {
            self.enqueue(id, Duration::ZERO);
        }
    }

    /// Ends every fault; what was held leaves.
    pub(crate) fn clear_faults(&mut self) {
        self.stop_holding();
        self.faults = Faults::default();
    }

    pub(crate) fn take_unknown_event(&mut self) -> bool {
        mem::take(&mut self.faults.unknown_event)
    }

    /// How many wait for their time, and how many are held back.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        (self.queue.len(), self.held.len())
    }
}
