//! The one way to the server: paths, headers, time limits and reading answers.

use super::{Answer, ApiError, Intent};
use crate::{dom, session};
use domain::problem::{Problem, ProblemCode};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use leptos::prelude::{on_cleanup, set_timeout_with_handle};
use leptos::reactive::owner::Owner;
use send_wrapper::SendWrapper;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use web_sys::{AbortController, RequestCache};

const READ_LIMIT: Duration = Duration::from_secs(15);
const WRITE_LIMIT: Duration = Duration::from_secs(30);

fn address(path: &str) -> String {
    format!("/api/v1{path}")
}

/// Ends a request when it takes too long.
struct Limit {
    controller: Option<AbortController>,
    handle: Option<leptos::prelude::TimeoutHandle>,
}

impl Limit {
    fn new(limit: Duration) -> Self {
        let controller = AbortController::new().ok();
        let aborting = controller.clone();
        let abort = move || {
            if let Some(controller) = &aborting {
                controller.abort();
            }
        };
        Self {
            controller,
            handle: set_timeout_with_handle(abort, limit).ok(),
        }
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    fn failure(&self) -> ApiError {
        let aborted = self.signal().is_some_and(|signal| signal.aborted());
        if aborted {
            ApiError::TimedOut
        } else {
            ApiError::Offline
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.clear();
        }
    }
}

/// Reads. The request ends when its page goes away; what it would have brought is not wanted any more.
pub(super) async fn get<T: DeserializeOwned>(path: String) -> Answer<T> {
    let limit = Limit::new(READ_LIMIT);
    if Owner::current().is_some() {
        let controller = SendWrapper::new(limit.controller.clone());
        on_cleanup(move || {
            if let Some(controller) = controller.take() {
                controller.abort();
            }
        });
    }
    let request = Request::get(&address(&path)).abort_signal(limit.signal().as_ref());
    let response = request.send().await.map_err(|_| limit.failure())?;
    read(response, &limit).await
}

/// Whether the server has another build of the app by now: what this page began with is not there any more.
pub async fn is_replaced() -> bool {
    let Some(script) = dom::own_script() else {
        return false;
    };
    let limit = Limit::new(READ_LIMIT);
    let request = RequestBuilder::new(&script)
        .method(Method::HEAD)
        .cache(RequestCache::NoStore)
        .abort_signal(limit.signal().as_ref());
    request
        .send()
        .await
        .is_ok_and(|answer| answer.status() == 404)
}

/// Writes. Never ended because a page goes away: it may have happened already.
pub(super) async fn post<B: Serialize, T: DeserializeOwned>(
    path: String,
    body: Option<&B>,
    intent: Option<Intent>,
) -> Answer<T> {
    let mut request = Request::post(&address(&path));
    if let Some(intent) = &intent {
        request = request.header("Idempotency-Key", intent.key());
    }
    let outcome = write(request, body).await;
    let settled = match &outcome {
        Ok(_) => true,
        Err(error) => error.is_settled(),
    };
    if let Some(intent) = intent.filter(|_| settled) {
        intent.settle();
    }
    outcome
}

/// Replaces; sent twice it says the same, so it needs no key.
pub(super) async fn put<B: Serialize>(path: String, body: &B) -> Answer<()> {
    write(Request::put(&address(&path)), Some(body)).await
}

async fn write<B: Serialize, T: DeserializeOwned>(
    request: RequestBuilder,
    body: Option<&B>,
) -> Answer<T> {
    let limit = Limit::new(WRITE_LIMIT);
    let request = request.abort_signal(limit.signal().as_ref());
    let request = match body {
        Some(body) => request.json(body),
        None => request.build(),
    };
    let response = request
        .map_err(|_| ApiError::Unreadable)?
        .send()
        .await
        .map_err(|_| limit.failure())?;
    read(response, &limit).await
}

async fn read<T: DeserializeOwned>(response: Response, limit: &Limit) -> Answer<T> {
    let status = response.status();
    let text = response.text().await.map_err(|_| limit.failure())?;
    if response.ok() {
        // An answer without a body reads as nothing.
        let text = if text.is_empty() {
            "null"
        } else {
            text.as_str()
        };
        return decode(text).ok_or(ApiError::Unreadable);
    }
    let problem = decode::<Problem>(&text);
    match (status, problem) {
        (401, problem)
            if problem
                .as_ref()
                .is_none_or(|p| p.code == ProblemCode::Unauthorized) =>
        {
            session::signed_out();
            Err(ApiError::SignedOut)
        }
        (_, Some(problem)) => Err(ApiError::Refused(Box::new(problem))),
        (500.., None) => Err(ApiError::Refused(Box::new(Problem::new(
            ProblemCode::Internal,
            "WebRiskOps has a problem at the moment. Try again in a while.",
        )))),
        _ => Err(ApiError::Unreadable),
    }
}

/// Reads JSON with the browser's own parser: decoding from its values takes a fraction of the code that parsing text takes.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    let value = js_sys::JSON::parse(text).ok()?;
    serde_wasm_bindgen::from_value(value).ok()
}
