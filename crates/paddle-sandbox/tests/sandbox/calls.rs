//! The API itself: the key, envelopes, pages and faults.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{FIX_PACK, House};

#[tokio::test]
async fn a_call_without_the_right_key_is_refused() {
    let house = House::new().await;
    let url = format!("{}/transactions", house.sandbox.url());
    for (header, code) in [
        (None, "authentication_missing"),
        (Some("Basic abc"), "authentication_malformed"),
        (Some("Bearer wrong"), "forbidden"),
    ] {
        let mut request = house.client.post(&url).body("{}");
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"]["code"], code);
        assert_eq!(body["error"]["type"], "request_error");
        assert!(body["meta"]["request_id"].is_string());
    }
}

#[tokio::test]
async fn mistakes_are_answered_in_the_error_envelope() {
    let house = House::new().await;
    let item = |id: &str, quantity: i64| json!([{ "price_id": id, "quantity": quantity }]);
    let unknown = "pri_01hv0000000000000000000000";
    for (body, code, field) in [
        (json!({}), "invalid_field", "items"),
        (json!({ "items": [] }), "invalid_field", "items"),
        (
            json!({ "items": item(unknown, 1) }),
            "transaction_price_not_found",
            "items[0].price_id",
        ),
        (
            json!({ "items": item(FIX_PACK, 0) }),
            "invalid_field",
            "items[0].quantity",
        ),
        (
            json!({ "items": item(FIX_PACK, 101) }),
            "invalid_field",
            "items[0].quantity",
        ),
        (
            json!({ "items": item(FIX_PACK, 1), "custom_data": "text" }),
            "invalid_field",
            "custom_data",
        ),
        (
            json!({ "items": item(FIX_PACK, 1), "customer_id": "ctm_1" }),
            "invalid_field",
            "customer_id",
        ),
    ] {
        let (status, answer) = house.try_post("/transactions", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert_eq!(answer["error"]["code"], code, "{body}");
        assert_eq!(answer["error"]["errors"][0]["field"], field, "{body}");
        assert!(answer["error"]["errors"][0]["message"].is_string());
    }
    let broken = house
        .request(Method::POST, "/transactions")
        .body("{\"items\":");
    let broken = broken.send().await.unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(
        broken.json::<Value>().await.unwrap()["error"]["code"],
        "bad_request"
    );
    for (method, path, status, code) in [
        (Method::GET, "/transactions/txn_none", 404, "not_found"),
        (Method::GET, "/nothing", 404, "invalid_url"),
        (Method::DELETE, "/transactions", 405, "method_not_allowed"),
        (
            Method::GET,
            "/transactions?after=txn_none",
            400,
            "invalid_field",
        ),
        (
            Method::GET,
            "/transactions?created_at[GTE]=now",
            400,
            "invalid_time_query_parameter",
        ),
    ] {
        // A filter is only looked at when there is something to filter.
        if path.contains("created_at") {
            house.draft(FIX_PACK).await;
        }
        let answer = house.request(method, path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(
            answer.json::<Value>().await.unwrap()["error"]["code"],
            code,
            "{path}"
        );
    }
}

#[tokio::test]
async fn only_billed_and_canceled_may_be_set() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let patch = async |status: &str| -> (u16, Value) {
        let request = house.request(Method::PATCH, &format!("/transactions/{id}"));
        let answer = request
            .json(&json!({ "status": status }))
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    };
    let (status, answer) = patch("completed").await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (400, &json!("transaction_invalid_status_change"))
    );
    let (status, answer) = patch("billed").await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (400, &json!("transaction_status_must_be_ready"))
    );
    let (status, answer) = patch("canceled").await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (400, &json!("transaction_invalid_status_change")),
        "a draft cannot be cancelled"
    );
    let open = format!("/__sim/transactions/{id}/identify");
    house.post(&open, json!({})).await;
    let (status, answer) = patch("canceled").await;
    assert_eq!(
        (status, &answer["data"]["status"]),
        (200, &json!("canceled"))
    );
    let (status, _) = house
        .try_post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    assert_eq!(status, 422, "a canceled transaction was paid");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(house.draft(FIX_PACK).await);
    }
    ids.reverse();
    let mut path = "/transactions?per_page=2&status[]=draft".to_owned();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let page = house.get(&path).await;
        pages += 1;
        for row in page["data"].as_array().unwrap() {
            seen.push(row["id"].as_str().unwrap().to_owned());
        }
        let pagination = &page["meta"]["pagination"];
        assert_eq!(pagination["per_page"], 2);
        assert_eq!(pagination["estimated_total"], 5);
        let next = pagination["next"].as_str().unwrap();
        path = next.strip_prefix(house.sandbox.url()).unwrap().to_owned();
        if pagination["has_more"] == false {
            break;
        }
    }
    assert_eq!((pages, &seen), (3, &ids), "newest first, each once");

    let oldest = house
        .get("/transactions?order_by=created_at[ASC]&per_page=1")
        .await;
    assert_eq!(oldest["data"][0]["id"], ids[4]);
    let two = house
        .get(&format!("/transactions?id={},{}", ids[0], ids[2]))
        .await;
    assert_eq!(two["data"].as_array().unwrap().len(), 2);
    let since = two["data"][1]["created_at"].as_str().unwrap();
    let later = house
        .get(&format!("/transactions?created_at[GTE]={since}"))
        .await;
    assert_eq!(later["data"].as_array().unwrap().len(), 3);
    let later = house
        .get(&format!("/transactions?created_at[GT]={since}"))
        .await;
    assert_eq!(later["data"].as_array().unwrap().len(), 2);
    assert!(house.get("/transactions?status=completed").await["data"] == json!([]));
}

#[tokio::test]
async fn what_changed_since_a_moment_comes_in_the_order_of_its_changes() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(house.draft(FIX_PACK).await);
    }
    // The first one changes last.
    let open = format!("/__sim/transactions/{}/identify", ids[0]);
    house.post(&open, json!({})).await;
    let cancel = house.request(Method::PATCH, &format!("/transactions/{}", ids[0]));
    let cancelled = cancel.json(&json!({ "status": "canceled" })).send();
    assert!(cancelled.await.unwrap().status().is_success());
    let second = house.get(&format!("/transactions/{}", ids[1])).await;
    let since = second["data"]["updated_at"].as_str().unwrap();
    let list = format!("/transactions?updated_at[GTE]={since}&order_by=updated_at[ASC]&per_page=2");
    let names = |page: &Value| -> Vec<String> {
        let rows = page["data"].as_array().unwrap().iter();
        rows.map(|row| row["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = house.get(&list).await;
    assert_eq!(names(&first), ids[1..3]);
    assert_eq!(first["meta"]["pagination"]["has_more"], true);
    let rest = house.get(&format!("{list}&after={}", ids[2])).await;
    assert_eq!(names(&rest), [ids[3].clone(), ids[0].clone()]);
    assert_eq!(rest["meta"]["pagination"]["has_more"], false);
    let canceled = house
        .get(&format!("{list}&status=canceled,completed"))
        .await;
    assert_eq!(names(&canceled), [ids[0].clone()]);
}

#[tokio::test]
async fn the_catalogue_names_what_it_sells() {
    let house = House::new().await;
    let prices = house.get("/prices?status=active").await["data"].clone();
    let mut sold: Vec<(&str, &str, bool)> = prices
        .as_array()
        .unwrap()
        .iter()
        .map(|price| {
            (
                price["custom_data"]["webriskops_item"].as_str().unwrap(),
                price["unit_price"]["amount"].as_str().unwrap(),
                price["billing_cycle"].is_object(),
            )
        })
        .collect();
    sold.sort_unstable();
    // Items that stand in several price lists cost the same in each.
    sold.dedup();
    let expected = [
        ("agency_plan", "59900", true),
        ("automated_fix_credits", "14700", false),
        ("fix_plan", "24900", true),
        ("monitor_plan", "9900", true),
        ("scan_credits", "2900", false),
        ("scan_plan", "4900", true),
    ];
    assert_eq!(sold, expected);
    for price in prices.as_array().unwrap() {
        let id = price["product_id"].as_str().unwrap();
        assert_eq!(
            house.get(&format!("/products/{id}")).await["data"]["id"],
            id
        );
    }
}

#[tokio::test]
async fn calls_can_be_made_to_fail_before_or_after_they_took_effect() {
    let house = House::new().await;
    let body = json!({ "items": [{ "price_id": FIX_PACK, "quantity": 1 }] });
    let count = async || {
        house.get("/__sim/state").await["transactions"]
            .as_array()
            .unwrap()
            .len()
    };
    house
        .post("/__sim/faults", json!({ "api_status": 500 }))
        .await;
    assert_eq!(house.try_post("/transactions", body.clone()).await.0, 500);
    assert_eq!(count().await, 0);
    house
        .post(
            "/__sim/faults",
            json!({ "api_status": 500, "api_after": true }),
        )
        .await;
    assert_eq!(house.try_post("/transactions", body.clone()).await.0, 500);
    assert_eq!(count().await, 1);
    house
        .post("/__sim/faults", json!({ "api_status": 429 }))
        .await;
    let answer = house.request(Method::GET, "/prices").send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(
        house.try_post("/transactions", body).await.0,
        201,
        "faults ran out"
    );
}

#[tokio::test]
async fn no_web_page_reaches_the_controls() {
    let house = House::new().await;
    let url = format!("{}/__sim/reset", house.sandbox.url());
    let answer = house
        .client
        .post(url)
        .header("origin", "http://evil.example")
        .send()
        .await;
    assert_eq!(answer.unwrap().status(), 403);
    assert_eq!(house.get("/__sim/health").await, json!({ "ok": true }));
}
