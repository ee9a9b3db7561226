//! The browser's side of the stream: opening, closing, and what the browser says about page and network.

use super::watch::Watch;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, EventTarget, MessageEvent};

const ADDRESS: &str = "/api/v1/events";
const NAMES: [&str; 4] = ["snapshot", "beat", "change", "access"];

type OnMessage = Closure<dyn Fn(MessageEvent)>;

/// Milliseconds of the browser's clock, which goes on while the computer sleeps.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Whether somebody can see the page. A page that nobody sees needs no stream: a browser has six connections for all.
pub fn is_seen() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| !document.hidden())
}

/// The stream, open or not, and where it is to begin.
pub struct Stream {
    /// As the clock sees it.
    pub watch: RefCell<Watch>,
    /// How often it is heard of, in milliseconds.
    pub beat: Cell<f64>,
    source: RefCell<Option<EventSource>>,
    last_id: RefCell<String>,
    on_message: RefCell<Option<OnMessage>>,
    on_error: RefCell<Option<Closure<dyn Fn()>>>,
}

impl Stream {
    /// One that is not open yet and hands each message's text to `hear`.
    pub fn new(beat: f64, hear: impl Fn(&Self, &str) + 'static) -> Rc<Self> {
        let stream = Rc::new(Self {
            watch: RefCell::new(Watch::new(now())),
            beat: Cell::new(beat),
            source: RefCell::default(),
            last_id: RefCell::default(),
            on_message: RefCell::default(),
            on_error: RefCell::default(),
        });
        let own = Rc::downgrade(&stream);
        let on_message = Closure::new(move |event: MessageEvent| {
            let Some(stream) = own.upgrade() else {
                return;
            };
            let id = event.last_event_id();
            if !id.is_empty() {
                stream.last_id.replace(id);
            }
            stream.watch.borrow_mut().heard(now(), stream.beat.get());
            hear(&stream, &event.data().as_string().unwrap_or_default());
        });
        let own = Rc::downgrade(&stream);
        let on_error = Closure::new(move || {
            if let Some(stream) = own.upgrade() {
                // The browser would open it again, but not after every failure and without end: the watch does.
                stream.close();
                stream.watch.borrow_mut().broke(now());
            }
        });
        stream.on_message.replace(Some(on_message));
        stream.on_error.replace(Some(on_error));
        stream
    }

    /// Opens it anew, after the last message that came.
    pub fn open(&self) {
        self.close();
        let mut address = ADDRESS.to_owned();
        let last = self.last_id.borrow();
        if !last.is_empty() {
            address.push_str("?after=");
            address.push_str(&String::from(js_sys::encode_uri_component(&last)));
        }
        let Ok(source) = EventSource::new(&address) else {
            return;
        };
        if let Some(on_message) = self.on_message.borrow().as_ref() {
            for name in NAMES {
                let listener = on_message.as_ref().unchecked_ref();
                let _ = source.add_event_listener_with_callback(name, listener);
            }
        }
        if let Some(on_error) = self.on_error.borrow().as_ref() {
            source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        self.source.replace(Some(source));
    }

    /// Closes it, and with it a connection of the browser's.
    pub fn close(&self) {
        if let Some(source) = self.source.take() {
            source.set_onerror(None);
            source.close();
        }
    }
}

/// Something that the browser tells for as long as this is kept.
pub struct Told {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn Fn()>,
}

impl Told {
    /// By the window, such as `online`.
    pub fn by_window(name: &'static str, then: impl Fn() + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.into(), name, then))
    }

    /// By the document, such as `visibilitychange`.
    pub fn by_document(name: &'static str, then: impl Fn() + 'static) -> Option<Self> {
        Some(Self::new(web_sys::window()?.document()?.into(), name, then))
    }

    fn new(target: EventTarget, name: &'static str, then: impl Fn() + 'static) -> Self {
        let closure: Closure<dyn Fn()> = Closure::new(then);
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self {
            target,
            name,
            closure,
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let listener = self.closure.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, listener);
    }
}
