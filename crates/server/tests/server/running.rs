//! What is seen from outside of a running server alone: its memory, how it stops, its figures, its settings.

use crate::killed::demonstration;
use crate::process::{Process, free_port};
use futures::StreamExt as _;
use futures::stream;
use reqwest::{Client, StatusCode};
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpStream;

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

async fn sign_in(client: &Client, base: &str, email: &str, password: &str) -> StatusCode {
    let body = json!({ "email": email, "password": password });
    let sent = client
        .post(format!("{base}/api/v1/sign-in"))
        .json(&body)
        .send();
    sent.await.unwrap().status()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_and_open_connections_do_not_grow_the_process() {
    const PEOPLE: [&str; 4] = [
        "dana@northwind.example",
        "viewer@northwind.example",
        "finance@northwind.example",
        "ana@beacon.example",
    ];
    let folder = demonstration().await;
    let client = client();
    let process = Process::start(&folder, &client, &[]).await;
    let try_all = async |times: usize| {
        let emails = PEOPLE.iter().cycle().take(times);
        let tries = emails.map(|email| sign_in(&client, &process.base, email, "wrong"));
        let answers: Vec<StatusCode> = stream::iter(tries).buffer_unordered(2).collect().await;
        assert_eq!(answers, vec![StatusCode::UNAUTHORIZED; times]);
    };
    // The memory of two checks is taken once.
    try_all(4).await;
    let before = process.resident();
    try_all(24).await;
    let mut open = Vec::new();
    for _ in 0..200 {
        open.push(
            TcpStream::connect(("127.0.0.1", process.port))
                .await
                .unwrap(),
        );
    }
    assert_eq!(
        client
            .get(format!("{}/readyz", process.base))
            .send()
            .await
            .unwrap()
            .status(),
        StatusCode::OK
    );
    let after = process.resident();
    assert!(after <= before + 40, "from {before} to {after} MiB");
    process.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_to_stop_ends_its_streams_and_goes() {
    let folder = demonstration().await;
    let client = client();
    let process = Process::start(&folder, &client, &[]).await;
    let mut events = client
        .get(format!("{}/api/v1/events", process.base))
        .header("cookie", "sid=token-of-usr_dana")
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    assert!(events.chunk().await.unwrap().is_some());
    let (ended, took) = process.stop().await;
    assert!(ended.success(), "{ended}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    // The stream came to its end and was not torn.
    while events.chunk().await.unwrap().is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_stand_on_a_port_of_their_own_and_secrets_come_from_files() {
    let folder = demonstration().await;
    let client = client();
    let secret = folder.path().join("scanner-secret");
    std::fs::write(&secret, "a-secret-from-a-file\n").unwrap();
    let metrics = format!("127.0.0.1:{}", free_port());
    let settings = [
        ("METRICS_ADDRESS", metrics.as_str()),
        ("SCANNER_SECRET", ""),
        ("SCANNER_SECRET_FILE", secret.to_str().unwrap()),
    ];
    let process = Process::start(&folder, &client, &settings).await;
    for (secret, status) in [("a-secret-from-a-file", 200), ("another", 401)] {
        let asked = client
            .post(format!("{}/api/v1/scanner/claims", process.base))
            .header("x-scanner-secret", secret)
            .json(&json!({ "worker": "one" }))
            .send()
            .await
            .unwrap();
        let found = asked.status().as_u16();
        assert_eq!(found == 401, status == 401, "{secret}: {found}");
    }
    sign_in(&client, &process.base, "nobody@shop.example", "wrong").await;
    let page = async || {
        let page = client.get(format!("http://{metrics}/metrics")).send().await;
        page.unwrap().text().await.unwrap()
    };
    let shown = page().await;
    for line in [
        "webriskops_refusals_total{code=\"WRONG_CREDENTIALS\"} 1",
        "webriskops_answers_total{method=\"POST\",status=\"401\"} 2",
        "webriskops_inbox_pending 0",
        "webriskops_inbox_quarantined 0",
        "webriskops_streams 0",
        "webriskops_open_holds{age=\"under a week\"}",
        "webriskops_database_connections{pool=\"writer\"}",
        "# TYPE webriskops_write_wait_seconds histogram",
        "# EOF",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    // The ledger is looked at as a whole by itself.
    let looked = async {
        while !page().await.contains("webriskops_ledger_violations 0")
            || page()
                .await
                .contains("webriskops_ledger_verified_seconds 0")
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looked)
        .await
        .unwrap();
    // Customers do not reach them.
    let public = client.get(format!("{}/metrics", process.base)).send().await;
    assert!(
        !public
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("webriskops_")
    );
    process.kill();
}
