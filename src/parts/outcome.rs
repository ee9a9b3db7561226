//! How a write ended: done, refused, or not known.

use super::follow::{follow, pick};
use crate::api::Ended;
use crate::write::Write;
use leptos::prelude::*;

/// What is said of an end that the answer does not tell.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeWords {
    /// That it was refused: "Not started, nothing was reserved."
    pub refused: &'static str,
    /// What to know after a refusal.
    pub then_refused: &'static str,
    /// That nobody knows: "It is not known whether the work started."
    pub unknown: &'static str,
    /// What to know and to do then.
    pub then_unknown: &'static str,
}

/// How the last asking ended; nothing before it did.
#[component]
pub fn Outcome<T>(
    /// The write.
    write: Write<T>,
    /// What is said when it is not done.
    words: OutcomeWords,
    /// The box for what the answer says; nothing where the page itself says it.
    done: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let ended = pick(write.ended(), Clone::clone);
    follow(ended, move |ended| match ended {
        None => ().into_any(),
        Some(Ended::Done(answer)) => done(answer),
        Some(Ended::Refused(why)) => said("answer stop", words.refused, why, words.then_refused),
        Some(Ended::Unknown(why)) => said("answer hold", words.unknown, why, words.then_unknown),
    })
}

fn said(class: &'static str, what: &'static str, why: &str, then: &'static str) -> AnyView {
    let then = (!then.is_empty()).then(|| view! { <p>{then}</p> });
    view! {
        <div class=class role="alert">
            <p><b>{what}</b>" " {why.to_owned()}</p>
            {then}
        </div>
    }
    .into_any()
}
