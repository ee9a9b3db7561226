//! A subscription that is past due: what is owed, what that stops, what the provider does by itself, and what a payer can do
//! (docs/payments.md#past-due).

use crate::checkout::ProviderClient;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// For how many days Paddle tries the saved payment method again by itself (Paddle: payment recovery).
pub const RETRY_DAYS: i64 = 30;

/// What stops while a subscription is past due.
pub const STOPS: &str =
    "No scan, fix work, retest or monitoring run starts, and nothing more can be bought.";
/// What goes on meanwhile.
pub const GOES_ON: &str =
    "Work that runs goes to its end. Credits, projects, reports and tasks stay as they are.";

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PastDue {
    /// The sum with its currency, "99.00 USD"; `None` when the provider has not said it.
    pub amount: Option<String>,
    /// Since when it is due.
    pub since: Option<DateTime<Utc>>,
    /// Until when the provider tries the saved payment method again by itself.
    pub retried_until: Option<DateTime<Utc>>,
    /// What stops.
    pub stops: String,
    /// What goes on.
    pub goes_on: String,
}

impl PastDue {
    /// What is due since a moment.
    pub fn new(amount: Option<String>, since: Option<DateTime<Utc>>) -> Self {
        Self {
            amount,
            since,
            retried_until: since.map(|since| since + Duration::days(RETRY_DAYS)),
            stops: STOPS.to_owned(),
            goes_on: GOES_ON.to_owned(),
        }
    }
}

/// Answer to `POST /accounts/{a}/payment-method`: what the browser needs to open the provider's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PaymentForm {
    /// The provider's transaction: what is due, or one of nothing that only changes the payment method.
    pub transaction_id: String,
    /// What is charged, with its currency; `None` when only the payment method changes.
    pub amount: Option<String>,
    /// How the form is opened.
    pub client: ProviderClient,
}

/// Answer to `POST /accounts/{a}/billing-portal`: a link that holds for a short time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PortalLink {
    /// Where the provider's own page for this customer is.
    pub url: String,
}
