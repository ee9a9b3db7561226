//! Fix work: what was seen is what is reserved, once.

use crate::house::House;
use futures::future::join_all;
use serde_json::json;

const PATCH: &str = "review_only_patch";

#[tokio::test]
async fn s0_9_s0_26_s0_31_a_start_reserves_what_was_shown_and_makes_the_task() {
    let house = House::new().await;
    let dana = house.dana().await;
    let workflow = dana.get("/reports/rep_ready/fix-workflow").await.ok();
    assert_eq!(
        workflow["facts"]["payer"]["balance"],
        json!({ "avail": 2, "res": 1, "spent": 5 })
    );
    let started = dana
        .fix(
            "acc_northwind",
            "rep_ready",
            &["fnd_ready_csp", "fnd_ready_form"],
            PATCH,
            2,
        )
        .await;
    assert_eq!(started.status, 201);
    let body = started.ok();
    assert_eq!(body["balance"], json!({ "avail": 0, "res": 3, "spent": 5 }));
    assert_eq!(
        (
            &body["fix_task"]["status"],
            &body["fix_task"]["credit_state"],
            &body["fix_task"]["finding_count"]
        ),
        (&json!("awaiting_approval"), &json!("reserved"), &json!(2))
    );
    let task = body["fix_task"]["fix_task_id"].as_str().unwrap();
    let entry = dana
        .get("/accounts/acc_northwind/ledger?limit=1")
        .await
        .ok()["items"][0]
        .clone();
    assert_eq!(
        (&entry["kind"], &entry["amount"], &entry["reference"]["id"]),
        (&json!("reserve"), &json!(2), &json!(task))
    );
    assert!(
        entry["reference"]["label"]
            .as_str()
            .unwrap()
            .contains("Checkout audit, November"),
        "{entry}"
    );
    let page = dana.get(&format!("/fix-tasks/{task}")).await.ok();
    assert_eq!(
        (&page["report_id"], &page["paying_account"]["id"]),
        (&json!("rep_ready"), &json!("acc_northwind"))
    );

    // The findings are taken now: nobody can start them again, and nothing is left for the third.
    dana.fix("acc_northwind", "rep_ready", &["fnd_ready_csp"], PATCH, 1)
        .await
        .problem(409, "SELECTION_CHANGED");
    let third = dana
        .fix(
            "acc_northwind",
            "rep_ready",
            &["fnd_ready_cookie"],
            PATCH,
            1,
        )
        .await;
    assert_eq!(third.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    assert_eq!(house.figures("acc_northwind").await[1], "0/3/5");
    house.assert_sound().await;
}

#[tokio::test]
async fn a_cost_that_is_not_the_one_that_was_shown_reserves_nothing() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.rows().await;
    for cost in [0, 1, 3, -2, i64::MAX] {
        dana.fix(
            "acc_northwind",
            "rep_ready",
            &["fnd_ready_csp", "fnd_ready_form"],
            PATCH,
            cost,
        )
        .await
        .problem(409, "SELECTION_CHANGED");
    }
    dana.fix(
        "acc_northwind",
        "rep_ready",
        &["fnd_ready_csp"],
        "ticket_only",
        1,
    )
    .await
    .problem(409, "SELECTION_CHANGED");
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn ticket_only_work_reserves_nothing_and_needs_no_credits() {
    let house = House::new().await;
    let dana = house.dana().await;
    let seq = house.seq("acc_harbor").await;
    let started = dana
        .fix(
            "acc_harbor",
            "rep_harbor",
            &["fnd_harbor_csp", "fnd_harbor_tls"],
            "ticket_only",
            0,
        )
        .await
        .ok();
    assert_eq!(
        (
            &started["fix_task"]["credit_state"],
            &started["fix_task"]["fix_credit_cost"]
        ),
        (&json!("not_needed"), &json!(0))
    );
    assert_eq!(
        started["balance"],
        json!({ "avail": 0, "res": 2, "spent": 3 })
    );
    assert_eq!(house.seq("acc_harbor").await, seq);
    assert_eq!(
        house
            .count(
                "SELECT count(*) FROM fix_tasks WHERE report_id = 'rep_harbor' AND hold_id IS NULL"
            )
            .await,
        1
    );
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_08_two_tabs_that_start_the_same_findings_at_once_start_them_once() {
    let house = House::new().await;
    let dana = house.dana().await;
    let replies = join_all((0..6).map(|_| {
        dana.fix(
            "acc_northwind",
            "rep_ready",
            &["fnd_ready_csp", "fnd_ready_form"],
            PATCH,
            2,
        )
    }))
    .await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 201).count(),
        1
    );
    for refused in replies.iter().filter(|reply| reply.status != 201) {
        refused.problem(409, "SELECTION_CHANGED");
    }
    assert_eq!(house.figures("acc_northwind").await[1], "0/3/5");
    assert_eq!(
        house
            .count("SELECT count(*) FROM fix_tasks WHERE report_id = 'rep_ready'")
            .await,
        1
    );
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_08_different_findings_at_once_never_take_more_than_there_is() {
    let house = House::new().await;
    let dana = house.dana().await;
    let findings = [["fnd_ready_csp"], ["fnd_ready_cookie"], ["fnd_ready_form"]];
    let replies = join_all(
        findings
            .iter()
            .map(|finding| dana.fix("acc_northwind", "rep_ready", finding, PATCH, 1)),
    )
    .await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 201).count(),
        2
    );
    let refused = replies.iter().find(|reply| reply.status != 201).unwrap();
    assert_eq!(refused.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    assert_eq!(house.figures("acc_northwind").await[1], "0/3/5");
    house.assert_sound().await;
}

fn cancel(account: &str) -> serde_json::Value {
    json!({ "account_id": account })
}

#[tokio::test]
async fn a_cancelled_task_gives_its_credits_and_findings_back_once() {
    let house = House::new().await;
    let dana = house.dana().await;
    let findings = ["fnd_ready_csp", "fnd_ready_form"];
    let started = dana
        .fix("acc_northwind", "rep_ready", &findings, PATCH, 2)
        .await
        .ok();
    let task = started["fix_task"]["fix_task_id"].as_str().unwrap();
    assert_eq!(house.figures("acc_northwind").await[1], "0/3/5");
    let path = format!("/fix-tasks/{task}/cancel");
    let body = cancel("acc_northwind");
    let (one, other) = tokio::join!(
        dana.post_with("cancel-key-1", &path, &body),
        dana.post_with("cancel-key-2", &path, &body)
    );
    for reply in [one, other] {
        let reply = reply.ok();
        assert_eq!(
            (
                &reply["fix_task"]["status"],
                &reply["fix_task"]["credit_state"],
                &reply["balance"]
            ),
            (
                &json!("cancelled"),
                &json!("restored"),
                &json!({ "avail": 2, "res": 1, "spent": 5 })
            )
        );
    }
    let newest = dana
        .get("/accounts/acc_northwind/ledger?limit=2")
        .await
        .ok();
    assert_eq!(
        (
            &newest["items"][0]["kind"],
            &newest["items"][0]["amount"],
            &newest["items"][0]["reference"]["id"],
            &newest["items"][1]["kind"]
        ),
        (
            &json!("restore"),
            &json!(2),
            &json!(task),
            &json!("reserve")
        )
    );
    // The findings are free: the same work can start again.
    let again = dana
        .fix("acc_northwind", "rep_ready", &findings, PATCH, 2)
        .await;
    assert_eq!(again.status, 201);
    house.assert_sound().await;
}

#[tokio::test]
async fn only_those_who_run_fixes_cancel_and_only_what_is_not_delivered() {
    let house = House::new().await;
    let dana = house.dana().await;
    let task = |status: &'static str| {
        let house = &house;
        async move {
            house
                .text(
                    "SELECT id FROM fix_tasks WHERE report_id = 'rep_none' AND status = $1 LIMIT 1",
                    status,
                )
                .await
        }
    };
    let delivered = format!("/fix-tasks/{}/cancel", task("completed").await);
    let open = house.text("SELECT id FROM fix_tasks WHERE report_id = 'rep_none' AND status NOT IN ('completed', 'cancelled', $1) LIMIT 1", "").await;
    let open = format!("/fix-tasks/{open}/cancel");
    let before = house.rows().await;
    let body = cancel("acc_northwind");
    dana.post(&delivered, &body)
        .await
        .problem(409, "FIX_TASK_NOT_CANCELLABLE");
    let finance = house.person("usr_finance").await;
    finance.post(&open, &body).await.problem(403, "FORBIDDEN");
    let viewer = house.person("usr_viewer").await;
    viewer.post(&open, &body).await.problem(403, "FORBIDDEN");
    assert_eq!(
        dana.post(&open, &cancel("acc_harbor")).await.blocked(),
        "WRONG_ACCOUNT"
    );
    let ana = house.ana().await;
    ana.post(&open, &cancel("acc_beacon"))
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(house.rows().await, before);
}
