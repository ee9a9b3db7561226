//! The words of a guide.

use domain::guide::{Section, Step, Word, words};
use leptos::prelude::*;

/// A sentence with its names, labels and links.
pub(super) fn inline(sentence: &str) -> Vec<AnyView> {
    let piece = |word: Word| match word {
        Word::Text(text) => text.into_any(),
        Word::Name(name) => view! { <code>{name}</code> }.into_any(),
        Word::Label(label) => view! { <b>{label}</b> }.into_any(),
        Word::Link { text, path } => view! { <a href=path>{text}</a> }.into_any(),
    };
    words(sentence).into_iter().map(piece).collect()
}

/// A part of a guide: a heading, what it says, the steps in order with their results, and what holds.
#[component]
pub(super) fn Part(
    /// Its place, for the id of its heading.
    number: usize,
    /// What it says.
    section: Section,
) -> AnyView {
    let id = "part-".to_owned() + &number.to_string();
    let labelled_by = id.clone();
    let paragraphs = section.paragraphs.iter();
    let paragraphs = paragraphs
        .map(|text| view! { <p>{inline(text)}</p> })
        .collect_view();
    let steps = section.steps.iter().map(step).collect_view();
    let steps = (!section.steps.is_empty()).then(|| view! { <ol>{steps}</ol> });
    let points = section.points.iter();
    let points = points
        .map(|text| view! { <li>{inline(text)}</li> })
        .collect_view();
    let points = (!section.points.is_empty()).then(|| view! { <ul>{points}</ul> });
    view! {
        <section aria-labelledby=labelled_by>
            <h2 id=id>{section.heading}</h2>
            {paragraphs}
            {steps}
            {points}
        </section>
    }
    .into_any()
}

fn step(step: &Step) -> AnyView {
    view! {
        <li>
            {inline(&step.what)}
            <span class="result">"Result: " {inline(&step.result)}</span>
        </li>
    }
    .into_any()
}
