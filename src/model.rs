//! Pure functions from data to what is shown; no Leptos, so they are tested natively.

pub mod blocked;
pub mod card;
pub mod credits;
pub mod entries;
pub mod project;
pub mod report;
pub mod step;
pub mod words;
