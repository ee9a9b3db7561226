//! What the console of the contract's tests has in it, so that every operation can succeed.

use super::cases::{Case, Ids, cases, wanted_access};
use crate::api::pull_requests::{bare_repository, prove};
use crate::house::House;
use chrono::Utc;
use serde_json::json;
use server::notices;

/// A console, its owner's cookie and all operations.
pub(super) async fn all() -> (House, String, Vec<Case>) {
    let house = House::with(&[
        ("OPERATORS", "dana@northwind.example"),
        // Nobody writes the draft that is asked for.
        ("AI_BASE_URL", "http://127.0.0.1:9"),
        ("AI_MODEL", "none"),
    ])
    .await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let stray = json!({ "event_id": "evt_stray", "event_type": "transaction.completed", "occurred_at": "2026-11-21T10:00:00Z", "data": { "id": "txn_stray" } });
    house.deliver(&stray).await.ok();
    house.drain().await;
    notices::sweep(&house.state, Utc::now()).await.unwrap();
    let repository = bare_repository(house.folder.path(), "shop.git");
    let asked = dana
        .post("/projects/prj_shop/access", &wanted_access())
        .await
        .ok();
    prove(&repository, &asked);
    let granted = json!({ "account_id": "acc_northwind" });
    dana.post("/projects/prj_shop/access/grant", &granted)
        .await
        .ok();
    let asked = dana
        .post("/snapshots", &json!({ "domain": "example.com" }))
        .await;
    assert_eq!(asked.status, 201);
    let answer = json!({ "helpful": false, "version": "0123456789ab" });
    let given = dana
        .post("/guides/billing/scan-credits/feedback", &answer)
        .await;
    assert_eq!(given.status, 201);
    for (report, finding, mode, cost) in [
        ("rep_access", "fnd_access_theme", "ticket_only", 0),
        ("rep_ready", "fnd_ready_form", "customer_applied", 1),
        ("rep_ready", "fnd_ready_cookie", "ticket_only", 0),
    ] {
        let started = dana
            .fix("acc_northwind", report, &[finding], mode, cost)
            .await;
        assert_eq!(started.status, 201);
    }
    let transaction = Ids::used(&house).await;
    let wanted = json!({ "reason": "quality_gate_blocked", "credit_type": "scan", "credits": 1 });
    let path = format!("/accounts/acc_northwind/transactions/{transaction}/service-credit");
    assert_eq!(dana.post(&path, &wanted).await.status, 201);
    let discover = json!({ "account_id": "acc_northwind" });
    let asked = dana
        .post("/projects/prj_domain/scope/discovery", &discover)
        .await;
    assert_eq!(asked.status, 202);
    house
        .write("UPDATE errands SET state = 'running', lease = 'contract', lease_until = asked_at + 3600000000 WHERE project_id = 'prj_domain'")
        .await;
    let cookie = dana.cookie;
    house
        .write("UPDATE scan_runs SET status = 'running', lease = 'contract', lease_until = queued_at + 3600000000 WHERE project_id = 'prj_harbor_cafe'")
        .await;
    house
        .write("INSERT INTO scan_runs (id, project_id, billing_account_id, kind, status, queued_at, claimable_at, started_by) VALUES ('scn_waits', 'prj_domain', 'acc_northwind', 'monitoring', 'queued', 1, 9000000000000000, 'Schedule')")
        .await;
    let ids = Ids::of(&house).await;
    let cases = cases(&ids);
    (house, cookie, cases)
}
