//! Three servers on one database behind a proxy: people work on while one is killed, one is asked to stop, and both come back.
//! In the run of these tests on PostgreSQL; a file of SQLite has one server.

use crate::desk::folder;
use crate::house::fix_order;
use crate::killed::{demonstration, whole};
use crate::place::{self, on_postgres};
use crate::process::Process;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

/// Hands each connection to the next server that takes one, as a proxy does.
#[derive(Clone, Default)]
struct Proxy {
    ports: Arc<Mutex<Vec<u16>>>,
    turn: Arc<AtomicUsize>,
}

impl Proxy {
    async fn start(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = self.clone();
                tokio::spawn(async move { proxy.carry(client).await });
            }
        });
        base
    }

    async fn carry(self, mut client: TcpStream) {
        let ports = self.ports.lock().unwrap().clone();
        for _ in 0..ports.len() {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            let port = ports[turn % ports.len()];
            if let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await {
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                return;
            }
        }
    }

    fn replace(&self, old: u16, new: u16) {
        let mut ports = self.ports.lock().unwrap();
        for port in ports.iter_mut().filter(|port| **port == old) {
            *port = new;
        }
    }
}

/// Asks for a change as the app does: with one key, and again when no answer came.
async fn ask(client: &Client, base: &str, path: &str, key: &str, body: &Value) -> Value {
    let mut torn = 0;
    for _ in 0..40 {
        let sent = client
            .post(format!("{base}/api/v1{path}"))
            .header("cookie", "sid=token-of-usr_dana")
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await;
        let Ok(answer) = sent else {
            torn += 1;
            assert!(torn <= 2, "{key} was torn {torn} times");
            continue;
        };
        let status = answer.status();
        assert!(
            !status.is_server_error() || status == StatusCode::SERVICE_UNAVAILABLE,
            "{key}: {status}"
        );
        let Ok(answer) = answer.json::<Value>().await else {
            torn += 1;
            continue;
        };
        let again =
            status == StatusCode::SERVICE_UNAVAILABLE || answer["code"] == "REQUEST_IN_PROGRESS";
        if again {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        assert!(status.is_success(), "{key}: {status} {answer}");
        return answer;
    }
    panic!("{key} was never answered");
}

/// Starts work and takes it back until told to stop; answers how often.
async fn work(
    (client, base, over): (Client, String, Arc<AtomicBool>),
    name: &'static str,
    start: (&'static str, Value),
    (id, cancel): (&'static str, fn(&str) -> String),
) -> usize {
    let mut turns = 0;
    while !over.load(Ordering::Relaxed) {
        let key = |step: &str| format!("{name}-{step}-{turns:04}");
        let made = ask(&client, &base, start.0, &key("start"), &start.1).await;
        let made = made.pointer(id).and_then(Value::as_str).unwrap();
        let body = json!({ "account_id": "acc_northwind" });
        ask(&client, &base, &cancel(made), &key("cancel"), &body).await;
        turns += 1;
    }
    turns
}

/// Follows the account's stream over every break; answers the numbers of the entries that came.
async fn follow(
    client: Client,
    base: String,
    from: i64,
    until: Arc<Mutex<Option<i64>>>,
) -> BTreeSet<i64> {
    let mut seen = BTreeSet::new();
    let mut last = from;
    loop {
        let path = format!("{base}/api/v1/accounts/acc_northwind/events?after={last}");
        let asked = client.get(path).header("cookie", "sid=token-of-usr_dana");
        let Ok(mut events) = asked.send().await else {
            continue;
        };
        if !events.status().is_success() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        let mut text = String::new();
        loop {
            if until.lock().unwrap().is_some_and(|until| last >= until) {
                return seen;
            }
            let chunk = tokio::time::timeout(Duration::from_millis(200), events.chunk());
            match chunk.await {
                Err(_) => continue,
                Ok(Ok(Some(chunk))) => text.push_str(&String::from_utf8_lossy(&chunk)),
                Ok(_) => break,
            }
            while let Some((message, rest)) = text.split_once("\n\n") {
                let id = message.lines().find_map(|line| line.strip_prefix("id: "));
                if let Some(id) = id.and_then(|id| id.parse().ok()) {
                    assert!(seen.insert(id), "{id} came twice");
                    last = id;
                }
                text = rest.to_owned();
            }
        }
    }
}

async fn newest(client: &Client, base: &str) -> i64 {
    let asked = client
        .get(format!("{base}/api/v1/accounts/acc_northwind/billing"))
        .header("cookie", "sid=token-of-usr_dana");
    let view: Value = asked.send().await.unwrap().json().await.unwrap();
    view["ledger_seq"].as_i64().unwrap()
}

/// One after the other goes in another way, and another takes its place.
async fn replace_two(
    folder: &TempDir,
    client: &Client,
    proxy: &Proxy,
    mut servers: Vec<Process>,
) -> Vec<Process> {
    let moment = Duration::from_millis(700);
    tokio::time::sleep(moment).await;
    let killed = servers.remove(0);
    let port = killed.port;
    killed.kill();
    tokio::time::sleep(moment).await;
    servers.push(Process::start(folder, client, &[]).await);
    proxy.replace(port, servers[2].port);
    tokio::time::sleep(moment).await;
    let stopped = servers.remove(0);
    let port = stopped.port;
    let (ended, took) = stopped.stop().await;
    assert!(
        ended.success() && took < Duration::from_secs(10),
        "{ended} {took:?}"
    );
    servers.push(Process::start(folder, client, &[]).await);
    proxy.replace(port, servers[2].port);
    tokio::time::sleep(moment).await;
    servers
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_on_while_servers_are_killed_stopped_and_replaced() {
    if !on_postgres() {
        return;
    }
    let folder = demonstration().await;
    // A connection each: a client that keeps one keeps its server.
    let client = Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(Process::start(&folder, &client, &[]).await);
    }
    let proxy = Proxy::default();
    *proxy.ports.lock().unwrap() = servers.iter().map(|server| server.port).collect();
    let base = proxy.clone().start().await;
    let from = newest(&client, &base).await;
    let (over, until) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
    let at = || (client.clone(), base.clone(), Arc::clone(&over));
    let owner = json!({ "account_id": "acc_northwind" });
    let scans = tokio::spawn(work(
        at(),
        "scan",
        ("/projects/prj_shop/scans", owner),
        ("/scan_run/scan_run_id", |id| format!("/scans/{id}/cancel")),
    ));
    let order = fix_order("acc_northwind", &["fnd_ready_csp"], "review_only_patch", 1);
    let fixes = tokio::spawn(work(
        at(),
        "fix",
        ("/reports/rep_ready/fix-workflow", order),
        ("/fix_task/fix_task_id", |id| {
            format!("/fix-tasks/{id}/cancel")
        }),
    ));
    let heard = tokio::spawn(follow(
        client.clone(),
        base.clone(),
        from,
        Arc::clone(&until),
    ));
    let servers = replace_two(&folder, &client, &proxy, servers).await;
    over.store(true, Ordering::Relaxed);
    let turns = [scans.await.unwrap(), fixes.await.unwrap()];
    assert!(turns.iter().all(|turns| *turns > 5), "{turns:?}");
    // Each turn holds and gives back; the stream heard of each entry once, wherever it was written.
    let last = newest(&client, &base).await;
    *until.lock().unwrap() = Some(last);
    let heard = tokio::time::timeout(Duration::from_secs(20), heard).await;
    let entries: BTreeSet<i64> = (from + 1..=last).collect();
    assert_eq!(heard.expect("the stream caught up").unwrap(), entries);
    assert_eq!(entries.len(), 2 * (turns[0] + turns[1]));
    for server in servers {
        server.kill();
    }
    whole(&folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_that_start_at_once_on_an_empty_database_fill_it_once() {
    if !on_postgres() {
        return;
    }
    let folder = folder();
    place::make(&folder, None).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let start = || Process::start(&folder, &client, &[]);
    let servers = tokio::join!(start(), start(), start());
    for server in [&servers.0, &servers.1, &servers.2] {
        let body = json!({ "email": "dana@northwind.example", "password": server::demo::PASSWORD });
        let sent = client.post(format!("{}/api/v1/sign-in", server.base));
        let sent = sent.json(&body).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
    }
    whole(&folder).await;
}
