//! The form and what is behind it, without a browser.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{FIX_PACK, House};

fn card(number: &str) -> Value {
    json!({
        "email": "dana@example.com",
        "country": "GB",
        "postcode": "N1 9GU",
        "card_number": number,
        "name": "Dana",
        "expiry": "12/99",
        "security_code": "123",
    })
}

async fn pay(house: &House, id: &str, origin: &str, body: &Value) -> (u16, Value) {
    let url = format!("{}/checkout/api/transactions/{id}/pay", house.sandbox.url());
    let request = house.client.post(url).header("origin", origin).json(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn only_the_page_of_the_form_may_pay() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let good = card("4242 4242 4242 4242");
    for origin in ["http://evil.example", "null", ""] {
        assert_eq!(pay(&house, &id, origin, &good).await.0, 403, "{origin}");
    }
    let url = format!("{}/checkout/api/transactions/{id}/pay", house.sandbox.url());
    let bare = house.client.post(url).json(&good).send().await.unwrap();
    assert_eq!(bare.status(), 403);
    let path = format!("/transactions/{id}");
    assert_eq!(house.get(&path).await["data"]["status"], "draft");

    let own = house.sandbox.url().to_owned();
    let (status, answer) = pay(&house, &id, &own, &good).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("completed")));
    assert_eq!(answer["event"]["totals"]["total"], 147.0);
    assert_eq!(answer["event"]["customer"]["email"], "dana@example.com");
    let (status, answer) = pay(&house, &id, &own, &good).await;
    assert_eq!((status, &answer["outcome"]), (409, &json!("closed")));
    let payments = house.get(&path).await["data"]["payments"].clone();
    assert_eq!(payments.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_test_card_does_what_it_is_for() {
    let house = House::new().await;
    let own = house.sandbox.url().to_owned();
    let id = house.draft(FIX_PACK).await;
    for (number, code) in [
        ("4000 0000 0000 0002", "declined"),
        ("5555 5555 5555 4444", "invalid_payment_details"),
    ] {
        let (_, answer) = pay(&house, &id, &own, &card(number)).await;
        assert_eq!(
            (&answer["outcome"], &answer["code"]),
            (&json!("declined"), &json!(code))
        );
        assert!(answer["message"].as_str().unwrap().ends_with('.'));
    }
    let mut bank = card("4000 0038 0000 0446");
    assert_eq!(pay(&house, &id, &own, &bank).await.1["outcome"], "confirm");
    let path = format!("/transactions/{id}");
    assert_eq!(house.get(&path).await["data"]["status"], "ready");
    bank["bank"] = json!("refused");
    assert_eq!(
        pay(&house, &id, &own, &bank).await.1["code"],
        "authentication_failed"
    );
    bank["bank"] = json!("confirmed");
    assert_eq!(
        pay(&house, &id, &own, &bank).await.1["outcome"],
        "completed"
    );
    let state = house.get("/__sim/state").await.to_string();
    for digits in [
        "4000003800000446",
        "4000 0038 0000 0446",
        "\"0446\"",
        "\"4444\"",
    ] {
        assert!(!state.contains(digits), "a card number was kept");
    }
}

#[tokio::test]
async fn a_form_with_gaps_charges_nothing() {
    let house = House::new().await;
    let own = house.sandbox.url().to_owned();
    let id = house.draft(FIX_PACK).await;
    let (status, answer) = pay(&house, &id, &own, &json!({ "country": "US" })).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("invalid")));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 6);
    let row = house.get(&format!("/transactions/{id}")).await["data"].clone();
    assert_eq!(
        (&row["status"], &row["payments"]),
        (&json!("draft"), &json!([]))
    );
}

#[tokio::test]
async fn pages_show_what_is_bought_and_say_who_may_frame_them() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let get = async |path: String| {
        let answer = house.client.get(format!("{}{path}", house.sandbox.url()));
        let answer = answer.send().await.unwrap();
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        (
            answer.status().as_u16(),
            policy,
            answer.text().await.unwrap(),
        )
    };
    let (status, policy, html) = get(format!("/checkout?_ptxn={id}")).await;
    assert_eq!(status, 200);
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(html.contains("Pay $147.00") && html.contains("no real money"));

    let shop = "http://127.0.0.1:8080";
    let frame = format!("/checkout/frame?transaction_id={id}&origin={shop}");
    let (status, policy, html) = get(format!("{frame}&token=test_demo00000000000000000000")).await;
    assert_eq!(status, 200);
    assert!(policy.ends_with("frame-ancestors http://127.0.0.1:8080"));
    assert!(html.contains("data-state=\"open\""));
    let (status, _, html) = get(format!("{frame}&token=test_wrong")).await;
    assert_eq!(status, 403);
    assert!(html.contains("data-state=\"token\"") && !html.contains("147.00"));
    let (status, _, _) = get("/checkout/frame?origin=http://a.example;script-src%20*".into()).await;
    assert_eq!(status, 400);
    let (_, _, html) = get("/checkout?_ptxn=%22%3E%3Cb%3E".into()).await;
    assert!(!html.contains("<b>"));
}

#[tokio::test]
async fn an_invoice_has_a_link_that_can_not_be_changed() {
    let house = House::new().await;
    let id = house.draft(FIX_PACK).await;
    let path = format!("/transactions/{id}/invoice");
    let early = house.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(early.status(), 409);
    house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    let url = house.get(&path).await["data"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = house.client.get(&url).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "application/pdf");
    assert!(file.bytes().await.unwrap().starts_with(b"%PDF-1.4"));
    let longer = url.replace("expires=", "expires=9");
    assert_eq!(house.client.get(longer).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_portal_session_opens_a_page_for_its_customer() {
    let house = House::new().await;
    let id = house.draft(crate::house::FIX_PLAN).await;
    let paid = house
        .post(&format!("/__sim/transactions/{id}/pay"), json!({}))
        .await;
    let customer = paid["transaction"]["customer_id"].as_str().unwrap();
    let sub = &paid["transaction"]["subscription_id"];
    let ask = json!({ "subscription_ids": [sub] });
    let made = house
        .post(&format!("/customers/{customer}/portal-sessions"), ask)
        .await;
    let urls = &made["data"]["urls"];
    assert_eq!(&urls["subscriptions"][0]["id"], sub);
    let overview = urls["general"]["overview"].as_str().unwrap();
    let page = house
        .client
        .get(overview)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("Fix plan: active"));
    let wrong = overview.replace("token=", "token=0");
    assert_eq!(house.client.get(wrong).send().await.unwrap().status(), 403);
}
