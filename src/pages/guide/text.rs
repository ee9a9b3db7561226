//! The words of a guide.

use domain::guide::Section;
use leptos::prelude::*;

/// Text in which words between backticks are names of the API.
pub(super) fn inline(text: &str) -> Vec<AnyView> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(place, part)| {
            let part = part.to_owned();
            if place % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect()
}

/// A part of a guide: a heading, what it says, and the steps in order.
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
    let steps = section.steps.iter();
    let steps = steps
        .map(|text| view! { <li>{inline(text)}</li> })
        .collect_view();
    let steps = (!section.steps.is_empty()).then(|| view! { <ol>{steps}</ol> });
    view! {
        <section aria-labelledby=labelled_by>
            <h2 id=id>{section.heading}</h2>
            {paragraphs}
            {steps}
        </section>
    }
    .into_any()
}
