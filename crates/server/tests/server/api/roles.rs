//! Who may do what in an account (docs/product.md#roles), asked of the API itself.

use crate::house::{House, Person, Reply};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug)]
enum Deed {
    Buy,
    MoveCheckout,
    Scan,
    Fix,
    Switch,
}

async fn attempt(person: &Person<'_>, deed: Deed, checkout: &str) -> Reply {
    let account = json!({ "account_id": "acc_northwind" });
    match deed {
        Deed::Buy => {
            person
                .post(
                    "/accounts/acc_northwind/checkouts",
                    &json!({ "item_key": "scan_credits", "quantity": 1 }),
                )
                .await
        }
        Deed::MoveCheckout => person.step("acc_northwind", checkout, "opened").await,
        Deed::Scan => person.scan("acc_northwind", "prj_shop").await,
        Deed::Fix => {
            person
                .fix(
                    "acc_northwind",
                    "rep_ready",
                    &["fnd_ready_csp"],
                    "review_only_patch",
                    1,
                )
                .await
        }
        Deed::Switch => {
            person
                .post("/projects/prj_shop/services/monitoring/pause", &account)
                .await
        }
    }
}

#[tokio::test]
async fn each_role_can_do_what_the_matrix_says_and_nothing_more() {
    for (user, allowed) in [
        ("usr_dana", [true, true, true, true, true]),
        ("usr_dev", [true, true, true, true, true]),
        ("usr_finance", [true, true, false, false, false]),
        ("usr_viewer", [false, false, false, false, false]),
    ] {
        let house = House::new().await;
        house.sim("/faults", json!({ "hold": true })).await;
        // A checkout that somebody else has opened, for another item.
        let (checkout, _) = house
            .dana()
            .await
            .open("acc_northwind", "automated_fix_credits", 1)
            .await;
        let person = house.person(user).await;
        for (deed, allowed) in [
            Deed::Buy,
            Deed::MoveCheckout,
            Deed::Scan,
            Deed::Fix,
            Deed::Switch,
        ]
        .into_iter()
        .zip(allowed)
        {
            let before = house.rows().await;
            let reply = attempt(&person, deed, &checkout).await;
            if allowed {
                reply.ok();
            } else {
                let problem = reply.problem(403, "FORBIDDEN");
                assert!(
                    problem["detail"].as_str().unwrap().contains("Ask an owner"),
                    "{user} {deed:?}: {problem}"
                );
                assert_eq!(house.rows().await, before, "{user} {deed:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_viewer_reads_everything_and_is_offered_nothing() {
    let house = House::new().await;
    let viewer = house.person("usr_viewer").await;
    let (checkout, _) = house
        .dana()
        .await
        .open("acc_northwind", "scan_credits", 1)
        .await;
    let view = viewer.get("/accounts/acc_northwind/billing").await.ok();
    assert_eq!(view["role"], "viewer");
    for card in view["plans"]
        .as_array()
        .unwrap()
        .iter()
        .chain(view["top_ups"].as_array().unwrap())
    {
        assert_eq!(card["checkout_route"], Value::Null, "{card}");
        assert!(card["disabled_reason"].is_string(), "{card}");
    }
    for path in [
        "/accounts/acc_northwind/ledger",
        "/accounts/acc_northwind/projects",
        "/accounts/acc_northwind/reports",
        "/projects/prj_shop",
        "/reports/rep_ready",
    ] {
        viewer.get(path).await.ok();
    }
    let session = viewer.checkout("acc_northwind", &checkout).await;
    assert_eq!(
        (&session["can_act"], &session["client"]),
        (&json!(false), &Value::Null)
    );
    let gate = viewer.get("/projects/prj_shop").await.ok()["scan_gate"].clone();
    assert_eq!(gate["blocked_reasons"][0]["code"], "ROLE_NOT_ALLOWED");
}
