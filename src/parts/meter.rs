//! A balance as a bar: free, held, spent, told apart by pattern as well as hue.

use domain::credits::Balance;
use leptos::prelude::*;

/// The bar of one balance; the figures beside it say the same in words.
#[component]
pub fn Meter(
    /// The balance.
    balance: Balance,
) -> AnyView {
    let part = |class: &'static str, size: i64| {
        (size > 0).then(|| view! { <i class=class style:--n=size.to_string()></i> }.into_any())
    };
    view! {
        <div class="bar" aria-hidden="true">
            {part("a", balance.avail)} {part("r", balance.res)} {part("s", balance.spent)}
        </div>
    }
    .into_any()
}
