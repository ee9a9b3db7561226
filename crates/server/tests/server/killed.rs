//! The server killed at any moment, by the signal that no program can catch: what was acknowledged is there, and the rest
//! is there whole or not at all.

use crate::desk::one_file;
use crate::house::{House, fix_order};
use crate::place::{self, on_postgres};
use crate::process::Process;
use reqwest::StatusCode;
use serde_json::{Value, json};
use server::store::Store;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// How often it is killed; `make torture` asks for more.
fn kills() -> u64 {
    let told = std::env::var("KILLS").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(12)
}

/// A request with its key, and the answer where one came.
#[derive(Clone, Debug)]
struct Asked {
    key: String,
    path: String,
    body: Value,
    answer: Option<(StatusCode, Value)>,
}

type Log = Arc<Mutex<Vec<Asked>>>;

/// Asks for a change; an answer of the server's is one that was acknowledged.
async fn ask(client: &reqwest::Client, base: &str, asked: &Asked) -> Option<(StatusCode, Value)> {
    let sent = client
        .post(format!("{base}/api/v1{}", asked.path))
        .header("cookie", "sid=token-of-usr_dana")
        .header("idempotency-key", &asked.key)
        .json(&asked.body)
        .send()
        .await
        .ok()?;
    let status = sent.status();
    Some((status, sent.json().await.ok()?))
}

/// One person who starts work and takes it back, again and again, until the server is gone.
async fn work(
    client: reqwest::Client,
    base: String,
    log: Log,
    name: String,
    (start, body, id, cancel): (&'static str, Value, &'static str, fn(&str) -> String),
) {
    let mut turn = 0;
    loop {
        turn += 1;
        let mut asked = Asked {
            key: format!("{name}-start-{turn:04}"),
            path: start.to_owned(),
            body: body.clone(),
            answer: None,
        };
        asked.answer = ask(&client, &base, &asked).await;
        let made = asked.answer.clone();
        log.lock().unwrap().push(asked);
        let Some((_, answer)) = made else { return };
        let Some(made) = answer.pointer(id).and_then(Value::as_str) else {
            // What an unknown answer started before the last kill is still under way.
            return;
        };
        let mut asked = Asked {
            key: format!("{name}-cancel-{turn:04}"),
            path: cancel(made),
            body: json!({ "account_id": "acc_northwind" }),
            answer: None,
        };
        asked.answer = ask(&client, &base, &asked).await;
        let gone = asked.answer.is_none();
        log.lock().unwrap().push(asked);
        if gone {
            return;
        }
    }
}

/// What a client does whose answers were lost: asks the same again, and goes on from there. The next round begins free.
async fn recover(client: &reqwest::Client, base: &str, log: &Log) {
    let all = log.lock().unwrap().clone();
    let cancelled = |key: &str| {
        let mut same = all.iter().filter(|other| other.key == key);
        same.any(|other| other.answer.is_some())
    };
    for start in all.iter().filter(|asked| asked.key.contains("-start-")) {
        let key = start.key.replace("-start-", "-cancel-");
        if cancelled(&key) {
            continue;
        }
        let answer = ask(client, base, start).await.expect("an answer");
        let pointers = ["/scan_run/scan_run_id", "/fix_task/fix_task_id"];
        let id = pointers
            .iter()
            .find_map(|at| answer.1.pointer(at)?.as_str());
        let mut cancel = Asked {
            key,
            path: match id {
                Some(id) if start.path.ends_with("/scans") => format!("/scans/{id}/cancel"),
                Some(id) => format!("/fix-tasks/{id}/cancel"),
                None => continue,
            },
            body: json!({ "account_id": "acc_northwind" }),
            answer: None,
        };
        cancel.answer = ask(client, base, &cancel).await;
        let mut log = log.lock().unwrap();
        for known in log.iter_mut().filter(|known| known.key == start.key) {
            known.answer = Some(answer.clone());
        }
        log.retain(|known| known.key != cancel.key);
        log.push(cancel);
    }
}

/// The demonstration with Dana signed in, and nobody at it.
pub(crate) async fn demonstration() -> TempDir {
    let house = House::without_provider().await;
    let _ = house.dana().await;
    house.state.store.close().await;
    if !on_postgres() {
        one_file(&house.folder.path().join("console.db")).await;
    }
    house.folder
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_24_what_was_acknowledged_is_there_after_a_kill_at_any_moment() {
    let folder = demonstration().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let log: Log = Log::default();
    for round in 0..kills() {
        let process = Process::start(&folder, &client, &[]).await;
        recover(&client, &process.base, &log).await;
        let scans = work(
            client.clone(),
            process.base.clone(),
            log.clone(),
            format!("scan-{round:03}"),
            (
                "/projects/prj_shop/scans",
                json!({ "account_id": "acc_northwind" }),
                "/scan_run/scan_run_id",
                |id| format!("/scans/{id}/cancel"),
            ),
        );
        let fixes = work(
            client.clone(),
            process.base.clone(),
            log.clone(),
            format!("fix-{round:03}"),
            (
                "/reports/rep_ready/fix-workflow",
                fix_order("acc_northwind", &["fnd_ready_csp"], "review_only_patch", 1),
                "/fix_task/fix_task_id",
                |id| format!("/fix-tasks/{id}/cancel"),
            ),
        );
        let (scans, fixes) = (tokio::spawn(scans), tokio::spawn(fixes));
        // Another moment each time, from the first request on.
        tokio::time::sleep(Duration::from_millis(15 + 23 * (round % 20))).await;
        process.kill();
        scans.await.unwrap();
        fixes.await.unwrap();
    }
    // Everything that was answered is answered again, the same; what was not is done now, once, or refused with a reason.
    let process = Process::start(&folder, &client, &[]).await;
    let all = log.lock().unwrap().clone();
    let acknowledged = all.iter().filter(|asked| asked.answer.is_some()).count();
    assert!(acknowledged > 20, "only {acknowledged} answers came");
    for asked in &all {
        let again = ask(&client, &process.base, asked).await;
        let (status, body) = again.unwrap_or_else(|| panic!("no answer to {asked:?}"));
        assert!(!status.is_server_error(), "{status} {body} to {asked:?}");
        let Some((then, answer)) = &asked.answer else {
            continue;
        };
        // A refusal names the request that was refused, so its code is what stays.
        let same = if then.is_success() {
            &body == answer
        } else {
            body["code"] == answer["code"]
        };
        assert!(
            status == *then && same,
            "{}: {then} {answer}, now {status} {body}",
            asked.key
        );
    }
    process.kill();
    whole(&folder).await;
}

/// The ledger holds, and no hold is without its work or work without its hold.
pub(crate) async fn whole(folder: &TempDir) {
    let store = Store::open(&place::address(folder, "console.db"))
        .await
        .unwrap();
    let violations = server::ledger::verify(store.reader()).await.unwrap();
    assert!(violations.is_empty(), "{violations:?}");
    for halves in [
        "SELECT count(*) FROM holds h WHERE h.purpose = 'scan' AND NOT EXISTS (SELECT 1 FROM scan_runs r WHERE r.hold_id = h.id)",
        "SELECT count(*) FROM scan_runs r WHERE r.hold_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.id = r.hold_id)",
        "SELECT count(*) FROM scan_runs r JOIN holds h ON h.id = r.hold_id WHERE (r.status IN ('queued','running')) <> (h.status = 'held')",
        "SELECT count(*) FROM fix_tasks t JOIN holds h ON h.id = t.hold_id WHERE (t.status NOT IN ('completed','cancelled')) <> (h.status = 'held')",
        "SELECT count(*) FROM fix_task_findings x WHERE NOT EXISTS (SELECT 1 FROM fix_tasks t WHERE t.id = x.fix_task_id)",
    ] {
        let found: i64 = sqlx::query_scalar(halves)
            .fetch_one(store.reader())
            .await
            .unwrap();
        assert_eq!(found, 0, "{halves}");
    }
    store.close().await;
}
