//! The frame around every page: brand, account, navigation, person.

mod account;
pub mod keys;
mod over;
mod person;
mod public;

use super::badge::Tone;
use super::follow::{follow, pick, words};
use super::head::PageHead;
use super::icon::{Glyph, Icon};
use super::notice::Notice;
use super::per_account::provide_account;
use crate::api;
use crate::dom;
use crate::link::{Link, is_public};
use crate::live::{Watched, provide_live, use_live};
use crate::remote::{Remote, use_remote};
use crate::session::{Session, SignInState, use_session};
use crate::slice::Slice;
use account::AccountSelect;
use domain::account::AccountType;
use leptos::prelude::*;
use leptos_router::components::{A, Redirect};
use leptos_router::hooks::use_location;
use over::{Over, Sheet};
use person::Person;

/// The frame; without somebody signed in it leads to the sign-in page and remembers where it was.
#[component]
pub fn Shell(
    /// The page of the address.
    page: fn() -> AnyView,
) -> AnyView {
    let session = use_session();
    let path = use_location().pathname;
    let state = session.state();
    let stage = Slice::new(move |_| {
        let open = path.with(|path| is_public(path));
        state.with(|state| match state {
            SignInState::Loading => Stage::Loading,
            SignInState::Failed(_) | SignInState::SignedOut if open => Stage::Visitor,
            SignInState::Failed(_) => Stage::Failed,
            SignInState::SignedOut => Stage::SignedOut,
            SignInState::SignedIn(_) => Stage::SignedIn,
        })
    });
    // What stood in for the page belongs to the person and the address that it was written for.
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        if !matches!(stage.get(), Stage::Loading | Stage::SignedIn)
            || before.is_some_and(|before| before != here)
        {
            dom::remove_boot();
        }
        here
    });
    follow(stage, move |stage| {
        match stage {
        Stage::Loading => view! {
            <main id="main" aria-busy="true"><span class="skeleton title"></span><span class="skeleton panel-box"></span></main>
        }
        .into_any(),
        Stage::Failed => view! { <Unreachable session /> }.into_any(),
        Stage::SignedOut => {
            let next = Some(dom::here()).filter(|here| here != "/");
            view! { <Redirect path=Link::SignIn { next }.href() /> }.into_any()
        }
        Stage::Visitor => public::frame(page),
        Stage::SignedIn => view! { <Frame session page /> }.into_any(),
    }
    })
}

/// Where signing in stands; who it is changes nothing about the frame.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Loading,
    Failed,
    SignedOut,
    Visitor,
    SignedIn,
}

/// Nobody knows yet who is signed in, because the server does not answer.
#[component]
fn Unreachable(session: Session) -> AnyView {
    let sentence = pick(session.state(), |state| match state {
        SignInState::Failed(error) => error.sentence(),
        _ => String::new(),
    });
    let retry = move || view! { <button type="button" class="btn" on:click=move |_| session.load()>"Try again"</button> };
    view! {
        <main id="main">
            <h1 tabindex="-1">"WebRiskOps"</h1>
            <Notice tone=Tone::Stop title="The console could not be loaded" alert=true action=retry><p>{words(sentence)}</p></Notice>
        </main>
    }
    .into_any()
}

/// What comes in files of its own; the app provides it.
#[derive(Clone, Copy)]
pub struct Fetched {
    /// Fetches the files of the pages that the navigation leads to.
    pub ahead: fn(),
    /// The accounts of the person, to choose from.
    pub find_account: fn() -> AnyView,
    /// The list of the keys.
    pub keys: fn() -> AnyView,
}

#[component]
fn Frame(session: Session, page: fn() -> AnyView) -> AnyView {
    let ahead = use_context::<Fetched>().map_or((|| ()) as fn(), |fetched| fetched.ahead);
    let trouble = pick(session.trouble(), Clone::clone);
    let operator = pick(
        session.state(),
        |state| matches!(state, SignInState::SignedIn(view) if view.operator),
    );
    let queue = move |operator: &bool| {
        operator
            .then(|| {
                view! {
                    <li><A href=Link::GuideFeedback.href()>"Review queue"</A></li>
                    <li><A href=Link::ServiceCredits.href()>"Service credits"</A></li>
                    <li><A href=Link::ProviderEvents.href()>"Provider events"</A></li>
                }
            })
            .into_any()
    };
    let agency = pick(session.account(), |account| {
        let kind = account.as_ref().map(|own| own.account_type);
        kind == Some(AccountType::Agency)
    });
    let over = Over::new();
    // With one account there is nothing to find.
    let many = session.memberships().len() > 1;
    let find = || {
        view! { <button type="button" class="icon-btn" aria-label="Find another account" title="Find another account" aria-haspopup="dialog" on:click=move |_| over.show(Sheet::FindAccount)><Icon glyph=Glyph::Search /></button> }
            .into_any()
    };
    let notices = use_remote(api::unread_notices);
    let unread = Slice::new(move |_| notices.get().unwrap_or(0));
    let told = |unread: &usize| {
        let unread = *unread;
        (unread > 0)
            .then(|| view! { <li><A href=Link::Notices.href()>"Notices "<b class="count">{unread}</b></A></li> })
            .into_any()
    };
    let clients = |agency: &bool| {
        agency
            .then(|| view! { <li><A href=Link::Agency.href()>"Agency"</A></li> })
            .into_any()
    };
    view! {
        {skip_to_content()}
        <div class="shell">
            <aside class="side" aria-label="Account and pages">
                <a href=Link::Billing(None).href() class="brand"><Icon glyph=Glyph::Shield />"WebRiskOps"</a>
                <div class="whose"><AccountSelect session />{many.then(find)}</div>
                <nav aria-label="Main" on:pointerenter=move |_| ahead() on:focusin=move |_| ahead()>
                    <ul>
                        <li><A href=Link::Projects.href()>"Projects"</A></li>
                        <li><A href=Link::Scans.href()>"Scans"</A></li>
                        <li><A href=Link::Reports.href()>"Reports"</A></li>
                        <li><A href=Link::Billing(None).href()>"Billing"</A></li>
                        <li><A href=Link::Accounts.href()>"Accounts"</A></li>
                        {follow(agency, clients)}
                        <li><A href=Link::Guides.href()>"Guides"</A></li>
                        {follow(operator, queue)}
                        {follow(unread, told)}
                    </ul>
                </nav>
                <Person session over />
                {over.view()}
            </aside>
            <main id="main" tabindex="-1">
                {on_paper(session)}
                {follow(trouble, |trouble| trouble.clone().map(still_signed_in).into_any())}
                {page_of_account(session, notices, page)}
            </main>
        </div>
    }
    .into_any()
}

/// The first stop of a keyboard. The router would take the address for a page; the focus is what matters.
fn skip_to_content() -> AnyView {
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        dom::focus_id("main");
    };
    view! { <a class="skip" href="#main" on:click=skip>"Skip to content"</a> }.into_any()
}

/// Whose page it is and where it came from: seen on paper alone.
fn on_paper(session: Session) -> AnyView {
    let path = use_location().pathname;
    let line = Slice::new(move |_| {
        path.track();
        let account = session.account().get();
        let account = account.map(|own| own.account_name).unwrap_or_default();
        format!("WebRiskOps \u{b7} {account} \u{b7} {}", dom::address())
    });
    follow(line, |line| {
        view! { <p class="paper">{line.clone()}</p> }.into_any()
    })
}

fn still_signed_in(sentence: String) -> AnyView {
    view! {
        <Notice tone=Tone::Stop title="You are still signed in" alert=true><p>{sentence}</p></Notice>
    }
    .into_any()
}

/// Somebody who may open nothing, which is no mistake of theirs and must not look like one of ours.
fn no_account() -> AnyView {
    Effect::new(|_| dom::remove_boot());
    let lead = || view! { <p>"You are signed in, and no account is open to you. Ask an owner or admin of the account to add you, or sign out and sign in with the email that they know."</p> };
    view! { <PageHead title=String::from("No account") of=String::from("Nothing to open") lead /> }
        .into_any()
}

/// The page, anew for each account: nothing of another one can stay or arrive late, and its stream closes with it.
/// Only another account or role is another page; fresher figures of the same one are not.
fn page_of_account(session: Session, notices: Remote<usize>, page: fn() -> AnyView) -> AnyView {
    let account = session.account();
    let identity = Slice::new(move |_| {
        let own = account.get()?;
        Some((session.user_id(), own.account_id, own.role))
    });
    follow(identity, move |_| {
        let Some(membership) = account.get_untracked() else {
            return no_account();
        };
        provide_live(Watched {
            user: session.user_id(),
            account: membership.account_id.clone(),
            name: membership.account_name.clone(),
            check: Callback::new(move |()| session.check()),
        });
        provide_account(membership);
        // Notices are of all accounts, and this account's stream says that something happened.
        let live = use_live();
        Effect::new(move |before: Option<()>| {
            live.version();
            if before.is_some() {
                notices.refetch();
            }
        });
        page()
    })
}
