//! The frame around every page: brand, account, navigation, person.

use super::badge::Tone;
use super::icon::{Glyph, Icon};
use super::notice::Notice;
use crate::dom;
use crate::link::Link;
use crate::live::provide_live;
use crate::session::{Session, SignInState, use_session};
use domain::id::AccountId;
use leptos::prelude::*;
use leptos_router::components::{A, Outlet, Redirect};

/// The frame; without somebody signed in it leads to the sign-in page and remembers where it was.
#[component]
pub fn Shell() -> impl IntoView {
    let session = use_session();
    let state = session.state();
    let stage = Memo::new(move |_| match state.get() {
        SignInState::Loading => 0,
        SignInState::Failed(_) => 1,
        SignInState::SignedOut => 2,
        SignInState::SignedIn(_) => 3,
    });
    move || {
        match stage.get() {
        0 => view! { <main id="main" aria-busy="true"><span class="skeleton title"></span><span class="skeleton panel-box"></span></main> }.into_any(),
        1 => view! { <Unreachable session /> }.into_any(),
        2 => {
            let next = Some(dom::here()).filter(|here| here != "/");
            view! { <Redirect path=Link::SignIn { next }.href() /> }.into_any()
        }
        _ => view! { <Frame session /> }.into_any(),
    }
    }
}

/// Nobody knows yet who is signed in, because the server does not answer.
#[component]
fn Unreachable(session: Session) -> impl IntoView {
    let sentence = move || match session.state().get() {
        SignInState::Failed(error) => error.sentence(),
        _ => String::new(),
    };
    let retry = move || view! { <button type="button" class="btn" on:click=move |_| session.load()>"Try again"</button> };
    view! {
        <main id="main">
            <h1 tabindex="-1">"WebRiskOps"</h1>
            <Notice tone=Tone::Stop title="The console could not be loaded" alert=true action=retry><p>{sentence}</p></Notice>
        </main>
    }
}

#[component]
fn Frame(session: Session) -> impl IntoView {
    // The router would take the address for a page; the focus is what matters.
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        dom::focus_id("main");
    };
    let account = session.account();
    let id = Memo::new(move |_| {
        account
            .get()
            .map(|membership| (membership.account_id, membership.account_name))
    });
    let page = move || {
        id.get().map(|(id, name)| {
            // The stream belongs to the account in view and closes with the switch.
            provide_live(&id, &name);
            view! { <Outlet /> }
        })
    };
    view! {
        <a class="skip" href="#main" on:click=skip>"Skip to content"</a>
        <div class="shell">
            <div class="side">
                <a href="/billing" class="brand"><Icon glyph=Glyph::Shield />"WebRiskOps"</a>
                <AccountSelect session />
                <nav aria-label="Main">
                    <ul>
                        <li><A href=Link::Projects.href()>"Projects"</A></li>
                        <li><A href=Link::Reports.href()>"Reports"</A></li>
                        <li><A href="/billing">"Billing"</A></li>
                        <li><A href=Link::Guides.href()>"Guides"</A></li>
                    </ul>
                </nav>
                <Person session />
            </div>
            <main id="main" tabindex="-1">
                {move || session.trouble().get().map(|sentence| view! {
                    <Notice tone=Tone::Stop title="You are still signed in" alert=true><p>{sentence}</p></Notice>
                })}
                {page}
            </main>
        </div>
    }
}

/// The account this tab looks at.
#[component]
fn AccountSelect(session: Session) -> impl IntoView {
    let account = session.account();
    let chosen = move || {
        account
            .get()
            .map(|membership| membership.account_id.to_string())
            .unwrap_or_default()
    };
    let change = move |event| {
        if let Ok(id) = AccountId::parse(&event_target_value(&event)) {
            session.switch(id);
        }
    };
    let options = session.memberships().into_iter().map(|membership| {
        let id = membership.account_id.to_string();
        let own = id.clone();
        view! { <option value=id selected=move || chosen() == own>{membership.account_name}</option> }
    });
    view! {
        <div class="account">
            <label for="current-account">"Current account"</label>
            <select id="current-account" prop:value=chosen on:change=change>{options.collect_view()}</select>
        </div>
    }
}

/// Who is signed in, the theme, and the way out.
#[component]
fn Person(session: Session) -> impl IntoView {
    let state = session.state();
    let name = move || match state.get() {
        SignInState::SignedIn(view) => view.user.name,
        _ => String::new(),
    };
    let role = move || {
        session
            .account()
            .get()
            .map(|membership| membership.role.label().to_lowercase())
    };
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
    let theme_label = move || match theme.get().as_deref() {
        Some("dark") => "Theme: dark. Change to light",
        Some(_) => "Theme: light. Change to system",
        None => "Theme: system. Change to dark",
    };
    view! {
        <footer>
            <span class="who">{name} " \u{b7} " {role}</span>
            <button type="button" class="icon-btn" aria-label=theme_label title=theme_label on:click=next>
                {move || {
                    let glyph = if theme.get().as_deref() == Some("light") { Glyph::Sun } else { Glyph::Moon };
                    view! { <Icon glyph /> }
                }}
            </button>
            <button type="button" class="icon-btn" aria-label="Sign out" title="Sign out" on:click=move |_| session.sign_out()>
                <Icon glyph=Glyph::Leave />
            </button>
        </footer>
    }
}
