//! What keeps open pages true: the event stream while somebody sees the page, and the polling that stands in for it.

mod grants;
mod heard;
mod stream;
mod watch;

pub use watch::State as LiveState;

use crate::dom;
use domain::id::{AccountId, UserId};
use domain::live::BEAT_SECONDS;
use grants::Granted;
use heard::Heard;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use stream::{Stream, Told, is_seen, now};
use watch::Watch;

const QUIET: Duration = Duration::from_millis(150);
const TICK: Duration = Duration::from_secs(1);

/// Says when something changed, and whether that is heard of by itself.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    version: RwSignal<u64>,
    state: RwSignal<LiveState>,
}

impl Live {
    fn new(state: LiveState) -> Self {
        Self {
            version: RwSignal::new(0),
            state: RwSignal::new(state),
        }
    }

    /// Changes whenever pages should ask again; reading it subscribes.
    pub fn version(self) -> u64 {
        self.version.get()
    }

    /// Whether changes arrive by themselves.
    pub fn state(self) -> LiveState {
        self.state.get()
    }

    /// Has everything that is shown ask again, as a change on the server would.
    pub fn refresh(self) {
        self.bump();
    }

    fn bump(self) {
        self.version.try_update(|version| *version += 1);
    }

    fn show(self, state: LiveState) {
        if self
            .state
            .try_get_untracked()
            .is_some_and(|old| old != state)
        {
            self.state.try_set(state);
        }
    }
}

/// The stream of the account that this part of the page belongs to; without one nothing ever changes by itself.
pub fn use_live() -> Live {
    use_context().unwrap_or_else(|| Live::new(LiveState::Lost))
}

/// Whose pages these are.
pub struct Watched {
    /// Who looks.
    pub user: Option<UserId>,
    /// At which account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Asks again who is signed in and what they may open.
    pub check: Callback<()>,
}

/// Keeps everything below true; it ends with the component that called this.
pub fn provide_live(watched: Watched) {
    let live = Live::new(LiveState::Opening);
    provide_context(live);
    let check = watched.check;
    let stream = Stream::new(f64::from(BEAT_SECONDS) * 1_000.0, hear(live, watched));
    step(&stream, live);
    let ticked = SendWrapper::new(Rc::clone(&stream));
    let ticking = set_interval_with_handle(move || step(&ticked, live), TICK);
    let told = SendWrapper::new(listen(&stream, live, check));
    let stream = SendWrapper::new(stream);
    on_cleanup(move || {
        drop(told.take());
        stream.close();
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
}

/// Does what the watch says; nothing while nobody sees the page.
fn step(stream: &Stream, live: Live) {
    if !is_seen() {
        return;
    }
    let todo = stream.watch.borrow_mut().tick(now());
    if todo.open {
        stream.open();
    }
    live.show(stream.watch.borrow().state());
    if todo.ask {
        live.bump();
    }
}

/// Hears of the network, of being seen again, and of being brought back by the browser.
fn listen(stream: &Rc<Stream>, live: Live, check: Callback<()>) -> Vec<Told> {
    let own = Rc::clone(stream);
    let offline = move || {
        own.watch.borrow_mut().offline(now());
        step(&own, live);
    };
    let own = Rc::clone(stream);
    let online = move || {
        own.watch.borrow_mut().online(now());
        step(&own, live);
    };
    let seen = |stream: &Rc<Stream>| {
        let own = Rc::clone(stream);
        let was = Cell::new(is_seen());
        move |back: bool| {
            let before = was.replace(is_seen());
            if !is_seen() {
                own.close();
            } else if back || !before {
                // What happened meanwhile was not heard; somebody else may have signed in, too.
                own.watch.replace(Watch::new(now()));
                live.bump();
                check.run(());
                step(&own, live);
            }
        }
    };
    let (changed, shown, hidden) = (seen(stream), seen(stream), Rc::clone(stream));
    let left = Rc::new(Cell::new(false));
    let leave = Rc::clone(&left);
    [
        Told::by_window("offline", offline),
        Told::by_window("online", online),
        Told::by_window("pagehide", move || {
            leave.set(true);
            hidden.close();
        }),
        Told::by_window("pageshow", move || {
            // Not the first time, but when the browser brings back what it had kept.
            if left.replace(false) {
                shown(true);
            }
        }),
        Told::by_document("visibilitychange", move || changed(false)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What was heard and not announced yet.
#[derive(Default)]
struct Unannounced {
    grants: Vec<Granted>,
    waiting: bool,
}

/// What a message means for the pages of this account.
fn hear(live: Live, watched: Watched) -> impl Fn(&Stream, &str) {
    let unannounced = Rc::new(RefCell::new(Unannounced::default()));
    move |stream, text| {
        live.show(LiveState::Live);
        let other = |user: &UserId| watched.user.as_ref().is_some_and(|own| own != user);
        // A message of a newer server that does not read still says that something changed.
        let heard = crate::api::decode::<Heard>(text);
        if let Some(heard) = &heard {
            if heard.user_id.as_ref().is_some_and(other) {
                watched.check.run(());
            }
            if let Some(seconds) = heard.beat_seconds {
                stream.beat.set(f64::from(seconds) * 1_000.0);
            }
            let elsewhere = |id: &AccountId| *id != watched.account;
            match heard.kind.as_str() {
                "beat" => return,
                "access" => watched.check.run(()),
                "change" if heard.account_id.as_ref().is_some_and(elsewhere) => return,
                // What changed between a page's first answer and the opening of the stream was not heard, as after a gap.
                _ => {}
            }
            unannounced.borrow_mut().grants.extend(heard.granted());
        }
        schedule(live, &unannounced, &watched.name);
    }
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
            if let Some(text) = grants::grant_text(&taken.grants, &account) {
                dom::announce(&text);
            }
        },
        QUIET,
    );
}
