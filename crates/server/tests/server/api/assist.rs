//! AI assistance: a draft holds a credit, spends it for a text and gives it back for anything else; a stand-in on loopback
//! plays the model.

use crate::house::House;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures::future::join;
use serde_json::{Value, json};
use server::assist;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

const ACCOUNT: &str = "acc_northwind";

/// What the stand-in answers, and what it was asked.
#[derive(Clone, Default)]
struct Model {
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

impl Model {
    fn says(&self, status: u16, body: impl Into<String>) {
        *self.answer.lock().unwrap() = (status, body.into());
    }

    fn writes(&self, text: &str) {
        let message = json!({ "role": "assistant", "content": text });
        let body =
            json!({ "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }] });
        self.says(200, body.to_string());
    }
}

async fn complete(
    State(model): State<Model>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let key = headers["authorization"].to_str().unwrap().to_owned();
    model
        .asked
        .lock()
        .unwrap()
        .push(json!({ "key": key, "body": body }));
    let (status, text) = model.answer.lock().unwrap().clone();
    (StatusCode::from_u16(status).unwrap(), text).into_response()
}

/// A console with a model, and a fix task of Northwind.
async fn house() -> (House, Model, String) {
    let model = Model::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1/", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/v1/chat/completions", post(complete))
        .with_state(model.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let settings = [
        ("AI_BASE_URL", address.as_str()),
        ("AI_MODEL", "stand-in"),
        ("AI_API_KEY", "key-of-the-tests"),
    ];
    let house = House::with(&settings).await;
    let task = task(&house).await;
    (house, model, task)
}

/// Ticket-only work, which moves no fix credits.
async fn task(house: &House) -> String {
    let dana = house.dana().await;
    let report = dana.get("/reports/rep_ready").await.ok();
    let findings = report["fix_workflow"]["findings"].as_array().unwrap();
    let free = findings
        .iter()
        .find(|finding| finding["ineligible"].is_null());
    let finding = free.unwrap()["finding_id"].as_str().unwrap();
    let started = dana
        .fix(ACCOUNT, "rep_ready", &[finding], "ticket_only", 0)
        .await
        .ok();
    let id = started["fix_task"]["fix_task_id"].as_str().unwrap();
    id.to_owned()
}

async fn ask(house: &House, task: &str) -> crate::house::Reply {
    let path = format!("/fix-tasks/{task}/ai-drafts");
    let body = json!({ "account_id": ACCOUNT });
    house.dana().await.post(&path, &body).await
}

async fn newest(house: &House, task: &str) -> Value {
    let dana = house.dana().await;
    let view = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    view["assist"]["newest"].clone()
}

async fn ai(house: &House) -> String {
    house.figures(ACCOUNT).await[2].clone()
}

#[tokio::test]
async fn a_draft_holds_a_credit_and_spends_it_when_the_model_wrote_something() {
    let (house, model, task) = house().await;
    let before = ai(&house).await;
    let (avail, spent) = figures(&before);
    model.writes("Send the header.\u{202e}\n\nThen scan again.");
    let view = ask(&house, &task).await;
    assert_eq!(view.status, 202);
    let view = view.ok();
    assert_eq!(view["assist"]["offered"], true, "{view}");
    assert_eq!(view["assist"]["newest"]["state"], "queued", "{view}");
    assert_eq!(ai(&house).await, format!("{}/1/{spent}", avail - 1));
    assist::run_due(&house.state).await.unwrap();
    let draft = newest(&house, &task).await;
    assert_eq!(draft["state"], "done", "{draft}");
    assert_eq!(draft["text"], "Send the header.\n\nThen scan again.");
    assert_eq!(ai(&house).await, format!("{}/0/{}", avail - 1, spent + 1));
    // The findings travel as data beside the assignment, and the key where keys belong.
    let asked = model.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["key"], "Bearer key-of-the-tests");
    let messages = &asked[0]["body"]["messages"];
    assert_eq!(messages[0]["role"], "system");
    let data: Value = serde_json::from_str(messages[1]["content"].as_str().unwrap()).unwrap();
    assert!(data["findings"][0]["title"].is_string(), "{data}");
    // The entry leads to the task.
    let dana = house.dana().await;
    let path = format!("/accounts/{ACCOUNT}/ledger?credit_type=ai");
    let ledger = dana.get(&path).await.ok();
    let entry = &ledger["items"][0];
    assert_eq!(entry["kind"], "spend", "{entry}");
    assert_eq!(entry["reference"]["href"], format!("/fix-tasks/{task}"));
    house.assert_sound().await;
}

/// Avail and Spent of "3/0/5".
fn figures(text: &str) -> (i64, i64) {
    let mut parts = text.split('/').map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.nth(1).unwrap())
}

#[tokio::test]
async fn whatever_else_a_model_answers_gives_the_credit_back_and_says_why() {
    let (house, model, task) = house().await;
    let before = ai(&house).await;
    let wrong = [
        (200, "<html>".to_owned(), "could not be read"),
        (
            200,
            json!({ "choices": [] }).to_string(),
            "could not be read",
        ),
        (200, "x".repeat(300 * 1024), "could not be read"),
        (503, String::new(), "it answered 503"),
        (302, String::new(), "it answered 302"),
    ];
    for (status, body, why) in wrong {
        model.says(status, body);
        refused(&house, &task, why).await;
    }
    model.writes(" \n ");
    refused(&house, &task, "wrote nothing").await;
    model.writes("Use this: api_key=sk_live_0123456789abcdef");
    refused(&house, &task, "a secret stood in it").await;
    assert_eq!(ai(&house).await, before);
    house.assert_sound().await;
}

async fn refused(house: &House, task: &str, why: &str) {
    assert_eq!(ask(house, task).await.status, 202);
    assist::run_due(&house.state).await.unwrap();
    let draft = newest(house, task).await;
    assert_eq!(draft["state"], "failed", "{draft}");
    assert_eq!(draft["text"], Value::Null, "{draft}");
    assert!(draft["why"].as_str().unwrap().contains(why), "{draft}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_who_ask_at_once_get_one_draft_and_two_workers_write_it_once() {
    let (house, model, task) = house().await;
    let (avail, spent) = figures(&ai(&house).await);
    model.writes("One text.");
    let (left, right) = join(ask(&house, &task), ask(&house, &task)).await;
    assert_eq!([left.status, right.status], [202, 202]);
    let (one, other) = join(assist::run_due(&house.state), assist::run_due(&house.state)).await;
    one.and(other).unwrap();
    assert_eq!(model.asked.lock().unwrap().len(), 1);
    assert_eq!(ai(&house).await, format!("{}/0/{}", avail - 1, spent + 1));
    house.assert_sound().await;
}

#[tokio::test]
async fn a_draft_that_nobody_ends_gives_its_credit_back_after_its_deadline() {
    let (house, model, task) = house().await;
    let before = ai(&house).await;
    ask(&house, &task).await;
    // As a process leaves it that was killed while the model wrote.
    house
        .write("UPDATE ai_drafts SET state = 'running', deadline = 1")
        .await;
    assist::run_due(&house.state).await.unwrap();
    let draft = newest(&house, &task).await;
    assert_eq!(draft["why"], "The model did not answer in time.", "{draft}");
    assert_eq!(ai(&house).await, before);
    assert!(model.asked.lock().unwrap().is_empty());
    house.assert_sound().await;
}

#[tokio::test]
async fn without_a_model_nothing_is_offered_and_nothing_reserved() {
    let house = House::new().await;
    let task = task(&house).await;
    let before = house.rows().await;
    let problem = ask(&house, &task)
        .await
        .problem(409, "FIX_TASK_STEP_REFUSED");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("No model is configured"), "{detail}");
    assert_eq!(house.rows().await, before);
    let dana = house.dana().await;
    let view = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(view["assist"]["offered"], false);
}

#[tokio::test]
async fn s2_23_an_account_without_ai_credits_is_told_so_and_nothing_is_reserved() {
    let (house, model, _) = house().await;
    let dana = house.dana().await;
    let report = dana.get("/reports/rep_harbor_spring").await.ok();
    let task = report["fix_workflow"]["tasks"][0]["fix_task_id"]
        .as_str()
        .unwrap();
    let path = format!("/fix-tasks/{task}/ai-drafts");
    let before = house.rows().await;
    let body = json!({ "account_id": "acc_harbor" });
    let problem = dana.post(&path, &body).await.problem(409, "BLOCKED");
    let reason = &problem["blocked_reasons"][0];
    assert_eq!(reason["code"], "AI_CREDIT_LIMIT_REACHED", "{problem}");
    assert_eq!(house.rows().await, before);
    // Standing in another account is no way around it.
    let elsewhere = json!({ "account_id": ACCOUNT });
    assert_eq!(dana.post(&path, &elsewhere).await.status, 409);
    assert!(model.asked.lock().unwrap().is_empty());
}
