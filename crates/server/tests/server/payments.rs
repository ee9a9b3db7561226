//! Payments: only what the provider confirms becomes credits, once, for the right account, however it is delivered.

mod asked;
mod asking;
mod away;
mod deliveries;
mod ended;
mod one_plan;
mod opening;
mod orders;
mod plan_changes;
mod plans;
mod recovery;
mod routing;
mod second_plans;
mod signatures;
mod taken_back;
mod trials;
mod waiting;
