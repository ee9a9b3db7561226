//! Writes: one at a time, never twice, said once, and followed by fresh figures.

use crate::api::{Answer, Ended, ended};
use crate::dom;
use crate::remote::Remote;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

type Refresh<T> = Rc<dyn Fn(Option<&T>) -> Pin<Box<dyn Future<Output = ()>>>>;

/// Something that a page asks the server to do. Cheap to copy; dies with the component that made it.
///
/// What makes it safe to ask again is the key in its request: `api::Intent`.
pub struct Write<T: 'static> {
    pending: RwSignal<bool>,
    ended: RwSignal<Option<Ended<T>>>,
    refresh: StoredValue<Refresh<T>, LocalStorage>,
}

impl<T> Clone for Write<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Write<T> {}

/// A write that changes what this data says: it is asked for again after every end.
pub fn use_write<T, V>(remote: Remote<V>) -> Write<T>
where
    T: Send + Sync + 'static,
    V: Clone + PartialEq + Send + Sync + 'static,
{
    Write::new(move |_| Box::pin(remote.fresh()))
}

/// A write that answers this data as it is afterwards: it is asked for again only when the answer is another one.
pub fn use_write_of<V>(remote: Remote<V>) -> Write<V>
where
    V: Clone + PartialEq + Send + Sync + 'static,
{
    Write::new(move |answer: Option<&V>| match answer {
        Some(value) => {
            remote.set(value.clone());
            Box::pin(std::future::ready(()))
        }
        None => Box::pin(remote.fresh()),
    })
}

/// A write that changes nothing that the page shows.
pub fn use_write_alone<T: Send + Sync + 'static>() -> Write<T> {
    Write::new(|_| Box::pin(std::future::ready(())))
}

impl<T> Write<T>
where
    T: Send + Sync + 'static,
{
    fn new(refresh: impl Fn(Option<&T>) -> Pin<Box<dyn Future<Output = ()>>> + 'static) -> Self {
        Self {
            pending: RwSignal::new(false),
            ended: RwSignal::new(None),
            refresh: StoredValue::new_local(Rc::new(refresh)),
        }
    }

    /// Asks, unless the end of an earlier asking is awaited.
    ///
    /// `said` is announced when it is done, also when the person went on to another page meanwhile; nothing when it is empty.
    /// `done` is for the page that asked, if it is still there.
    pub fn run(
        self,
        request: impl Future<Output = Answer<T>> + 'static,
        said: impl FnOnce(&T) -> String + 'static,
        done: impl FnOnce(&T) + 'static,
    ) {
        if self.pending.try_get_untracked() != Some(false) {
            return;
        }
        self.pending.set(true);
        self.ended.set(None);
        spawn_local(async move {
            let end = ended(request.await);
            let answer = match &end {
                Some(Ended::Done(answer)) => Some(answer),
                _ => None,
            };
            if let Some(text) = answer.map(said).filter(|text| !text.is_empty()) {
                dom::announce(&text);
            }
            let Some(refresh) = self.refresh.try_get_value() else {
                return;
            };
            let refreshed = refresh(answer);
            if let Some(answer) = answer {
                done(answer);
            }
            self.ended.try_set(end);
            // Until the figures are fresh nobody decides on old ones.
            refreshed.await;
            self.pending.try_set(false);
        });
    }

    /// Whether the end is awaited.
    pub fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// How the last one ended; `None` while one is under way.
    pub fn ended(self) -> Signal<Option<Ended<T>>> {
        self.ended.into()
    }

    /// Whether the last one is done.
    pub fn is_done(self) -> bool {
        let done = |ended: &Option<_>| matches!(ended, Some(Ended::Done(_)));
        self.ended.with(done)
    }

    /// Takes a refusal away, because what was refused is not what is asked for now.
    pub fn forget_refusal(self) {
        let refused = |ended: &Option<_>| matches!(ended, Some(Ended::Refused(_)));
        if self.ended.with_untracked(refused) {
            self.ended.set(None);
        }
    }
}
