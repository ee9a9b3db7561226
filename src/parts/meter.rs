//! A balance as a bar: free, held, spent, told apart by pattern as well as hue.

use domain::credits::Balance;
use leptos::prelude::*;

/// The bar of one balance; the figures beside it say the same in words.
#[component]
pub fn Meter(
    /// The balance.
    #[prop(into)]
    balance: Signal<Balance>,
) -> impl IntoView {
    let part = |class: &'static str, of: fn(Balance) -> i64| {
        move || {
            let size = of(balance.get());
            (size > 0).then(|| view! { <i class=class style:--n=size.to_string()></i> })
        }
    };
    view! {
        <div class="bar" aria-hidden="true">
            {part("a", |b| b.avail)} {part("r", |b| b.res)} {part("s", |b| b.spent)}
        </div>
    }
}
