//! Views that follow data: a plain function of the slice that it shows, called again when that slice changes, and only then.
//!
//! A page picks a slice for each panel and lets the panel follow it: `follow(pick(view, Shown::of), panel)`.
//! What comes is new, elements and all, and takes the place of what was there. A browser's translation puts elements of its
//! own in the place of our texts; what is put in whole stays right, what is patched text by text would never be seen again.
//! So what can hold the focus or be open lies outside of what follows: in the panel's frame, or in a row of [`rows`].

use crate::slice::Slice;
use leptos::either::Either;
use leptos::prelude::*;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// The slice of a page's data that one view shows. It changes when the slice does, not whenever the page was read again.
pub fn pick<T, S>(
    data: impl With<Value = T> + Send + Sync + 'static,
    slice: impl Fn(&T) -> S + Send + Sync + 'static,
) -> Slice<S>
where
    T: 'static,
    S: PartialEq + Send + Sync + 'static,
{
    Slice::new(move |_| data.with(&slice))
}

/// What `view` makes of the slice, made anew whenever the slice changes. Its outermost parts must be elements, not texts.
pub fn follow<S>(slice: Slice<S>, view: impl Fn(&S) -> AnyView + Send + 'static) -> AnyView
where
    S: Send + Sync + 'static,
{
    let mut turn = false;
    anew(Arc::new(Mutex::new(move || {
        turn = !turn;
        let made = slice.with(&view);
        // The other side each time: an equal one would be patched in place.
        if turn {
            Either::Left(made)
        } else {
            Either::Right(made)
        }
    })))
}

type Turns = Arc<Mutex<dyn FnMut() -> Either<AnyView, AnyView> + Send>>;

/// Every view that follows is of this one type: what renders it is there once, not once for each.
fn anew(turns: Turns) -> AnyView {
    turns.into_any()
}

/// What stands for a list: `nothing` while it is empty, else what `some` makes of it, once.
pub fn unless_empty<T>(
    items: Slice<Vec<T>>,
    nothing: fn() -> AnyView,
    some: impl Fn() -> AnyView + Send + 'static,
) -> AnyView
where
    T: Send + Sync + 'static,
{
    follow(pick(items, Vec::is_empty), move |empty| {
        if *empty { nothing() } else { some() }
    })
}

/// A text that follows, in an element of its own.
pub fn words(text: Slice<String>) -> AnyView {
    follow(text, |text| {
        view! { <span>{text.clone()}</span> }.into_any()
    })
}

/// Rows that keep their elements: one is made anew when its own item changes, and only then.
pub fn rows<T, K>(
    items: Slice<Vec<T>>,
    key: fn(&T) -> K,
    row: impl Fn(&T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    keyed(items, key, move |item| follow(item, row.clone()))
}

/// Rows that follow their items as each thinks best; an item that is gone stays as it was until its row is.
pub fn keyed<T, K>(
    items: Slice<Vec<T>>,
    key: fn(&T) -> K,
    row: impl Fn(Slice<T>) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    let firsts = move || items.get();
    let child = move |first: T| {
        let own = key(&first);
        row(Slice::new(move |old: Option<&T>| {
            let now = items.with(|items| items.iter().find(|item| key(item) == own).cloned());
            now.or_else(|| old.cloned())
                .unwrap_or_else(|| first.clone())
        }))
    };
    view! { <For each=firsts key=key children=child /> }.into_any()
}
