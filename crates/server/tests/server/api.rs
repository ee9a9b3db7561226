//! The API as clients meet it: what it answers, to whom, and what it refuses without changing anything.

mod audits;
mod billing;
mod contract;
mod feedback;
mod fix_steps;
mod fixes;
mod gates;
mod guides;
mod keys;
mod ladder;
mod limits;
mod monitoring;
mod new_project;
mod payer;
mod person_stream;
mod refunds;
mod roles;
mod scans;
mod scope;
mod seed;
mod services;
mod session;
mod stream;
mod transactions;
mod web;
mod workspace;
