//! People in front of the console, and the requests they send.

use super::{House, Reply};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use serde_json::{Value, json};

/// A signed-in person in front of the console.
pub(crate) struct Person<'a> {
    pub(super) house: &'a House,
    pub(crate) cookie: String,
}

/// A request of this person that the test may still change.
pub(crate) struct Draft {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Body,
}

impl Draft {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Body::empty(),
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    pub(crate) fn raw(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        if self.headers.contains_key("content-type") {
            self
        } else {
            self.header("content-type", "application/json")
        }
    }

    pub(crate) fn build(self) -> Request<Body> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("/api/v1{}", self.path))
            .body(self.body)
            .unwrap();
        *request.headers_mut() = self.headers;
        request
    }
}

impl Person<'_> {
    pub(crate) fn draft(&self, method: Method, path: &str) -> Draft {
        Draft::new(method, path).header("cookie", &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.house.send(self.draft(Method::GET, path).build()).await
    }

    /// A POST with a key of its own.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(&self.house.key(), path, body).await
    }

    pub(crate) async fn post_with(&self, key: &str, path: &str, body: &Value) -> Reply {
        let mut draft = self
            .draft(Method::POST, path)
            .header("idempotency-key", key);
        if !body.is_null() {
            draft = draft.json(body);
        }
        self.house.send(draft.build()).await
    }

    /// Opens a checkout; answers its id and the provider's transaction.
    pub(crate) async fn open(&self, account: &str, item: &str, quantity: i64) -> (String, String) {
        let body = json!({ "item_key": item, "quantity": quantity });
        let view = self
            .post(&format!("/accounts/{account}/checkouts"), &body)
            .await
            .ok();
        let text = |field: &str| view[field].as_str().unwrap().to_owned();
        (text("checkout_session_id"), text("transaction_id"))
    }

    pub(crate) async fn step(&self, account: &str, checkout: &str, step: &str) -> Reply {
        self.post(
            &format!("/accounts/{account}/checkouts/{checkout}/{step}"),
            &Value::Null,
        )
        .await
    }

    pub(crate) async fn checkout(&self, account: &str, checkout: &str) -> Value {
        self.get(&format!("/accounts/{account}/checkouts/{checkout}"))
            .await
            .ok()
    }

    pub(crate) async fn scan(&self, account: &str, project: &str) -> Reply {
        self.post(
            &format!("/projects/{project}/scans"),
            &json!({ "account_id": account }),
        )
        .await
    }

    pub(crate) async fn fix(
        &self,
        account: &str,
        report: &str,
        findings: &[&str],
        mode: &str,
        cost: i64,
    ) -> Reply {
        self.post(
            &format!("/reports/{report}/fix-workflow"),
            &fix_order(account, findings, mode, cost),
        )
        .await
    }
}

pub(crate) fn fix_order(account: &str, findings: &[&str], mode: &str, cost: i64) -> Value {
    json!({ "account_id": account, "finding_ids": findings, "delivery_mode": mode, "expected_cost": cost })
}
