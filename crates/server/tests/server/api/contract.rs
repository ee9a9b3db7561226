//! Every operation of the description: it is there, it answers what it says, and it refuses what does not fit.

mod cases;
mod refusals;
mod setup;

use crate::house::House;
use cases::{ask, description};
use serde_json::Value;
use setup::all;

#[tokio::test]
async fn inv_30_every_operation_of_the_description_answers_as_it_says() {
    let (house, cookie, cases) = all().await;
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
        match case.schema() {
            Some(schema) => has_what_it_promises(schema, &reply.json()),
            None => assert!(case.status != 204 || reply.body.is_empty()),
        }
    }
    house.assert_sound().await;
}

/// The fields that the description requires of this answer are in it.
fn has_what_it_promises(schema: &str, body: &Value) {
    let document = description();
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
    assert_eq!(document, description());
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

#[test]
fn the_description_names_values_as_they_travel() {
    let document = description();
    let schemas = &document["components"]["schemas"];
    let states = schemas["CheckoutState"]["enum"].as_array().unwrap();
    assert!(states.iter().any(|state| state == "returned_pending"));
    assert_eq!(schemas["AccountId"]["pattern"], "^acc_[a-z0-9_]{1,48}$");
    let mut places = 0;
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] != "path" {
                    continue;
                }
                places += 1;
                let schema = &parameter["schema"];
                let schema = match schema["$ref"].as_str() {
                    Some(place) => document.pointer(place.trim_start_matches('#')).unwrap(),
                    None => schema,
                };
                assert!(
                    schema["pattern"].is_string() || schema["enum"].is_array(),
                    "{parameter}"
                );
            }
        }
    }
    assert_ne!(places, 0);
}

#[test]
fn every_operation_of_the_description_has_an_id_and_says_who_may_call_it() {
    let document = description();
    assert!(document["security"][0]["session"].is_array());
    let mut ids = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            ids.push(operation["operationId"].as_str().unwrap());
            assert!(!operation["summary"].as_str().unwrap().is_empty());
            for required in operation["security"].as_array().into_iter().flatten() {
                for scheme in required.as_object().unwrap().keys() {
                    assert!(document["components"]["securitySchemes"][scheme].is_object());
                }
            }
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
}
