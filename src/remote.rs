//! Data from the server that stays on the page: the last good value, its age, and what is wrong with the next one.

use crate::api::{Answer, ApiError};
use crate::live::use_live;
use leptos::prelude::*;
use leptos::reactive::owner::{Owner, WeakOwner};
use leptos::reactive::spawn_local_scoped;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

const FIRST_WAIT: Duration = Duration::from_secs(4);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

type Asked<T> = Pin<Box<dyn Future<Output = Answer<T>>>>;
type Fetch<T> = Rc<dyn Fn() -> Asked<T>>;

/// Data from the server. Cheap to copy; dies with the component that made it.
pub struct Remote<T: 'static> {
    value: RwSignal<Option<T>>,
    read_at: RwSignal<Option<f64>>,
    error: RwSignal<Option<ApiError>>,
    loading: RwSignal<bool>,
    turn: StoredValue<u64>,
    waiting: StoredValue<bool>,
    tries: StoredValue<u32>,
    home: StoredValue<Option<WeakOwner>>,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Remote<T> {}

/// Asks now, and again whenever the account's event stream says that something changed.
pub fn use_remote<T, F>(fetch: impl Fn() -> F + 'static) -> Remote<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let fetch: Fetch<T> = Rc::new(move || Box::pin(fetch()));
    let remote = Remote {
        value: RwSignal::new(None),
        read_at: RwSignal::new(None),
        error: RwSignal::new(None),
        loading: RwSignal::new(false),
        turn: StoredValue::new(0),
        waiting: StoredValue::new(false),
        tries: StoredValue::new(0),
        home: StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
        fetch: StoredValue::new_local(fetch),
    };
    let live = use_live();
    Effect::new(move |_| {
        live.version();
        remote.refetch();
    });
    remote
}

impl<T> Remote<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    /// Asks again; while an answer is awaited, once after it. What is under way is never cut, so that reads come to their
    /// end also where changes come faster than answers.
    pub fn refetch(self) {
        if self.loading.try_get_untracked() == Some(true) {
            self.waiting.try_set_value(true);
            return;
        }
        let asked = self.fresh();
        // It ends with the page and not with whatever had it ask, such as the last change that was heard of.
        match self.home.try_get_value().flatten() {
            Some(home) => {
                if let Some(owner) = home.upgrade() {
                    owner.child().with(|| spawn_local_scoped(asked));
                }
            }
            None => leptos::task::spawn_local(asked),
        }
    }

    /// Asks again at once; what comes back is over when the answer was taken. An older answer that comes later is dropped.
    pub fn fresh(self) -> impl Future<Output = ()> {
        let asked = self.ask();
        async move {
            let Some((turn, answer)) = asked else {
                return;
            };
            let answer = answer.await;
            // The page may be gone, or have asked again meanwhile.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.loading.try_set(false);
            let again = self.waiting.try_get_value() == Some(true);
            match answer {
                Ok(value) => self.accept(value),
                Err(error) => {
                    if error.may_pass() && !again {
                        self.ask_later(turn);
                    }
                    self.error.try_set(Some(error));
                }
            }
            if again {
                self.refetch();
            }
        }
    }

    /// Tries again by itself, ever less often, unless somebody asks before.
    fn ask_later(self, turn: u64) {
        let tries = self.tries.try_update_value(|tries| {
            *tries += 1;
            *tries - 1
        });
        let wait = FIRST_WAIT * 2_u32.pow(tries.unwrap_or(0).min(3));
        set_timeout(
            move || {
                if self.turn.try_get_value() == Some(turn) {
                    self.refetch();
                }
            },
            wait.min(LONGEST_WAIT),
        );
    }

    /// Sends the question. Each has a number, so that only the latest answer counts.
    fn ask(self) -> Option<(u64, Asked<T>)> {
        let fetch = self.fetch.try_get_value()?;
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        })?;
        self.waiting.try_set_value(false);
        self.loading.try_set(true);
        Some((turn, fetch()))
    }

    /// Takes a value that came another way, such as the answer to a write.
    pub fn set(self, value: T) {
        let under_way = self.loading.try_get_untracked() == Some(true);
        if self.turn.try_update_value(|turn| *turn += 1).is_some() {
            self.loading.try_set(false);
            self.accept(value);
            // What was under way is dropped. It may have been asked for after this was made, and then knew more.
            if under_way {
                self.refetch();
            }
        }
    }

    fn accept(self, value: T) {
        self.error.try_set(None);
        self.tries.try_set_value(0);
        self.read_at.try_set(Some(js_sys::Date::now()));
        // Equal values wake nobody, so that what is focused or open stays as it is.
        if self
            .value
            .try_with_untracked(|old| old.as_ref() != Some(&value))
            == Some(true)
        {
            self.value.try_set(Some(value));
        }
    }

    /// The last good value.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// What is read from the last good value.
    pub fn with<S>(self, read: impl FnOnce(&T) -> S) -> Option<S> {
        self.value.with(|value| value.as_ref().map(read))
    }

    /// The last good value, without subscribing to it; for handlers.
    pub fn now(self) -> Option<T> {
        self.value.try_get_untracked().flatten()
    }

    /// Whether a value is there.
    pub fn is_there(self) -> bool {
        self.value.with(Option::is_some)
    }

    /// What went wrong the last time.
    pub fn error(self) -> Option<ApiError> {
        self.error.get()
    }

    /// Whether an answer is awaited.
    pub fn loading(self) -> bool {
        self.loading.get()
    }

    /// When the value was read, in milliseconds of the epoch.
    pub fn read_at(self) -> Option<f64> {
        self.read_at.get()
    }
}
