//! One module a route.

pub mod accounts;
pub mod agency;
pub mod billing;
pub mod checkout;
pub mod checkout_session;
pub mod fix_task;
pub mod guide;
pub mod guide_feedback;
pub mod guides;
pub mod ledger;
pub mod monitoring;
pub mod payment_method;
pub mod plan_change;
pub mod pricing;
pub mod project;
pub mod projects;
pub mod report;
pub mod reports;
pub mod scan_run;
pub mod scans;
pub mod service_credits;
pub mod sign_in;
pub mod snapshot;
pub mod ticket_exports;
pub mod transaction;
pub mod transactions;
