//! Creating projects: what is taken, what is refused, and who may.

use crate::house::House;
use serde_json::{Value, json};

const PATH: &str = "/accounts/acc_northwind/projects";

#[tokio::test]
async fn a_new_project_has_its_services_off_and_says_what_comes_next() {
    let house = House::new().await;
    let dana = house.dana().await;
    let body = json!({ "name": "  Tea\n house ", "domain": "HTTPS://B\u{fc}cher.Example.:8443/" });
    let made = dana.post_with("tea-house-1", PATH, &body).await;
    assert_eq!(made.status, 201);
    let view = made.json();
    assert_eq!(view["name"], "Tea house");
    assert_eq!(view["domain"], "xn--bcher-kva.example:8443");
    assert_eq!(view["accepted_scope_status"], "none");
    assert_eq!(view["ownership_proof_status"], "none");
    let services = view["services"].as_array().unwrap();
    assert_eq!(services.len(), 3);
    assert!(services.iter().all(|row| row["state"] == "not_enabled"));
    assert_eq!(
        view["scan_gate"]["blocked_reasons"][0]["next_action"]["kind"],
        "accept_scope"
    );
    let steps = view["path_steps"].as_array().unwrap();
    assert_eq!(
        (&steps[0]["badge"], &steps[1]["badge"]),
        (&json!("done"), &json!("now"))
    );
    // The same key makes no second one; another key meets the first.
    let again = dana.post_with("tea-house-1", PATH, &body).await;
    assert_eq!(again.json()["project_id"], view["project_id"]);
    let twice = dana.post(PATH, &body).await;
    assert_eq!(
        twice.problem(422, "VALIDATION_FAILED")["errors"][0]["pointer"],
        "/domain"
    );
    let list = dana.get(PATH).await.ok();
    let rows = list["items"].as_array().unwrap();
    assert_eq!(
        rows.iter()
            .filter(|row| row["project_id"] == view["project_id"])
            .count(),
        1
    );
    let id = view["project_id"].as_str().unwrap();
    assert_eq!(
        dana.scan("acc_northwind", id).await.blocked(),
        "PROJECT_SERVICE_BLOCKED"
    );
}

#[tokio::test]
async fn an_address_that_is_no_public_site_and_a_name_without_end_are_refused() {
    let house = House::new().await;
    let dana = house.dana().await;
    let before = house.count("SELECT count(*) FROM projects").await;
    for (name, domain, pointer) in [
        ("", "tea.example", "/name"),
        (&*"x".repeat(301), "tea.example", "/name"),
        ("Tea", "ftp://tea.example", "/domain"),
        ("Tea", "http://127.0.0.1:8080", "/domain"),
        ("Tea", "localhost", "/domain"),
        ("Tea", "https://a:b@tea.example", "/domain"),
        ("Tea", "tea.example/cart", "/domain"),
        ("Tea", "\u{ff11}27.0.0.1", "/domain"),
    ] {
        let body = json!({ "name": name, "domain": domain });
        let problem = dana
            .post(PATH, &body)
            .await
            .problem(422, "VALIDATION_FAILED");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{domain}");
    }
    let long = json!({ "name": "x".repeat(300), "domain": "tea.example" });
    assert_eq!(dana.post(PATH, &long).await.status, 201);
    assert_eq!(
        house.count("SELECT count(*) FROM projects").await,
        before + 1
    );
}

#[tokio::test]
async fn only_an_owner_or_admin_creates_projects_and_strangers_find_no_account() {
    let house = House::new().await;
    let body = json!({ "name": "Tea", "domain": "tea.example" });
    let before = house.count("SELECT count(*) FROM projects").await;
    for user in ["usr_finance", "usr_viewer"] {
        let reply: Value = house
            .person(user)
            .await
            .post(PATH, &body)
            .await
            .problem(403, "FORBIDDEN");
        assert!(
            reply["detail"]
                .as_str()
                .unwrap()
                .contains("an owner or admin")
        );
    }
    house
        .ana()
        .await
        .post(PATH, &body)
        .await
        .problem(404, "NOT_FOUND");
    assert_eq!(house.count("SELECT count(*) FROM projects").await, before);
}
