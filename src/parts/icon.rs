//! Icons from the one sprite; always beside words, so hidden from assistive technology.

use leptos::prelude::*;

/// A picture of the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// The product's mark.
    Shield,
    /// Two sheets.
    Copy,
    /// A round arrow.
    Refresh,
    /// A door.
    Leave,
    /// A sun.
    Sun,
    /// A moon.
    Moon,
    /// A magnifier.
    Search,
}

impl Glyph {
    const fn address(self) -> &'static str {
        match self {
            Self::Shield => "/icons.svg#shield",
            Self::Copy => "/icons.svg#copy",
            Self::Refresh => "/icons.svg#refresh",
            Self::Leave => "/icons.svg#leave",
            Self::Sun => "/icons.svg#sun",
            Self::Moon => "/icons.svg#moon",
            Self::Search => "/icons.svg#search",
        }
    }
}

/// An icon.
#[component]
pub fn Icon(
    /// Which.
    glyph: Glyph,
) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true"><use href=glyph.address() /></svg> }
}
