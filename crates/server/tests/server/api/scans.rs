//! Scans: one credit is reserved, and its end spends it or gives it back.

use crate::house::{House, SCANNER};
use futures::future::join_all;
use serde_json::{Value, json};

fn run_of(reply: &crate::house::Reply) -> String {
    reply.ok()["scan_run"]["scan_run_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn newest_entry(house: &House, account: &str) -> Value {
    let person = if account == "acc_beacon" {
        house.ana().await
    } else {
        house.dana().await
    };
    person
        .get(&format!("/accounts/{account}/ledger?limit=1"))
        .await
        .ok()["items"][0]
        .clone()
}

#[tokio::test]
async fn s1_3_s1_20_s1_24_a_scan_reserves_one_credit_and_its_completion_spends_it() {
    let house = House::new().await;
    let dana = house.dana().await;
    assert_eq!(
        dana.get("/projects/prj_shop").await.ok()["scan_gate"]["outcome"],
        "ready"
    );
    let started = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(started.status, 201);
    assert_eq!(
        started.ok()["balance"],
        json!({ "avail": 2, "res": 2, "spent": 4 })
    );
    let run = run_of(&started);
    assert_eq!(house.figures("acc_northwind").await[0], "2/2/4");
    let entry = newest_entry(&house, "acc_northwind").await;
    assert_eq!(
        (
            &entry["kind"],
            &entry["reference"]["id"],
            &entry["project_id"]
        ),
        (&json!("reserve"), &json!(run), &json!("prj_shop"))
    );

    let again = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(again.blocked(), "WORK_IN_PROGRESS");
    assert_eq!(house.figures("acc_northwind").await[0], "2/2/4");

    let done = json!({ "scan_run_id": run, "status": "completed", "scanned_pages": 42 });
    let taken = house.scanner(SCANNER, "result-key-1", &done).await.ok();
    assert_eq!(
        (
            &taken["scan_run"]["status"],
            &taken["scan_run"]["credit_state"]
        ),
        (&json!("completed"), &json!("spent"))
    );
    assert_eq!(house.figures("acc_northwind").await[0], "2/1/5");
    assert_eq!(newest_entry(&house, "acc_northwind").await["kind"], "spend");
    let seq = house.seq("acc_northwind").await;

    // The same news under another key changes nothing; the opposite is a conflict.
    house.scanner(SCANNER, "result-key-2", &done).await.ok();
    let failed = json!({ "scanRunId": run, "status": "failed", "errorSummary": "late" });
    house
        .scanner(SCANNER, "result-key-3", &failed)
        .await
        .problem(409, "RESULT_CONFLICT");
    assert_eq!(house.seq("acc_northwind").await, seq);
    assert_eq!(
        dana.get(&format!("/scans/{run}")).await.ok()["status"],
        "completed"
    );
    dana.scan("acc_northwind", "prj_shop").await.ok();
    house.assert_sound().await;
}

#[tokio::test]
async fn s1_10_the_latest_ledger_lists_grants_reservations_spent_and_restored_scan_credits() {
    let house = House::new().await;
    let dana = house.dana().await;
    house.sim("/faults", json!({ "hold": true })).await;
    // Bought, used by a scan that completes, and held by one that fails.
    let (_, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.sim("/release", json!({})).await;
    house.drain_waiting().await;
    for status in ["completed", "failed"] {
        let run = run_of(&dana.scan("acc_northwind", "prj_shop").await);
        let end = json!({ "scan_run_id": run, "status": status });
        house.scanner(SCANNER, &house.key(), &end).await.ok();
    }
    let billing = dana.get("/accounts/acc_northwind/billing").await.ok();
    let latest = billing["latest_ledger"].as_array().unwrap();
    let kinds: Vec<&str> = latest
        .iter()
        .filter(|entry| entry["credit_type"] == "scan")
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds[..5],
        ["restore", "reserve", "spend", "reserve", "grant"]
    );
}

#[tokio::test]
async fn s1_26_a_failed_scan_gives_its_credit_back_and_says_why() {
    let house = House::new().await;
    let dana = house.dana().await;
    let run = run_of(&dana.scan("acc_northwind", "prj_shop").await);
    let summary = format!("The site\u{0} did not\n answer. {}", "x".repeat(600));
    let failed = json!({ "scan_run_id": run, "status": "failed", "error_summary": summary });
    let taken = house.scanner(SCANNER, "result-key-1", &failed).await.ok();
    assert_eq!(taken["scan_run"]["credit_state"], "restored");
    let reason = taken["scan_run"]["failure_reason"].as_str().unwrap();
    assert!(
        reason.starts_with("The site did not answer.") && reason.chars().count() == 500,
        "{reason}"
    );
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
    let entry = newest_entry(&house, "acc_northwind").await;
    assert_eq!(
        (&entry["kind"], &entry["reference"]["id"]),
        (&json!("restore"), &json!(run))
    );
    let completed = json!({ "scan_run_id": run, "status": "completed" });
    house
        .scanner(SCANNER, "result-key-2", &completed)
        .await
        .problem(409, "RESULT_CONFLICT");
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
    dana.scan("acc_northwind", "prj_shop").await.ok();
    house.assert_sound().await;
}

#[tokio::test]
async fn results_of_strangers_and_for_unknown_runs_change_nothing() {
    let house = House::new().await;
    let run = house
        .text(
            "SELECT id FROM scan_runs WHERE project_id = $1",
            "prj_baseline",
        )
        .await;
    let before = house.rows().await;
    let done = json!({ "scan_run_id": run, "status": "completed" });
    for secret in ["", "wrong", &SCANNER[1..], &format!("{SCANNER} ")] {
        house
            .scanner(secret, "result-key-1", &done)
            .await
            .problem(401, "UNAUTHORIZED");
    }
    let unknown = json!({ "scan_run_id": "scn_nobodys", "status": "completed" });
    house
        .scanner(SCANNER, "result-key-2", &unknown)
        .await
        .problem(404, "NOT_FOUND");
    let odd = json!({ "scan_run_id": run, "status": "exploded" });
    house
        .scanner(SCANNER, "result-key-3", &odd)
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(
        house
            .count("SELECT count(*) FROM scan_runs WHERE status = 'queued'")
            .await,
        3
    );
    assert_eq!(
        house.rows().await,
        before,
        "no ledger, no balance and no run changed"
    );
}

#[tokio::test]
async fn s1_19_a_bought_scan_credit_carries_the_next_scan() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let refused = dana.scan("acc_harbor", "prj_harbor").await;
    assert_eq!(refused.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    let (checkout, transaction) = dana.open("acc_harbor", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    assert_eq!(house.figures("acc_harbor").await[0], "0/1/6");
    house.told().await;
    assert_eq!(house.figures("acc_harbor").await[0], "1/1/6");
    let entry = newest_entry(&house, "acc_harbor").await;
    assert_eq!(
        (
            &entry["kind"],
            &entry["credit_type"],
            &entry["reference"]["id"]
        ),
        (&json!("grant"), &json!("scan"), &json!(checkout))
    );
    let started = dana.scan("acc_harbor", "prj_harbor").await;
    assert_eq!(started.status, 201);
    assert_eq!(
        started.ok()["balance"],
        json!({ "avail": 0, "res": 2, "spent": 6 })
    );
    assert_eq!(house.figures("acc_harbor").await[0], "0/2/6");
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_08_two_tabs_that_start_a_scan_at_once_start_one() {
    let house = House::new().await;
    let dana = house.dana().await;
    let replies = join_all((0..6).map(|_| dana.scan("acc_northwind", "prj_shop"))).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 201).count(),
        1
    );
    for refused in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!(refused.blocked(), "WORK_IN_PROGRESS");
    }
    assert_eq!(house.figures("acc_northwind").await[0], "2/2/4");

    // Two projects and one credit: one of them.
    house.write("UPDATE projects SET scope = 'accepted'; UPDATE projects SET domain_status = 'verified'").await;
    let ready = ["prj_scope", "prj_domain"];
    let run = run_of(&dana.scan("acc_northwind", "prj_scope").await);
    let failed = json!({ "scan_run_id": run, "status": "completed" });
    house.scanner(SCANNER, "result-key-1", &failed).await.ok();
    assert_eq!(house.figures("acc_northwind").await[0], "1/2/5");
    let replies = join_all(ready.map(|project| dana.scan("acc_northwind", project))).await;
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(house.figures("acc_northwind").await[0], "0/3/5");
    house.assert_sound().await;
}

#[tokio::test]
async fn s3_21_a_client_project_moves_only_the_agencys_ledger() {
    let house = House::new().await;
    let ana = house.ana().await;
    let clients = house.seq("acc_corner").await;
    let started = ana.scan("acc_corner", "prj_corner").await;
    let run = run_of(&started);
    assert_eq!(
        house.figures("acc_beacon").await,
        ["4/2/7", "1/0/2", "20/0/0"]
    );
    let done = json!({ "scan_run_id": run, "status": "completed" });
    house.scanner(SCANNER, "result-key-1", &done).await.ok();
    ana.fix(
        "acc_corner",
        "rep_corner",
        &["fnd_corner_map"],
        "review_only_patch",
        1,
    )
    .await
    .ok();
    assert_eq!(
        house.figures("acc_beacon").await,
        ["4/1/8", "0/1/2", "20/0/0"]
    );
    assert_eq!(
        house.figures("acc_corner").await,
        ["0/0/0", "0/0/0", "0/0/0"]
    );
    assert_eq!(house.seq("acc_corner").await, clients);

    // The page of the client names the agency as the payer, and the agency's pool is now empty.
    let page = ana.get("/projects/prj_corner").await.ok();
    assert_eq!(
        (&page["paying_account"]["id"], &page["owner"]["id"]),
        (&json!("acc_beacon"), &json!("acc_corner"))
    );
    let refused = ana
        .fix(
            "acc_corner",
            "rep_corner",
            &["fnd_corner_tls"],
            "review_only_patch",
            1,
        )
        .await;
    assert_eq!(refused.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains("Beacon Agency")
    );
    assert_eq!(
        ana.get("/accounts/acc_corner/billing").await.ok()["paid_by"],
        "Beacon Agency"
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn s1_26_inv_29_a_scan_without_a_result_gives_its_credit_back_after_the_deadline() {
    let house = House::with(&[("SCAN_RESULT_DEADLINE_HOURS", "24")]).await;
    let dana = house.dana().await;
    let run = run_of(&dana.scan("acc_northwind", "prj_shop").await);
    let early = chrono::Utc::now() + chrono::Duration::hours(23);
    server::scans::give_up(&house.state, early).await.unwrap();
    assert_eq!(
        dana.get(&format!("/scans/{run}")).await.ok()["status"],
        "queued"
    );

    let late = chrono::Utc::now() + chrono::Duration::hours(25);
    // The demonstration's own queued scan has waited as long.
    let ended = server::scans::give_up(&house.state, late).await.unwrap();
    assert!(ended >= 2, "{ended}");
    let scan = dana.get(&format!("/scans/{run}")).await.ok();
    assert_eq!(
        (
            &scan["status"],
            &scan["credit_state"],
            &scan["failure_reason"]
        ),
        (
            &json!("failed"),
            &json!("restored"),
            &json!("No result came within 24 hours.")
        )
    );
    assert_eq!(house.figures("acc_northwind").await[0], "4/0/4");
    let newest = dana
        .get("/accounts/acc_northwind/ledger?limit=2")
        .await
        .ok();
    assert_eq!(newest["items"][0]["kind"], "restore");
    // Once more changes nothing, and a result that comes after all is a conflict.
    let seq = house.seq("acc_northwind").await;
    assert_eq!(server::scans::give_up(&house.state, late).await.unwrap(), 0);
    let done = json!({ "scan_run_id": run, "status": "completed" });
    house
        .scanner(SCANNER, "too-late-key", &done)
        .await
        .problem(409, "RESULT_CONFLICT");
    assert_eq!(house.seq("acc_northwind").await, seq);
    // The project can be scanned again.
    assert_eq!(dana.scan("acc_northwind", "prj_shop").await.status, 201);
    house.assert_sound().await;
}

#[tokio::test]
async fn a_queued_scan_can_be_cancelled_once_and_its_credit_returns() {
    let house = House::new().await;
    let dana = house.dana().await;
    let run = run_of(&dana.scan("acc_northwind", "prj_shop").await);
    assert_eq!(house.figures("acc_northwind").await[0], "2/2/4");
    let path = format!("/scans/{run}/cancel");
    let from = |account: &str| json!({ "account_id": account });
    let elsewhere = dana.post(&path, &from("acc_harbor")).await;
    assert_eq!(elsewhere.blocked(), "WRONG_ACCOUNT");
    house
        .ana()
        .await
        .post(&path, &from("acc_northwind"))
        .await
        .problem(404, "NOT_FOUND");
    let view = dana.post(&path, &from("acc_northwind")).await.ok();
    assert_eq!(
        (&view["status"], &view["credit_state"]),
        (&json!("cancelled"), &json!("restored"))
    );
    assert_eq!(house.figures("acc_northwind").await[0], "3/1/4");
    let seq = house.seq("acc_northwind").await;
    dana.post(&path, &from("acc_northwind")).await.ok();
    assert_eq!(house.seq("acc_northwind").await, seq);
    // A result that comes all the same changes nothing, and another scan can start.
    let done = json!({ "scan_run_id": run, "status": "completed" });
    house
        .scanner(SCANNER, "result-key-1", &done)
        .await
        .problem(409, "RESULT_CONFLICT");
    let next = run_of(&dana.scan("acc_northwind", "prj_shop").await);
    house
        .worker("claims", "claim-key-1", &json!({ "worker": "test" }))
        .await
        .ok();
    dana.post(&format!("/scans/{next}/cancel"), &from("acc_northwind"))
        .await
        .problem(409, "SELECTION_CHANGED");
    house.assert_sound().await;
}

#[tokio::test]
async fn the_list_of_scans_names_states_and_stays_in_the_account() {
    let house = House::new().await;
    let dana = house.dana().await;
    let run = run_of(&dana.scan("acc_northwind", "prj_shop").await);
    let list = async |query: &str| {
        let page = dana
            .get(&format!("/accounts/acc_northwind/scans{query}"))
            .await
            .ok();
        page["items"].as_array().unwrap().clone()
    };
    let all = list("").await;
    assert_eq!(all[0]["scan_run_id"], json!(run));
    assert_eq!(
        (&all[0]["kind"], &all[0]["project_name"]),
        (&json!("audit"), &json!("Northwind shop"))
    );
    let queued = list("?status=queued").await;
    assert!(queued.iter().all(|row| row["status"] == "queued"));
    assert!(queued.len() < all.len());
    let shop = list("?project=prj_shop").await;
    assert_eq!(shop.len(), 5);
    let rest = list(&format!("?project=prj_shop&after={run}")).await;
    assert_eq!(rest.as_slice(), &shop[1..]);
    assert!(list("?project=prj_corner").await.is_empty());
    house
        .ana()
        .await
        .get("/accounts/acc_northwind/scans")
        .await
        .problem(404, "NOT_FOUND");
}
