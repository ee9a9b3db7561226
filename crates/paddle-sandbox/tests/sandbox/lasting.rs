//! What survives a restart.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::house::{FIX_PLAN, House};

/// A file that is gone after the test.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn scratch(name: &str) -> Scratch {
    let name = format!("paddle-sandbox-{}-{name}.json", std::process::id());
    Scratch(std::env::temp_dir().join(name))
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let file = scratch("restart");
    let path = file.0.clone();
    let house = House::with(|config| config.state_file = Some(path.clone())).await;
    let id = house.draft(FIX_PLAN).await;
    house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    house
        .post("/__sim/rotate-secret", json!({ "secret": "rotated" }))
        .await;
    let count = house.get("/events").await["meta"]["pagination"]["estimated_total"].clone();
    let row = house.get(&format!("/transactions/{id}")).await["data"].clone();
    // Undelivered: the first house's receiver never sees this one.
    house.post("/__sim/faults", json!({ "hold": true })).await;
    let waiting = json!({ "event_type": "late.one", "data": { "id": "x_1" } });
    house.post("/__sim/emit", waiting).await;
    house.sandbox.stop().await;

    let mut second = House::with(|config| config.state_file = Some(path)).await;
    assert_eq!(
        second.get(&format!("/transactions/{id}")).await["data"],
        row
    );
    let sub = row["subscription_id"].as_str().unwrap();
    assert_eq!(
        second.get(&format!("/subscriptions/{sub}")).await["data"]["status"],
        "active"
    );
    let events = second.get("/events").await["meta"]["pagination"]["estimated_total"].clone();
    assert_eq!(events.as_u64(), count.as_u64().map(|count| count + 1));
    loop {
        // Deliveries that the first run had no time for come first.
        let late = second.delivery().await;
        assert_eq!(late.signed_by("rotated"), Some(0));
        if late.json()["event_type"] == "late.one" {
            break;
        }
    }
    let next = second.draft(FIX_PLAN).await;
    assert!(next > id, "ids went back in time");
}

#[tokio::test]
async fn a_broken_state_file_is_not_overwritten() {
    let file = scratch("broken");
    fs::write(&file.0, "{ not json").unwrap();
    let config = paddle_sandbox::Config {
        state_file: Some(file.0.clone()),
        ..Default::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = paddle_sandbox::serve(config, listener).await.unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    assert_eq!(fs::read_to_string(&file.0).unwrap(), "{ not json");
}

#[tokio::test]
async fn a_reset_leaves_only_the_prices() {
    let house = House::new().await;
    house.draft(FIX_PLAN).await;
    house.post("/__sim/rotate-secret", json!({})).await;
    house.post("/__sim/reset", json!({})).await;
    let state = house.get("/__sim/state").await;
    for table in ["transactions", "subscriptions", "events", "notifications"] {
        assert_eq!(state[table], json!([]), "{table}");
    }
    assert_eq!(state["secrets"], json!([crate::house::SECRET]));
    assert_eq!(
        house.get("/prices").await["data"].as_array().unwrap().len(),
        11
    );
}
