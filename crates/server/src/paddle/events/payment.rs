//! An attempt to pay a transaction, and of what paid no more than until when it can be charged.

use chrono::{DateTime, Duration, Months, NaiveDate, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// An attempt to pay.
#[derive(Clone, Debug, Deserialize)]
pub struct Payment {
    /// Such as `captured` or `error`.
    #[serde(default)]
    pub status: String,
    /// Such as `declined`.
    #[serde(default)]
    pub error_code: Option<String>,
    /// When the money was taken.
    #[serde(default)]
    pub captured_at: Option<DateTime<Utc>>,
    /// What paid. What does not read is none: money counts, whatever it was paid with.
    #[serde(default, deserialize_with = "what_reads")]
    pub method_details: Option<MethodDetails>,
}

fn what_reads<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).ok())
}

/// What paid.
#[derive(Clone, Debug, Deserialize)]
pub struct MethodDetails {
    /// Where it was a card.
    #[serde(default)]
    pub card: Option<Card>,
}

/// A card, of which we read no more than its end.
#[derive(Clone, Debug, Deserialize)]
pub struct Card {
    /// 1 to 12.
    pub expiry_month: u32,
    /// Such as 2030.
    pub expiry_year: i32,
}

impl Card {
    /// The first moment at which it can no longer be charged: the end of its month in the last zone of the earth, so that
    /// it is never said too early.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        let first = NaiveDate::from_ymd_opt(self.expiry_year, self.expiry_month, 1)?;
        let next = first.checked_add_months(Months::new(1))?;
        Some(next.and_time(NaiveTime::MIN).and_utc() + Duration::hours(12))
    }
}
