//! Marks of findings: what a person says keeps them from fix work, holds in later scans, and is taken back by a person.

use super::audits::{queue, worker_at};
use crate::house::{House, Reply};
use scanner::sample_shop::Flaws;
use scanner::worker::{Api, once};
use serde_json::{Value, json};

const ACCOUNT: &str = "acc_northwind";

async fn mark(house: &House, report: &str, findings: &[&str], mark: &str) -> Reply {
    let body = json!({ "account_id": ACCOUNT, "finding_ids": findings, "mark": mark });
    let path = format!("/reports/{report}/finding-marks");
    house.dana().await.post(&path, &body).await
}

fn finding<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut all = report["fix_workflow"]["findings"]
        .as_array()
        .unwrap()
        .iter();
    all.find(|finding| finding["finding_id"] == id).unwrap()
}

#[tokio::test]
async fn a_mark_keeps_a_finding_from_fix_work_until_it_is_taken_back() {
    let house = House::new().await;
    let dana = house.dana().await;
    let ids = ["fnd_ready_csp", "fnd_ready_cookie"];
    let marked = mark(&house, "rep_ready", &ids, "needs_review").await.ok();
    for id in ids {
        let finding = finding(&marked, id);
        assert_eq!(finding["ineligible"], "needs_review", "{finding}");
        assert_eq!(finding["marked"]["by"], "Dana Reyes");
    }
    let refused = dana
        .fix(ACCOUNT, "rep_ready", &ids[..1], "review_only_patch", 1)
        .await;
    refused.problem(409, "SELECTION_CHANGED");
    // Another mark takes its place, and taking it back makes it what it was.
    let other = mark(&house, "rep_ready", &ids[..1], "false_positive")
        .await
        .ok();
    assert_eq!(finding(&other, ids[0])["ineligible"], "false_positive");
    let back = mark(&house, "rep_ready", &ids, "none").await.ok();
    assert_eq!(finding(&back, ids[0])["ineligible"], Value::Null);
    let started = dana
        .fix(ACCOUNT, "rep_ready", &ids[..1], "review_only_patch", 1)
        .await;
    assert_eq!(started.status, 201);
    // What is in work is not marked under its feet.
    let before = house.rows().await;
    mark(&house, "rep_ready", &ids, "false_positive")
        .await
        .problem(409, "SELECTION_CHANGED");
    assert_eq!(house.rows().await, before, "none of both was marked");
}

#[tokio::test]
async fn what_the_scan_left_out_foreign_findings_and_other_roles_are_refused() {
    let house = House::new().await;
    let before = house.rows().await;
    for how in ["false_positive", "none"] {
        mark(&house, "rep_ready", &["fnd_ready_focus"], how)
            .await
            .problem(409, "SELECTION_CHANGED");
    }
    mark(&house, "rep_ready", &["fnd_harbor_csp"], "false_positive")
        .await
        .problem(404, "NOT_FOUND");
    mark(&house, "rep_ready", &[], "false_positive")
        .await
        .problem(422, "VALIDATION_FAILED");
    mark(&house, "rep_harbor", &["fnd_harbor_csp"], "false_positive")
        .await
        .problem(409, "BLOCKED");
    let body = json!({ "account_id": ACCOUNT, "finding_ids": ["fnd_ready_csp"], "mark": "none" });
    for user in ["usr_viewer", "usr_finance"] {
        let person = house.person(user).await;
        let path = "/reports/rep_ready/finding-marks";
        person.post(path, &body).await.problem(403, "FORBIDDEN");
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_false_positive_stays_one_in_the_next_scan() {
    let house = House::new().await;
    let settings = worker_at(&house, Flaws::all()).await;
    let api = Api::new(&settings).unwrap();
    let mut reports = Vec::new();
    for _ in 0..2 {
        let run = queue(&house, "prj_shop").await;
        assert!(once(&api, &settings).await.unwrap());
        let scan = house.dana().await.get(&format!("/scans/{run}")).await.ok();
        let report = scan["report_id"].as_str().unwrap().to_owned();
        let view = house
            .dana()
            .await
            .get(&format!("/reports/{report}"))
            .await
            .ok();
        let mut all = view["fix_workflow"]["findings"].as_array().unwrap().iter();
        let found = all
            .find(|finding| finding["check"] == "mime_sniffing")
            .unwrap()
            .clone();
        if reports.is_empty() {
            assert_eq!(found["ineligible"], Value::Null, "{found}");
            let id = found["finding_id"].as_str().unwrap();
            mark(&house, &report, &[id], "false_positive").await.ok();
        } else {
            assert_eq!(found["ineligible"], "false_positive", "{found}");
        }
        reports.push(report);
    }
}
