//! Deliveries and the faults that spoil them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::house::{FIX_PACK, House, SECRET};

async fn faults(house: &House, faults: Value) {
    house.post("/__sim/faults", faults).await;
}

async fn emit(house: &House, name: &str) -> Value {
    house
        .post(
            "/__sim/emit",
            json!({ "event_type": name, "data": { "id": "x_1" } }),
        )
        .await
}

#[tokio::test]
async fn held_webhooks_leave_when_released() {
    let mut house = House::new().await;
    faults(&house, json!({ "hold": true })).await;
    for name in ["a.one", "a.two", "a.three"] {
        emit(&house, name).await;
    }
    let waiting = house.get("/__sim/state").await["waiting"].clone();
    assert_eq!(waiting, json!({ "queued": 0, "held": 3 }));
    assert!(house.nothing_came());
    assert_eq!(
        house.post("/__sim/release", json!({})).await["delivered"],
        3
    );
    assert_eq!(house.types(3).await, ["a.one", "a.two", "a.three"]);

    faults(&house, json!({ "reorder": true })).await;
    for name in ["b.one", "b.two"] {
        emit(&house, name).await;
    }
    assert_eq!(
        house.post("/__sim/release", json!({})).await["delivered"],
        2
    );
    assert_eq!(house.types(2).await, ["b.two", "b.one"]);

    emit(&house, "c.one").await;
    let url = format!("{}/__sim/faults", house.sandbox.url());
    house.client.delete(url).send().await.unwrap();
    assert_eq!(house.types(1).await, ["c.one"]);
}

#[tokio::test]
async fn dropped_notifications_never_come_but_can_be_found() {
    let mut house = House::new().await;
    faults(&house, json!({ "drop": 2 })).await;
    for name in ["a.lost", "a.lost_too", "a.kept"] {
        emit(&house, name).await;
    }
    assert_eq!(house.types(1).await, ["a.kept"]);
    let events = house.get("/events").await;
    assert_eq!(events["data"].as_array().unwrap().len(), 3);
    let failed = house.get("/notifications?status=failed").await;
    assert_eq!(failed["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn duplicates_carry_the_same_event_and_a_good_signature() {
    let mut house = House::new().await;
    faults(&house, json!({ "duplicate": 2 })).await;
    let event = emit(&house, "a.one").await["event_id"].clone();
    for _ in 0..3 {
        let delivery = house.delivery().await;
        assert_eq!(delivery.json()["event_id"], event);
        assert_eq!(delivery.signed_by(SECRET), Some(0));
    }
    faults(&house, json!({ "duplicate": 0 })).await;
    emit(&house, "a.two").await;
    assert_eq!(house.types(1).await, ["a.two"], "there was a fourth");
}

#[tokio::test]
async fn a_wrong_signature_is_repaired_by_the_retry() {
    let mut house = House::new().await;
    house.answer_with(&[401]);
    faults(&house, json!({ "wrong_signature": 1 })).await;
    emit(&house, "a.one").await;
    let (first, second) = (house.delivery().await, house.delivery().await);
    assert_eq!(first.signed_by(SECRET), None);
    assert_eq!(second.signed_by(SECRET), Some(0));
    assert_eq!(first.json()["event_id"], second.json()["event_id"]);
    let id = second.json()["notification_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/notifications/{id}");
    let shown = house
        .wait_for(&path, |it| it["data"]["status"] == "delivered")
        .await;
    assert_eq!(shown["data"]["times_attempted"], 2);
    assert_eq!(shown["data"]["payload"]["event_type"], "a.one");
    let logs = house.get(&format!("{path}/logs?order_by=id[ASC]")).await;
    let codes: Vec<&Value> = logs["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|log| &log["response_code"])
        .collect();
    assert_eq!(codes, [401, 200]);
}

#[tokio::test]
async fn a_failing_delivery_holds_up_no_other_and_fails_after_three_tries() {
    let mut house = House::new().await;
    house.answer_with(&[500, 302, 500]);
    emit(&house, "a.bad").await;
    assert_eq!(
        house.types(3).await,
        ["a.bad"; 3],
        "a redirect is no success"
    );
    let path = "/notifications?type=a.bad";
    let shown = house
        .wait_for(path, |it| it["data"][0]["status"] == "failed")
        .await;
    assert_eq!(shown["data"][0]["times_attempted"], 3);

    let id = shown["data"][0]["id"].as_str().unwrap();
    let replay = house
        .post(&format!("/notifications/{id}/replay"), json!({}))
        .await;
    let again = house.delivery().await.json();
    assert_eq!(again["event_id"], shown["data"][0]["payload"]["event_id"]);
    assert_eq!(again["notification_id"], replay["data"]["notification_id"]);
    assert_ne!(again["notification_id"], id);

    // With retries far away, the next ones still come at once.
    let mut slow = House::with(|config| config.retry_delays = vec![Duration::from_hours(1)]).await;
    slow.answer_with(&[500]);
    for name in ["b.bad", "b.good"] {
        emit(&slow, name).await;
    }
    assert_eq!(slow.types(2).await, ["b.bad", "b.good"]);
}

#[tokio::test]
async fn a_rotation_signs_with_both_secrets_while_they_overlap() {
    let mut house = House::new().await;
    let ask = json!({ "secret": "new", "overlap": true });
    let answer = house.post("/__sim/rotate-secret", ask).await;
    assert_eq!(answer["secrets"], json!(["new", SECRET]));
    emit(&house, "a.one").await;
    let delivery = house.delivery().await;
    assert_eq!(delivery.hashes().len(), 2);
    assert_eq!(
        (delivery.signed_by("new"), delivery.signed_by(SECRET)),
        (Some(0), Some(1))
    );

    house
        .post("/__sim/rotate-secret", json!({ "secret": "newer" }))
        .await;
    emit(&house, "a.two").await;
    let delivery = house.delivery().await;
    assert_eq!(delivery.hashes().len(), 1);
    assert_eq!(delivery.signed_by("newer"), Some(0));
    assert_eq!(delivery.signed_by(SECRET), None);
}

#[tokio::test]
async fn bodies_clocks_and_types_can_be_odd() {
    let mut house = House::new().await;
    faults(&house, json!({ "truncate": 1, "skew_s": -900 })).await;
    emit(&house, "a.one").await;
    let cut = house.delivery().await;
    assert!(serde_json::from_slice::<Value>(&cut.body).is_err());
    assert_eq!(cut.signed_by(SECRET), None);
    emit(&house, "a.two").await;
    let old = house.delivery().await;
    assert_eq!(
        old.signed_by(SECRET),
        Some(0),
        "an old time is still signed"
    );
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let age = i64::try_from(now.as_secs()).unwrap() - old.seconds();
    assert!((895..=960).contains(&age), "{age}");

    faults(&house, json!({ "unknown_event": true })).await;
    emit(&house, "a.three").await;
    assert_eq!(house.types(2).await, ["a.three", "sandbox.unheard_of"]);
}

#[tokio::test]
async fn quiet_payments_leave_events_that_can_be_resent() {
    let mut house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    assert_eq!(house.types(1).await, ["transaction.created"]);
    let quiet = json!({ "notify": false });
    house
        .post(&format!("/__sim/transactions/{id}/pay"), quiet)
        .await;
    let events = house
        .get("/events?event_type[]=transaction.completed")
        .await;
    let event = events["data"][0]["event_id"].as_str().unwrap().to_owned();
    house
        .post(&format!("/__sim/events/{event}/resend"), json!({}))
        .await;
    let delivery = house.delivery().await;
    assert_eq!(
        delivery.json()["event_id"],
        event,
        "something else was sent before"
    );
    assert_eq!(delivery.signed_by(SECRET), Some(0));
}
