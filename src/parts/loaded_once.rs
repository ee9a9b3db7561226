//! Data that does not change while it is looked at, such as texts: asked for once, without figures that age.

use super::follow::follow;
use super::loaded::Failed;
use super::not_found::NotFound;
use super::skeleton::Skeleton;
use crate::api::Answer;
use crate::slice::Slice;
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use leptos::reactive::spawn_local_scoped;
use std::future::Future;
use std::rc::Rc;

/// Asks once and shows what came, that nothing is there, or a sentence and another try.
#[component]
pub fn LoadedOnce<T, F>(
    /// Asks the server.
    fetch: impl Fn() -> F + 'static,
    /// What could not be loaded, for the sentence: "The guide".
    what: &'static str,
    /// The page, from the data.
    children: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let answer = RwSignal::new(None::<Answer<T>>);
    let fetch = StoredValue::new_local(Rc::new(fetch));
    let ask = move || {
        let Some(fetch) = fetch.try_get_value() else {
            return;
        };
        answer.set(None);
        let future = fetch();
        let settle = async move {
            let came = future.await;
            // The page may be gone by now.
            answer.try_set(Some(came));
        };
        if Owner::current().is_some() {
            spawn_local_scoped(settle);
        } else {
            leptos::task::spawn_local(settle);
        }
    };
    ask();
    let answer = Slice::new(move |_| answer.get());
    follow(answer, move |answer| match answer {
        Some(Ok(data)) => children(data.clone()),
        Some(Err(error)) if error.is_not_found() => view! { <NotFound /> }.into_any(),
        Some(Err(error)) => {
            let retry = Callback::new(move |()| ask());
            view! { <Failed error=error.clone() what retry /> }.into_any()
        }
        None => view! { <Skeleton panels=1 /> }.into_any(),
    })
}
