//! How loading, failing and ageing look: in one place, for every page.

use super::badge::Tone;
use super::notice::Notice;
use super::time::clock_text;
use crate::api::ApiError;
use crate::live::use_live;
use crate::pages::not_found::NotFound;
use crate::remote::Remote;
use leptos::prelude::*;

/// Shows data once it is there and keeps the last good figures, dimmed and with their time, when asking again fails.
///
/// The children are built once and get a signal, so that fresh figures never move focus.
#[component]
pub fn Loaded<T>(
    /// The data.
    remote: Remote<T>,
    /// What could not be loaded, for the sentence: "Billing".
    what: &'static str,
    /// The page, from a signal of the data.
    children: impl Fn(Signal<T>) -> AnyView + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let there = Memo::new(move |_| remote.is_there());
    let missing = Memo::new(move |_| {
        !remote.is_there() && remote.error().is_some_and(|error| error.is_not_found())
    });
    let last = StoredValue::new(None::<T>);
    let body = move || {
        if missing.get() {
            return view! { <NotFound /> }.into_any();
        }
        if !there.get() {
            return view! { <Waiting remote what /> }.into_any();
        }
        // Signals of a page that is going away may still be read once: they keep the last value.
        let value = Signal::derive(move || {
            if let Some(value) = remote.get() {
                last.set_value(Some(value));
            }
            last.get_value()
        });
        let first = value.get_untracked();
        let Some(first) = first else {
            return ().into_any();
        };
        let value = Signal::derive(move || value.get().unwrap_or_else(|| first.clone()));
        view! {
            <Trouble remote what />
            <div class="stack" class:stale=move || remote.error().is_some()>{children(value)}</div>
            <Checked remote />
        }
        .into_any()
    };
    view! { {body} }
}

/// Before the first answer: the frame of the page, or a sentence and another try.
#[component]
fn Waiting<T>(remote: Remote<T>, what: &'static str) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let failed = Memo::new(move |_| remote.error().filter(|_| !remote.loading()));
    move || match failed.get() {
        Some(error) => {
            view! { <Failed error what retry=Callback::new(move |()| remote.refetch()) /> }
                .into_any()
        }
        None => view! {
            <div class="stack" aria-busy="true">
                <span class="visually-hidden">"Loading"</span>
                <span class="skeleton title"></span>
                <span class="skeleton panel-box"></span>
                <span class="skeleton panel-box"></span>
                <span class="skeleton panel-box"></span>
            </div>
        }
        .into_any(),
    }
}

/// The latest question failed, but older figures are there.
#[component]
fn Trouble<T>(remote: Remote<T>, what: &'static str) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let error = Memo::new(move |_| remote.error());
    move || {
        error.get().map(|error| {
            let at = remote.read_at().map(clock_text).unwrap_or_default();
            let retry = view! { <button type="button" class="btn" on:click=move |_| remote.refetch()>"Try again"</button> };
            view! {
                <Notice tone=Tone::Stop title="These figures may be old" alert=true action=retry.into_any()>
                    <p>{error.sentence()} " " {what} " is shown as of " <span class="asof">{at}</span> "."</p>
                </Notice>
            }
        })
    }
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
) -> impl IntoView {
    let button = view! { <button type="button" class="btn" on:click=move |_| retry.run(())>"Try again"</button> };
    let title = String::from(what) + " could not be loaded";
    view! {
        <Notice tone=Tone::Stop title alert=true action=button.into_any()>
            <p>{error.sentence()}</p>
        </Notice>
    }
}

/// When the figures were read, and whether they change by themselves.
#[component]
fn Checked<T>(remote: Remote<T>) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let live = use_live();
    let at = move || remote.read_at().map(clock_text).unwrap_or_default();
    let words = move || {
        if live.is_open() {
            "Live \u{b7} checked "
        } else {
            "Not live, asks every 10 s \u{b7} checked "
        }
    };
    view! { <p class="live-now small muted" class:off=move || !live.is_open()>{words}{at}</p> }
}
