//! The plan ladder as somebody sees it who comes from a project.

use crate::house::House;
use serde_json::{Value, json};

fn plan(billing: &Value, key: &str) -> Value {
    let plans = billing["plans"].as_array().unwrap();
    let mut plans = plans.iter();
    plans.find(|card| card["item_key"] == key).unwrap().clone()
}

#[tokio::test]
async fn a_plan_that_is_too_small_for_the_project_cannot_be_bought_for_it() {
    let house = House::new().await;
    house
        .write("UPDATE projects SET scope_pages = 120 WHERE id = 'prj_juniper'")
        .await;
    let dana = house.dana().await;
    let from_project = "/accounts/acc_juniper/billing?from=scan&ref=prj_juniper";
    let billing = dana.get(from_project).await.ok();
    let small = plan(&billing, "scan_plan");
    assert_eq!(
        (&small["checkout_state"], &small["checkout_route"]),
        (&json!("unavailable_for_project"), &Value::Null)
    );
    let reason = small["disabled_reason"].as_str().unwrap();
    assert!(
        reason.contains("120 pages") && reason.contains("Scan Plan allows 100"),
        "{reason}"
    );
    assert_eq!(
        plan(&billing, "monitor_plan")["checkout_state"],
        "available"
    );
    // The project itself leads to the ladder, because a plan helps here.
    let scan = dana.scan("acc_juniper", "prj_juniper").await;
    assert_eq!(scan.blocked(), "PACKAGE_ENTITLEMENT_MISSING");
    let reason = scan.json()["blocked_reasons"][0].clone();
    assert_eq!(
        (
            &reason["label"],
            &reason["next_action"]["kind"],
            &reason["next_action"]["href"]
        ),
        (
            &json!("Plan does not include this scan"),
            &json!("choose_plan"),
            &json!("/billing?from=scan&ref=prj_juniper")
        )
    );
    // A scope that nobody accepted rules no plan out.
    house
        .write("UPDATE projects SET scope = 'selected' WHERE id = 'prj_juniper'")
        .await;
    let unaccepted = dana.get(from_project).await.ok();
    assert_eq!(
        plan(&unaccepted, "scan_plan")["checkout_state"],
        "available"
    );
    house
        .write("UPDATE projects SET scope = 'accepted' WHERE id = 'prj_juniper'")
        .await;
    // Nobody asked for that project: the account may buy every plan.
    let plain = dana.get("/accounts/acc_juniper/billing").await.ok();
    assert_eq!(plan(&plain, "scan_plan")["checkout_state"], "available");
    // Another account's project says nothing about this account's plans.
    house
        .write("UPDATE projects SET scope_pages = 120 WHERE id = 'prj_quayside'")
        .await;
    let other = dana
        .get("/accounts/acc_juniper/billing?from=scan&ref=prj_quayside")
        .await
        .ok();
    assert_eq!(plan(&other, "scan_plan")["checkout_state"], "available");

    let before = house.rows().await;
    let order = json!({
        "item_key": "scan_plan", "quantity": 1,
        "origin": { "from": "scan", "ref": "prj_juniper" },
    });
    dana.post("/accounts/acc_juniper/checkouts", &order)
        .await
        .problem(409, "ITEM_UNAVAILABLE");
    assert_eq!(house.rows().await, before);
}
