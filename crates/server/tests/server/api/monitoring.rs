//! Monitoring: runs that begin by their schedule without credits, what they find changed, and what stops them.

use crate::house::{Draft, House, Person, SCANNER};
use axum::http::Method;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

const OWN: &str = "acc_northwind";
const PAGE: &str = "/projects/prj_shop/monitoring";

async fn page(dana: &Person<'_>, project: &str) -> Value {
    dana.get(&format!("/projects/{project}/monitoring"))
        .await
        .ok()
}

async fn switch(
    dana: &Person<'_>,
    account: &str,
    project: &str,
    switch: &str,
) -> crate::house::Reply {
    let path = format!("/projects/{project}/services/monitoring/{switch}");
    dana.post(&path, &json!({ "account_id": account })).await
}

async fn scanner(house: &House, path: &str, body: &Value) -> Value {
    let draft = Draft::new(Method::POST, &format!("/scanner/{path}"))
        .header("x-scanner-secret", SCANNER)
        .header("idempotency-key", &house.key())
        .json(body);
    house.send(draft.build()).await.ok()
}

/// Lets time pass until this moment: everything that is due begins. How many runs of the shop began.
async fn at(house: &House, moment: DateTime<Utc>) -> i64 {
    const RUNS: &str =
        "SELECT count(*) FROM scan_runs WHERE project_id = 'prj_shop' AND kind = 'monitoring'";
    let before = house.count(RUNS).await;
    server::monitoring::begin_due(&house.state, moment)
        .await
        .unwrap();
    house
        .write("UPDATE scan_runs SET claimable_at = 9000000000000000 WHERE status = 'queued' AND project_id <> 'prj_shop'")
        .await;
    house.count(RUNS).await - before
}

fn issue(name: &str, page: &str) -> Value {
    let fingerprint = format!("{:0<64}", hex::encode(name));
    json!({
        "check": name, "title": format!("Issue {name}"), "severity": "high", "category": "headers", "confidence": "high",
        "affected_url": format!("https://shop.northwind.example{page}"), "evidence": "Seen.", "evidence_hash": "a".repeat(64),
        "fingerprint": fingerprint, "remediation": "Mend it.",
    })
}

/// Carries the waiting run out as a worker would: these pages were read and these issues found.
async fn carry_out(house: &House, pages: &[&str], issues: &[Value]) {
    let claim = scanner(house, "claims", &json!({ "worker": "test" })).await;
    let pages: Vec<Value> = pages
        .iter()
        .map(
            |page| json!({ "url": format!("https://shop.northwind.example{page}"), "status": 200 }),
        )
        .collect();
    let outcome = json!({ "pages": pages, "skipped": [], "findings": issues });
    let body = json!({ "scan_run_id": claim["claim"]["scan_run_id"], "lease": claim["claim"]["lease"], "status": "completed", "outcome": outcome });
    let taken = scanner(house, "results", &body).await;
    assert_eq!(taken["scan_run"]["status"], "completed");
}

/// The demonstration's own waiting runs are nobody's business here.
async fn quiet() -> House {
    let house = House::new().await;
    house
        .write("UPDATE scan_runs SET claimable_at = 9000000000000000 WHERE status = 'queued'")
        .await;
    house
}

#[tokio::test]
async fn s3_20_with_coverage_and_a_baseline_runs_begin_by_themselves_take_no_credit_and_are_compared()
 {
    let house = quiet().await;
    let dana = house.dana().await;
    let figures = house.figures(OWN).await;
    let before = page(&dana, "prj_shop").await;
    assert_eq!(before["service"]["state"], "enabled");
    assert_eq!(before["monitoring_entitlement_status"], "active");
    let due: DateTime<Utc> = before["schedule"]["next_scan_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        at(&house, due - Duration::seconds(1)).await,
        0,
        "not before it is due"
    );
    assert_eq!(at(&house, due).await, 1);
    assert_eq!(at(&house, due).await, 0, "once");
    carry_out(
        &house,
        &["/", "/cart"],
        &[issue("csp", "/"), issue("cookie", "/cart")],
    )
    .await;
    let first = page(&dana, "prj_shop").await;
    assert_eq!(first["runs"][0]["status"], "completed");
    assert_eq!(first["runs"][0]["counts"]["new_issue_count"], 2);
    assert!(
        first["runs"][0]["counts"]["inconclusive_count"]
            .as_u64()
            .unwrap()
            > 0,
        "the demonstration's report names no fingerprints"
    );

    let due: DateTime<Utc> = first["schedule"]["next_scan_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(at(&house, due).await, 1);
    carry_out(&house, &["/"], &[issue("csp", "/"), issue("hsts", "/")]).await;
    let second = page(&dana, "prj_shop").await;
    let run = &second["runs"][0];
    assert_eq!(run["compared_with"], first["runs"][0]["report_id"]);
    assert_eq!(
        run["counts"],
        json!({ "new_issue_count": 1, "recurring_issue_count": 1, "resolved_issue_count": 0, "inconclusive_count": 1 })
    );
    let told: Vec<(&str, &str)> = second["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| {
            (
                issue["change"].as_str().unwrap(),
                issue["title"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("new", "Issue hsts"),
            ("inconclusive", "Issue cookie"),
            ("recurring", "Issue csp")
        ]
    );
    assert_eq!(second["months"][0]["new_issue_count"], 3);
    assert_eq!(house.figures(OWN).await, figures, "no credit moved");
    assert_eq!(second["baseline_report_id"], "rep_ready");
}

#[tokio::test]
async fn s2_22_monitoring_that_the_plan_or_the_project_lacks_is_refused_with_its_code() {
    let house = quiet().await;
    let dana = house.dana().await;
    let refused = switch(&dana, "acc_quayside", "prj_quayside", "pause").await;
    assert_eq!(refused.status, 200);
    let refused = switch(&dana, "acc_quayside", "prj_quayside", "resume").await;
    assert_eq!(refused.blocked(), "MONITORING_ENTITLEMENT_MISSING");
    let view = page(&dana, "prj_quayside").await;
    assert_eq!(view["monitoring_entitlement_status"], "inactive");
    let reasons = view["service"]["blocked_reasons"].as_array().unwrap();
    assert!(
        reasons
            .iter()
            .any(|reason| reason["code"] == "MONITORING_ENTITLEMENT_MISSING")
    );
    assert_eq!(view["schedule"]["next_scan_at"], Value::Null);
    // With coverage, but without a baseline to compare with (S3-20).
    assert_eq!(
        switch(&dana, OWN, "prj_baseline", "pause").await.status,
        200
    );
    let refused = switch(&dana, OWN, "prj_baseline", "resume").await;
    let reason = refused.json()["blocked_reasons"][0]["label"].clone();
    assert_eq!(reason, "Baseline report required");
}

#[tokio::test]
async fn a_schedule_is_kept_in_its_time_zone_and_stops_and_goes_on_with_the_service() {
    let house = quiet().await;
    let dana = house.dana().await;
    let set = async |frequency: &str, zone: &str| {
        let body =
            json!({ "account_id": OWN, "monitoring_frequency": frequency, "time_zone": zone });
        dana.post(&format!("{PAGE}/schedule"), &body).await
    };
    let wrong = set("daily", "Europe/Atlantis")
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(wrong["errors"][0]["pointer"], "/time_zone");
    let view = set("daily", "Asia/Tokyo").await.ok();
    let next: DateTime<Utc> = view["schedule"]["next_scan_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        next.format("%H:%M").to_string(),
        "18:00",
        "three o'clock there"
    );
    assert_eq!(switch(&dana, OWN, "prj_shop", "pause").await.status, 200);
    assert_eq!(
        page(&dana, "prj_shop").await["schedule"]["next_scan_at"],
        Value::Null
    );
    assert_eq!(at(&house, next).await, 0);
    assert_eq!(switch(&dana, OWN, "prj_shop", "resume").await.status, 200);
    assert!(page(&dana, "prj_shop").await["schedule"]["next_scan_at"].is_string());
    let viewer = house.person("usr_viewer").await;
    let body = json!({ "account_id": OWN, "monitoring_frequency": "daily", "time_zone": "UTC" });
    viewer
        .post(&format!("{PAGE}/schedule"), &body)
        .await
        .problem(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_run_that_coverage_no_longer_allows_is_refused_and_the_page_says_so_before_and_after() {
    let house = quiet().await;
    let dana = house.dana().await;
    let view = page(&dana, "prj_ridgeline").await;
    let will = &view["schedule"]["will_be_refused"];
    assert!(will["why"].as_str().unwrap().contains("past due"), "{will}");
    let due: DateTime<Utc> = will["at"].as_str().unwrap().parse().unwrap();
    at(&house, due).await;
    let after = page(&dana, "prj_ridgeline").await;
    assert_eq!(after["schedule"]["refused"]["at"], will["at"]);
    assert_eq!(after["runs"], json!([]));
    let next: DateTime<Utc> = after["schedule"]["next_scan_at"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(next > due, "it is tried again at the next time");
}
