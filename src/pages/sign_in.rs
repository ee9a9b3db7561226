//! Sign-in: email and password, and in the demonstration the people to try.

use crate::api::{self, ApiError};
use crate::dom;
use crate::link::{Link, safe_next};
use crate::parts::{Glyph, Icon};
use crate::session::{SignInState, use_session, was_signed_in};
use domain::session::{DemoUser, SignIn, SignInOptions};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// The page `/sign-in`. Who is signed in goes on at once.
#[component]
pub fn SignInPage() -> impl IntoView {
    let next = use_location()
        .query
        .with_untracked(|query| query.get("next"));
    let go = use_navigate();
    let state = use_session().state();
    Effect::new(|_| dom::remove_boot());
    Effect::new(move |_| {
        if state.with(|state| matches!(state, SignInState::SignedIn(_))) {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            go(&destination(next.as_deref()), options);
        }
    });
    view! {
        <Title text="Sign in \u{b7} WebRiskOps" />
        <main id="main" class="sign-in">
            <span class="brand"><Icon glyph=Glyph::Shield />"WebRiskOps"</span>
            <SignInForm />
            <p class="small"><a href=Link::Pricing.href()>"Pricing"</a> " \u{b7} " <a href=Link::Snapshot(None).href()>"Free quick scan"</a> " \u{b7} " <a href=Link::Guides.href()>"Guides"</a></p>
        </main>
    }
}

/// Where to go on to: a page of this app, and never this page again.
fn destination(next: Option<&str>) -> String {
    let inside = next.and_then(safe_next);
    let other = inside.filter(|path| !path.starts_with("/sign-in"));
    other.map_or_else(|| Link::Billing(None).href(), str::to_owned)
}

/// The form, and the people to try below it.
#[component]
pub fn SignInForm() -> impl IntoView {
    let email = NodeRef::<html::Input>::new();
    let password = NodeRef::<html::Input>::new();
    let (pending, failed) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked())
        else {
            return;
        };
        let credentials = SignIn {
            email: email.value().trim().to_owned(),
            password: password.value(),
        };
        send(credentials, pending, failed);
    };
    let fill = Callback::new(move |(user, word): (String, String)| {
        if let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked()) {
            email.set_value(&user);
            password.set_value(&word);
            failed.set(None);
        }
    });
    view! {
        <section class="panel" aria-labelledby="sign-in">
            <div class="body">
                <form class="form" on:submit=submit>
                    <h1 id="sign-in" tabindex="-1">"Sign in"</h1>
                    {was_signed_in().then(|| view! {
                        <p class="answer hold"><span>"Your session has ended: it ends seven days after signing in, after a while without use, or where somebody signs out. What you typed is kept, and you go on where you were."</span></p>
                    })}
                    <div class="field">
                        <label for="email">"Email"</label>
                        <input id="email" type="email" name="email" autocomplete="username" required node_ref=email />
                    </div>
                    <div class="field">
                        <label for="password">"Password"</label>
                        <input id="password" type="password" name="password" autocomplete="current-password" required node_ref=password />
                    </div>
                    {move || failed.get().map(|error| view! { <p class="answer stop" role="alert"><span>{error.sentence()}</span></p> })}
                    <button type="submit" class="btn primary wide" aria-busy=move || pending.get().then_some("true")>
                        {move || if pending.get() { "Signing in\u{2026}" } else { "Sign in" }}
                    </button>
                </form>
            </div>
        </section>
        <People fill />
    }
}

/// Asks once; the page goes on by itself when the session says who is signed in.
fn send(credentials: SignIn, pending: RwSignal<bool>, failed: RwSignal<Option<ApiError>>) {
    pending.set(true);
    failed.set(None);
    let session = use_session();
    leptos::task::spawn_local(async move {
        match api::sign_in(credentials).await {
            Ok(()) => session.begin(),
            Err(error) => {
                failed.try_set(Some(error));
            }
        }
        pending.try_set(false);
    });
}

/// The people of the demonstration; nothing outside it.
#[component]
fn People(
    /// Fills the form with an email and a password.
    fill: Callback<(String, String)>,
) -> impl IntoView {
    let options = RwSignal::new(SignInOptions::default());
    leptos::task::spawn_local(async move {
        // Without them the form works as well.
        if let Ok(answer) = api::sign_in_options().await {
            options.try_set(answer);
        }
    });
    move || {
        let SignInOptions {
            demo_users,
            demo_password,
        } = options.get();
        let word = demo_password.filter(|_| !demo_users.is_empty())?;
        let rows = demo_users
            .into_iter()
            .map(|user| person(user, word.clone(), fill));
        Some(view! {
            <section class="panel" aria-labelledby="people">
                <header><h2 id="people">"Try it as"</h2></header>
                <div class="body"><ul class="demo-users">{rows.collect_view()}</ul></div>
            </section>
        })
    }
}

fn person(user: DemoUser, word: String, fill: Callback<(String, String)>) -> impl IntoView {
    let DemoUser { email, shows } = user;
    let label = email.clone();
    let choose = move |_| fill.run((email.clone(), word.clone()));
    view! { <li><button type="button" on:click=choose><b>{label}</b><span>{shows}</span></button></li> }
}
