//! The scope of a project: found, selected, accepted; and the proof of its domain.

use crate::house::{Draft, House, Person, SCANNER};
use axum::http::Method;
use serde_json::{Value, json};

const NEW: &str = "/accounts/acc_northwind/projects";

/// A new project of dana's: its id.
async fn project(dana: &Person<'_>) -> String {
    let body = json!({ "name": "Tea house", "domain": "tea.northwind.example" });
    let made = dana.post(NEW, &body).await;
    assert_eq!(made.status, 201);
    made.json()["project_id"].as_str().unwrap().to_owned()
}

async fn scanner(house: &House, path: &str, body: &Value) -> crate::house::Reply {
    let draft = Draft::new(Method::POST, &format!("/scanner/{path}"))
        .header("x-scanner-secret", SCANNER)
        .header("idempotency-key", &house.key())
        .json(body);
    house.send(draft.build()).await
}

/// Does the job that waits, as a worker would.
async fn do_errand(house: &House, outcome: Value) -> Value {
    let claim = scanner(house, "errands/claims", &json!({ "worker": "test" }))
        .await
        .ok();
    let errand = claim["errand"].clone();
    let body =
        json!({ "errand_id": errand["errand_id"], "lease": errand["lease"], "outcome": outcome });
    let taken = scanner(house, "errands/results", &body).await;
    assert_eq!(taken.status, 200);
    // Handed in again it is the same.
    assert_eq!(
        scanner(house, "errands/results", &body).await.ok(),
        taken.json()
    );
    errand
}

fn pages(pages: &[&str]) -> Value {
    json!({ "kind": "pages", "pages": pages, "skipped": [{ "url": "http://tea.northwind.example/admin", "reason": "private_path" }], "skipped_more": 0 })
}

fn with_account(more: &Value) -> Value {
    let mut body = json!({ "account_id": "acc_northwind" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn pages_are_found_selected_and_accepted_exactly_and_a_change_makes_it_stale() {
    let house = House::new().await;
    let dana = house.dana().await;
    let id = project(&dana).await;
    let scope = format!("/projects/{id}/scope");
    let post = async |step: &str, more: Value| {
        dana.post(&format!("{scope}/{step}"), &with_account(&more))
            .await
    };
    assert_eq!(dana.get(&scope).await.ok()["discovery"], Value::Null);
    let asked = post("discovery", json!({})).await;
    assert_eq!(
        (asked.status, &asked.json()["discovery"]["state"]),
        (202, &json!("queued"))
    );
    post("discovery", json!({}))
        .await
        .problem(409, "SELECTION_CHANGED");
    let errand = do_errand(&house, pages(&["/", "/tea", "/tea/green", "/about"])).await;
    assert_eq!(
        (&errand["domain"], &errand["work"]["kind"]),
        (&json!("tea.northwind.example"), &json!("discover"))
    );
    let found = dana.get(&scope).await.ok();
    assert_eq!(found["discovery"]["pages"].as_array().unwrap().len(), 4);

    post(
        "selection",
        json!({ "pages": ["/never-found"], "manual": [] }),
    )
    .await
    .problem(409, "SELECTION_CHANGED");
    let wrong = post("selection", json!({ "pages": [], "manual": ["/login"] }))
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(wrong["errors"][0]["pointer"], "/manual/0");
    let selected = post(
        "selection",
        json!({ "pages": ["/", "/tea"], "manual": ["https://tea.northwind.example/sale#now"] }),
    )
    .await
    .ok();
    assert_eq!(selected["selected"], json!(["/", "/sale", "/tea"]));
    assert_eq!(selected["status"], "selected");
    let digest = selected["digest"].clone();

    let field = post("accept", json!({ "digest": digest, "accept": false }))
        .await
        .problem(422, "VALIDATION_FAILED");
    assert_eq!(field["errors"][0]["pointer"], "/accept");
    post("accept", json!({ "digest": "0", "accept": true }))
        .await
        .problem(409, "SELECTION_CHANGED");
    let accepted = post("accept", json!({ "digest": digest, "accept": true }))
        .await
        .ok();
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["accepted"]["accepted_by"], "Dana Reyes");
    assert_eq!(accepted["accepted"]["pages"], json!(["/", "/sale", "/tea"]));
    let page = dana.get(&format!("/projects/{id}")).await.ok();
    assert_eq!(
        (&page["accepted_scope_status"], &page["scope_pages"]),
        (&json!("accepted"), &json!(3))
    );

    let smaller = post("selection", json!({ "pages": ["/"], "manual": [] }))
        .await
        .ok();
    assert_eq!(
        (
            &smaller["status"],
            smaller["accepted"]["pages"].as_array().unwrap().len()
        ),
        (&json!("stale"), 3)
    );
    let back = post(
        "selection",
        json!({ "pages": ["/", "/tea"], "manual": ["/sale"] }),
    )
    .await
    .ok();
    assert_eq!(
        back["status"], "accepted",
        "the accepted selection is the accepted one"
    );
}

#[tokio::test]
async fn a_run_is_given_exactly_the_accepted_pages() {
    let house = House::new().await;
    let dana = house.dana().await;
    let accepted = dana.get("/projects/prj_shop/scope").await.ok()["accepted"]["pages"].clone();
    let started = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(started.status, 201);
    house
        .write(
            "UPDATE scan_runs SET claimable_at = 9000000000000000 WHERE project_id <> 'prj_shop'",
        )
        .await;
    let claim = scanner(&house, "claims", &json!({ "worker": "test" }))
        .await
        .ok();
    assert_eq!(claim["claim"]["pages"], accepted);
    assert_eq!(claim["claim"]["page_limit"], 42);
}

#[tokio::test]
async fn a_domain_is_proven_by_what_stands_there_and_by_nothing_else() {
    let house = House::new().await;
    let dana = house.dana().await;
    let id = project(&dana).await;
    let proof = format!("/projects/{id}/proof");
    let post = async |step: &str, more: Value| {
        dana.post(&format!("{proof}/{step}"), &with_account(&more))
            .await
    };
    post("check", json!({}))
        .await
        .problem(409, "SELECTION_CHANGED");
    let made = post("challenge", json!({ "method": "meta_tag" })).await;
    assert_eq!(
        (made.status, &made.json()["status"]),
        (201, &json!("challenge_created"))
    );
    let expected = made.json()["challenge"]["expected"].clone();
    assert_eq!(post("check", json!({})).await.status, 202);
    post("challenge", json!({ "method": "file" }))
        .await
        .problem(409, "SELECTION_CHANGED");
    let errand = do_errand(
        &house,
        json!({ "kind": "proof", "found": ["something else"] }),
    )
    .await;
    assert_eq!(
        errand["work"],
        json!({ "kind": "prove", "method": "meta_tag" })
    );
    let looked = dana.get(&proof).await.ok();
    assert_eq!(
        (&looked["status"], &looked["challenge"]["found"]),
        (&json!("failed"), &json!(["something else"]))
    );
    assert!(looked["challenge"]["looked_at"].is_string());

    post("check", json!({})).await.problem(429, "RATE_LIMITED");
    house
        .write("UPDATE errands SET ended_at = ended_at - 60000000")
        .await;
    assert_eq!(post("check", json!({})).await.status, 202);
    do_errand(&house, json!({ "kind": "proof", "found": [expected] })).await;
    let proven = dana.get(&proof).await.ok();
    assert_eq!(proven["status"], "verified");
    assert!(proven["holds_until"].is_string());
    let page = dana.get(&format!("/projects/{id}")).await.ok();
    assert_eq!(page["ownership_proof_status"], "verified");
    // A look that finds nothing later takes nothing away that still holds; its end does.
    house
        .write("UPDATE errands SET ended_at = ended_at - 60000000")
        .await;
    assert_eq!(post("check", json!({})).await.status, 202);
    do_errand(&house, json!({ "kind": "failed", "why": "Away." })).await;
    assert_eq!(dana.get(&proof).await.ok()["status"], "verified");
    house
        .write("UPDATE domain_proofs SET holds_until = 1 WHERE verified_at IS NOT NULL")
        .await;
    server::errands::sweep(&house.state, chrono::Utc::now())
        .await
        .unwrap();
    assert_eq!(dana.get(&proof).await.ok()["status"], "failed");
}

#[tokio::test]
async fn only_owners_and_admins_of_the_project_change_its_scope_and_a_silent_worker_is_told() {
    let house = House::new().await;
    let dana = house.dana().await;
    let id = project(&dana).await;
    let viewer = house.person("usr_viewer").await;
    let ana = house.ana().await;
    for (step, more) in [
        ("scope/discovery", json!({})),
        ("scope/selection", json!({ "pages": [], "manual": [] })),
        ("scope/accept", json!({ "digest": "", "accept": true })),
        ("proof/challenge", json!({ "method": "file" })),
        ("proof/check", json!({})),
    ] {
        let path = format!("/projects/{id}/{step}");
        viewer
            .post(&path, &with_account(&more))
            .await
            .problem(403, "FORBIDDEN");
        ana.post(&path, &with_account(&more))
            .await
            .problem(404, "NOT_FOUND");
    }
    let path = format!("/projects/{id}/scope/discovery");
    assert_eq!(
        dana.post(&path, &with_account(&json!({}))).await.status,
        202
    );
    let claim = scanner(&house, "errands/claims", &json!({ "worker": "test" }))
        .await
        .ok();
    let late = chrono::Utc::now() + chrono::Duration::minutes(3);
    server::errands::sweep(&house.state, late).await.unwrap();
    let scope = dana.get(&format!("/projects/{id}/scope")).await.ok();
    assert_eq!(scope["discovery"]["state"], "failed");
    assert!(
        scope["discovery"]["failure"]
            .as_str()
            .unwrap()
            .contains("stopped answering")
    );
    let errand = &claim["errand"];
    let body = json!({ "errand_id": errand["errand_id"], "lease": errand["lease"], "outcome": pages(&["/"]) });
    assert_eq!(
        scanner(&house, "errands/results", &body).await.ok()["state"],
        "failed",
        "too late changes nothing"
    );
    let other =
        json!({ "errand_id": errand["errand_id"], "lease": "other", "outcome": pages(&["/"]) });
    scanner(&house, "errands/results", &other)
        .await
        .problem(409, "RESULT_CONFLICT");
}

/// Selects these pages of a project and accepts them.
async fn accept(dana: &Person<'_>, (account, project): (&str, &str), pages: &[String]) {
    let path = format!("/projects/{project}/scope");
    let body = json!({ "account_id": account, "pages": pages, "manual": [] });
    let selected = dana.post(&format!("{path}/selection"), &body).await.ok();
    let body = json!({ "account_id": account, "digest": selected["digest"], "accept": true });
    let accepted = dana.post(&format!("{path}/accept"), &body).await.ok();
    assert_eq!(accepted["status"], "accepted");
}

/// The labels of what is in the way of a scan, the first one first.
async fn in_the_way(dana: &Person<'_>, project: &str) -> Vec<String> {
    let view = dana.get(&format!("/projects/{project}")).await.ok();
    let reasons = view["scan_gate"]["blocked_reasons"].as_array().unwrap();
    let label = |reason: &Value| reason["label"].as_str().unwrap().to_owned();
    reasons.iter().map(label).collect()
}

#[tokio::test]
async fn s1_33_a_scan_that_the_plan_does_not_include_can_start_with_a_smaller_scope() {
    let house = House::new().await;
    let dana = house.dana().await;
    let own = ("acc_quayside", "prj_quayside");
    let body = json!({ "account_id": own.0 });
    let asked = dana
        .post("/projects/prj_quayside/scope/discovery", &body)
        .await;
    assert_eq!(asked.status, 202);
    let many: Vec<String> = (0..120).map(|number| format!("/books/{number}")).collect();
    let found = json!({ "kind": "pages", "pages": many, "skipped": [], "skipped_more": 0 });
    do_errand(&house, found).await;
    accept(&dana, own, &many).await;
    assert_eq!(
        in_the_way(&dana, own.1).await[0],
        "Plan does not include this scan"
    );
    let refused = dana.scan(own.0, own.1).await;
    assert_eq!(refused.blocked(), "PLAN_CHANGE_REQUIRED");
    accept(&dana, own, &many[..100]).await;
    assert!(
        !in_the_way(&dana, own.1)
            .await
            .contains(&"Plan does not include this scan".to_owned())
    );
}

#[tokio::test]
async fn s3_28_a_blocked_service_names_one_prerequisite_after_the_other_before_any_purchase() {
    let house = House::new().await;
    let dana = house.dana().await;
    let body = json!({ "name": "Juniper prints", "domain": "prints.juniper.example" });
    let made = dana.post("/accounts/acc_juniper/projects", &body).await;
    let id = made.json()["project_id"].as_str().unwrap().to_owned();
    let own = ("acc_juniper", id.as_str());
    let blocked = async || dana.scan(own.0, own.1).await.blocked();
    assert_eq!(blocked().await, "PROJECT_SERVICE_BLOCKED");
    assert_eq!(in_the_way(&dana, &id).await[0], "Scope acceptance required");
    let page = ["/".to_owned()];
    let path = format!("/projects/{id}");
    let body = json!({ "account_id": own.0, "pages": [], "manual": page });
    let selected = dana
        .post(&format!("{path}/scope/selection"), &body)
        .await
        .ok();
    let body = json!({ "account_id": own.0, "digest": selected["digest"], "accept": true });
    dana.post(&format!("{path}/scope/accept"), &body).await.ok();

    assert_eq!(
        in_the_way(&dana, &id).await[0],
        "Domain authorization required"
    );
    let body = json!({ "account_id": own.0, "method": "dns_txt" });
    let challenge = dana.post(&format!("{path}/proof/challenge"), &body).await;
    let expected = challenge.json()["challenge"]["expected"].clone();
    let body = json!({ "account_id": own.0 });
    assert_eq!(
        dana.post(&format!("{path}/proof/check"), &body)
            .await
            .status,
        202
    );
    do_errand(&house, json!({ "kind": "proof", "found": [expected] })).await;

    assert_eq!(in_the_way(&dana, &id).await[0], "Project service blocked");
    let switch = format!("{path}/services/activation_scan/enable");
    assert_eq!(
        dana.post(&switch, &json!({ "account_id": own.0 }))
            .await
            .status,
        200
    );
    // Only now is money what is missing.
    let reasons = in_the_way(&dana, &id).await;
    assert!(reasons[0] == "Scan credit required", "{reasons:?}");
}
