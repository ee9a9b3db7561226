//! Live audits of public web pages: a polite fetcher and crawl, passive checks, and the worker that takes queued runs from
//! the API and hands in what it found.
#![warn(missing_docs)]

pub mod addresses;
pub mod audit;
pub mod checks;
pub mod discover;
pub mod fetch;
pub mod frontier;
pub mod issues;
pub mod limits;
pub mod page;
pub mod prove;
pub mod sample_shop;
pub mod sign;
pub mod worker;
