//! Moments in the reader's own zone, written by the browser; the full moment with its zone is one hover away.

use domain::Timestamp;
use js_sys::{Array, Date, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

fn date(at: Timestamp) -> Date {
    // Milliseconds of any moment that chrono holds are exact in a double.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

fn format(date: &Date, options: &[(&str, &str)]) -> String {
    let object = Object::new();
    for (key, value) in options {
        let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    let formatter =
        js_sys::Intl::DateTimeFormat::new(&Array::of1(&JsValue::from_str("en-GB")), &object);
    let text = formatter.format().call1(&JsValue::UNDEFINED, date);
    text.ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

const TIME: &[(&str, &str)] = &[("hour", "2-digit"), ("minute", "2-digit")];
const SECONDS: &[(&str, &str)] = &[
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("second", "2-digit"),
];
const DAY: &[(&str, &str)] = &[("day", "numeric"), ("month", "short")];
const LONG_DAY: &[(&str, &str)] = &[("day", "numeric"), ("month", "long"), ("year", "numeric")];
const FULL: &[(&str, &str)] = &[
    ("day", "numeric"),
    ("month", "long"),
    ("year", "numeric"),
    ("hour", "2-digit"),
    ("minute", "2-digit"),
    ("second", "2-digit"),
    ("timeZoneName", "short"),
];

/// "today 09:41", "yesterday 16:05", "18 Nov 11:30": reads inside a sentence; tables raise the first letter.
pub fn short_text(at: Timestamp) -> String {
    let moment = date(at);
    let day = format(&moment, LONG_DAY);
    let now = Date::new_0();
    let yesterday = Date::new(&JsValue::from_f64(now.get_time() - 86_400_000.0));
    let time = format(&moment, TIME);
    let word = if day == format(&now, LONG_DAY) {
        "today".to_owned()
    } else if day == format(&yesterday, LONG_DAY) {
        "yesterday".to_owned()
    } else {
        format(&moment, DAY)
    };
    format!("{word} {time}")
}

/// "1 December 2026".
pub fn day_text(at: Timestamp) -> String {
    format(&date(at), LONG_DAY)
}

/// "12:04:31", from milliseconds of the epoch.
pub fn clock_text(millis: f64) -> String {
    format(&Date::new(&JsValue::from_f64(millis)), SECONDS)
}

/// A moment: short to read, whole in `datetime` and title.
#[component]
pub fn When(
    /// The moment.
    at: Timestamp,
    /// Whether only the day matters.
    #[prop(optional)]
    day: bool,
) -> impl IntoView {
    let moment = date(at);
    let iso = String::from(moment.to_iso_string());
    let text = if day { day_text(at) } else { short_text(at) };
    view! { <time datetime=iso title=format(&moment, FULL)>{text}</time> }
}

/// A time of day with seconds, for stages and "checked at".
#[component]
pub fn Clock(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let moment = date(at);
    let iso = String::from(moment.to_iso_string());
    view! { <time datetime=iso title=format(&moment, FULL)>{format(&moment, SECONDS)}</time> }
}
