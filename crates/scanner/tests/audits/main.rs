//! Audits against real servers on loopback: the sample shop, and sites that behave badly.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod bad_sites;
mod errands;
mod sample_shop;
mod site;
