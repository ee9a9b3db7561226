//! Switching the services of a project.

use crate::house::{House, Reply};
use serde_json::{Value, json};

async fn switch(house: &House, project: &str, service: &str, to: &str) -> Reply {
    let body = json!({ "account_id": "acc_northwind" });
    house
        .dana()
        .await
        .post(
            &format!("/projects/{project}/services/{service}/{to}"),
            &body,
        )
        .await
}

fn state(view: &Value, service: &str) -> String {
    let services = view["services"].as_array().unwrap();
    services
        .iter()
        .find(|row| row["service"] == service)
        .unwrap()["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn s3_9_a_service_is_paused_and_resumed_and_the_gate_follows() {
    let house = House::new().await;
    let dana = house.dana().await;
    let seq = house.seq("acc_northwind").await;
    let paused = switch(&house, "prj_shop", "activation_scan", "pause")
        .await
        .ok();
    assert_eq!(state(&paused, "activation_scan"), "paused");
    let refused = dana.scan("acc_northwind", "prj_shop").await;
    assert_eq!(refused.blocked(), "PROJECT_SERVICE_BLOCKED");
    assert_eq!(
        refused.json()["blocked_reasons"][0]["next_action"]["kind"],
        "resume_service"
    );
    switch(&house, "prj_shop", "activation_scan", "pause")
        .await
        .problem(409, "SELECTION_CHANGED");
    let resumed = switch(&house, "prj_shop", "activation_scan", "resume")
        .await
        .ok();
    assert_eq!(state(&resumed, "activation_scan"), "enabled");
    assert_eq!(house.seq("acc_northwind").await, seq);
    dana.scan("acc_northwind", "prj_shop").await.ok();
    let usage = dana.get("/accounts/acc_northwind/billing").await.ok()["project_usage"].clone();
    let badges: Vec<&str> = usage
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["badge"].as_str().unwrap())
        .collect();
    for badge in ["enabled", "paused", "blocked"] {
        assert!(badges.contains(&badge), "{badges:?}");
    }
}

#[tokio::test]
async fn s2_14_monitoring_is_neither_resumed_nor_enabled_without_coverage() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    switch(&house, "prj_shop", "monitoring", "pause").await.ok();
    let subscription = house
        .text(
            "SELECT id FROM paddle_subscriptions WHERE account_id = $1",
            "acc_northwind",
        )
        .await;
    for (event, code) in [
        ("past-due", "SUBSCRIPTION_PAST_DUE"),
        ("cancel", "MONITORING_ENTITLEMENT_MISSING"),
    ] {
        house
            .sim(&format!("/subscriptions/{subscription}/{event}"), json!({}))
            .await;
        house.sim("/release", json!({})).await;
        house.drain_waiting().await;
        let before = house.rows().await;
        let refused = switch(&house, "prj_shop", "monitoring", "resume").await;
        assert_eq!(refused.blocked(), code);
        assert_eq!(house.rows().await, before);
        // What costs nothing while it waits may be switched.
        switch(&house, "prj_shop", "activation_scan", "pause")
            .await
            .ok();
        switch(&house, "prj_shop", "activation_scan", "resume")
            .await
            .ok();
    }
}

#[tokio::test]
async fn a_service_whose_project_is_not_ready_cannot_be_switched_on() {
    let house = House::new().await;
    house.write("UPDATE project_services SET state = 'not_enabled' WHERE project_id IN ('prj_scope','prj_baseline','prj_shop')").await;
    let before = house.rows().await;
    let baseline = switch(&house, "prj_baseline", "monitoring", "enable").await;
    assert_eq!(baseline.blocked(), "PROJECT_SERVICE_BLOCKED");
    assert_eq!(
        baseline.json()["blocked_reasons"][0]["label"],
        "Baseline report required"
    );
    let scope = switch(&house, "prj_scope", "activation_scan", "enable").await;
    assert_eq!(
        scope.json()["blocked_reasons"][0]["label"],
        "Scope acceptance required"
    );
    assert_eq!(house.rows().await, before);
    for service in ["activation_scan", "monitoring", "fix_workflow"] {
        assert_eq!(
            state(
                &switch(&house, "prj_shop", service, "enable").await.ok(),
                service
            ),
            "enabled"
        );
    }
}
