//! The server from outside: its ledger on a real database file, its API on a real router, its payments against the
//! sandbox. Names begin with the behaviour (`s0_13_`) or invariant (`inv_01_`) that a test shows; `control_` tests
//! break a rule on purpose and show that the detector of that invariant notices.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests"
)]

mod api;
mod backup;
mod desk;
mod house;
mod killed;
mod ledger;
mod payments;
mod place;
mod postgres;
mod process;
mod recorded;
mod rooms;
mod running;
mod three;
