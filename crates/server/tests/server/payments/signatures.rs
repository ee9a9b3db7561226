//! Invariant 18: what is not signed by the provider leaves no trace.

use crate::house::{House, SECRET, h1, signature};
use chrono::Utc;
use serde_json::{Value, json};

/// A console with a paid scan credit of Northwind whose events are known and undelivered.
async fn paid() -> (House, Value) {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    let completed = events
        .into_iter()
        .find(|event| event["event_type"] == "transaction.completed")
        .unwrap();
    (house, completed)
}

#[tokio::test]
async fn inv_18_forged_stale_foreign_and_changed_events_write_nothing() {
    let (house, event) = paid().await;
    let before = house.rows().await;
    let body = event.to_string().into_bytes();
    let now = Utc::now().timestamp();
    let good = signature(SECRET, now, &body);
    let mut attempts: Vec<(String, String, Vec<u8>)> = vec![
        ("no signature".into(), String::new(), body.clone()),
        (
            "another destination's secret".into(),
            signature("pdl_ntfset_other", now, &body),
            body.clone(),
        ),
        (
            "an empty secret".into(),
            signature("", now, &body),
            body.clone(),
        ),
        (
            "six minutes old".into(),
            signature(SECRET, now - 360, &body),
            body.clone(),
        ),
        (
            "from the future".into(),
            signature(SECRET, now + 90, &body),
            body.clone(),
        ),
        (
            "a time of its own".into(),
            format!("ts={now};h1={}", h1(SECRET, now - 1, &body)),
            body.clone(),
        ),
        (
            "no time".into(),
            format!("h1={}", h1(SECRET, now, &body)),
            body.clone(),
        ),
        (
            "cut off".into(),
            good[..good.len() - 2].to_owned(),
            body.clone(),
        ),
        (
            "a line more".into(),
            good.clone(),
            [body.as_slice(), b"\n"].concat(),
        ),
        (
            "half of it".into(),
            good.clone(),
            body[..body.len() / 2].to_vec(),
        ),
        (
            "written anew".into(),
            good.clone(),
            serde_json::to_vec_pretty(&event).unwrap(),
        ),
        ("empty".into(), good.clone(), Vec::new()),
    ];
    for at in (0..body.len()).step_by(61) {
        let mut changed = body.clone();
        changed[at] ^= 1;
        attempts.push((format!("byte {at}"), good.clone(), changed));
    }
    for (what, header, body) in attempts {
        let reply = house.webhook(&header, body).await;
        assert_eq!(reply.status, 401, "{what}");
        reply.problem(401, "INVALID_SIGNATURE");
    }
    house.drain().await;
    assert_eq!(house.rows().await, before);

    // The very same bytes with their signature are taken: the refusals above were about the signature.
    house.webhook(&good, body).await.ok();
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_18_while_secrets_rotate_either_one_is_accepted() {
    for (ours, overlap, accepted) in [
        // The sandbox signs with new and old; we know only one of them.
        (SECRET, true, true),
        ("pdl_ntfset_new", true, true),
        // The sandbox signs with the new one only.
        ("pdl_ntfset_01test,pdl_ntfset_new", false, true),
        (SECRET, false, false),
    ] {
        let house = House::with(&[("PADDLE_WEBHOOK_SECRETS", ours)]).await;
        house.sim("/faults", json!({ "hold": true })).await;
        let (_, transaction) = house
            .dana()
            .await
            .open("acc_northwind", "scan_credits", 1)
            .await;
        house
            .sim(&format!("/transactions/{transaction}/pay"), json!({}))
            .await;
        let before = house.count("SELECT count(*) FROM paddle_events").await;
        house
            .sim(
                "/rotate-secret",
                json!({ "secret": "pdl_ntfset_new", "overlap": overlap }),
            )
            .await;
        let released = house.sim("/release", json!({})).await;
        house.drain().await;
        let expected = if accepted {
            released["attempted"].as_i64().unwrap()
        } else {
            0
        };
        assert!(released["attempted"].as_i64().unwrap() >= 5, "{released}");
        assert_eq!(released["delivered"], expected, "{ours} {overlap}");
        assert_eq!(
            house.count("SELECT count(*) FROM paddle_events").await - before,
            expected
        );
        assert_eq!(
            house.figures("acc_northwind").await[0],
            if accepted { "4/1/4" } else { "3/1/4" }
        );
    }
}

#[tokio::test]
async fn inv_18_what_the_network_spoils_arrives_whole_with_the_next_attempt() {
    let house = House::new().await;
    house.work();
    let (_, transaction) = house
        .dana()
        .await
        .open("acc_northwind", "scan_credits", 1)
        .await;
    house
        .sim("/faults", json!({ "wrong_signature": 2, "truncate": 2 }))
        .await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house
        .await_figures("acc_northwind", ["4/1/4", "2/1/5", "40/0/10"])
        .await;
    house.assert_sound().await;
}

#[tokio::test]
async fn a_signed_event_that_does_not_read_is_refused_and_a_huge_one_too() {
    let house = House::new().await;
    let before = house.rows().await;
    for body in [
        "",
        "{",
        "[]",
        "{\"event_id\":1}",
        "{\"event_id\":\"evt_1\",\"event_type\":\"x\",\"occurred_at\":\"yesterday\",\"data\":{}}",
    ] {
        let header = signature(SECRET, Utc::now().timestamp(), body.as_bytes());
        house
            .webhook(&header, body.into())
            .await
            .problem(400, "MALFORMED_JSON");
    }
    let huge = vec![b' '; 1024 * 1024 + 1];
    let header = signature(SECRET, Utc::now().timestamp(), &huge);
    house.webhook(&header, huge).await.problem(413, "TOO_LARGE");
    assert_eq!(house.rows().await, before);
}
