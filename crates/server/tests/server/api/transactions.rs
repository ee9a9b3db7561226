//! The transaction history: what a finance reviewer reads, page by page, as a file, and with its documents.

use crate::house::House;
use serde_json::{Value, json};

const JUNIPER: &str = "acc_juniper";

/// Juniper has bought Fix Plan and two packs of scan credits; answers the transactions, oldest first.
async fn three(house: &House) -> Vec<String> {
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let mut made = Vec::new();
    for (item, quantity) in [("fix_plan", 1), ("scan_credits", 2), ("scan_credits", 1)] {
        let (_, transaction) = dana.open(JUNIPER, item, quantity).await;
        house
            .sim(&format!("/transactions/{transaction}/pay"), json!({}))
            .await;
        told(house).await;
        made.push(transaction);
    }
    made
}

async fn told(house: &House) {
    house.sim("/release", json!({})).await;
    house.drain_waiting().await;
}

fn ids(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["transaction_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn s2_27_a_transaction_says_what_was_paid_and_what_came_back() {
    let house = House::new().await;
    let made = three(&house).await;
    house
        .sim(&format!("/transactions/{}/chargeback", made[1]), json!({}))
        .await;
    told(&house).await;
    let dana = house.dana().await;
    let page = dana
        .get(&format!("/accounts/{JUNIPER}/transactions"))
        .await
        .ok();
    assert_eq!(ids(&page), [&made[2], &made[1], &made[0]]);
    assert_eq!(
        (
            &page["billing_email"],
            &page["payment_status"],
            &page["invoice_access"]["available"]
        ),
        (
            &json!("hello@juniper.example"),
            &json!("confirmed"),
            &json!(true)
        )
    );
    let disputed = &page["items"][1];
    assert_eq!(
        (
            &disputed["receipt_label"],
            &disputed["status"],
            &disputed["amount"]
        ),
        (
            &json!("Scan credit \u{d7} 2"),
            &json!("completed"),
            &json!({ "amount": "5800", "currency_code": "USD" })
        )
    );
    assert!(disputed["invoice_number"].is_string() && disputed["billed_at"].is_string());
    let back = disputed["adjustments"].as_array().unwrap();
    assert_eq!(back.len(), 1);
    assert_eq!(
        (
            &back[0]["action"],
            &back[0]["status"],
            &back[0]["amount"]["amount"]
        ),
        (&json!("chargeback"), &json!("approved"), &json!("5800"))
    );
    let plan = &page["items"][2];
    assert_eq!(
        (&plan["receipt_label"], &plan["purpose"]),
        (&json!("Fix Plan"), &json!("checkout"))
    );
    assert!(plan["subscription_id"].is_string());
    let one = dana
        .get(&format!("/accounts/{JUNIPER}/transactions/{}", made[1]))
        .await
        .ok();
    assert_eq!(&one["transaction"], disputed);
}

#[tokio::test]
async fn the_history_is_read_page_by_page_and_filtered() {
    let house = House::new().await;
    let made = three(&house).await;
    let dana = house.dana().await;
    let base = format!("/accounts/{JUNIPER}/transactions");
    let first = dana.get(&format!("{base}?limit=2")).await.ok();
    assert_eq!(ids(&first), [&made[2], &made[1]]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = dana
        .get(&format!("{base}?limit=2&after={cursor}"))
        .await
        .ok();
    assert_eq!(
        (ids(&second), &second["next_cursor"]),
        (vec![made[0].as_str()], &Value::Null)
    );
    let none = dana.get(&format!("{base}?status=past_due")).await.ok();
    assert_eq!(ids(&none), Vec::<&str>::new());
    let none = dana.get(&format!("{base}?until=2001-01-01")).await.ok();
    assert_eq!(ids(&none), Vec::<&str>::new());
    let all = dana.get(&format!("{base}?from=2001-01-01")).await.ok();
    assert_eq!(ids(&all).len(), 3);
    for bad in [
        "status=paid_twice",
        "after=nowhere",
        "from=yesterday",
        "limit=many",
        "page=2",
    ] {
        dana.get(&format!("{base}?{bad}"))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    // An opened checkout that nobody paid is no transaction.
    dana.open(JUNIPER, "scan_credits", 1).await;
    told(&house).await;
    assert_eq!(ids(&dana.get(&base).await.ok()).len(), 3);
}

#[tokio::test]
async fn an_invoice_is_a_fresh_link_that_opens() {
    let house = House::new().await;
    let made = three(&house).await;
    let dana = house.dana().await;
    let path = format!("/accounts/{JUNIPER}/transactions/{}/invoice", made[0]);
    let answer = dana.get(&path).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let url = answer.ok()["url"].as_str().unwrap().to_owned();
    let document = house.http.get(&url).send().await.unwrap();
    assert!(document.status().is_success());
    assert!(document.bytes().await.unwrap().starts_with(b"%PDF"));
    // Not before it is confirmed, and none for what is not ours.
    house
        .write("UPDATE paddle_transactions SET status = 'paid' WHERE account_id = 'acc_juniper'")
        .await;
    dana.get(&path).await.problem(409, "INVOICE_NOT_READY");
    dana.get(&format!(
        "/accounts/{JUNIPER}/transactions/txn_nobody/invoice"
    ))
    .await
    .problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_files_hold_everything_in_utc() {
    let house = House::new().await;
    let made = three(&house).await;
    house
        .sim(
            &format!("/transactions/{}/chargeback", made[2]),
            json!({ "warning": true }),
        )
        .await;
    told(&house).await;
    let dana = house.dana().await;
    let csv = dana
        .get(&format!("/accounts/{JUNIPER}/transactions.csv"))
        .await;
    assert!(
        csv.header("content-disposition")
            .contains("attachment; filename=\"transactions-acc_juniper-")
    );
    let text = String::from_utf8(csv.body.to_vec()).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(
        lines[0].starts_with("row,transaction_id,receipt_label") && lines[0].contains(",at_utc,"),
        "{text}"
    );
    assert_eq!(lines.len(), 6, "{text}");
    assert!(
        lines[1].starts_with(&format!(
            "transaction,{},Scan credit,checkout,completed,",
            made[2]
        )),
        "{text}"
    );
    assert!(lines[1].contains("Z,29.00,USD,2900,"), "{text}");
    assert!(
        lines[2].starts_with(&format!(
            "adjustment,{},Scan credit,chargeback_warning,approved,",
            made[2]
        )),
        "{text}"
    );
    let json = dana
        .get(&format!(
            "/accounts/{JUNIPER}/transactions.json?adjusted=chargeback_warning"
        ))
        .await
        .ok();
    assert_eq!(json["time_zone"], "UTC");
    assert_eq!(json["transactions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_is_for_members_alone() {
    let house = House::new().await;
    let made = three(&house).await;
    let ana = house.ana().await;
    for rest in [
        "",
        ".csv",
        ".json",
        &format!("/{}", made[0]),
        &format!("/{}/invoice", made[0]),
    ] {
        ana.get(&format!("/accounts/{JUNIPER}/transactions{rest}"))
            .await
            .problem(404, "NOT_FOUND");
    }
    // Nor is a transaction found under another account of the same person.
    let dana = house.dana().await;
    dana.get(&format!("/accounts/acc_northwind/transactions/{}", made[0]))
        .await
        .problem(404, "NOT_FOUND");
}
