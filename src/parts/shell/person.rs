//! Who is signed in, the theme, and the way out.

use super::keys::keys;
use super::over::Over;
use crate::dom;
use crate::parts::{Glyph, Icon, follow, pick};
use crate::session::{Session, SignInState};
use crate::slice::Slice;
use leptos::prelude::*;

/// The person and what is theirs.
#[component]
pub(super) fn Person(session: Session, over: Over) -> AnyView {
    let name = pick(session.state(), |state| match state {
        SignInState::SignedIn(view) => view.user.name.clone(),
        _ => String::new(),
    });
    let role = pick(session.account(), |account| {
        let role = account
            .as_ref()
            .map(|own| own.role.label().to_ascii_lowercase());
        role.unwrap_or_default()
    });
    let who = Slice::new(move |_| format!("{} \u{b7} {}", name.get(), role.get()));
    view! {
        <footer>
            {follow(who, |who| view! { <span class="who">{who.clone()}</span> }.into_any())}
            {keys(over)}
            <Theme />
            <button type="button" class="icon-btn" aria-label="Sign out" title="Sign out" on:click=move |_| session.sign_out()>
                <Icon glyph=Glyph::Leave />
            </button>
        </footer>
    }
    .into_any()
}

/// The button that changes the theme: system, dark, light.
#[component]
fn Theme() -> AnyView {
    let theme = RwSignal::new(dom::stored_theme());
    let next = move |_| {
        let following = match theme.get_untracked().as_deref() {
            None => Some("dark"),
            Some("dark") => Some("light"),
            Some(_) => None,
        };
        dom::set_theme(following);
        theme.set(following.map(str::to_owned));
    };
    let label = move || match theme.get().as_deref() {
        Some("dark") => "Theme: dark. Change to light",
        Some(_) => "Theme: light. Change to system",
        None => "Theme: system. Change to dark",
    };
    let light = pick(theme, |theme| theme.as_deref() == Some("light"));
    let glyph = |light: &bool| {
        let glyph = if *light { Glyph::Sun } else { Glyph::Moon };
        view! { <Icon glyph /> }.into_any()
    };
    view! {
        <button type="button" class="icon-btn" aria-label=label title=label on:click=next>
            {follow(light, glyph)}
        </button>
    }
    .into_any()
}
