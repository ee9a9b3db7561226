//! Payments through Paddle: only what Paddle itself says, signed or asked for, changes the ledger.

pub mod ask;
pub mod checkout;
pub mod documents;
pub mod inbox;
pub mod method;
pub mod plan_change;
pub mod prices;
pub mod process;
pub mod reconcile;
pub mod refund;
pub mod second_plan;
pub mod sweep;
pub mod worker;
