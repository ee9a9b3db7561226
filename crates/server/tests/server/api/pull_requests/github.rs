//! GitHub's REST API as it documents its answers, for one repository: everything is made once.

use super::{approve, create, decide, drafted, pull_request, request, run};
use crate::house::House;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, Utc};
use serde_json::{Value, json};
use server::pull_requests;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What GitHub was asked, and which branches it has.
#[derive(Clone, Default)]
struct Hub {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    branch: Arc<Mutex<Option<Value>>>,
    /// Answers 500 so many times first.
    away: Arc<Mutex<u32>>,
    /// What stands in the file that shows whose repository it is, in base64.
    proof: Arc<Mutex<String>>,
}

/// GitHub's answers as its REST API documents them, for one repository.
async fn hub(State(hub): State<Hub>, request: Request) -> Response {
    let line = format!("{} {}", request.method(), request.uri());
    let key = request.headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(key, "Bearer token-of-the-tests");
    let bytes = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    {
        let mut away = hub.away.lock().unwrap();
        if *away > 0 {
            *away -= 1;
            return StatusCode::BAD_GATEWAY.into_response();
        }
    }
    hub.asked.lock().unwrap().push((line.clone(), body.clone()));
    let of = "/repos/northwind/shop";
    let missing = || (StatusCode::NOT_FOUND, json!({ "message": "Not Found" }));
    let (status, answer) = match line.as_str() {
        line if line == format!("GET {of}") => {
            (StatusCode::OK, json!({ "permissions": { "push": true } }))
        }
        line if line == format!("GET {of}/git/ref/heads/main") => (
            StatusCode::OK,
            json!({ "ref": "refs/heads/main", "object": { "sha": "base" } }),
        ),
        line if line.starts_with(&format!("GET {of}/git/ref/heads/webriskops/")) => {
            match hub.branch.lock().unwrap().as_ref() {
                Some(branch) => (
                    StatusCode::OK,
                    json!({ "object": { "sha": branch["sha"] } }),
                ),
                None => missing(),
            }
        }
        line if line == format!("GET {of}/contents/.webriskops-verification?ref=main") => {
            let content = hub.proof.lock().unwrap().clone();
            (
                StatusCode::OK,
                json!({ "encoding": "base64", "content": content }),
            )
        }
        line if line == format!("GET {of}/git/commits/base") => (
            StatusCode::OK,
            json!({ "sha": "base", "tree": { "sha": "tree-of-base" } }),
        ),
        line if line == format!("GET {of}/git/commits/made") => {
            let branch = hub.branch.lock().unwrap().clone().unwrap();
            (
                StatusCode::OK,
                json!({ "sha": "made", "message": branch["message"] }),
            )
        }
        line if line == format!("POST {of}/git/trees") => {
            (StatusCode::CREATED, json!({ "sha": "tree" }))
        }
        line if line == format!("POST {of}/git/commits") => {
            *hub.branch.lock().unwrap() =
                Some(json!({ "sha": "made", "message": body["message"] }));
            (StatusCode::CREATED, json!({ "sha": "made" }))
        }
        line if line == format!("POST {of}/git/refs") => {
            (StatusCode::CREATED, json!({ "ref": body["ref"] }))
        }
        line if line.starts_with(&format!("GET {of}/pulls?")) => (StatusCode::OK, json!([])),
        line if line == format!("POST {of}/pulls") => (
            StatusCode::CREATED,
            json!({ "html_url": "https://github.example/northwind/shop/pull/7" }),
        ),
        _ => missing(),
    };
    (status, answer.to_string()).into_response()
}

#[tokio::test]
async fn github_gets_one_tree_one_commit_one_branch_and_one_pull_request() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let github = Hub::default();
    let router = Router::new().fallback(hub).with_state(github.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let house = House::with(&[
        ("GITHUB_API_URL", &address),
        ("GITHUB_TOKEN", "token-of-the-tests"),
    ])
    .await;
    request(&house, "github", "shop", "main")
        .await
        .problem(422, "VALIDATION_FAILED");
    request(&house, "github", "northwind/other", "main")
        .await
        .ok();
    decide(&house, "grant")
        .await
        .problem(422, "VALIDATION_FAILED");
    let asked = request(&house, "github", "northwind/shop", "main")
        .await
        .ok();
    decide(&house, "grant")
        .await
        .problem(422, "VALIDATION_FAILED");
    let line = asked["proof"]["text"].as_str().unwrap();
    let mut encoded = STANDARD.encode(format!("{line}\n"));
    // GitHub breaks it into lines.
    encoded.insert(20, '\n');
    *github.proof.lock().unwrap() = encoded;
    decide(&house, "grant").await.ok();
    let (task, digest) = drafted(&house).await;
    approve(&house, &task, &digest).await;
    github.asked.lock().unwrap().clear();
    create(&house, &task, &digest).await;
    // It is away at first, which loses nothing.
    *github.away.lock().unwrap() = 1;
    run(&house).await;
    assert_eq!(
        pull_request(&house, &task).await["pull_request_status"],
        "creating"
    );
    let later = Utc::now() + Duration::minutes(1);
    pull_requests::run_due(&house.state, later).await.unwrap();
    let view = pull_request(&house, &task).await;
    assert_eq!(
        view["pull_request_url"], "https://github.example/northwind/shop/pull/7",
        "{view}"
    );
    let asked = github.asked.lock().unwrap().clone();
    let posted: Vec<&(String, Value)> = asked
        .iter()
        .filter(|(line, _)| line.starts_with("POST"))
        .collect();
    let lines: Vec<&str> = posted
        .iter()
        .map(|(line, _)| line.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(lines, ["trees", "commits", "refs", "pulls"]);
    assert_eq!(posted[0].1["base_tree"], "tree-of-base");
    assert_eq!(posted[1].1["parents"], json!(["base"]));
    assert_eq!(posted[2].1["ref"], format!("refs/heads/webriskops/{task}"));
    assert_eq!(posted[3].1["base"], "main");
    assert!(
        posted[3].1["body"]
            .as_str()
            .unwrap()
            .contains("approved exactly this draft")
    );
    house.assert_sound().await;
}
