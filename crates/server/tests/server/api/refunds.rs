//! Asking for a refund of a transaction: what it would do is said before, what the provider decides is seen as it happens.

use crate::house::{House, Person};
use serde_json::{Value, json};

const JUNIPER: &str = "acc_juniper";

/// Juniper has bought this, and nothing is told to the console but what the test delivers.
async fn bought(item: &str, quantity: i64) -> (House, String) {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let (_, transaction) = house.dana().await.open(JUNIPER, item, quantity).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    told(&house).await;
    (house, transaction)
}

async fn told(house: &House) {
    house.sim("/release", json!({})).await;
    house.drain_waiting().await;
}

fn at(transaction: &str, rest: &str) -> String {
    format!("/accounts/{JUNIPER}/transactions/{transaction}{rest}")
}

async fn view(dana: &Person<'_>, transaction: &str) -> Value {
    dana.get(&at(transaction, "")).await.ok()
}

fn labels(view: &Value) -> Vec<&str> {
    let timeline = view["timeline"].as_array().unwrap().iter();
    timeline.map(|one| one["label"].as_str().unwrap()).collect()
}

async fn decide(house: &House, view: &Value, action: &str) {
    let adjustment = view["requests"][0]["adjustment_id"].as_str().unwrap();
    house
        .sim(&format!("/adjustments/{adjustment}/{action}"), json!({}))
        .await;
    told(house).await;
}

#[tokio::test]
async fn a_refund_says_before_what_it_takes_and_afterwards_what_happened() {
    let (house, transaction) = bought("fix_plan", 1).await;
    let dana = house.dana().await;
    // One scan of it runs.
    assert_eq!(dana.scan(JUNIPER, "prj_juniper").await.status, 201);
    let before = dana
        .get(&at(&transaction, "/refund?reason=duplicate_charge"))
        .await
        .ok();
    let scan = &before["effects"][0];
    assert_eq!(scan["credit_type"], "scan");
    assert_eq!(
        [
            &scan["claimed"],
            &scan["free"],
            &scan["held"],
            &scan["used"],
            &scan["avail_after"]
        ],
        [&json!(7), &json!(6), &json!(1), &json!(0), &json!(0)]
    );
    assert_eq!(before["holds"].as_array().unwrap().len(), 1);
    let services = before["services"].as_array().unwrap().iter();
    let services: Vec<&str> = services
        .map(|one| one["service"].as_str().unwrap())
        .collect();
    assert_eq!(services, ["activation_scan", "fix_workflow"]);
    // Saying so changes nothing.
    assert_eq!(house.figures(JUNIPER).await, ["6/1/0", "5/0/0", "50/0/0"]);

    let amount = before["amount"]["amount"].as_str().unwrap();
    let amount: i64 = amount.parse().unwrap();
    let body = json!({ "reason": "duplicate_charge", "amount": amount });
    let asked = dana.post(&at(&transaction, "/refund"), &body).await;
    assert_eq!(asked.status, 202);
    let asked = asked.json();
    assert_eq!(
        (
            &asked["requests"][0]["state"],
            &asked["requests"][0]["asked_by"]
        ),
        (&json!("asked"), &json!("Dana Reyes"))
    );
    // Asking moves no credits; the provider's word does.
    assert_eq!(house.figures(JUNIPER).await, ["6/1/0", "5/0/0", "50/0/0"]);
    told(&house).await;
    assert_eq!(house.figures(JUNIPER).await, ["0/7/0", "0/5/0", "0/50/0"]);
    let reviewed = view(&dana, &transaction).await;
    assert!(labels(&reviewed).contains(&"Refund: in review"));
    assert!(
        reviewed["refund"]["unavailable"]
            .as_str()
            .unwrap()
            .contains("in review at Paddle")
    );
    decide(&house, &asked, "approve").await;
    // The scan that runs goes on with its credit.
    assert_eq!(house.figures(JUNIPER).await, ["0/1/0", "0/0/0", "0/0/0"]);
    let after = view(&dana, &transaction).await;
    let story = labels(&after);
    let place = |label: &str| {
        let found = story.iter().position(|one| *one == label);
        found.unwrap_or_else(|| panic!("{label} in {story:?}"))
    };
    let order = [
        "Checkout opened",
        "Confirmed",
        "Granted: 7 scan credits",
        "Refund asked for",
        "Refund: in review",
        "Refund: approved",
        "Refunded: 6 scan credits",
    ]
    .map(place);
    assert!(order.is_sorted(), "{story:?}");
    assert_eq!(after["credits"][0]["taken_back"], 6);
    assert_eq!(after["uses"][0]["reference"]["type"], "scan_run");
    house.assert_sound().await;
}

#[tokio::test]
async fn a_part_takes_its_share_and_a_rejected_one_gives_it_back() {
    let (house, transaction) = bought("scan_credits", 4).await;
    let dana = house.dana().await;
    let query = "/refund?reason=partially_undeliverable&amount=2900";
    let before = dana.get(&at(&transaction, query)).await.ok();
    assert_eq!(before["effects"][0]["free"], 1);
    let body = json!({ "reason": "partially_undeliverable", "amount": 2900 });
    let asked = dana.post(&at(&transaction, "/refund"), &body).await.json();
    told(&house).await;
    let held = house.figures(JUNIPER).await;
    decide(&house, &asked, "reject").await;
    let free = house.figures(JUNIPER).await;
    assert_eq!((held[0].as_str(), free[0].as_str()), ("3/1/0", "4/0/0"));
    // It may be asked for again, and everything that remains is everything.
    let again = view(&dana, &transaction).await;
    assert_eq!(
        (
            &again["refund"]["unavailable"],
            &again["refund"]["remaining"]["amount"]
        ),
        (&Value::Null, &json!("11600"))
    );
    house.assert_sound().await;
}

#[tokio::test]
async fn a_lost_answer_asks_for_nothing_twice() {
    let (house, transaction) = bought("scan_credits", 2).await;
    let dana = house.dana().await;
    let body = json!({ "reason": "quality_gate_blocked", "amount": 5800 });
    let path = at(&transaction, "/refund");
    // Paddle does it and its answer is lost.
    house
        .sim("/faults", json!({ "api_status": 503, "api_after": true }))
        .await;
    let key = house.key();
    let lost = dana.post_with(&key, &path, &body).await;
    lost.problem(502, "PROVIDER_UNAVAILABLE");
    assert_eq!(
        view(&dana, &transaction).await["requests"][0]["state"],
        "asking"
    );
    let other = json!({ "reason": "duplicate_charge", "amount": 5800 });
    dana.post(&path, &other)
        .await
        .problem(409, "REFUND_REFUSED");
    let retried = dana.post_with(&key, &path, &body).await;
    assert_eq!(retried.status, 202);
    let again = dana.post_with(&key, &path, &body).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (202, "true")
    );
    let state = house.sim_state().await;
    assert_eq!(state["adjustments"].as_array().unwrap().len(), 1);
    assert_eq!(retried.json()["requests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let (house, transaction) = bought("scan_credits", 2).await;
    let dana = house.dana().await;
    let path = at(&transaction, "/refund");
    for (reason, amount) in [
        ("duplicate_charge", 5799),
        ("duplicate_charge", 0),
        ("partially_undeliverable", 5800),
        ("partially_undeliverable", -1),
    ] {
        let body = json!({ "reason": reason, "amount": amount });
        dana.post(&path, &body).await.problem(409, "REFUND_REFUSED");
    }
    let body = json!({ "reason": "because", "amount": 5800 });
    dana.post(&path, &body)
        .await
        .problem(422, "VALIDATION_FAILED");
    let ana = house.ana().await;
    let body = json!({ "reason": "duplicate_charge", "amount": 5800 });
    for rest in ["", "/timeline.csv", "/evidence.json", "/refund"] {
        ana.get(&at(&transaction, rest))
            .await
            .problem(404, "NOT_FOUND");
    }
    ana.post(&path, &body).await.problem(404, "NOT_FOUND");
    // The bank decides about what is disputed.
    house
        .sim(
            &format!("/transactions/{transaction}/chargeback"),
            json!({}),
        )
        .await;
    told(&house).await;
    let refused = dana.post(&path, &body).await;
    refused.problem(409, "REFUND_REFUSED");
    let state = house.sim_state().await;
    assert_eq!(state["adjustments"].as_array().unwrap().len(), 1);
    assert_eq!(house.count("SELECT count(*) FROM refund_requests").await, 0);
}

#[tokio::test]
async fn refunds_and_evidence_are_for_owner_and_billing_manager() {
    let house = House::new().await;
    let transaction = house
        .text("SELECT id FROM paddle_transactions WHERE account_id = $1 AND status = 'completed' ORDER BY id LIMIT 1", "acc_northwind")
        .await;
    let base = format!("/accounts/acc_northwind/transactions/{transaction}");
    for (user, may) in [
        ("usr_dana", true),
        ("usr_finance", true),
        ("usr_dev", false),
        ("usr_viewer", false),
    ] {
        let person = house.person(user).await;
        let view = person.get(&base).await.ok();
        assert_eq!(view["refund"]["unavailable"].is_null(), may, "{user}");
        assert_eq!(view["evidence_unavailable"].is_null(), may, "{user}");
        let evidence = person.get(&format!("{base}/evidence.json")).await;
        assert_eq!(evidence.status, if may { 200 } else { 403 }, "{user}");
        if !may {
            let body = json!({ "reason": "duplicate_charge", "amount": 1 });
            let asked = person.post(&format!("{base}/refund"), &body).await;
            asked.problem(403, "FORBIDDEN");
        }
    }
}

#[tokio::test]
async fn evidence_says_what_was_bought_and_for_which_work_it_was_used() {
    let (house, transaction) = bought("scan_credits", 2).await;
    let dana = house.dana().await;
    assert_eq!(dana.scan(JUNIPER, "prj_juniper").await.status, 201);
    let file = dana.get(&at(&transaction, "/evidence.json")).await;
    let disposition = file.header("content-disposition").to_owned();
    assert_eq!(
        disposition,
        format!("attachment; filename=\"evidence-{transaction}.json\"")
    );
    let file = file.ok();
    assert_eq!(file["time_zone"], "UTC");
    assert_eq!(
        (&file["bought"][0]["brought"], &file["bought"][0]["held"]),
        (&json!(2), &json!(1))
    );
    let used = &file["used_for"][0];
    assert_eq!(
        (&used["amount"], &used["state"]),
        (&json!(1), &json!("held"))
    );
    assert!(
        used["reference"]["label"]
            .as_str()
            .unwrap()
            .contains("Juniper portfolio")
    );
    let csv = dana.get(&at(&transaction, "/timeline.csv")).await;
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    assert!(text.starts_with("transaction_id,at_utc,kind,what,detail,by\r\n"));
    assert!(text.contains("Z,confirmed,Confirmed,"), "{text}");
}
