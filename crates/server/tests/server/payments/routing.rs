//! Invariants 16 and 19: a payment goes to the account whose checkout it is, or to nobody.

use crate::house::House;
use axum::body::Body;
use axum::http::Request;
use domain::id::CheckoutId;
use serde_json::{Value, json};
use server::payments::inbox;
use server::store::checkouts;

/// A completed payment of Northwind that was not delivered, as the provider would tell it.
async fn paid(house: &House, item: &str) -> (String, Value) {
    house.sim("/faults", json!({ "hold": true })).await;
    let (checkout, transaction) = house.dana().await.open("acc_northwind", item, 1).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    let events = house.events_of(&transaction).await;
    (
        checkout,
        events
            .into_iter()
            .find(|event| event["event_type"] == "transaction.completed")
            .unwrap(),
    )
}

/// Changes the data of an event.
type Change = fn(&mut Value);

/// The same event under another name, with its data changed.
fn forged(event: &Value, name: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut event = event.clone();
    event["event_id"] = json!(format!("evt_{name}"));
    change(&mut event["data"]);
    event
}

async fn status(house: &House, event: &Value) -> String {
    house
        .text(
            "SELECT status FROM paddle_events WHERE event_id = $1",
            event["event_id"].as_str().unwrap(),
        )
        .await
}

#[tokio::test]
async fn inv_19_a_signed_payment_of_a_stranger_grants_nothing_and_is_not_lost() {
    let house = House::new().await;
    let (_, completed) = paid(&house, "scan_credits").await;
    let seqs = (
        house.seq("acc_northwind").await,
        house.seq("acc_harbor").await,
    );
    let unknown = forged(&completed, "unknown", |data| {
        data["id"] = json!("txn_01simulated0000000000000000");
        data["custom_data"] = Value::Null;
    });
    house.deliver(&unknown).await.ok();
    let draft = forged(&unknown, "draft", |data| data["status"] = json!("draft"));
    let draft = json!({ "event_id": "evt_draft", "event_type": "transaction.created", "occurred_at": draft["occurred_at"], "data": draft["data"] });
    house.deliver(&draft).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &unknown).await, "quarantined");
    assert_eq!(status(&house, &draft).await, "ignored");
    assert_eq!(
        (
            house.seq("acc_northwind").await,
            house.seq("acc_harbor").await
        ),
        seqs
    );
}

#[tokio::test]
async fn inv_16_inv_19_custom_data_that_names_another_checkout_moves_no_payment() {
    let house = House::new().await;
    let dana = house.dana().await;
    let (_, completed) = paid(&house, "scan_credits").await;
    // Harbor has a checkout for the same item; its transaction is its own.
    let (harbors, _) = dana.open("acc_harbor", "scan_credits", 1).await;
    let tampered = forged(&completed, "tampered", |data| {
        data["custom_data"] = json!({ "checkout_id": harbors, "account_id": "acc_harbor" });
    });
    house.deliver(&tampered).await.ok();
    house.drain().await;
    assert_eq!(
        house.figures("acc_northwind").await[0],
        "4/1/4",
        "the transaction says whose it is"
    );
    assert_eq!(house.figures("acc_harbor").await[0], "0/1/6");
    assert_eq!(
        dana.checkout("acc_harbor", &harbors).await["state"],
        "created"
    );

    // The true event afterwards finds its work done.
    house.deliver(&completed).await.ok();
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");

    // A stranger's payment that names Harbor's checkout does not reach Harbor either: that one has its transaction.
    let stranger = forged(&tampered, "stranger", |data| {
        data["id"] = json!("txn_01stranger00000000000000000");
    });
    house.deliver(&stranger).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &stranger).await, "quarantined");
    assert_eq!(house.figures("acc_harbor").await[0], "0/1/6");
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_19_a_hint_counts_only_for_a_checkout_that_still_waits_for_its_transaction() {
    let house = House::new().await;
    let (_, completed) = paid(&house, "scan_credits").await;
    let dana = house.dana().await;
    // The provider is away while Harbor opens a checkout: a session without a transaction.
    house
        .sim("/faults", json!({ "api_status": 500, "api_count": 1 }))
        .await;
    let body = json!({ "item_key": "scan_credits", "quantity": 1 });
    dana.post("/accounts/acc_harbor/checkouts", &body)
        .await
        .problem(502, "PROVIDER_UNAVAILABLE");
    let view = dana.get("/accounts/acc_harbor/billing").await.ok();
    let waiting = view["open_checkouts"][0]["checkout_session_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let changes: [(&str, Change); 4] = [
        ("web", |data| data["origin"] = json!("web")),
        ("quantity", |data| data["items"][0]["quantity"] = json!(5)),
        ("price", |data| {
            data["items"][0]["price_id"] = json!("pri_01demoautomatedfixcredits0");
            data["items"][0]["price"]["id"] = json!("pri_01demoautomatedfixcredits0");
        }),
        ("more", |data| {
            let line = data["items"][0].clone();
            data["items"].as_array_mut().unwrap().push(line);
        }),
    ];
    for (name, change) in changes {
        let event = forged(&completed, name, |data| {
            data["id"] = json!(format!("txn_01{name:0>24}"));
            data["custom_data"] = json!({ "checkout_id": waiting });
            change(data);
        });
        house.deliver(&event).await.ok();
        house.drain().await;
        assert_eq!(status(&house, &event).await, "quarantined", "{name}");
    }
    assert_eq!(house.figures("acc_harbor").await[0], "0/1/6");

    // The one that fits is the lost answer to our own call.
    let ours = forged(&completed, "ours", |data| {
        data["id"] = json!("txn_01ours0000000000000000000");
        data["custom_data"] = json!({ "checkout_id": waiting });
    });
    house.deliver(&ours).await.ok();
    house.drain().await;
    assert_eq!(house.figures("acc_harbor").await[0], "1/1/6");
    house.assert_sound().await;
}

#[tokio::test]
async fn a_price_that_is_no_item_of_ours_is_quarantined_with_nothing_granted() {
    let house = House::new().await;
    let (checkout, completed) = paid(&house, "scan_credits").await;
    let odd = forged(&completed, "odd", |data| {
        let mut line = data["items"][0].clone();
        line["price_id"] = json!("pri_01unheardof000000000000000");
        line["price"]["id"] = json!("pri_01unheardof000000000000000");
        data["items"].as_array_mut().unwrap().push(line);
    });
    house.deliver(&odd).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &odd).await, "quarantined");
    assert_eq!(
        house.figures("acc_northwind").await[0],
        "3/1/4",
        "not even the line that is known"
    );
    let dana = house.dana().await;
    assert_ne!(
        dana.checkout("acc_northwind", &checkout).await["state"],
        "confirmed"
    );
    house.deliver(&completed).await.ok();
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    house.assert_sound().await;
}

#[tokio::test]
async fn an_event_that_was_quarantined_can_be_processed_once_more() {
    let house = House::new().await;
    let (_, completed) = paid(&house, "scan_credits").await;
    let ready = async || {
        let request = Request::get("/readyz").body(Body::empty()).unwrap();
        let reply = house.send(request).await;
        assert_eq!(reply.status, 200);
        String::from_utf8(reply.body.to_vec()).unwrap()
    };
    assert!(ready().await.contains("quarantined: 0"));
    house
        .write("UPDATE catalog_prices SET item_key = 'gold' WHERE item_key = 'scan_credits'")
        .await;
    house.deliver(&completed).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &completed).await, "quarantined");
    assert!(ready().await.contains("quarantined: 1"));
    let store = &house.state.store;
    let quarantined = inbox::quarantined(store).await.unwrap();
    let id = completed["event_id"].as_str().unwrap();
    assert_eq!(quarantined[0].event_id, id);
    assert!(
        quarantined[0]
            .last_error
            .as_ref()
            .unwrap()
            .contains("no item")
    );

    house
        .write("UPDATE catalog_prices SET item_key = 'scan_credits' WHERE item_key = 'gold'")
        .await;
    let now = chrono::Utc::now();
    assert!(!inbox::retry(store, "evt_none", now).await.unwrap());
    assert!(inbox::retry(store, id, now).await.unwrap());
    house.drain().await;
    assert_eq!(status(&house, &completed).await, "done");
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    assert!(!inbox::retry(store, id, now).await.unwrap(), "it is done");
    assert!(ready().await.contains("quarantined: 0"));
    house.assert_sound().await;
}

#[tokio::test]
async fn inv_16_several_lines_that_bring_the_same_credits_are_each_granted_once() {
    let house = House::new().await;
    let (checkout, completed) = paid(&house, "scan_credits").await;
    let plan = house
        .text(
            "SELECT price_id FROM catalog_prices WHERE item_key = $1 AND price_list = 'standard'",
            "monitor_plan",
        )
        .await;
    let lines = |data: &mut Value| {
        let line = data["items"][0].clone();
        let (mut two, mut five) = (line.clone(), line.clone());
        two["quantity"] = json!(2);
        five["price_id"] = json!(plan);
        five["price"]["id"] = json!(plan);
        data["items"] = json!([line, five, two]);
    };
    let many = forged(&completed, "many", lines);
    house.deliver(&many).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &many).await, "done");
    // Three credits in two lines, and five of the plan.
    assert_eq!(house.figures("acc_northwind").await[0], "11/1/4");
    let turned = forged(&many, "turned", |data| {
        data["items"].as_array_mut().unwrap().reverse();
    });
    for event in [&turned, &completed] {
        house.deliver(event).await.ok();
    }
    house.drain().await;
    assert_eq!(house.figures("acc_northwind").await[0], "11/1/4");
    let dana = house.dana().await;
    let view = dana.checkout("acc_northwind", &checkout).await;
    assert_eq!(view["granted"]["amount"], 3, "{view}");
    let ledger = dana.get("/accounts/acc_northwind/billing").await.ok()["latest_ledger"].clone();
    for entry in &ledger.as_array().unwrap()[..2] {
        let href = entry["reference"]["href"].as_str().unwrap();
        assert!(href.contains(&checkout), "{entry}");
    }
    house.assert_sound().await;
}

#[tokio::test]
async fn a_session_keeps_its_transaction_and_a_known_transaction_its_session() {
    let house = House::new().await;
    let (checkout, completed) = paid(&house, "scan_credits").await;
    let id: CheckoutId = checkout.parse().unwrap();
    let transaction = completed["data"]["id"].as_str().unwrap();
    let mut tx = house.state.store.begin().await.unwrap();
    let now = chrono::Utc::now();
    for (other, tied) in [("txn_01another", false), (transaction, true)] {
        let done = checkouts::attach(&mut tx, &id, other, None, now).await;
        assert_eq!(done.unwrap(), tied, "{other}");
    }
    tx.commit().await.unwrap();
    let stored = "SELECT paddle_transaction_id FROM checkouts WHERE id = $1";
    assert_eq!(house.text(stored, &checkout).await, transaction);

    // A transaction that was told of before is ours, even if its session names another one by now.
    let events = house.events_of(transaction).await;
    house.deliver(&events[0]).await.ok();
    house.drain().await;
    house
        .write("UPDATE checkouts SET paddle_transaction_id = 'txn_01another' WHERE account_id = 'acc_northwind' AND state = 'created'")
        .await;
    house.deliver(&completed).await.ok();
    house.drain().await;
    assert_eq!(status(&house, &completed).await, "done");
    assert_eq!(house.figures("acc_northwind").await[0], "4/1/4");
    let view = house
        .dana()
        .await
        .checkout("acc_northwind", &checkout)
        .await;
    assert_eq!(view["state"], "confirmed");
    house.assert_sound().await;
}
