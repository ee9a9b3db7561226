//! Puts stored facts together into what the pages show.

pub mod access;
pub mod assist;
pub mod billing;
pub mod checkout;
pub mod first;
pub mod monitoring;
pub mod plan_change;
pub mod project;
pub mod pull_request;
pub mod report;
pub mod retests;
pub mod scan;
pub mod scope;
pub mod transaction;
pub mod transactions;
mod usage;
pub mod workspace;
