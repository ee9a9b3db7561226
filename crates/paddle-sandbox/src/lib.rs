//! A Paddle of our own on loopback: the API, the checkout, the signed webhooks, and faults on demand.
//!
//! It shares no code with the server's Paddle client, so that a misunderstanding cannot hide on
//! both sides. `engine` holds what Paddle does with money, `http` the API, `checkout` the pages a
//! buyer sees, `webhooks` the deliveries and `sim` the control API that no real Paddle has.

mod app;
mod catalogue;
mod checkout;
mod clock;
mod config;
mod engine;
mod http;
mod ids;
mod page;
mod server;
mod sim;
mod state;
mod webhooks;

pub use config::Config;
pub use server::{Sandbox, serve};
