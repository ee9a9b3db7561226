//! Paddle's own language: its calls, its objects and its signatures. What they mean for us is in `payments`.

pub mod client;
pub mod events;
pub mod signature;
