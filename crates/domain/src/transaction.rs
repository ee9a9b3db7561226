//! Transactions as a finance reviewer reads them: what was billed, whether it is confirmed, and everything that was taken
//! back or returned of it (docs/product.md#transaction-history).

mod one;
pub mod refund;
pub mod service_credit;
mod subscription;
mod uses;

pub use one::{Moment, MomentKind, TransactionView, moments_of};
pub use subscription::SubscriptionRow;
pub use uses::{CreditUse, PaidCredits, UseState};

use crate::account::{AccountRef, BillingState, PaymentStatus, SubscriptionStatus};
use crate::adjustment::{AdjustmentAction, AdjustmentStatus};
use crate::id::{CheckoutId, TransactionId};
use crate::keyed;
use crate::reason::Reason;
use crate::role::Role;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

keyed! {
    /// How far a transaction is. A checkout that nobody has paid is none yet.
    pub enum TransactionStatus {
        Billed = "billed", "Billed";
        PastDue = "past_due", "Past due";
        Paid = "paid", "Payment confirmation pending";
        Completed = "completed", "Confirmed";
        Canceled = "canceled", "Cancelled";
    }
}

keyed! {
    /// What a transaction is for.
    pub enum TransactionPurpose {
        Checkout = "checkout", "Checkout";
        Renewal = "renewal", "Plan renewal";
        Change = "change", "Plan change";
        PaymentMethod = "payment_method", "Payment method change";
    }
}

impl TransactionPurpose {
    /// What the provider's `origin` means.
    pub fn of_origin(origin: &str) -> Self {
        match origin {
            "subscription_recurring" => Self::Renewal,
            "subscription_update" | "subscription_charge" => Self::Change,
            "subscription_payment_method_change" => Self::PaymentMethod,
            _ => Self::Checkout,
        }
    }
}

/// A sum of money as the provider gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Money {
    /// In minor units, as the provider writes it: `14700`.
    pub amount: String,
    /// Such as `USD`.
    pub currency_code: String,
}

/// Currencies that have no minor units; the provider's number is what people read.
const WHOLE: [&str; 4] = ["JPY", "KRW", "CLP", "VND"];

impl Money {
    /// As people read it: "147.00 USD".
    pub fn label(&self) -> String {
        format!("{} {}", self.decimal(), self.currency_code)
    }

    /// The number in the currency's main unit: "147.00". What does not read as a number is given as it is.
    pub fn decimal(&self) -> String {
        let (sign, digits) = match self.amount.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", self.amount.as_str()),
        };
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || WHOLE.contains(&self.currency_code.as_str()) {
            return self.amount.clone();
        }
        let padded = format!("{digits:0>3}");
        let (whole, cents) = padded.split_at(padded.len().saturating_sub(2));
        format!("{sign}{whole}.{cents}")
    }
}

/// Something that was taken back or returned of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AdjustmentRow {
    /// The provider's id.
    pub adjustment_id: String,
    /// What it does.
    pub action: AdjustmentAction,
    /// How far it is.
    pub status: AdjustmentStatus,
    /// Why, in the provider's words.
    pub reason: String,
    /// How much.
    pub amount: Money,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it came to be as it is.
    pub updated_at: DateTime<Utc>,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TransactionRow {
    /// The provider's id.
    pub transaction_id: TransactionId,
    /// The receipt's label: "Fix Plan", "Scan credit × 3".
    pub receipt_label: String,
    /// What it is for.
    pub purpose: TransactionPurpose,
    /// How far it is.
    pub status: TransactionStatus,
    /// The provider's invoice number, once there is one.
    pub invoice_number: Option<String>,
    /// When it was billed; for one that is not yet, when it was last told of.
    pub billed_at: DateTime<Utc>,
    /// How much.
    pub amount: Money,
    /// The subscription it belongs to.
    pub subscription_id: Option<String>,
    /// The checkout that it was paid in.
    pub checkout_session_id: Option<CheckoutId>,
    /// Why the invoice cannot be downloaded; `None` when it can.
    pub invoice_unavailable: Option<String>,
    /// What was taken back or returned, oldest first.
    pub adjustments: Vec<AdjustmentRow>,
}

/// Why there is no invoice to download, if there is none.
pub fn invoice_unavailable(status: TransactionStatus, amount: &Money) -> Option<String> {
    let nothing = !amount
        .amount
        .bytes()
        .any(|byte| (b'1'..=b'9').contains(&byte));
    let why = match status {
        TransactionStatus::Completed if nothing => {
            "Nothing was charged, so there is no invoice document."
        }
        TransactionStatus::Completed => return None,
        TransactionStatus::Paid => {
            "The payment is not confirmed yet. The invoice is there when it is."
        }
        TransactionStatus::PastDue | TransactionStatus::Billed => {
            "It is not paid yet. The invoice is there when it is paid and confirmed."
        }
        TransactionStatus::Canceled => "It was cancelled, so there is no invoice document.",
    };
    Some(why.to_owned())
}

/// Whether invoices can be downloaded, as the page says at its top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvoiceAccess {
    /// Whether the provider can be asked for documents.
    pub available: bool,
    /// The sentence about it.
    pub message: String,
}

/// A page of the transaction history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TransactionPage {
    /// Whose transactions.
    pub account: AccountRef,
    /// Where invoices go.
    pub billing_email: String,
    /// This person's role.
    pub role: Role,
    /// Whether billing lets paid work start.
    pub billing_state: BillingState,
    /// The subscription.
    pub subscription_status: SubscriptionStatus,
    /// The latest payment.
    pub payment_status: PaymentStatus,
    /// What blocks all paid work of this account, if anything.
    pub account_reasons: Vec<Reason>,
    /// Whether invoices can be downloaded.
    pub invoice_access: InvoiceAccess,
    /// Its subscriptions, the newest first.
    pub subscriptions: Vec<SubscriptionRow>,
    /// The transactions.
    pub items: Vec<TransactionRow>,
    /// Pass it as `after` for older ones; `None` at the end.
    pub next_cursor: Option<String>,
}

/// A fresh link to an invoice document at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct InvoiceLink {
    /// Where the document is. It stops working within an hour.
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: &str, currency: &str) -> Money {
        Money {
            amount: amount.into(),
            currency_code: currency.into(),
        }
    }

    #[test]
    fn sums_read_as_money() {
        for (amount, currency, label) in [
            ("14700", "USD", "147.00 USD"),
            ("5", "EUR", "0.05 EUR"),
            ("-2900", "USD", "-29.00 USD"),
            ("500", "JPY", "500 JPY"),
            ("", "USD", " USD"),
            ("1e3", "USD", "1e3 USD"),
        ] {
            assert_eq!(money(amount, currency).label(), label);
        }
    }

    #[test]
    fn an_invoice_is_there_when_something_was_paid_and_confirmed() {
        for status in TransactionStatus::ALL {
            let why = invoice_unavailable(*status, &money("4900", "USD"));
            assert_eq!(why.is_none(), *status == TransactionStatus::Completed);
            assert!(invoice_unavailable(*status, &money("000", "USD")).is_some());
        }
    }
}
