//! Starts that must be refused: each project and report of the demonstration with its reason, and nothing moves.

use crate::house::House;
use serde_json::json;

const PATCH: &str = "review_only_patch";

#[tokio::test]
async fn s1_22_s1_29_s3_18_every_scan_that_is_not_ready_is_refused_with_its_reason() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.rows().await;
    for (account, project, code, label) in [
        (
            "acc_northwind",
            "prj_scope",
            "PROJECT_SERVICE_BLOCKED",
            "Scope acceptance required",
        ),
        (
            "acc_northwind",
            "prj_domain",
            "PROJECT_SERVICE_BLOCKED",
            "Domain authorization required",
        ),
        (
            "acc_northwind",
            "prj_paused",
            "PROJECT_SERVICE_BLOCKED",
            "Project service blocked",
        ),
        (
            "acc_northwind",
            "prj_unsupported",
            "UNSUPPORTED_TARGET",
            "Unsupported target",
        ),
        (
            "acc_northwind",
            "prj_baseline",
            "WORK_IN_PROGRESS",
            "A scan is already under way",
        ),
        (
            "acc_harbor",
            "prj_harbor",
            "CREDIT_BALANCE_EXHAUSTED",
            "Scan credit exhausted",
        ),
        (
            "acc_juniper",
            "prj_juniper",
            "PACKAGE_ENTITLEMENT_MISSING",
            "Scan credit required",
        ),
        (
            "acc_quayside",
            "prj_quayside",
            "CHECKOUT_PAYMENT_PENDING",
            "Payment confirmation pending",
        ),
        (
            "acc_ridgeline",
            "prj_ridgeline",
            "SUBSCRIPTION_PAST_DUE",
            "Subscription past due",
        ),
    ] {
        let reply = dana.scan(account, project).await;
        assert_eq!(reply.blocked(), code, "{project}");
        let problem = reply.json();
        let reason = &problem["blocked_reasons"][0];
        assert_eq!(reason["label"], label, "{project}");
        assert_eq!(problem["detail"], reason["message"], "{project}");
        assert!(
            reason["next_action"]["kind"].is_string() && reason["owner"].is_string(),
            "{reason}"
        );
        // The page says the same before anybody clicks.
        let page = dana.get(&format!("/projects/{project}")).await.ok();
        assert_eq!(
            page["scan_gate"]["blocked_reasons"], problem["blocked_reasons"],
            "{project}"
        );
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn s0_8_s0_32_s0_34_every_fix_that_is_not_ready_is_refused_with_its_reason() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.rows().await;
    for (account, report, finding, mode, code, label) in [
        (
            "acc_northwind",
            "rep_draft",
            "fnd_draft_title",
            PATCH,
            "REPORT_PUBLICATION_BLOCKED",
            "Report is not published",
        ),
        (
            "acc_northwind",
            "rep_gates",
            "fnd_gates_pii",
            PATCH,
            "REPORT_PUBLICATION_BLOCKED",
            "Quality gates not passed",
        ),
        (
            "acc_northwind",
            "rep_access",
            "fnd_access_theme",
            "connected_access",
            "PROVIDER_ACCESS_REQUIRED",
            "Connected access unavailable",
        ),
        (
            "acc_harbor",
            "rep_harbor",
            "fnd_harbor_csp",
            PATCH,
            "CREDIT_BALANCE_EXHAUSTED",
            "Automated fix credit exhausted",
        ),
        (
            "acc_juniper",
            "rep_juniper",
            "fnd_juniper_csp",
            PATCH,
            "PACKAGE_ENTITLEMENT_MISSING",
            "Automated fix credit required",
        ),
        (
            "acc_quayside",
            "rep_quayside",
            "fnd_quayside_cookie",
            PATCH,
            "PACKAGE_ENTITLEMENT_MISSING",
            "Fix Plan unavailable",
        ),
        (
            "acc_ridgeline",
            "rep_ridgeline",
            "fnd_ridgeline_form",
            PATCH,
            "PROJECT_SERVICE_BLOCKED",
            "Project service blocked",
        ),
    ] {
        let reply = dana.fix(account, report, &[finding], mode, 1).await;
        assert_eq!(reply.blocked(), code, "{report}");
        assert_eq!(
            reply.json()["blocked_reasons"][0]["label"],
            label,
            "{report}"
        );
    }
    // Gates: both the open gate and the publication are told.
    let gates = dana
        .fix("acc_northwind", "rep_gates", &["fnd_gates_pii"], PATCH, 1)
        .await
        .json();
    assert_eq!(
        gates["blocked_reasons"][1]["label"],
        "Report is not published"
    );
    // Findings that are taken or not eligible are no selection; the person looks again.
    for (report, finding) in [("rep_none", "fnd_none_a"), ("rep_ready", "fnd_ready_focus")] {
        dana.fix("acc_northwind", report, &[finding], PATCH, 1)
            .await
            .problem(409, "SELECTION_CHANGED");
    }
    dana.fix("acc_northwind", "rep_ready", &["fnd_harbor_csp"], PATCH, 1)
        .await
        .problem(404, "NOT_FOUND");
    dana.fix("acc_northwind", "rep_ready", &[], PATCH, 0)
        .await
        .problem(422, "VALIDATION_FAILED");
    dana.fix(
        "acc_northwind",
        "rep_ready",
        &["fnd_ready_csp", "fnd_ready_csp"],
        PATCH,
        2,
    )
    .await
    .problem(422, "VALIDATION_FAILED");
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn s2_29_inv_26_blocked_billing_stops_all_paid_work_whatever_the_balance_is() {
    for (state, code) in [
        ("blocked", "BILLING_STATE_BLOCKED"),
        ("closed", "BILLING_STATE_BLOCKED"),
        ("past_due", "SUBSCRIPTION_PAST_DUE"),
    ] {
        let house = House::new().await;
        let dana = house.dana().await;
        let mut tx = house.state.store.begin().await.unwrap();
        sqlx::query("UPDATE accounts SET billing_state = $1 WHERE id = 'acc_northwind'")
            .bind(state)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let before = house.rows().await;
        assert_eq!(dana.scan("acc_northwind", "prj_shop").await.blocked(), code);
        assert_eq!(
            dana.fix("acc_northwind", "rep_ready", &["fnd_ready_csp"], PATCH, 1)
                .await
                .blocked(),
            code
        );
        let body = json!({ "item_key": "scan_credits", "quantity": 1 });
        dana.post("/accounts/acc_northwind/checkouts", &body)
            .await
            .problem(409, "ITEM_UNAVAILABLE");
        assert_eq!(house.rows().await, before);
        let view = dana.get("/accounts/acc_northwind/billing").await.ok();
        assert_eq!(view["package_entitlement_status"], "blocked");
        assert_eq!(view["account_reasons"][0]["code"], code);
        assert_eq!(
            view["available_credits"]["scan"], 3,
            "the credits stay as they are"
        );
    }
}

#[tokio::test]
async fn s3_27_a_click_made_on_another_account_is_a_wrong_account() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.rows().await;
    for account in ["acc_harbor", "acc_beacon", "acc_nobody"] {
        assert_eq!(
            dana.scan(account, "prj_shop").await.blocked(),
            "WRONG_ACCOUNT"
        );
        assert_eq!(
            dana.fix(account, "rep_ready", &["fnd_ready_csp"], PATCH, 1)
                .await
                .blocked(),
            "WRONG_ACCOUNT"
        );
        let body = json!({ "account_id": account });
        let reply = dana
            .post("/projects/prj_shop/services/monitoring/pause", &body)
            .await;
        assert_eq!(reply.blocked(), "WRONG_ACCOUNT");
        let text = String::from_utf8(reply.body.to_vec()).unwrap();
        assert!(
            text.contains("Northwind Trading") && !text.contains("Beacon"),
            "{text}"
        );
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn a_scan_of_more_pages_than_the_plan_allows_names_a_smaller_scope_where_no_plan_helps() {
    let house = House::new().await;
    house
        .write("UPDATE projects SET scope_pages = 501 WHERE id = 'prj_shop'")
        .await;
    let dana = house.dana().await;
    // No plan allows more than 500 pages, so there is no plan to change to.
    let reply = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(reply.blocked(), "PACKAGE_ENTITLEMENT_MISSING");
    let reason = reply.json()["blocked_reasons"][0].clone();
    assert_eq!(
        (&reason["label"], &reason["next_action"]["kind"]),
        (
            &json!("Plan does not include this scan"),
            &json!("open_project")
        )
    );
    house
        .write("UPDATE projects SET scope_pages = 500 WHERE id = 'prj_shop'")
        .await;
    dana.scan("acc_northwind", "prj_shop").await.ok();
}

#[tokio::test]
async fn s1_31_credits_whose_time_is_over_are_a_reason_and_no_fault() {
    let house = House::new().await;
    let dana = house.dana().await;
    assert_eq!(
        dana.get("/projects/prj_shop").await.ok()["scan_gate"]["outcome"],
        "ready"
    );
    house
        .write("UPDATE credit_lots SET expires_at = 1 WHERE account_id = 'acc_northwind'")
        .await;
    let scan = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(scan.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    let reason = scan.json()["blocked_reasons"][0].clone();
    assert_eq!(reason["label"], "Scan credit exhausted");
    let fix = dana
        .fix("acc_northwind", "rep_ready", &["fnd_ready_csp"], PATCH, 1)
        .await;
    assert_eq!(fix.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    // They are written off for good: the pages say the same as the refusals.
    let [scans, fixes, _] = house.figures("acc_northwind").await;
    assert_eq!([scans, fixes], ["0/1/4", "0/1/5"]);
    assert_eq!(
        house
            .count("SELECT count(*) FROM ledger_entries WHERE account_id = 'acc_northwind' AND kind = 'expire'")
            .await,
        house
            .count("SELECT count(*) FROM credit_lots WHERE account_id = 'acc_northwind' AND expired > 0")
            .await
    );
    assert_eq!(
        dana.get("/projects/prj_shop").await.ok()["scan_gate"]["blocked_reasons"][0],
        reason
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn s1_34_the_wrong_account_is_named_and_from_the_owner_and_the_payer_the_same_works() {
    let house = House::new().await;
    let dana = house.dana().await;
    let problem = dana.scan("acc_harbor", "prj_shop").await;
    assert_eq!(problem.blocked(), "WRONG_ACCOUNT");
    let body = problem.json();
    let reason = &body["blocked_reasons"][0];
    assert_eq!(reason["next_action"]["kind"], "switch_account");
    assert!(
        reason["message"]
            .as_str()
            .unwrap()
            .contains("Northwind Trading")
    );
    assert_eq!(dana.scan("acc_northwind", "prj_shop").await.status, 201);
    // A client's project is the same work from the client's account and from the agency's that pays.
    let ana = house.ana().await;
    let before = house.figures("acc_beacon").await;
    let started = ana.scan("acc_beacon", "prj_corner").await;
    assert_eq!(started.status, 201);
    assert_ne!(house.figures("acc_beacon").await, before);
    let started = started.json();
    let id = started["scan_run"]["scan_run_id"].as_str().unwrap();
    let cancelled = ana
        .post(
            &format!("/scans/{id}/cancel"),
            &json!({ "account_id": "acc_corner" }),
        )
        .await;
    assert_eq!(cancelled.status, 200);
    assert_eq!(house.figures("acc_beacon").await, before);
}

#[tokio::test]
async fn an_invoice_that_is_past_its_due_date_stops_paid_work_until_it_is_paid() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let told = async || {
        house.sim("/release", json!({})).await;
        house.drain_waiting().await;
    };
    let buy = async || dana.open("acc_juniper", "scan_credits", 2).await.1;
    let first = buy().await;
    house
        .sim(&format!("/transactions/{first}/pay"), json!({}))
        .await;
    told().await;
    let second = buy().await;
    let state = house.sim_state().await;
    let all = state["transactions"].as_array().unwrap();
    let mut data = all.iter().find(|row| row["id"] == *second).unwrap().clone();
    data["status"] = json!("past_due");
    data["billed_at"] = data["created_at"].clone();
    let now = chrono::Utc::now();
    data["updated_at"] = json!(now);
    let event = json!({ "event_id": "evt_due", "event_type": "transaction.past_due", "occurred_at": now, "data": data });
    assert_eq!(house.deliver(&event).await.status, 200);
    house.drain_waiting().await;
    let billing = dana.get("/accounts/acc_juniper/billing").await.ok();
    let reason = &billing["account_reasons"][0];
    assert_eq!(
        (&reason["code"], &reason["label"]),
        (
            &json!("BILLING_STATE_BLOCKED"),
            &json!("Invoice unresolved")
        )
    );
    assert!(reason["message"].as_str().unwrap().contains("58.00 USD"));
    let refused = dana.scan("acc_juniper", "prj_juniper").await;
    refused.problem(409, "BLOCKED");
    assert_eq!(house.figures("acc_juniper").await[0], "2/0/0");
    // It is paid, and nothing else has to be done.
    house
        .sim(&format!("/transactions/{second}/pay"), json!({}))
        .await;
    told().await;
    let billing = dana.get("/accounts/acc_juniper/billing").await.ok();
    assert_eq!(billing["account_reasons"], json!([]));
    assert_eq!(dana.scan("acc_juniper", "prj_juniper").await.status, 201);
    assert_eq!(house.figures("acc_juniper").await[0], "3/1/0");
}
