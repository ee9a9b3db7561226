//! A change in credits, with its sign as a sign and as a word.

use leptos::prelude::*;

/// A change: "+3", "−1", "0"; read out as "plus 3", "minus 1", "0".
#[component]
pub fn Amount(
    /// The change.
    value: i64,
) -> impl IntoView {
    let (sign, word) = match value {
        1.. => ("+", "plus "),
        0 => ("", ""),
        _ => ("\u{2212}", "minus "),
    };
    view! {
        <span aria-hidden="true">{sign}{value.unsigned_abs()}</span>
        <span class="visually-hidden">{word}{value.unsigned_abs()}</span>
    }
}
