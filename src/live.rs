//! The event stream that keeps open pages true, and the polling that stands in for it.

use crate::dom;
use domain::credits::{CreditType, EntryKind, amount_text};
use domain::id::AccountId;
use domain::ledger::Entry;
use domain::live::LiveEvent;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

const QUIET: Duration = Duration::from_millis(150);
const POLL: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_secs(5);

/// Says when something changed, and whether the stream is open.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    version: RwSignal<u64>,
    open: RwSignal<bool>,
}

impl Live {
    /// Changes whenever pages should ask again; reading it subscribes.
    pub fn version(self) -> u64 {
        self.version.get()
    }

    /// Whether changes arrive by themselves.
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Has everything that is shown ask again, as a change on the server would.
    pub fn refresh(self) {
        self.bump();
    }

    fn bump(self) {
        self.version.try_update(|version| *version += 1);
    }
}

/// The stream of the account that this part of the page belongs to; without one nothing ever changes by itself.
pub fn use_live() -> Live {
    use_context().unwrap_or_else(|| Live {
        version: RwSignal::new(0),
        open: RwSignal::new(false),
    })
}

/// What was heard and not announced yet.
#[derive(Default)]
struct Unannounced {
    grants: Vec<Entry>,
    waiting: bool,
}

/// Opens the stream of an account for everything below; it closes with the component that called this.
pub fn provide_live(account: &AccountId, account_name: &str) {
    let live = Live {
        version: RwSignal::new(0),
        open: RwSignal::new(true),
    };
    provide_context(live);
    let turn = Rc::new(Cell::new(0u32));
    let stream = Rc::new(Stream {
        address: ["/api/v1/accounts/", account.as_str(), "/events"].concat(),
        source: RefCell::new(None),
        on_message: on_message(live, account_name.to_owned(), Rc::clone(&turn)),
        on_error: on_error(live, turn),
    });
    stream.open();
    let reopened = SendWrapper::new(Rc::clone(&stream));
    let poll = set_interval_with_handle(
        move || {
            // A stream that the browser gave up is opened again; until it is, pages ask every ten seconds.
            if live.open.try_get_untracked() == Some(false) {
                reopened.open();
                live.bump();
            }
        },
        POLL,
    );
    let stream = SendWrapper::new(stream);
    on_cleanup(move || {
        stream.close();
        if let Ok(poll) = poll {
            poll.clear();
        }
    });
}

/// The open stream and what listens to it.
struct Stream {
    address: String,
    source: RefCell<Option<EventSource>>,
    on_message: Closure<dyn Fn(MessageEvent)>,
    on_error: Closure<dyn Fn()>,
}

impl Stream {
    /// Opens it, unless it is open or on its way.
    fn open(&self) {
        let going = |source: &EventSource| source.ready_state() != EventSource::CLOSED;
        if self.source.borrow().as_ref().is_some_and(going) {
            return;
        }
        let Ok(source) = EventSource::new(&self.address) else {
            return;
        };
        for name in ["snapshot", "ledger", "checkout", "billing"] {
            let _ = source
                .add_event_listener_with_callback(name, self.on_message.as_ref().unchecked_ref());
        }
        source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        self.source.replace(Some(source));
    }

    fn close(&self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }
}

fn on_message(live: Live, account: String, turn: Rc<Cell<u32>>) -> Closure<dyn Fn(MessageEvent)> {
    let unannounced = Rc::new(RefCell::new(Unannounced::default()));
    let began = Cell::new(false);
    Closure::new(move |event: MessageEvent| {
        turn.set(turn.get().wrapping_add(1));
        live.open.try_set(true);
        let Some(text) = event.data().as_string() else {
            return;
        };
        // A message of a newer server that does not read still says that something changed.
        match crate::api::decode::<LiveEvent>(&text) {
            // The first one only says that the stream is open. After a gap anything may have changed.
            Some(LiveEvent::Snapshot { .. }) if !began.replace(true) => return,
            Some(LiveEvent::Ledger(entry))
                if matches!(entry.kind, EntryKind::Grant | EntryKind::ServiceCredit) =>
            {
                unannounced.borrow_mut().grants.push(*entry);
            }
            _ => {}
        }
        schedule(live, &unannounced, &account);
    })
}

/// A stream that comes back within five seconds was never away: each message and each failure begins another turn.
fn on_error(live: Live, turn: Rc<Cell<u32>>) -> Closure<dyn Fn()> {
    Closure::new(move || {
        let own = turn.get().wrapping_add(1);
        turn.set(own);
        let turn = Rc::clone(&turn);
        set_timeout(
            move || {
                if turn.get() == own {
                    live.open.try_set(false);
                }
            },
            GRACE,
        );
    })
}

/// Tells once for a burst: pages ask again, and grants are said together.
fn schedule(live: Live, unannounced: &Rc<RefCell<Unannounced>>, account: &str) {
    if std::mem::replace(&mut unannounced.borrow_mut().waiting, true) {
        return;
    }
    let (unannounced, account) = (Rc::clone(unannounced), account.to_owned());
    set_timeout(
        move || {
            let taken = std::mem::take(&mut *unannounced.borrow_mut());
            live.bump();
            if let Some(text) = grant_text(&taken.grants, &account) {
                dom::announce(&text);
            }
        },
        QUIET,
    );
}

/// "3 automated fix credits added to Harbor Bakery. Available: 3."
fn grant_text(grants: &[Entry], account: &str) -> Option<String> {
    if grants.is_empty() {
        return None;
    }
    let mut text = String::new();
    for kind in CreditType::ALL {
        let of_kind: Vec<&Entry> = grants
            .iter()
            .filter(|entry| entry.credit_type == *kind)
            .collect();
        let (Some(last), sum) = (
            of_kind.last(),
            of_kind.iter().map(|entry| entry.amount).sum(),
        ) else {
            continue;
        };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&amount_text(sum, *kind));
        text.push_str(" added to ");
        text.push_str(account);
        text.push_str(". Available: ");
        text.push_str(&last.after.avail.to_string());
        text.push('.');
    }
    Some(text)
}
