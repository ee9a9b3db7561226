//! The WebRiskOps console: the browser app. `app.rs` has the route table, `pages/` one file a route.
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
pub mod write;
