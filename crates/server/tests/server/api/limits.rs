//! What one person can ask for at most.

use crate::house::{House, Reply};
use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request};
use futures::StreamExt;
use serde_json::json;
use server::live::MOST_STREAMS;
use std::time::Duration;
use tower::ServiceExt;

async fn stream(house: &House, request: Request<Body>) -> BodyDataStream {
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().into_data_stream()
}

async fn next(stream: &mut BodyDataStream) -> String {
    let chunk = tokio::time::timeout(Duration::from_secs(10), stream.next());
    let chunk = chunk.await.expect("no message came").unwrap().unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

#[tokio::test]
async fn one_sign_in_holds_so_many_streams_and_a_closed_tab_makes_room() {
    let house = House::new().await;
    let (dana, dev) = (house.dana().await, house.person("usr_dev").await);
    let ask = || {
        dana.draft(Method::GET, "/accounts/acc_northwind/events")
            .build()
    };
    let mut open = Vec::new();
    for _ in 0..MOST_STREAMS {
        open.push(stream(&house, ask()).await);
    }
    let refused: Reply = dana.get("/accounts/acc_northwind/events").await;
    refused.problem(429, "RATE_LIMITED");
    assert_eq!(refused.header("retry-after"), "10");
    // Another person is not held up, and the tabs that were there first go on.
    let theirs = dev
        .draft(Method::GET, "/accounts/acc_northwind/events")
        .build();
    assert!(
        next(&mut stream(&house, theirs).await)
            .await
            .contains("snapshot")
    );
    assert!(next(&mut open[0]).await.contains("snapshot"));
    open.pop();
    open.push(stream(&house, ask()).await);
    dana.get("/accounts/acc_northwind/events")
        .await
        .problem(429, "RATE_LIMITED");
}

#[tokio::test]
async fn inv_27_a_long_ledger_is_read_portion_by_portion_as_it_is_sent() {
    let house = House::new().await;
    let owner = crate::desk::account("acc_juniper");
    crate::api::stream::service_credits(&house, &owner, 1100).await;
    let dana = house.dana().await;
    let ask = dana.draft(Method::GET, "/accounts/acc_juniper/events?after=0");
    let mut stream = stream(&house, ask.build()).await;
    assert!(next(&mut stream).await.contains("snapshot"));
    assert!(next(&mut stream).await.contains("id: 1\n"));
    // No reader is free any more: what was not read yet cannot come.
    let mut readers = Vec::new();
    for _ in 0..8 {
        readers.push(house.state.store.reader().acquire().await.unwrap());
    }
    for seq in 2..=500 {
        assert!(next(&mut stream).await.contains(&format!("id: {seq}\n")));
    }
    let waits = tokio::time::timeout(Duration::from_millis(300), stream.next()).await;
    assert!(waits.is_err(), "the second portion was read with the first");
    drop(readers);
    for seq in 501..=1100 {
        assert!(next(&mut stream).await.contains(&format!("id: {seq}\n")));
    }
}

#[tokio::test]
async fn a_checkout_remembers_at_most_as_many_findings_as_an_address_carries() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let ids: Vec<String> = (0..400).map(|n| format!("fnd_many{n}")).collect();
    let body = json!({
        "item_key": "automated_fix_credits", "quantity": 1,
        "origin": { "from": "fix", "ref": "rep_ready", "select": ids },
    });
    let view = dana
        .post("/accounts/acc_northwind/checkouts", &body)
        .await
        .ok();
    assert_eq!(
        view["origin"]["select"],
        json!(ids[..domain::link::MOST_SELECTED])
    );
    let stored = house
        .text(
            "SELECT origin FROM checkouts WHERE id = $1",
            view["checkout_session_id"].as_str().unwrap(),
        )
        .await;
    assert!(!stored.contains("fnd_many50\""), "{stored}");
}
