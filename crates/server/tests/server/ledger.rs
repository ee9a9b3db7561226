//! Invariants 1 to 11, 16 and 17 of the ledger, and the controls that show that their detectors can fail.

mod append_only;
mod chain;
mod controls;
mod isolation;
mod lots;
mod model;
mod races;
mod sequences;
mod taken_back;
