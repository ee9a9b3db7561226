//! The vocabulary and the rules of WebRiskOps: pure, without I/O, clock or async, compiled into the
//! browser and the server alike. Its serde types are the wire format of the API.
#![warn(missing_docs)]

pub mod account;
pub mod adjustment;
pub mod audit;
pub mod billing;
pub mod catalogue;
pub mod checkout;
pub mod credits;
pub mod csv;
pub mod errand;
pub mod fix;
pub mod gate;
pub mod guide;
pub mod id;
pub mod keyed;
pub mod ledger;
pub mod link;
pub mod live;
pub mod lots;
pub mod monitoring;
pub mod next;
pub mod notice;
pub mod past_due;
pub mod plan_change;
pub mod pricing;
pub mod problem;
pub mod project;
pub mod proof;
pub mod provider_event;
pub mod reason;
pub mod report;
pub mod role;
pub mod scan;
pub mod scope;
pub mod second_plan;
pub mod session;
pub mod site;
pub mod snapshot;
pub mod ticket;
pub mod transaction;
pub mod ways;
pub mod workspace;

/// A moment in UTC; on the wire RFC 3339.
pub type Timestamp = chrono::DateTime<chrono::Utc>;
