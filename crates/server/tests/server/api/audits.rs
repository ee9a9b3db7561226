//! Audits that really run: a worker takes a queued run, tells how far it is, and what it hands in becomes a report.

use crate::house::{House, Reply, SCANNER};
use futures::future::join_all;
use scanner::addresses::Addresses;
use scanner::limits::Limits;
use scanner::sample_shop::{Flaws, shop};
use scanner::worker::{Api, Settings, once};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;

/// A worker of this house whose sites under `example` are all the sample shop.
pub(super) async fn worker(house: &House) -> Settings {
    worker_at(house, Flaws::all()).await
}

/// The same with a shop whose flaws can be repaired meanwhile.
pub(super) async fn worker_at(house: &House, flaws: Flaws) -> Settings {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, shop(flaws)).await });
    Settings {
        api_url: house.base.clone(),
        secret: SCANNER.to_owned(),
        name: "test".to_owned(),
        poll: Duration::from_millis(50),
        addresses: Addresses {
            stand_in: Some(format!("example={address}").parse().unwrap()),
        },
        limits: Limits {
            gap: Duration::ZERO,
            ..Limits::default()
        },
    }
}

pub(super) async fn queue(house: &House, project: &str) -> String {
    let dana = house.dana().await;
    let started = dana.scan("acc_northwind", project).await;
    started.ok()["scan_run"]["scan_run_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) async fn claim(house: &House, key: &str) -> Value {
    let body = json!({ "worker": "test" });
    house.worker("claims", key, &body).await.ok()["claim"].clone()
}

pub(super) async fn scan(house: &House, run: &str) -> Value {
    house.dana().await.get(&format!("/scans/{run}")).await.ok()
}

pub(super) fn issue(title: &str, evidence: &str) -> Value {
    json!({
        "check": "csp_missing", "title": title, "severity": "medium", "category": "headers", "confidence": "high",
        "affected_url": "https://shop.northwind.example/", "evidence": evidence, "evidence_hash": "a".repeat(64),
        "fingerprint": "b".repeat(64), "remediation": "Send the header.",
    })
}

pub(super) fn result(claim: &Value, findings: &[Value]) -> Value {
    json!({
        "scan_run_id": claim["scan_run_id"], "lease": claim["lease"], "status": "completed",
        "outcome": {
            "pages": [{ "url": "https://shop.northwind.example/", "status": 200 }],
            "skipped": [{ "url": "https://shop.northwind.example/admin", "reason": "private_path" }],
            "findings": findings,
        },
    })
}

pub(super) async fn hand_in(house: &House, key: &str, body: &Value) -> Reply {
    house.worker("results", key, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paid_scan_of_the_sample_shop_yields_a_published_report_with_findings() {
    let house = House::new().await;
    let dana = house.dana().await;
    let run = queue(&house, "prj_shop").await;
    assert_eq!(house.figures("acc_northwind").await[0], "2/2/4");
    let settings = worker(&house).await;
    let api = Api::new(&settings).unwrap();
    assert!(once(&api, &settings).await.unwrap(), "the run was taken");
    assert!(
        !once(&api, &settings).await.unwrap(),
        "the demonstration's own waiting runs are left alone"
    );

    let view = scan(&house, &run).await;
    assert_eq!(
        (&view["status"], &view["credit_state"]),
        (&json!("completed"), &json!("spent"))
    );
    assert_eq!(house.figures("acc_northwind").await[0], "2/1/5");
    let pages = view["pages"].as_array().unwrap().len();
    assert!(pages > 15, "{pages}");
    assert_eq!(view["pages_done"], json!(pages));
    let scope = house
        .dana()
        .await
        .get("/projects/prj_shop/scope")
        .await
        .ok();
    let accepted = scope["accepted"]["pages"].as_array().unwrap();
    for page in view["pages"].as_array().unwrap() {
        let url = page["url"].as_str().unwrap();
        let path = url.strip_prefix("http://shop.northwind.example").unwrap();
        assert!(accepted.contains(&json!(path)), "{path} was accepted");
    }

    let id = view["report_id"].as_str().unwrap();
    let report = dana.get(&format!("/reports/{id}")).await.ok();
    assert_eq!(
        (&report["publication_status"], &report["can_publish"]),
        (&json!("published"), &json!(true))
    );
    let findings = report["fix_workflow"]["findings"].as_array().unwrap();
    assert!(findings.len() > 20, "{}", findings.len());
    assert_eq!(view["findings_count"], json!(findings.len()));
    assert!(findings.iter().all(|finding| {
        finding["fingerprint"].as_str().unwrap().len() == 64
            && !finding["evidence"].as_str().unwrap().is_empty()
    }));
    // What was found can be worked on at once.
    let picked = findings[0]["finding_id"].as_str().unwrap();
    let fix = dana
        .fix("acc_northwind", id, &[picked], "review_only_patch", 1)
        .await;
    assert_eq!(fix.status, 201);
    let project = dana.get("/projects/prj_shop").await.ok();
    assert_eq!(project["latest_scan"]["report_id"], json!(id));
    assert_eq!(
        project["baseline_report_id"], "rep_ready",
        "the first report stays what later ones are compared with"
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn s1_24_s1_26_a_worker_that_falls_silent_loses_its_run_and_the_credit_returns_once() {
    let house = House::new().await;
    let run = queue(&house, "prj_shop").await;
    let held = claim(&house, "claim-key-1").await;
    assert_eq!(held["scan_run_id"], json!(run));
    assert_eq!(
        claim(&house, "claim-key-1").await,
        held,
        "the same question has the same answer"
    );
    assert_eq!(claim(&house, "claim-key-2").await, Value::Null);
    let told = json!({ "scan_run_id": run, "lease": held["lease"], "current_page": "https://shop.northwind.example/a\u{202e}", "pages_done": 3, "pages_total": 9 });
    house.worker("progress", "progress-1", &told).await.ok();
    let view = scan(&house, &run).await;
    assert_eq!(
        (
            &view["status"],
            &view["current_page"],
            &view["pages_done"],
            &view["pages_total"]
        ),
        (
            &json!("running"),
            &json!("https://shop.northwind.example/a"),
            &json!(3),
            &json!(9)
        )
    );
    let project = house.dana().await.get("/projects/prj_shop").await.ok();
    assert_eq!(project["latest_scan"]["pages_done"], json!(3));

    let now = chrono::Utc::now();
    let give_up = async |seconds| {
        let at = now + chrono::Duration::seconds(seconds);
        server::scans::give_up(&house.state, at).await.unwrap()
    };
    assert_eq!(give_up(50).await, 0);
    assert_eq!(give_up(70).await, 1);
    assert_eq!(give_up(70).await, 0);
    let view = scan(&house, &run).await;
    assert_eq!(
        (
            &view["status"],
            &view["credit_state"],
            &view["current_page"]
        ),
        (&json!("failed"), &json!("restored"), &Value::Null)
    );
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
    // The worker comes back: too late for progress and for a result.
    house
        .worker("progress", "progress-2", &told)
        .await
        .problem(409, "RESULT_CONFLICT");
    hand_in(
        &house,
        "late-key-1",
        &result(&held, &[issue("Late", "seen")]),
    )
    .await
    .problem(409, "RESULT_CONFLICT");
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
    assert_eq!(house.count("SELECT count(*) FROM scan_pages").await, 0);
    house.assert_sound().await;
}

#[tokio::test]
async fn a_run_ends_by_the_worker_that_holds_it_and_makes_one_report_however_often_it_is_handed_in()
{
    let house = House::new().await;
    let run = queue(&house, "prj_shop").await;
    let held = claim(&house, "claim-key-1").await;
    let seq = house.seq("acc_northwind").await;
    let by_hand = json!({ "scan_run_id": run, "status": "failed" });
    hand_in(&house, "by-hand-1", &by_hand)
        .await
        .problem(409, "RESULT_CONFLICT");
    let mut other = result(&held, &[]);
    other["lease"] = json!("another");
    hand_in(&house, "other-key-1", &other)
        .await
        .problem(409, "RESULT_CONFLICT");
    assert_eq!(house.seq("acc_northwind").await, seq);

    let reports = "SELECT count(*) FROM reports";
    let before = house.count(reports).await;
    let body = result(&held, &[issue("No policy", "absent")]);
    let first = hand_in(&house, "result-key-1", &body).await.ok();
    assert_eq!(hand_in(&house, "result-key-1", &body).await.ok(), first);
    let again = hand_in(&house, "result-key-2", &body).await.ok();
    assert_eq!(
        again["scan_run"]["report_id"],
        first["scan_run"]["report_id"]
    );
    assert_eq!(house.count(reports).await, before + 1);
    assert_eq!(house.figures("acc_northwind").await[0], "2/1/5");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_08_of_many_workers_that_ask_at_once_one_gets_the_run() {
    let house = House::new().await;
    queue(&house, "prj_shop").await;
    let keys: Vec<String> = (0..8).map(|n| format!("claim-key-{n}")).collect();
    let claims = join_all(keys.iter().map(|key| claim(&house, key))).await;
    assert_eq!(claims.iter().filter(|claim| !claim.is_null()).count(), 1);
}

#[tokio::test]
async fn s0_7_a_report_that_shows_too_much_stays_private_and_its_gate_says_why() {
    let house = House::new().await;
    house
        .write("UPDATE projects SET baseline_report_id = NULL WHERE id = 'prj_shop'")
        .await;
    queue(&house, "prj_shop").await;
    let held = claim(&house, "claim-key-1").await;
    let body = result(&held, &[issue("Mail", "contact ada@mail.example.org")]);
    let taken = hand_in(&house, "result-key-1", &body).await.ok();
    let dana = house.dana().await;
    let id = taken["scan_run"]["report_id"].as_str().unwrap();
    let report = dana.get(&format!("/reports/{id}")).await.ok();
    assert_eq!(
        (&report["publication_status"], &report["can_publish"]),
        (&json!("blocked"), &json!(false))
    );
    let gates = report["gates"].as_array().unwrap();
    let blocked: Vec<&Value> = gates
        .iter()
        .filter(|gate| gate["status"] != "passed")
        .collect();
    assert_eq!(
        (blocked.len(), &blocked[0]["key"]),
        (1, &json!("redaction"))
    );
    assert_eq!(
        dana.get("/projects/prj_shop").await.ok()["baseline_report_id"],
        Value::Null,
        "nothing is compared with a report that is not published"
    );

    // The next one is whole: it is published and becomes the baseline.
    queue(&house, "prj_shop").await;
    let held = claim(&house, "claim-key-2").await;
    let body = result(&held, &[issue("No policy", "absent")]);
    let taken = hand_in(&house, "result-key-2", &body).await.ok();
    assert_eq!(
        dana.get("/projects/prj_shop").await.ok()["baseline_report_id"],
        taken["scan_run"]["report_id"]
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn what_is_too_long_or_no_plain_text_is_refused_and_changes_nothing() {
    let house = House::new().await;
    queue(&house, "prj_shop").await;
    let held = claim(&house, "claim-key-1").await;
    let before = house.rows().await;
    let many = vec![issue("One of many", "seen"); 201];
    for (key, findings) in [
        ("turned-key", vec![issue("Turned\u{202e}", "seen")]),
        ("codes-key-1", vec![issue("Codes", "\u{1b}[2J")]),
        ("longer-key", vec![issue("Long", &"x".repeat(2_001))]),
        ("many-key-1", many),
    ] {
        hand_in(&house, key, &result(&held, &findings))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    hand_in(
        &house,
        "large-key-1",
        &result(&held, &[issue("Large", &"x".repeat(5_000_000))]),
    )
    .await
    .problem(413, "TOO_LARGE");
    assert_eq!(house.rows().await, before);
    let stranger = house.ana().await;
    let run = held["scan_run_id"].as_str().unwrap();
    stranger
        .get(&format!("/scans/{run}"))
        .await
        .problem(404, "NOT_FOUND");
    hand_in(
        &house,
        "good-key-1",
        &result(&held, &vec![issue("Many", &"x".repeat(2_000)); 200]),
    )
    .await
    .ok();
}
