//! The proof of the shop's domain, once its owner put one there: a tag in each page and a file.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::proof::NAME;
use std::sync::{Arc, Mutex, PoisonError};

/// The value that the shop shows; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Proof(Arc<Mutex<Option<String>>>);

impl Proof {
    pub(super) fn value(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A page with the tag in its head.
    pub(super) fn with_tag(&self, html: String) -> String {
        match self.value() {
            Some(value) => html.replacen(
                "<head>",
                &format!("<head><meta name=\"{NAME}\" content=\"{value}\">"),
                1,
            ),
            None => html,
        }
    }
}

/// What the form on `/__shop` sends.
#[derive(serde::Deserialize)]
pub(super) struct NewProof {
    value: String,
}

/// `POST /__shop/proof`: shows this value from now on; an empty one takes the proof away.
pub(super) async fn set(State(proof): State<Proof>, Form(new): Form<NewProof>) -> Response {
    let value = new.value.trim();
    if !value.bytes().all(|b| b.is_ascii_alphanumeric()) || value.len() > 100 {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    let shown = (!value.is_empty()).then(|| value.to_owned());
    *proof.0.lock().unwrap_or_else(PoisonError::into_inner) = shown;
    Redirect::to("/__shop").into_response()
}

/// The file of the proof.
pub(super) async fn file(State(proof): State<Proof>) -> Response {
    match proof.value() {
        Some(value) => value.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
