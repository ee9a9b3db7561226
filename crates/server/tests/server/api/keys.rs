//! Invariant 23: one key, one effect, one answer.

use crate::desk::{account, at};
use crate::house::{House, Reply, SCANNER, fix_order};
use domain::credits::CreditType;
use domain::lots::LotSource;
use futures::future::join_all;
use serde_json::{Value, json};
use server::ledger::{GrantCause, GrantOrder, grant};

/// Writes of Dana that succeed, with another body that the same path would read.
fn writes() -> Vec<(&'static str, Value, Value)> {
    vec![
        (
            "/accounts/acc_northwind/checkouts",
            json!({ "item_key": "scan_credits", "quantity": 1 }),
            json!({ "item_key": "scan_credits", "quantity": 2 }),
        ),
        (
            "/projects/prj_shop/scans",
            json!({ "account_id": "acc_northwind" }),
            json!({ "account_id": "acc_harbor" }),
        ),
        (
            "/projects/prj_shop/services/monitoring/pause",
            json!({ "account_id": "acc_northwind" }),
            json!({ "account_id": "acc_harbor" }),
        ),
        (
            "/reports/rep_ready/fix-workflow",
            fix_order("acc_northwind", &["fnd_ready_csp"], "review_only_patch", 1),
            fix_order("acc_northwind", &["fnd_ready_form"], "review_only_patch", 1),
        ),
    ]
}

#[tokio::test]
async fn inv_23_the_same_key_replays_the_same_answer_and_another_body_is_refused() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    for (n, (path, body, other)) in writes().into_iter().enumerate() {
        let key = format!("the-same-key-{n}");
        let first = dana.post_with(&key, path, &body).await;
        first.ok();
        assert_eq!(first.header("idempotency-replayed"), "");
        let after = house.rows().await;
        for _ in 0..3 {
            let again = dana.post_with(&key, path, &body).await;
            assert_eq!(
                (again.status, &again.body),
                (first.status, &first.body),
                "{path}"
            );
            assert_eq!(again.header("idempotency-replayed"), "true");
        }
        dana.post_with(&key, path, &other)
            .await
            .problem(422, "IDEMPOTENCY_KEY_REUSED");
        let elsewhere = if path.contains("checkouts") {
            "/projects/prj_shop/scans"
        } else {
            "/accounts/acc_northwind/checkouts"
        };
        let elsewhere_body = if path.contains("checkouts") {
            json!({ "account_id": "acc_northwind" })
        } else {
            json!({ "item_key": "scan_credits", "quantity": 1 })
        };
        dana.post_with(&key, elsewhere, &elsewhere_body)
            .await
            .problem(422, "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(house.rows().await, after, "{path}");
    }
    house.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_23_the_same_key_many_times_at_once_has_one_effect() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    for (n, (path, body, _)) in writes().into_iter().enumerate() {
        let key = format!("at-once-{n}");
        let replies: Vec<Reply> = join_all((0..8).map(|_| dana.post_with(&key, path, &body))).await;
        let good: Vec<_> = replies.iter().filter(|reply| reply.status < 300).collect();
        assert!(!good.is_empty(), "{path}");
        assert!(
            good.iter().all(|reply| reply.body == good[0].body),
            "{path}: one answer"
        );
        assert_eq!(
            good.iter()
                .filter(|reply| reply.header("idempotency-replayed").is_empty())
                .count(),
            1,
            "{path}: one effect"
        );
        for waiting in replies.iter().filter(|reply| reply.status >= 300) {
            waiting.problem(409, "REQUEST_IN_PROGRESS");
            assert_eq!(waiting.header("retry-after"), "1");
        }
        let later = dana.post_with(&key, path, &body).await;
        assert_eq!(later.body, good[0].body);
    }
    assert_eq!(
        house.figures("acc_northwind").await,
        ["2/2/4", "1/2/5", "40/0/10"]
    );
    assert_eq!(house.count("SELECT count(*) FROM checkouts WHERE account_id = 'acc_northwind' AND state = 'created'").await, 1);
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_23_a_refused_key_never_later_succeeds() {
    let house = House::new().await;
    let dana = house.dana().await;
    let order = fix_order("acc_harbor", &["fnd_harbor_csp"], "review_only_patch", 1);
    let path = "/reports/rep_harbor/fix-workflow";
    let refused = dana.post_with("asked-when-empty", path, &order).await;
    assert_eq!(refused.blocked(), "CREDIT_BALANCE_EXHAUSTED");

    // Now there are credits, and a late retry of the old request must not spend them.
    let mut tx = house.state.store.begin().await.unwrap();
    let owner = account("acc_harbor");
    let given = GrantOrder {
        account: &owner,
        credit_type: CreditType::AutomatedFix,
        amount: 2,
        source: LotSource::ServiceCredit,
        source_ref: "svc_1",
        txn_id: None,
        expires_at: None,
        cause: GrantCause::ServiceCredit,
        cause_ref: "svc_1",
        actor: "test",
    };
    grant(&mut tx, &given, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let seq = house.seq("acc_harbor").await;
    let late = dana.post_with("asked-when-empty", path, &order).await;
    assert_eq!(
        (late.status, late.refusal()),
        (refused.status, refused.refusal())
    );
    assert_eq!(late.header("idempotency-replayed"), "true");
    assert_eq!(late.header("content-type"), "application/problem+json");
    assert_eq!(house.seq("acc_harbor").await, seq);
    dana.post_with("asked-anew", path, &order).await.ok();
    assert_eq!(house.figures("acc_harbor").await[1], "1/3/3");

    // Other refusals are remembered as well: 403 and 422.
    let viewer = house.person("usr_viewer").await;
    let body = json!({ "account_id": "acc_northwind" });
    viewer
        .post_with("as-a-viewer", "/projects/prj_shop/scans", &body)
        .await
        .problem(403, "FORBIDDEN");
    house
        .write("UPDATE memberships SET role = 'admin' WHERE user_id = 'usr_viewer'")
        .await;
    viewer
        .post_with("as-a-viewer", "/projects/prj_shop/scans", &body)
        .await
        .problem(403, "FORBIDDEN");
    viewer
        .post_with("as-an-admin", "/projects/prj_shop/scans", &body)
        .await
        .ok();
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_23_a_key_belongs_to_the_person_who_used_it() {
    let house = House::new().await;
    let (dana, dev) = (house.dana().await, house.person("usr_dev").await);
    let pause = (
        "/projects/prj_shop/services/monitoring/pause",
        json!({ "account_id": "acc_northwind" }),
    );
    dana.post_with("a-common-key", pause.0, &pause.1).await.ok();
    // The same words of somebody else are another request: this one finds the service paused already.
    let other = dev.post_with("a-common-key", pause.0, &pause.1).await;
    other.problem(409, "SELECTION_CHANGED");
    assert_eq!(other.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn inv_23_a_crash_between_the_steps_of_opening_leaves_one_session_for_the_retry() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (path, body, _) = writes().remove(0);
    // Not even the first step is kept when the process dies before it commits; after it, the key knows the session.
    house
        .sim(
            "/faults",
            json!({ "api_status": 500, "api_count": 1, "api_after": true }),
        )
        .await;
    dana.post_with("before-the-crash", path, &body)
        .await
        .problem(502, "PROVIDER_UNAVAILABLE");
    // A crash does not release the key. It stays with its process for as long as that one is there: this one.
    house.write("UPDATE idempotency_keys SET locked_until = 4102444800000000 WHERE key = 'before-the-crash'").await;
    dana.post_with("before-the-crash", path, &body)
        .await
        .problem(409, "REQUEST_IN_PROGRESS");
    house
        .state
        .store
        .claim(&house.state.config.database_url)
        .unwrap();
    house
        .write("UPDATE idempotency_keys SET locked_by = 7 WHERE key = 'before-the-crash'")
        .await;
    let view = dana.post_with("before-the-crash", path, &body).await.ok();
    assert_eq!(
        house
            .transactions_for(view["checkout_session_id"].as_str().unwrap())
            .await,
        1
    );
    assert_eq!(house.count("SELECT count(*) FROM checkouts WHERE account_id = 'acc_northwind' AND state = 'created'").await, 1);
}

#[tokio::test]
async fn inv_23_a_scanner_result_is_taken_once_for_its_key() {
    let house = House::new().await;
    let run = house
        .text(
            "SELECT id FROM scan_runs WHERE project_id = $1",
            "prj_baseline",
        )
        .await;
    let done = json!({ "scan_run_id": run, "status": "completed" });
    let first = house.scanner(SCANNER, "result-of-the-run", &done).await;
    first.ok();
    let again = house.scanner(SCANNER, "result-of-the-run", &done).await;
    assert_eq!(
        (
            again.status,
            &again.body,
            again.header("idempotency-replayed")
        ),
        (200, &first.body, "true")
    );
    let other = json!({ "scan_run_id": run, "status": "failed" });
    house
        .scanner(SCANNER, "result-of-the-run", &other)
        .await
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(house.figures("acc_northwind").await[0], "3/0/5");
}
