//! Who is signed in, and which account this tab looks at.

use crate::api::{self, ApiError};
use crate::dom;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::id::{AccountId, UserId};
use domain::session::{Membership, SessionView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::BroadcastChannel;

const TAB_ACCOUNT: &str = "account";
const CHANNEL: &str = "session";

/// Where signing in stands.
#[derive(Clone, Debug, PartialEq)]
pub enum SignInState {
    /// Not known yet.
    Loading,
    /// Could not be found out.
    Failed(ApiError),
    /// Nobody.
    SignedOut,
    /// Somebody.
    SignedIn(SessionView),
}

/// Who is signed in, and which account this tab looks at.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    state: RwSignal<SignInState>,
    chosen: RwSignal<Option<AccountId>>,
    account: Slice<Option<Membership>>,
    trouble: RwSignal<Option<String>>,
}

thread_local! {
    // One app a page: a 401 anywhere ends the session in one place, without handing the session to every call.
    static STATE: Cell<Option<RwSignal<SignInState>>> = const { Cell::new(None) };
    static CHANNELS: RefCell<Vec<BroadcastChannel>> = const { RefCell::new(Vec::new()) };
}

/// Provides the session to everything below and asks who is signed in.
pub fn provide_session() -> Session {
    let state = RwSignal::new(SignInState::Loading);
    let chosen =
        RwSignal::new(dom::tab_value(TAB_ACCOUNT).and_then(|id| AccountId::parse(&id).ok()));
    STATE.set(Some(state));
    let account = Slice::new(move |_| {
        let SignInState::SignedIn(view) = state.get() else {
            return None;
        };
        let find = |id: &AccountId| {
            view.memberships
                .iter()
                .find(|membership| membership.account_id == *id)
        };
        let choice = chosen.get();
        let found = choice
            .as_ref()
            .and_then(find)
            .or_else(|| view.last_account_id.as_ref().and_then(find));
        found.or_else(|| view.memberships.first()).cloned()
    });
    let session = Session {
        state,
        chosen,
        account,
        trouble: RwSignal::new(None),
    };
    provide_context(session);
    // A tab keeps its account from the first page on: what another tab chooses later is for new tabs only.
    Effect::new(move |_| {
        let own = account.with(|account| account.as_ref().map(|own| own.account_id.clone()));
        if let Some(id) = own {
            dom::set_tab_value(TAB_ACCOUNT, id.as_str());
        }
    });
    session.load();
    session.hear_of_others();
    session
}

/// The session.
///
/// # Panics
/// Never below [`provide_session`].
pub fn use_session() -> Session {
    expect_context()
}

/// Says to the other tabs that another person may be signed in now. Browsers without channels find out with the next answer.
fn tell_others() {
    CHANNELS.with_borrow(|channels| {
        for channel in channels {
            let _ = channel.post_message(&JsValue::NULL);
        }
    });
}

/// Whether this tab looked at an account before, so that who is asked to sign in has been asked before.
pub fn was_signed_in() -> bool {
    dom::tab_value(TAB_ACCOUNT).is_some()
}

/// Somebody's session ended on the server.
pub fn signed_out() {
    if let Some(state) = STATE.get() {
        let _ = state.try_set(SignInState::SignedOut);
    }
}

impl Session {
    /// Asks who is signed in.
    pub fn load(self) {
        spawn_local(async move {
            let next = match api::session().await {
                Ok(view) => SignInState::SignedIn(view),
                Err(ApiError::SignedOut) => SignInState::SignedOut,
                Err(error) => SignInState::Failed(error),
            };
            let _ = self.state.try_set(next);
        });
    }

    /// Somebody signed in here: asks who, and has the browser's other tabs ask, too.
    pub fn begin(self) {
        tell_others();
        self.load();
    }

    /// Another tab of this browser signed somebody in or out.
    fn hear_of_others(self) {
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
            return;
        };
        let ask: Closure<dyn Fn()> = Closure::new(move || self.check());
        channel.set_onmessage(Some(ask.as_ref().unchecked_ref()));
        // As long as the page.
        ask.forget();
        CHANNELS.with_borrow_mut(|channels| channels.push(channel));
    }

    /// Asks whether the same person is still signed in and may open the same, or somebody is by now. Pages stay as they are
    /// unless the answer says otherwise.
    pub fn check(self) {
        spawn_local(async move {
            let next = match api::session().await {
                Ok(view) => SignInState::SignedIn(view),
                Err(ApiError::SignedOut) => SignInState::SignedOut,
                Err(_) => return,
            };
            let other = |old: &SignInState| !matches!(old, SignInState::Loading) && *old != next;
            if self.state.try_with_untracked(other) == Some(true) {
                let _ = self.state.try_set(next);
            }
        });
    }

    /// Who is signed in; reading it subscribes.
    pub fn user_id(self) -> Option<UserId> {
        self.state.with(|state| match state {
            SignInState::SignedIn(view) => Some(view.user.user_id.clone()),
            _ => None,
        })
    }

    /// Where signing in stands.
    pub fn state(self) -> Signal<SignInState> {
        self.state.into()
    }

    /// The account that this tab looks at.
    pub fn account(self) -> Slice<Option<Membership>> {
        self.account
    }

    /// The accounts that the person can open.
    pub fn memberships(self) -> Vec<Membership> {
        self.state.with_untracked(|state| match state {
            SignInState::SignedIn(view) => view.memberships.clone(),
            _ => Vec::new(),
        })
    }

    /// Looks at another account in this tab; new tabs begin with it.
    pub fn switch(self, account: AccountId) {
        dom::set_tab_value(TAB_ACCOUNT, account.as_str());
        self.chosen.set(Some(account.clone()));
        // Only new tabs depend on it: this one has switched already.
        spawn_local(async move {
            let _ = api::remember_account(account).await;
        });
    }

    /// Why signing out did not work.
    pub fn trouble(self) -> Signal<Option<String>> {
        self.trouble.into()
    }

    /// Signs out, here and on the server.
    pub fn sign_out(self) {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) | Err(ApiError::SignedOut) => {
                    tell_others();
                    dom::remove_tab_value(TAB_ACCOUNT);
                    self.chosen.set(None);
                    self.trouble.set(None);
                    self.state.set(SignInState::SignedOut);
                }
                Err(error) => self.trouble.set(Some(error.sentence())),
            }
        });
    }
}

/// A membership's account by id and name.
pub fn account_ref(membership: &Membership) -> AccountRef {
    AccountRef {
        id: membership.account_id.clone(),
        name: membership.account_name.clone(),
    }
}
