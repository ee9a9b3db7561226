//! A sandbox, a receiver and a client, with waits that end.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit as _, Mac as _};
use paddle_sandbox::{Config, Sandbox, serve};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

pub(crate) const KEY: &str = "pdl_sdbx_apikey_01test";
pub(crate) const SECRET: &str = "pdl_ntfset_01test";
pub(crate) const FIX_PACK: &str = "pri_01demoautomatedfixcredits0";
pub(crate) const FIX_PLAN: &str = "pri_01demofixplan0000000000000";
const DEADLINE: Duration = Duration::from_secs(10);

/// One webhook as it arrived.
pub(crate) struct Delivery {
    pub(crate) signature: String,
    pub(crate) body: Bytes,
}

impl Delivery {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The `h1` values, in order.
    pub(crate) fn hashes(&self) -> Vec<&str> {
        self.signature
            .split(';')
            .filter_map(|part| part.strip_prefix("h1="))
            .collect()
    }

    pub(crate) fn seconds(&self) -> i64 {
        let first = self.signature.split(';').next().unwrap();
        first.strip_prefix("ts=").unwrap().parse().unwrap()
    }

    /// The place of the hash that this secret made.
    pub(crate) fn signed_by(&self, secret: &str) -> Option<usize> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{}:", self.seconds()).as_bytes());
        mac.update(&self.body);
        let expected = hex::encode(mac.finalize().into_bytes());
        self.hashes().iter().position(|hash| *hash == expected)
    }
}

#[derive(Clone)]
struct Receiver {
    deliveries: UnboundedSender<Delivery>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers["paddle-signature"].to_str().unwrap().to_owned();
    receiver
        .deliveries
        .send(Delivery { signature, body })
        .unwrap();
    let answer = receiver.answers.lock().unwrap().pop_front();
    StatusCode::from_u16(answer.unwrap_or(200)).unwrap()
}

/// Everything a test needs.
pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: reqwest::Client,
    deliveries: UnboundedReceiver<Delivery>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let (sender, deliveries) = unbounded_channel();
        let answers = Arc::default();
        let receiver = Receiver {
            deliveries: sender,
            answers: Arc::clone(&answers),
        };
        let hook = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = Config {
            api_key: KEY.into(),
            webhook_secret: SECRET.into(),
            webhook_url: Some(format!("http://{}/hook", hook.local_addr().unwrap())),
            retry_delays: vec![Duration::from_millis(20), Duration::from_millis(20)],
            ..Config::default()
        };
        adjust(&mut config);
        let router = Router::new()
            .route("/hook", post(receive))
            .with_state(receiver);
        tokio::spawn(async move { axum::serve(hook, router).await.unwrap() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = serve(config, listener).await.unwrap();
        Self {
            sandbox,
            client: reqwest::Client::new(),
            deliveries,
            answers,
        }
    }

    /// What the receiver answers to the next deliveries; 200 after that.
    pub(crate) fn answer_with(&self, statuses: &[u16]) {
        self.answers.lock().unwrap().extend(statuses);
    }

    pub(crate) async fn delivery(&mut self) -> Delivery {
        timeout(DEADLINE, self.deliveries.recv())
            .await
            .expect("no webhook came")
            .unwrap()
    }

    pub(crate) fn nothing_came(&mut self) -> bool {
        self.deliveries.try_recv().is_err()
    }

    /// The types of the next deliveries.
    pub(crate) async fn types(&mut self, count: usize) -> Vec<String> {
        let mut types = Vec::new();
        for _ in 0..count {
            let delivery = self.delivery().await;
            types.push(delivery.json()["event_type"].as_str().unwrap().to_owned());
        }
        types
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.sandbox.url()))
            .bearer_auth(KEY)
    }

    /// A GET that must succeed.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        let (status, body) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {body}");
        serde_json::from_str(&body).unwrap()
    }

    /// A POST, with its status.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self
            .request(Method::POST, path)
            .json(&body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A POST that must succeed.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.try_post(path, body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// A new draft transaction for one of a price.
    pub(crate) async fn draft(&self, price: &str) -> String {
        let body = json!({
            "items": [{ "price_id": price, "quantity": 1 }],
            "custom_data": { "checkout_id": "chk_1" },
        });
        let answer = self.post("/transactions", body).await;
        answer["data"]["id"].as_str().unwrap().to_owned()
    }

    /// Reads until what is asked for is true.
    pub(crate) async fn wait_for(&self, path: &str, enough: impl Fn(&Value) -> bool) -> Value {
        timeout(DEADLINE, async {
            loop {
                let value = self.get(path).await;
                if enough(&value) {
                    return value;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{path} never became what was expected"))
    }
}
