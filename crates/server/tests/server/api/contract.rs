//! Every operation of the description: it is there, it answers what it says, and it refuses what does not fit.

mod cases;
mod refusals;

use crate::house::House;
use cases::{all, ask, method_of};
use serde_json::Value;
use server::http::openapi::OPERATIONS;

#[tokio::test]
async fn inv_30_every_operation_of_the_description_answers_as_it_says() {
    let (house, cookie, cases) = all().await;
    assert_eq!(
        cases.len(),
        26,
        "the number of operations this test was written for"
    );
    // Signing out last: it ends the sign-in that the others use.
    let (last, cases): (Vec<_>, Vec<_>) =
        cases.into_iter().partition(|case| case.path == "/sign-out");
    for case in cases.iter().chain(&last) {
        let reply = ask(&house, case.draft(&house, &cookie)).await;
        assert_eq!(
            reply.status, case.status,
            "{} {}: {:?}",
            case.method, case.filled, reply.body
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(
            ["no-store", "no-cache"].contains(&reply.header("cache-control")),
            "{}",
            case.filled
        );
        match OPERATIONS
            .iter()
            .find(|row| case.is(&method_of(&row.0), row.1))
        {
            Some((.., Some(schema))) => has_what_it_promises(schema, &reply.json()),
            _ => assert!(case.status != 204 || reply.body.is_empty()),
        }
    }
    house.assert_sound().await;
}

/// The fields that the description requires of this answer are in it.
fn has_what_it_promises(schema: &str, body: &Value) {
    let document = serde_json::to_value(server::http::openapi::describe()).unwrap();
    let schema = &document["components"]["schemas"][schema];
    let mut parts: Vec<&Value> = schema["allOf"]
        .as_array()
        .map(|parts| parts.iter().collect())
        .unwrap_or_default();
    parts.push(schema);
    let mut required = 0;
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(place) => document.pointer(place.trim_start_matches('#')).unwrap(),
            None => part,
        };
        for field in part["required"].as_array().into_iter().flatten() {
            required += 1;
            assert!(
                body.get(field.as_str().unwrap()).is_some(),
                "{field} is missing in {body}"
            );
        }
    }
    assert!(required > 0 || schema["properties"].is_object(), "{schema}");
}

#[tokio::test]
async fn the_description_is_served_and_names_every_schema_it_uses() {
    let house = House::new().await;
    let answer = house
        .http
        .get(format!("{}/api/openapi.json", house.base))
        .send()
        .await
        .unwrap();
    let document: Value = answer.json().await.unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(
        document["paths"]
            .as_object()
            .unwrap()
            .values()
            .map(|path| path.as_object().unwrap().len())
            .sum::<usize>(),
        OPERATIONS.len()
    );
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for used in text.split("\"#/components/schemas/").skip(1) {
        let name = used.split('"').next().unwrap();
        assert!(
            schemas.contains_key(name),
            "{name} is used and not described"
        );
    }
}
