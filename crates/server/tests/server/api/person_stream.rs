//! The event stream of a person: all their accounts, nobody else's, a beat in between, and its end with the sign-in.

use crate::house::{House, Person};
use axum::body::BodyDataStream;
use axum::http::Method;
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

/// One message: its name, its id and what it says.
type Message = (String, Option<String>, Value);

async fn open(house: &House, person: &Person<'_>, query: &str) -> BodyDataStream {
    let request = person
        .draft(Method::GET, &format!("/events{query}"))
        .build();
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    response.into_body().into_data_stream()
}

async fn next(stream: &mut BodyDataStream) -> Option<Message> {
    let chunk = tokio::time::timeout(Duration::from_secs(15), stream.next());
    let text = chunk.await.expect("no message came")?.unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let data = serde_json::from_str(&field("data:").unwrap()).unwrap();
    Some((field("event:").unwrap(), field("id:"), data))
}

async fn told(stream: &mut BodyDataStream) -> Message {
    next(stream).await.expect("the stream ended")
}

#[tokio::test]
async fn one_stream_tells_of_every_account_of_a_person_and_of_no_other() {
    let house = House::new().await;
    let (dana, ana) = (house.dana().await, house.ana().await);
    let mut stream = open(&house, &dana, "").await;
    let mut strangers = open(&house, &ana, "").await;
    let (name, id, first) = told(&mut stream).await;
    assert_eq!(
        (name.as_str(), &first["user_id"]),
        ("snapshot", &json!("usr_dana"))
    );
    let id = id.unwrap();
    assert!(
        id.contains("acc_northwind:") && id.contains("acc_juniper:"),
        "{id}"
    );
    assert_eq!(told(&mut strangers).await.0, "snapshot");
    let newest = house.seq("acc_northwind").await;
    dana.scan("acc_northwind", "prj_shop").await.ok();
    let (name, moved, entry) = told(&mut stream).await;
    assert_eq!(
        (name.as_str(), &entry["account_id"]),
        ("change", &json!("acc_northwind"))
    );
    assert_eq!(entry["change"]["kind"], "reserve");
    assert!(
        moved
            .unwrap()
            .contains(&format!("acc_northwind:{}", newest + 1))
    );
    // Another account of the same person comes over the same stream.
    dana.open("acc_harbor", "scan_credits", 1).await;
    let harbor = loop {
        let (_, _, event) = told(&mut stream).await;
        if event["account_id"] == "acc_harbor" {
            break event;
        }
    };
    assert_eq!(harbor["change"]["type"], "checkout");
    // What resumes hears what it missed, once, and in between that all is well.
    let mut resumed = open(&house, &dana, &format!("?after={id}")).await;
    assert_eq!(told(&mut resumed).await.0, "snapshot");
    assert_eq!(told(&mut resumed).await.2["change"]["seq"], newest + 1);
    assert_eq!(told(&mut resumed).await.0, "beat");
    // All the while the stranger heard nothing but that.
    assert_eq!(told(&mut strangers).await.0, "beat");
}

#[tokio::test]
async fn a_stream_of_a_person_says_that_the_sign_in_is_over_and_ends() {
    let house = House::new().await;
    let dana = house.dana().await;
    let mut stream = open(&house, &dana, "?after=nonsense:x,acc_northwind:-3").await;
    assert_eq!(told(&mut stream).await.0, "snapshot");
    let out = dana.draft(Method::POST, "/sign-out").build();
    assert_eq!(house.send(out).await.status, 204);
    let end = loop {
        let Some((name, _, event)) = next(&mut stream).await else {
            panic!("it ended without a word");
        };
        if name == "access" {
            break event;
        }
    };
    assert_eq!(end["ended"], true);
    assert!(next(&mut stream).await.is_none());
    dana.get("/events").await.problem(401, "UNAUTHORIZED");
}
