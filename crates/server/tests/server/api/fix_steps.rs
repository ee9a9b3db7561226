//! The steps that end fix tasks: tickets handed over without credits, evidence recorded and credits spent once.

use crate::house::House;
use futures::future::join_all;
use serde_json::{Value, json};

const ACCOUNT: &str = "acc_northwind";

async fn start(house: &House, finding: &str, mode: &str, cost: i64) -> String {
    let dana = house.dana().await;
    let started = dana.fix(ACCOUNT, "rep_ready", &[finding], mode, cost).await;
    let started = started.ok();
    assert_eq!(started["fix_task"]["status"], "awaiting_customer");
    started["fix_task"]["fix_task_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn evidence(value: &str, note: &str) -> Value {
    json!({
        "account_id": ACCOUNT, "note": note, "applied_at": "2026-03-02T12:00:00Z",
        "references": [{ "kind": "changed_url", "value": value }],
    })
}

const PAGE: &str = "https://shop.northwind.example/account";

#[tokio::test]
async fn s0_27_tickets_are_exported_and_handed_over_and_no_credit_moves() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (figures, seq) = (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await);
    let task = start(&house, "fnd_ready_cookie", "ticket_only", 0).await;
    for (format, kind) in [
        ("csv", "text/csv; charset=utf-8"),
        ("markdown", "text/markdown; charset=utf-8"),
        ("json", "application/json"),
    ] {
        let path = format!("/reports/rep_ready/ticket-exports/{format}?findings=fnd_ready_cookie");
        let file = dana.get(&path).await;
        assert_eq!((file.status, file.header("content-type")), (200, kind));
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; filename=\"tickets-rep_ready.")
        );
        let text = String::from_utf8(file.body.to_vec()).unwrap();
        assert!(
            text.contains("webriskops:prj_shop:fnd_ready_cookie"),
            "{text}"
        );
        assert!(!text.contains("Newsletter form"), "{text}");
    }
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(page["turn"], "customer");
    assert_eq!(page["steps"], json!(["done", "cancel"]));
    let path = format!("/fix-tasks/{task}/done");
    let body = json!({ "account_id": ACCOUNT });
    for _ in 0..2 {
        let moved = dana.post(&path, &body).await.ok();
        assert_eq!(
            (
                &moved["fix_task"]["status"],
                &moved["fix_task"]["credit_state"]
            ),
            (&json!("completed"), &json!("not_needed"))
        );
    }
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    let kinds: Vec<_> = page["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["kind"])
        .collect();
    assert_eq!(kinds, ["started", "handed_over"]);
    assert_eq!(
        (page["turn"].as_str(), &page["steps"]),
        (Some("nobody"), &json!([]))
    );
    assert_eq!(
        (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await),
        (figures, seq)
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn tickets_come_from_published_reports_and_their_own_findings_only() {
    let house = House::new().await;
    let dana = house.dana().await;
    for report in ["rep_draft", "rep_gates"] {
        let reply = dana
            .get(&format!("/reports/{report}/ticket-exports/csv"))
            .await;
        assert_eq!(reply.blocked(), "REPORT_PUBLICATION_BLOCKED");
    }
    for bad in [
        "fnd_harbor_csp",
        "fnd_ready_csp,fnd_ready_csp",
        "nonsense",
        "",
    ] {
        let path = format!("/reports/rep_ready/ticket-exports/csv?findings={bad}");
        dana.get(&path).await.problem(404, "NOT_FOUND");
    }
    dana.get("/reports/rep_ready/ticket-exports/pdf")
        .await
        .problem(404, "NOT_FOUND");
    let all = dana
        .get("/reports/rep_ready/ticket-exports/json")
        .await
        .ok();
    assert_eq!(all["tickets"].as_array().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn s0_25_evidence_spends_what_the_task_holds_once_however_often_it_is_sent() {
    let house = House::new().await;
    let dana = house.dana().await;
    let task = start(&house, "fnd_ready_cookie", "customer_applied", 1).await;
    assert_eq!(house.figures(ACCOUNT).await[1], "1/2/5");
    let path = format!("/fix-tasks/{task}/evidence");
    let body = evidence(PAGE, "Set SameSite=Lax.");
    let replies = join_all((0..4).map(|_| dana.post(&path, &body))).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 200).count(),
        1
    );
    for refused in replies.iter().filter(|reply| reply.status != 200) {
        refused.problem(409, "FIX_TASK_STEP_REFUSED");
    }
    assert_eq!(house.figures(ACCOUNT).await[1], "1/1/6");
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(
        (
            &page["status"],
            &page["credit_state"],
            &page["customer_applied_status"]
        ),
        (&json!("completed"), &json!("spent"), &json!("recorded"))
    );
    assert_eq!(page["evidence"]["references"][0]["value"], PAGE);
    assert_eq!(page["events"][1]["note"], "Fix credits spent: 1.");
    // Spent is history: neither cancelling nor another end brings it back.
    let cancel = dana
        .post(
            &format!("/fix-tasks/{task}/cancel"),
            &json!({ "account_id": ACCOUNT }),
        )
        .await;
    cancel.problem(409, "FIX_TASK_NOT_CANCELLABLE");
    let done = dana
        .post(
            &format!("/fix-tasks/{task}/done"),
            &json!({ "account_id": ACCOUNT }),
        )
        .await;
    done.problem(409, "FIX_TASK_STEP_REFUSED");
    assert_eq!(house.figures(ACCOUNT).await[1], "1/1/6");
    house.assert_sound().await;
}

#[tokio::test]
async fn evidence_with_a_secret_or_of_another_site_is_refused_and_spends_nothing() {
    let house = House::new().await;
    let dana = house.dana().await;
    let task = start(&house, "fnd_ready_cookie", "customer_applied", 1).await;
    let path = format!("/fix-tasks/{task}/evidence");
    let before = house.rows().await;
    for (value, note, pointer) in [
        (PAGE, "password: hunter22", "/note"),
        (PAGE, " ", "/note"),
        ("https://else.example/", "Changed.", "/references/0/value"),
        (
            "https://me:secret@shop.northwind.example/",
            "Changed.",
            "/references/0/value",
        ),
    ] {
        let reply = dana.post(&path, &evidence(value, note)).await;
        reply.problem(422, "VALIDATION_FAILED");
        assert_eq!(reply.json()["errors"][0]["pointer"], pointer);
        assert!(!String::from_utf8_lossy(&reply.body).contains("hunter22"));
    }
    let viewer = house.person("usr_viewer").await;
    viewer
        .post(&path, &evidence(PAGE, "Changed."))
        .await
        .problem(403, "FORBIDDEN");
    let ana = house.ana().await;
    ana.post(&path, &evidence(PAGE, "Changed."))
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(house.rows().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_that_two_people_end_in_two_ways_ends_in_one() {
    let house = House::new().await;
    let dana = house.dana().await;
    let task = start(&house, "fnd_ready_cookie", "customer_applied", 1).await;
    let (apply, cancel) = (
        format!("/fix-tasks/{task}/evidence"),
        format!("/fix-tasks/{task}/cancel"),
    );
    let (body, account) = (evidence(PAGE, "Changed."), json!({ "account_id": ACCOUNT }));
    let (applied, cancelled) = tokio::join!(dana.post(&apply, &body), dana.post(&cancel, &account));
    assert_eq!(
        [applied.status, cancelled.status]
            .iter()
            .filter(|status| **status == 200)
            .count(),
        1
    );
    let figures = if applied.status == 200 {
        "1/1/6"
    } else {
        "2/1/5"
    };
    assert_eq!(house.figures(ACCOUNT).await[1], figures);
    house.assert_sound().await;
}
