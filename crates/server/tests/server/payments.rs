//! Payments: only what the provider confirms becomes credits, once, for the right account, however it is delivered.

mod deliveries;
mod opening;
mod orders;
mod plans;
mod routing;
mod signatures;
mod waiting;
