//! The WebRiskOps console: the browser app. `app.rs` says which page is at which address, `pages/` has one file a page.
#![expect(
    unreachable_pub,
    reason = "#[component] makes the properties of every component public"
)]

pub mod api;
pub mod app;
pub mod dom;
pub mod lazy;
pub mod link;
pub mod live;
pub mod model;
pub mod paddle;
pub mod pages;
pub mod parts;
pub mod remote;
pub mod session;
pub mod slice;
pub mod write;
