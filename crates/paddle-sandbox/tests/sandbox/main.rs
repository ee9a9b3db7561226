//! The sandbox from outside: a real server on a free port and a receiver of its webhooks.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests"
)]

mod billing;
mod calls;
mod checkout;
mod deliveries;
mod house;
mod lasting;
