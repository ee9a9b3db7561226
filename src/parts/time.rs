//! Moments in the reader's own zone, written by the browser; the full moment with its zone is one hover away.

use domain::Timestamp;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use std::cell::OnceCell;
use wasm_bindgen::JsValue;

fn date(at: Timestamp) -> Date {
    // Milliseconds of any moment that chrono holds are exact in a double.
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    Date::new(&JsValue::from_f64(at.timestamp_millis() as f64))
}

/// How much of a moment is written.
#[derive(Clone, Copy)]
enum Form {
    Time,
    Seconds,
    Day,
    LongDay,
    DayOfYear,
    Full,
}

impl Form {
    const COUNT: usize = 6;

    const fn options(self) -> &'static [(&'static str, &'static str)] {
        const DAY: (&str, &str) = ("day", "numeric");
        const SHORT: (&str, &str) = ("month", "short");
        const LONG: (&str, &str) = ("month", "long");
        const YEAR: (&str, &str) = ("year", "numeric");
        const HOUR: (&str, &str) = ("hour", "2-digit");
        const MINUTE: (&str, &str) = ("minute", "2-digit");
        const SECOND: (&str, &str) = ("second", "2-digit");
        match self {
            Self::Time => &[HOUR, MINUTE],
            Self::Seconds => &[HOUR, MINUTE, SECOND],
            Self::Day => &[DAY, SHORT],
            Self::LongDay => &[DAY, LONG, YEAR],
            Self::DayOfYear => &[DAY, SHORT, YEAR],
            Self::Full => &[
                DAY,
                LONG,
                YEAR,
                HOUR,
                MINUTE,
                SECOND,
                ("timeZoneName", "short"),
            ],
        }
    }

    fn formatter(self) -> Function {
        let object = Object::new();
        for (key, value) in self.options() {
            let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
        }
        Intl::DateTimeFormat::new(&Array::of1(&JsValue::from_str("en-GB")), &object).format()
    }

    fn text(self, date: &Date) -> String {
        thread_local! {
            // Each is costly to make, and a page writes many moments.
            static FORMATTERS: [OnceCell<Function>; Form::COUNT] = const { [const { OnceCell::new() }; Form::COUNT] };
        }
        FORMATTERS.with(|all| {
            let formatter = all[self as usize].get_or_init(|| self.formatter());
            let text = formatter.call1(&JsValue::UNDEFINED, date);
            text.ok()
                .and_then(|text| text.as_string())
                .unwrap_or_default()
        })
    }
}

/// "today 09:41", "yesterday 16:05", "18 Nov 11:30", "18 Nov 2025 11:30": reads inside a sentence; tables raise the first
/// letter. Days are those of the reader's calendar, so that yesterday is the day before however many hours it had.
pub fn short_text(at: Timestamp) -> String {
    let moment = date(at);
    let now = Date::new_0();
    let yesterday = Date::new_0();
    yesterday.set_date(now.get_date() - 1);
    let day_of = |date: &Date| (date.get_full_year(), date.get_month(), date.get_date());
    let time = Form::Time.text(&moment);
    let word = if day_of(&moment) == day_of(&now) {
        "today".to_owned()
    } else if day_of(&moment) == day_of(&yesterday) {
        "yesterday".to_owned()
    } else if moment.get_full_year() == now.get_full_year() {
        Form::Day.text(&moment)
    } else {
        Form::DayOfYear.text(&moment)
    };
    format!("{word} {time}")
}

/// "1 December 2026".
pub fn day_text(at: Timestamp) -> String {
    Form::LongDay.text(&date(at))
}

/// "12:04:31", from milliseconds of the epoch.
pub fn clock_text(millis: f64) -> String {
    Form::Seconds.text(&Date::new(&JsValue::from_f64(millis)))
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
    view! { <time datetime=iso title=Form::Full.text(&moment)>{text}</time> }
}

/// A time of day with seconds, for stages and "checked at".
#[component]
pub fn Clock(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let moment = date(at);
    let iso = String::from(moment.to_iso_string());
    view! { <time datetime=iso title=Form::Full.text(&moment)>{Form::Seconds.text(&moment)}</time> }
}
