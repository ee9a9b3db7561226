//! The switches: a page that lists the flaws, and a button for each.

use super::flaws::{Flaw, Flaws};
use super::proof::Proof;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

/// Every flaw with its switch.
pub(super) async fn show(State(flaws): State<Flaws>, State(proof): State<Proof>) -> Html<String> {
    let rows = Flaw::ALL
        .iter()
        .map(|flaw| {
            let (switch, label, state) = if flaws.has(*flaw) { ("repair", "Repair", "there") } else { ("break", "Break again", "repaired") };
            format!(
                "<tr><th scope=row>{}</th><td>{state}</td><td><form method=post action='/__shop/{}/{switch}'><button aria-label='{label}: {}'>{label}</button></form></td></tr>",
                flaw.label(),
                flaw.key(),
                flaw.label(),
            )
        })
        .collect::<Vec<_>>().concat();
    Html(format!(
        "<!doctype html><html lang=en><title>Flaws of the sample shop</title><link rel=stylesheet href=/assets/shop.css>\
         <main><h1>Flaws of the sample shop</h1><p>Each is found by the check of the same name. Repair one and scan again.</p>\
         <form method=post action='/__shop/proof'><p><label>Value that proves the domain, in a tag and in the file: <input name=value value='{}' pattern='[a-zA-Z0-9]*'></label> <button>Show it</button></p></form>\
         <table><tr><th>Flaw</th><th>Now</th><th>Switch</th></tr>{rows}</table></main>",
        proof.value().unwrap_or_default()
    ))
}

/// `POST /__shop/{flaw}/{repair|break}`.
pub(super) async fn switch(
    State(flaws): State<Flaws>,
    Path((flaw, switch)): Path<(String, String)>,
) -> Response {
    let there = match switch.as_str() {
        "repair" => false,
        "break" => true,
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let Some(flaw) = Flaw::parse(&flaw) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    flaws.set(flaw, there);
    Redirect::to("/__shop").into_response()
}
