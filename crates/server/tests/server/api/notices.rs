//! Notices: once for each cause, to those who may pay, until they have read them.

use crate::house::{House, Person};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use server::notices;

const ACCOUNT: &str = "acc_juniper";

/// What a person has not read of an account, as kind and sentence, the oldest first.
async fn told(person: &Person<'_>, account: &str) -> Vec<(String, String)> {
    let list = person.get("/notices").await.ok();
    let mut rows: Vec<(String, String)> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["account"]["id"] == account)
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (text("kind"), text("sentence"))
        })
        .collect();
    rows.reverse();
    rows
}

async fn sweep(house: &House) {
    notices::sweep(&house.state, Utc::now()).await.unwrap();
}

/// Juniper buys Fix Plan; answers its subscription.
async fn fix_plan(house: &House) -> String {
    let dana = house.dana().await;
    let (_, transaction) = dana.open(ACCOUNT, "fix_plan", 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    house.told().await;
    let events = house.events_of(&transaction).await;
    let mut found = events.iter();
    found
        .find_map(|event| event["data"]["subscription_id"].as_str())
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_balance_that_runs_low_is_told_once_and_again_only_when_it_is_used_up() {
    let house = House::new().await;
    let dana = house.dana().await;
    sweep(&house).await;
    let before = told(&dana, "acc_northwind").await.len();
    let start = async |finding: &str| {
        let started = dana
            .fix(
                "acc_northwind",
                "rep_ready",
                &[finding],
                "customer_applied",
                1,
            )
            .await;
        assert_eq!(started.status, 201);
        sweep(&house).await;
        sweep(&house).await;
        let rows = told(&dana, "acc_northwind").await;
        rows[before..].to_vec()
    };
    // Two are there: the first start leaves one, the second none.
    let low = start("fnd_ready_form").await;
    let said = "Automated fix credits: 1 left.";
    assert_eq!(low, [("credits_low".to_owned(), said.to_owned())]);
    let out = start("fnd_ready_csp").await;
    assert_eq!(out.len(), 2, "{out:?}");
    assert_eq!(out[1].0, "credits_used_up");
    assert_eq!(house.figures("acc_northwind").await[1], "0/3/5");
}

#[tokio::test]
async fn a_payment_that_failed_and_credits_that_end_are_told_once_to_each_who_may_pay() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let subscription = fix_plan(&house).await;
    sweep(&house).await;
    let quiet = told(&dana, ACCOUNT).await;
    assert_eq!(quiet, [], "credits arrived, and nothing is wrong");
    let view = dana.get(&format!("/accounts/{ACCOUNT}/billing")).await.ok();
    let renews: DateTime<Utc> = view["renews_at"].as_str().unwrap().parse().unwrap();
    for days in [8, 7, 7, 6] {
        let at = renews - Duration::days(days);
        notices::sweep(&house.state, at).await.unwrap();
    }
    let rows = told(&dana, ACCOUNT).await;
    let kinds: Vec<&str> = rows.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["credits_ending"; 3], "{rows:?}");
    let sentence = "Scan credits: 7 of the plan's credits end with their period.";
    assert!(rows.iter().any(|(_, said)| said == sentence), "{rows:?}");

    house
        .sim(
            &format!("/subscriptions/{subscription}/fail-renewal"),
            json!({}),
        )
        .await;
    house.told().await;
    sweep(&house).await;
    sweep(&house).await;
    let rows = told(&dana, ACCOUNT).await;
    let failed: Vec<&(String, String)> = rows
        .iter()
        .filter(|(kind, _)| kind == "payment_failed")
        .collect();
    assert_eq!(failed.len(), 1, "{rows:?}");
    assert!(
        failed[0].1.starts_with("249.00 USD could not be charged"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn a_card_that_is_about_to_expire_is_told_once_until_another_one_pays() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let now = Utc::now();
    let this_month = now.format("%m/%y").to_string();
    let (_, transaction) = dana.open(ACCOUNT, "fix_plan", 1).await;
    let pay = |transaction: &str| format!("/transactions/{transaction}/pay");
    house
        .sim(&pay(&transaction), json!({ "expiry": this_month }))
        .await;
    house.told().await;
    for _ in 0..2 {
        sweep(&house).await;
    }
    let cards = async || {
        let rows = told(&dana, ACCOUNT).await;
        rows.into_iter()
            .filter(|(kind, _)| kind == "card_ending")
            .map(|(_, said)| said)
            .collect::<Vec<_>>()
    };
    let said = format!(
        "The card that pays for the plan expires at the end of {}. Change the payment method before the plan renews.",
        now.format("%B %Y")
    );
    assert_eq!(cards().await, [said.as_str()]);

    // Another card is put in its place: that it ends in many years is no news.
    let form = dana
        .post(&format!("/accounts/{ACCOUNT}/payment-method"), &json!(null))
        .await
        .ok();
    let change = form["transaction_id"].as_str().unwrap();
    house.sim(&pay(change), json!({ "expiry": "12/60" })).await;
    house.told().await;
    let year = now + Duration::days(365);
    notices::sweep(&house.state, year).await.unwrap();
    assert_eq!(cards().await, [said.as_str()]);
}

#[tokio::test]
async fn reading_is_each_persons_own_and_nobody_elses_notices_are_shown() {
    let house = House::new().await;
    // The demonstration's own history has used-up balances.
    sweep(&house).await;
    let dana = house.dana().await;
    let ana = house.ana().await;
    let viewer = house.person("usr_viewer").await;
    let list = dana.get("/notices").await.ok();
    let mine = list["items"].as_array().unwrap();
    assert!(!mine.is_empty(), "{list}");
    let theirs: Value = ana.get("/notices").await.ok();
    for row in theirs["items"].as_array().unwrap() {
        let account = row["account"]["id"].as_str().unwrap();
        assert!(["acc_beacon", "acc_corner"].contains(&account), "{row}");
    }
    assert_eq!(viewer.get("/notices").await.ok(), json!({ "items": [] }));
    let first = mine[0]["notice_id"].as_str().unwrap();
    let path = format!("/notices/{first}/read");
    // Somebody else's reading is not Dana's.
    for reader in [&ana, &viewer] {
        let draft = reader
            .draft(axum::http::Method::PUT, &path)
            .json(&Value::Null);
        assert_eq!(house.send(draft.build()).await.status, 204);
    }
    assert_eq!(dana.get("/notices").await.ok(), list);
    for _ in 0..2 {
        let draft = dana
            .draft(axum::http::Method::PUT, &path)
            .json(&Value::Null);
        assert_eq!(house.send(draft.build()).await.status, 204);
    }
    let left = dana.get("/notices").await.ok();
    assert_eq!(left["items"].as_array().unwrap().len(), mine.len() - 1);
    sweep(&house).await;
    assert_eq!(
        dana.get("/notices").await.ok(),
        left,
        "it does not come back"
    );
}
