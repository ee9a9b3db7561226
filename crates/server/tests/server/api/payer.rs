//! What people of a client account learn of the agency that pays: what the gate needs, and none of its books.

use crate::house::House;
use serde_json::{Value, json};

const PATCH: &str = "review_only_patch";

/// Sam works for Corner Cafe and not for Beacon Agency, which pays.
async fn house() -> House {
    let house = House::new().await;
    house
        .write("INSERT INTO memberships (user_id, account_id, role) VALUES ('usr_viewer', 'acc_corner', 'admin')")
        .await;
    house
}

#[tokio::test]
async fn s3_21_who_works_for_the_client_only_sees_no_books_of_the_agency() {
    let house = house().await;
    let (sam, ana) = (house.person("usr_viewer").await, house.ana().await);
    for (path, facts, verdict) in [
        ("/projects/prj_corner", "/scan_facts", "/scan_gate"),
        (
            "/reports/rep_corner",
            "/fix_workflow/facts",
            "/fix_workflow/verdict",
        ),
    ] {
        let (theirs, ours) = (ana.get(path).await.ok(), sam.get(path).await.ok());
        let payer = ours.pointer(facts).unwrap()["payer"].clone();
        let books = theirs.pointer(facts).unwrap()["payer"].clone();
        assert_eq!(
            (&books["package_key"], &books["is_member"]),
            (&json!("agency_plan"), &json!(true))
        );
        assert_eq!(
            (&payer["package_key"], &payer["pending_checkout"]),
            (&Value::Null, &Value::Null),
            "{path}"
        );
        assert_eq!(payer["is_member"], false);
        assert_eq!(
            payer["balance"],
            json!({ "avail": books["balance"]["avail"], "res": 0, "spent": 0 })
        );
        for field in [
            "account",
            "includes",
            "billing_state",
            "subscription_status",
            "ever_granted",
            "payment_pending",
        ] {
            assert_eq!(payer[field], books[field], "{field}");
        }
        let outcome = |page: &Value| page.pointer(verdict).unwrap()["outcome"].clone();
        assert_eq!(outcome(&ours), outcome(&theirs), "{path}");
        let text = ours.to_string();
        assert!(
            !text.contains("Agency Plan") && !text.contains("agency_plan"),
            "{text}"
        );
    }
    sam.get("/accounts/acc_beacon/billing")
        .await
        .problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn s3_21_a_start_for_the_client_tells_avail_and_nothing_more_of_the_agency() {
    let house = house().await;
    let sam = house.person("usr_viewer").await;
    let scan = sam.scan("acc_corner", "prj_corner").await.ok();
    assert_eq!(scan["balance"], json!({ "avail": 4, "res": 0, "spent": 0 }));
    let fix = sam
        .fix("acc_corner", "rep_corner", &["fnd_corner_map"], PATCH, 1)
        .await
        .ok();
    assert_eq!(fix["balance"], json!({ "avail": 0, "res": 0, "spent": 0 }));
    assert_eq!(
        house.figures("acc_beacon").await,
        ["4/2/7", "0/1/2", "20/0/0"]
    );
    // The refusal names the shortage, not what the agency did with its credits.
    let refused = sam
        .fix("acc_corner", "rep_corner", &["fnd_corner_tls"], PATCH, 1)
        .await;
    assert_eq!(refused.blocked(), "CREDIT_BALANCE_EXHAUSTED");
    let text = refused.json().to_string();
    assert!(
        text.contains("0 available") && !text.contains("spent") && !text.contains("/billing?"),
        "{text}"
    );
    house.assert_sound().await;
}
