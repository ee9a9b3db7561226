//! The JSON API of WebRiskOps: credit ledger, payments, live updates, and the built app it serves.
//!
//! `app(state)` is the whole service as one axum router, so that tests drive it without a socket.
#![warn(missing_docs)]

pub mod assets;
pub mod assist;
pub mod audits;
pub mod backup;
pub mod bench;
pub mod config;
pub mod connections;
pub mod demo;
pub mod elsewhere;
pub mod errands;
pub mod error;
pub mod facts;
pub mod fix_work;
pub mod guides;
pub mod http;
pub mod keys;
pub mod ledger;
pub mod live;
pub mod metrics;
pub mod model;
pub mod monitoring;
pub mod notices;
pub mod paddle;
pub mod passwords;
pub mod patches;
pub mod payments;
pub mod peer;
pub mod pull_requests;
pub mod relocate;
pub mod repository;
pub mod retests;
pub mod scans;
pub mod sign_in;
pub mod snapshots;
pub mod state;
pub mod store;
pub mod sweeps;
pub mod tries;
pub mod views;
pub mod write;

pub use http::app;
pub use state::AppState;
