//! Sending notifications: in order, with retries, and a log of every attempt.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep_until, timeout};

use super::signature;
use crate::app::App;
use crate::engine::text;
use crate::{clock, ids};

/// How long a receiver may take, as at Paddle.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// How long the next delivery waits for the answer to this one. Order matters less than time:
/// a receiver that hangs must not hold up the others.
const ORDER_PATIENCE: Duration = Duration::from_secs(1);

/// Logged response bodies are cut here.
const LOGGED_CHARS: usize = 2000;

/// Delivers what is due, for as long as the sandbox lives.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        let due = app.dispatch().next_due();
        match due {
            Ok(id) => {
                let attempt = tokio::spawn(deliver(Arc::clone(&app), id));
                // Past the patience it goes on by itself.
                let _ = timeout(ORDER_PATIENCE, attempt).await;
            }
            Err(Some(time)) => tokio::select! {
                () = sleep_until(time) => {}
                () = app.wake.notified() => {}
            },
            Err(None) => app.wake.notified().await,
        }
    }
}

/// Queues what an earlier run left undelivered.
pub(crate) fn take_up(app: &App) {
    let state = app.state();
    let rows = state.notifications.rows().iter();
    let open = rows.filter(|row| matches!(text(row, "status"), "not_attempted" | "needs_retry"));
    let mut dispatch = app.dispatch();
    for row in open {
        dispatch.enqueue(text(row, "id").to_owned(), Duration::ZERO);
    }
}

/// One attempt and the duplicates that a fault adds; true when it was answered with 2xx.
pub(crate) async fn deliver(app: Arc<App>, id: String) -> bool {
    let mut delivered = attempt(&app, &id).await;
    let extra = app.dispatch().faults.duplicate;
    for _ in 0..extra {
        delivered |= attempt(&app, &id).await;
    }
    if !delivered {
        let tries = app.state().notifications.get(&id).map_or(0, |row| {
            usize::try_from(row["times_attempted"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX)
        });
        schedule_retry(&app, id, tries.saturating_sub(1));
    }
    delivered
}

fn schedule_retry(app: &App, id: String, round: usize) {
    let mut state = app.state();
    let Some(row) = state.notifications.get_mut(&id) else {
        return;
    };
    match app.config.retry_delays.get(round) {
        Some(delay) => {
            let micros = i64::try_from(delay.as_micros()).unwrap_or(0);
            row["status"] = json!("needs_retry");
            row["retry_at"] = json!(clock::text(clock::now_micros() + micros));
            app.dispatch().enqueue(id, *delay);
            app.wake.notify_one();
        }
        None => row["status"] = json!("failed"),
    }
    drop(state);
    app.dirty.notify_one();
}

async fn attempt(app: &App, id: &str) -> bool {
    let Some(url) = &app.config.webhook_url else {
        return false;
    };
    let Some(mut body) = payload(app, id).map(|body| body.to_string().into_bytes()) else {
        // A reset took the notification away while it waited.
        return true;
    };
    let faults = app.dispatch().faults.for_attempt();
    let secrets = if faults.wrong_signature {
        vec!["pdl_ntfset_wrong".to_owned()]
    } else {
        app.secrets()
    };
    let signature = signature::header(&secrets, clock::now_seconds() + faults.skew_s, &body);
    if faults.truncate {
        body.truncate(body.len() / 2);
    }
    let request = app
        .client
        .post(url)
        .header("content-type", "application/json")
        .header("paddle-signature", signature)
        .header("paddle-version", "1")
        .body(body);
    let (status, kind, text) = match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            let kind = response.headers().get("content-type");
            let kind = kind.and_then(|kind| kind.to_str().ok()).map(str::to_owned);
            (status, kind, response.text().await.unwrap_or_default())
        }
        Err(error) => (0, None, error.without_url().to_string()),
    };
    let delivered = (200..300).contains(&status);
    tracing::debug!(notification = id, status, "webhook attempt");
    record(
        app,
        id,
        delivered,
        &json!({
            "response_code": status,
            "response_content_type": kind,
            "response_body": text.chars().take(LOGGED_CHARS).collect::<String>(),
        }),
    );
    delivered
}

/// The body of a notification: its event under its own id.
pub(crate) fn payload(app: &App, id: &str) -> Option<Value> {
    let state = app.state();
    let event_id = text(state.notifications.get(id)?, "event_id");
    let mut payload = state.events.get(event_id)?.clone();
    payload["notification_id"] = json!(id);
    Some(payload)
}

fn record(app: &App, id: &str, delivered: bool, answer: &Value) {
    let mut state = app.state();
    let now = state.tick_text();
    let Some(row) = state.notifications.get_mut(id) else {
        return;
    };
    row["times_attempted"] = json!(row["times_attempted"].as_u64().unwrap_or(0) + 1);
    row["last_attempt_at"] = json!(now);
    if delivered {
        row["status"] = json!("delivered");
        row["delivered_at"] = json!(now);
        row["retry_at"] = Value::Null;
    }
    let mut log = answer.clone();
    log["id"] = json!(ids::new("ntflog", clock::now_micros()));
    log["attempted_at"] = json!(now);
    state.logs.entry(id.to_owned()).or_default().push(log);
    drop(state);
    app.dirty.notify_one();
}
