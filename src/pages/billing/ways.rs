//! The ways to more credits: top-up, larger plan, renewal, each answered.

use crate::link::Origin;
use crate::parts::When;
use domain::ways::Way;
use leptos::prelude::*;

/// All of them; what is bought leads back to the blocked action that led here.
pub(super) fn ways(all: &[Way], origin: Option<&Origin>) -> AnyView {
    let rows: Vec<AnyView> = all.iter().map(|way| one(way.clone(), origin)).collect();
    view! { <ul class="ways">{rows}</ul> }.into_any()
}

fn one(way: Way, origin: Option<&Origin>) -> AnyView {
    let label = way.kind.label();
    let head = match way.href {
        Some(href) => {
            let href = origin.map_or(href.clone(), |origin| origin.on(&href));
            view! { <a href=href>{label}</a> }.into_any()
        }
        None => view! { <b>{label}</b> }.into_any(),
    };
    let at = way.at.map(|at| view! { " " <When at day=true /> "." });
    view! { <li>{head}": "{way.text}{at}</li> }.into_any()
}
