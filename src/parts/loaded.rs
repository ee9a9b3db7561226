//! How loading, failing and ageing look: in one place, for every page.

use super::badge::Tone;
use super::follow::follow;
use super::not_found::NotFound;
use super::notice::Notice;
use super::skeleton::Skeleton;
use super::time::clock_text;
use crate::api::ApiError;
use crate::dom;
use crate::live::{LiveState, use_live};
use crate::remote::Remote;
use crate::slice::Slice;
use leptos::prelude::*;

/// Shows data once it is there and keeps the last good figures, dimmed and with their time, when asking again fails.
///
/// The children are built once and get a signal to pick their slices from, so that fresh figures never move focus.
#[component]
pub fn Loaded<T>(
    /// The data.
    remote: Remote<T>,
    /// What could not be loaded, for the sentence: "Billing".
    what: &'static str,
    /// Whether it is a part of a page that says itself when it was checked.
    #[prop(optional)]
    part: bool,
    /// The page, from a signal of the data.
    children: impl Fn(Signal<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let stage = Slice::new(move |_| {
        let not_found = || remote.error().is_some_and(|error| error.is_not_found());
        match remote.is_there() {
            true => Stage::There,
            false if not_found() => Stage::Missing,
            false => Stage::Waiting,
        }
    });
    // What stood in for the page leaves when there is something to show in its place.
    Effect::new(move |_| {
        if stage.get() != Stage::Waiting || remote.error().is_some() {
            dom::remove_boot();
        }
    });
    follow(stage, move |stage| match (stage, remote.now()) {
        (Stage::Missing, _) => view! { <NotFound /> }.into_any(),
        (Stage::There, Some(first)) => {
            // The one copy that everything on the page borrows; on its way out the page keeps the last one.
            let value = Memo::new(move |old: Option<&T>| {
                let now = remote.get().or_else(|| old.cloned());
                now.unwrap_or_else(|| first.clone())
            });
            view! {
                <Trouble remote what />
                <div class="stack" class:stale=move || remote.error().is_some()>{children(value.into())}</div>
                {(!part).then(|| view! { <Checked remote /> })}
            }
            .into_any()
        }
        _ => view! { <Waiting remote what /> }.into_any(),
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Waiting,
    There,
    Missing,
}

/// Before the first answer: the frame of the page, or a sentence and another try.
#[component]
fn Waiting<T>(remote: Remote<T>, what: &'static str) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let failed = Slice::new(move |_| remote.error().filter(|_| !remote.loading()));
    follow(failed, move |failed| match failed {
        Some(error) => {
            let retry = Callback::new(move |()| remote.refetch());
            view! { <Failed error=error.clone() what retry /> }.into_any()
        }
        None => view! { <Skeleton panels=3 /> }.into_any(),
    })
}

/// The latest question failed, but older figures are there.
#[component]
fn Trouble<T>(remote: Remote<T>, what: &'static str) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let failed = Slice::new(move |_| {
        let at = remote.read_at().map(clock_text).unwrap_or_default();
        remote.error().map(|error| (error.sentence(), at))
    });
    let retry = move || view! { <button type="button" class="btn" on:click=move |_| remote.refetch()>"Try again"</button> };
    let notice = move |(sentence, at): (String, String)| {
        view! {
            <Notice tone=Tone::Stop title="These figures may be old" alert=true action=retry>
                <p>{sentence} " " {what} " is shown as of " <span class="asof">{at}</span> "."</p>
            </Notice>
        }
    };
    follow(failed, move |failed| failed.clone().map(notice).into_any())
}

/// Something could not be had: a sentence and another try.
#[component]
pub fn Failed(
    /// Why.
    error: ApiError,
    /// What could not be loaded.
    what: &'static str,
    /// Tries again.
    retry: Callback<()>,
) -> AnyView {
    let button = move || view! { <button type="button" class="btn" on:click=move |_| retry.run(())>"Try again"</button> };
    view! {
        <Notice tone=Tone::Stop title=format!("{what} could not be loaded") alert=true action=button>
            <p>{error.sentence()}</p>
        </Notice>
    }
    .into_any()
}

/// When the figures were read, and whether they change by themselves.
#[component]
fn Checked<T>(remote: Remote<T>) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let live = use_live();
    let read = Slice::new(move |_| {
        let at = remote.read_at().map(clock_text).unwrap_or_default();
        (live.state(), at)
    });
    follow(read, |(state, at)| {
        let (class, words) = match state {
            LiveState::Opening => ("live-now off small muted", "Checked "),
            LiveState::Live => ("live-now small muted", "Live \u{b7} checked "),
            LiveState::Lost => (
                "live-now off small muted",
                "Not live, asks every 10 s \u{b7} checked ",
            ),
        };
        let zone = dom::time_zone();
        view! { <p class=class>{words} {at.clone()} " \u{b7} times in " {zone}</p> }.into_any()
    })
}
