//! The frame of pages that anybody may read: prices and guides.

use super::skip_to_content;
use crate::link::Link;
use crate::parts::{Glyph, Icon};
use leptos::prelude::*;
use leptos_router::components::A;

/// The frame for somebody who is not signed in.
pub(super) fn frame(page: fn() -> AnyView) -> AnyView {
    view! {
        {skip_to_content()}
        <div class="public">
            <header>
                <a href=Link::Pricing.href() class="brand"><Icon glyph=Glyph::Shield />"WebRiskOps"</a>
                <nav aria-label="Main">
                    <ul>
                        <li><A href=Link::Pricing.href()>"Pricing"</A></li>
                        <li><A href=Link::Snapshot(None).href()>"Free quick scan"</A></li>
                        <li><A href=Link::Guides.href()>"Guides"</A></li>
                    </ul>
                </nav>
                <a class="btn" href=Link::SignIn { next: None }.href()>"Sign in"</a>
            </header>
            <main id="main" tabindex="-1">{page()}</main>
        </div>
    }
    .into_any()
}
