//! What the server says of itself to who watches over it, as Prometheus reads it.

use crate::store::Store;
use crate::store::figures::Figures;
use axum::http::Method;
use domain::Timestamp;
use domain::problem::ProblemCode;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Refused {
    code: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Aged {
    age: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Pooled {
    pool: &'static str,
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    refusals: Family<Refused, Counter>,
    seconds: Histogram,
    inbox: Histogram,
    pending: Gauge,
    oldest_pending: Gauge,
    quarantined: Gauge,
    holds: Family<Aged, Gauge>,
    streams: Gauge,
    connections: Family<Pooled, Gauge>,
    violations: Gauge,
    verified: Gauge,
}

impl Metrics {
    /// With the waits that the store measures.
    pub fn new(store: &Store) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("webriskops"),
            answers: Family::default(),
            refusals: Family::default(),
            seconds: Histogram::new(exponential_buckets(0.001, 2.0, 14)),
            inbox: Histogram::new(exponential_buckets(0.01, 2.0, 16)),
            pending: Gauge::default(),
            oldest_pending: Gauge::default(),
            quarantined: Gauge::default(),
            holds: Family::default(),
            streams: Gauge::default(),
            connections: Family::default(),
            violations: Gauge::default(),
            verified: Gauge::default(),
        };
        metrics.name(store);
        metrics
    }

    fn name(&mut self, store: &Store) {
        let to = &mut self.registry;
        to.register(
            "answers",
            "Answers by method and status",
            self.answers.clone(),
        );
        to.register(
            "refusals",
            "Problem documents by code",
            self.refusals.clone(),
        );
        let help = "Time to the head of an answer";
        to.register_with_unit("answer", help, Unit::Seconds, self.seconds.clone());
        let help = "Time from the arrival of a provider event to its effect";
        to.register_with_unit("inbox", help, Unit::Seconds, self.inbox.clone());
        let help = "Provider events that wait to be processed";
        to.register("inbox_pending", help, self.pending.clone());
        let help = "Age of the oldest provider event that waits";
        to.register_with_unit(
            "inbox_oldest",
            help,
            Unit::Seconds,
            self.oldest_pending.clone(),
        );
        let help = "Provider events that fitted nothing and wait for a person";
        to.register("inbox_quarantined", help, self.quarantined.clone());
        let help = "Holds that are open, by age";
        to.register("open_holds", help, self.holds.clone());
        let help = "Event streams that are open in this process";
        to.register("streams", help, self.streams.clone());
        let help = "Connections to the database that are in use";
        to.register("database_connections", help, self.connections.clone());
        let help = "Time that a write waited for its turn";
        to.register_with_unit("write_wait", help, Unit::Seconds, store.waits().clone());
        let help = "Violations of the ledger's invariants that the last look found";
        to.register("ledger_violations", help, self.violations.clone());
        let help = "When the ledger was last looked at as a whole, as Unix time";
        to.register_with_unit(
            "ledger_verified",
            help,
            Unit::Seconds,
            self.verified.clone(),
        );
    }

    /// A provider event that arrived at one moment had its effect at another, both by our clock.
    pub fn took_effect(&self, received: Timestamp, now: Timestamp) {
        let waited = (now - received).to_std().unwrap_or_default();
        self.inbox.observe(waited.as_secs_f64());
    }

    /// An answer with this status and, where it is a refusal, this code.
    pub fn answered(
        &self,
        method: &Method,
        status: u16,
        code: Option<ProblemCode>,
        took: Duration,
    ) {
        // A method that somebody made up is no label of ours.
        let method = match method.as_str() {
            "GET" => "GET",
            "POST" => "POST",
            "PUT" => "PUT",
            "HEAD" => "HEAD",
            _ => "other",
        };
        let answered = Answered { method, status };
        self.answers.get_or_create(&answered).inc();
        if let Some(code) = code {
            let refused = Refused { code: code.key() };
            self.refusals.get_or_create(&refused).inc();
        }
        self.seconds.observe(took.as_secs_f64());
    }

    /// What a look at the whole ledger found, and when.
    pub fn looked(&self, violations: usize, now: Timestamp) {
        let violations = i64::try_from(violations).unwrap_or(i64::MAX);
        self.violations.set(violations);
        self.verified.set(now.timestamp());
    }

    /// The page as Prometheus reads it, with what is true at this moment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn page(
        &self,
        figures: &Figures,
        streams: usize,
        in_use: [(&'static str, i64); 2],
    ) -> Result<String, std::fmt::Error> {
        self.note(figures);
        self.streams.set(i64::try_from(streams).unwrap_or(i64::MAX));
        for (pool, in_use) in in_use {
            let pooled = Pooled { pool };
            self.connections.get_or_create(&pooled).set(in_use);
        }
        let mut page = String::new();
        text::encode(&mut page, &self.registry)?;
        Ok(page)
    }

    fn note(&self, figures: &Figures) {
        self.pending.set(figures.pending);
        self.oldest_pending.set(figures.oldest_pending_seconds);
        self.quarantined.set(figures.quarantined);
        for (age, count) in figures.holds {
            self.holds.get_or_create(&Aged { age }).set(count);
        }
    }
}
