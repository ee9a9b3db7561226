//! Retests: requested after the change, run by the scanner, and believed only as far as their run saw.

use super::audits::{queue, worker_at};
use crate::house::House;
use scanner::sample_shop::{Flaw, Flaws};
use scanner::worker::{Api, Settings, once};
use serde_json::{Value, json};

const ACCOUNT: &str = "acc_northwind";

/// A console whose shop was scanned: the worker, the report and the finding of this check.
async fn scanned(house: &House, flaws: &Flaws, check: &str) -> (Settings, String, String) {
    let settings = worker_at(house, flaws.clone()).await;
    let run = queue(house, "prj_shop").await;
    work(&settings).await;
    let dana = house.dana().await;
    let scan = dana.get(&format!("/scans/{run}")).await.ok();
    let report = scan["report_id"].as_str().unwrap().to_owned();
    let finding = finding(house, &report, |finding| finding["check"] == check).await;
    let id = finding["finding_id"].as_str().unwrap().to_owned();
    assert!(!finding["pages"].as_array().unwrap().is_empty());
    (settings, report, id)
}

async fn work(settings: &Settings) {
    let api = Api::new(settings).unwrap();
    assert!(once(&api, settings).await.unwrap(), "a run was taken");
}

async fn finding(house: &House, report: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let dana = house.dana().await;
    let report = dana.get(&format!("/reports/{report}")).await.ok();
    let mut findings = report["fix_workflow"]["findings"]
        .as_array()
        .unwrap()
        .iter();
    findings.find(|finding| wanted(finding)).unwrap().clone()
}

/// Starts a task and records evidence of its change.
async fn applied(house: &House, report: &str, finding: &str) -> String {
    let dana = house.dana().await;
    let started = dana
        .fix(ACCOUNT, report, &[finding], "customer_applied", 1)
        .await
        .ok();
    let task = started["fix_task"]["fix_task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/fix-tasks/{task}/retest");
    // Nothing was applied yet.
    let early = dana.post(&path, &json!({ "account_id": ACCOUNT })).await;
    let problem = early.problem(409, "FIX_TASK_STEP_REFUSED");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("Record evidence")
    );
    let evidence = json!({
        "account_id": ACCOUNT, "note": "The header is sent.", "applied_at": "2026-03-02T12:00:00Z",
        "references": [{ "kind": "component", "value": "web server" }],
    });
    let recorded = dana
        .post(&format!("/fix-tasks/{task}/evidence"), &evidence)
        .await;
    assert_eq!(recorded.status, 200);
    task
}

async fn request(house: &House, task: &str) -> Value {
    let dana = house.dana().await;
    let path = format!("/fix-tasks/{task}/retest");
    let reply = dana.post(&path, &json!({ "account_id": ACCOUNT })).await;
    assert_eq!(reply.status, 202);
    reply.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s0_29_a_retest_follows_the_change_and_passes_when_the_finding_is_gone() {
    let house = House::new().await;
    let dana = house.dana().await;
    let flaws = Flaws::all();
    let (settings, report, id) = scanned(&house, &flaws, "mime_sniffing").await;
    let task = applied(&house, &report, &id).await;
    let (figures, seq) = (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await);
    let asked = request(&house, &task).await;
    assert_eq!(asked["retest"]["retests"][0]["retest_status"], "pending");
    // Asked for again it is still one.
    let again = request(&house, &task).await;
    assert_eq!(again["retest"]["retests"].as_array().unwrap().len(), 1);
    work(&settings).await;
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    let result = &page["retest"]["retests"][0]["results"][0];
    assert_eq!(result["retest_status"], "failed", "{page}");
    assert_eq!(page["customer_applied_status"], "recorded");
    // What is still there can be worked on again.
    let open = finding(&house, &report, |finding| finding["finding_id"] == *id).await;
    assert_eq!(open["ineligible"], Value::Null);

    flaws.set(Flaw::MimeSniffing, false);
    request(&house, &task).await;
    work(&settings).await;
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    let retest = &page["retest"]["retests"][0];
    assert_eq!(retest["retest_status"], "passed", "{page}");
    assert!(
        retest["results"][0]["evidence"]
            .as_str()
            .unwrap()
            .starts_with("Not found any more")
    );
    assert_eq!(page["customer_applied_status"], "verified");
    let kinds: Vec<_> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["kind"])
        .collect();
    assert_eq!(
        kinds,
        [
            "started",
            "evidence_recorded",
            "retest_requested",
            "retest_failed",
            "retest_requested",
            "retest_passed"
        ]
    );
    let gone = finding(&house, &report, |finding| finding["finding_id"] == *id).await;
    assert_eq!(gone["retest"]["retest_status"], "passed");
    let project = dana.get("/projects/prj_shop").await.ok();
    let mut rows = project["reports"].as_array().unwrap().iter();
    let row = rows.find(|row| row["report_id"] == *report).unwrap();
    assert_eq!(
        row["retests"],
        json!({ "passed": 1, "failed": 0, "inconclusive": 0 })
    );
    assert_eq!(
        (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await),
        (figures, seq),
        "no credit moves"
    );
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retest_reads_the_pages_of_its_findings_alone_and_makes_no_report() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (settings, report, id) = scanned(&house, &Flaws::all(), "title_missing").await;
    let task = applied(&house, &report, &id).await;
    let before = dana.get("/projects/prj_shop").await.ok();
    let asked = request(&house, &task).await;
    let run = asked["retest"]["retests"][0]["retest_scan_run_id"]
        .as_str()
        .unwrap();
    // One scan a project at a time.
    let scan = dana.scan(ACCOUNT, "prj_shop").await;
    assert_eq!(scan.blocked(), "WORK_IN_PROGRESS");
    work(&settings).await;
    let scan = dana.get(&format!("/scans/{run}")).await.ok();
    assert_eq!(
        (&scan["kind"], &scan["credit_state"]),
        (&json!("retest"), &json!("not_needed"))
    );
    assert_eq!(scan["pages"].as_array().unwrap().len(), 1, "{scan}");
    let after = dana.get("/projects/prj_shop").await.ok();
    let count = |view: &Value| view["reports"].as_array().unwrap().len();
    assert_eq!(count(&before), count(&after));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retest_that_fails_or_is_cancelled_says_why_and_proves_nothing() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (settings, report, id) = scanned(&house, &Flaws::all(), "mime_sniffing").await;
    let task = applied(&house, &report, &id).await;
    let asked = request(&house, &task).await;
    let run = asked["retest"]["retests"][0]["retest_scan_run_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({ "account_id": ACCOUNT });
    assert_eq!(
        dana.post(&format!("/scans/{run}/cancel"), &body)
            .await
            .status,
        200
    );
    request(&house, &task).await;
    let claim = house
        .worker("claims", "claim-retest", &json!({ "worker": "test" }))
        .await
        .ok();
    let failed = json!({
        "scan_run_id": claim["claim"]["scan_run_id"], "lease": claim["claim"]["lease"],
        "status": "failed", "error_summary": "It did not answer.",
    });
    assert_eq!(
        house
            .worker("results", "result-retest", &failed)
            .await
            .status,
        200
    );
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    let retests = page["retest"]["retests"].as_array().unwrap();
    assert_eq!(retests.len(), 2);
    for retest in retests {
        assert_eq!(retest["retest_status"], "inconclusive");
        let why = retest["results"][0]["missing_artifact_reason"]
            .as_str()
            .unwrap();
        assert!(!why.is_empty());
    }
    // Inconclusive is no end: it can be asked for again.
    request(&house, &task).await;
    work(&settings).await;
    house.assert_sound().await;
}

#[tokio::test]
async fn s2_9_a_retest_waits_for_a_plan_that_includes_it_and_its_task_page_says_so() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let subscription = house
        .text(
            "SELECT id FROM paddle_subscriptions WHERE account_id = $1",
            ACCOUNT,
        )
        .await;
    let started = dana
        .fix(
            ACCOUNT,
            "rep_ready",
            &["fnd_ready_form"],
            "customer_applied",
            1,
        )
        .await
        .ok();
    let task = started["fix_task"]["fix_task_id"].as_str().unwrap();
    let evidence = json!({
        "account_id": ACCOUNT, "note": "Consent is kept.", "applied_at": "2026-03-02T12:00:00Z",
        "references": [{ "kind": "component", "value": "newsletter" }],
    });
    dana.post(&format!("/fix-tasks/{task}/evidence"), &evidence)
        .await
        .ok();
    house
        .sim(&format!("/subscriptions/{subscription}/cancel"), json!({}))
        .await;
    house.told().await;
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    let verdict = &page["retest"]["verdict"];
    assert_eq!(
        (&page["retest"]["not_yet"], &verdict["outcome"]),
        (&Value::Null, &json!("blocked"))
    );
    let reason = &verdict["blocked_reasons"][0];
    assert_eq!(
        (&reason["code"], &reason["next_action"]["href"]),
        (
            &json!("PACKAGE_ENTITLEMENT_MISSING"),
            &json!(format!("/billing?from=retest&ref={task}"))
        )
    );
    let path = format!("/fix-tasks/{task}/retest");
    let refused = dana.post(&path, &json!({ "account_id": ACCOUNT })).await;
    assert_eq!(refused.blocked(), "PACKAGE_ENTITLEMENT_MISSING");
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(page["retest"]["retests"], json!([]));
    // The same place offers it once a plan includes it.
    let (_, transaction) = dana.open(ACCOUNT, "fix_plan", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(page["retest"]["verdict"]["outcome"], "ready");
    dana.post(&path, &json!({ "account_id": ACCOUNT }))
        .await
        .ok();
}
