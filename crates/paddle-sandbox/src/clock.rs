//! Points in time, in the text form that Paddle uses.

use chrono::{DateTime, Months, SecondsFormat, Utc};

/// Microseconds since 1970, now.
pub(crate) fn now_micros() -> i64 {
    Utc::now().timestamp_micros()
}

/// Seconds since 1970, now.
pub(crate) fn now_seconds() -> i64 {
    Utc::now().timestamp()
}

/// RFC 3339 with microseconds and `Z`.
pub(crate) fn text(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or(DateTime::UNIX_EPOCH)
        .to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Reads RFC 3339; `None` when it is not a time.
pub(crate) fn parse(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.timestamp_micros())
}

/// The same moment one month later, or the last day of that month.
pub(crate) fn month_later(micros: i64) -> i64 {
    DateTime::from_timestamp_micros(micros)
        .and_then(|time| time.checked_add_months(Months::new(1)))
        .map_or(micros, |time| time.timestamp_micros())
}

/// The same moment some days later.
pub(crate) fn days_later(micros: i64, days: i64) -> i64 {
    micros.saturating_add(days.saturating_mul(86_400_000_000))
}
