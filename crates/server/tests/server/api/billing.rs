//! The billing page's data: each account's own figures, whole, and nothing of another's.

use crate::house::House;
use axum::http::Method;
use serde_json::{Value, json};

/// Account, plan, billing state, subscription, Avail/Res/Spent of scan, fix and AI.
const ACCOUNTS: [(&str, &str, &str, &str, [&str; 3]); 8] = [
    (
        "acc_northwind",
        "fix_plan",
        "active",
        "active",
        ["3/1/4", "2/1/5", "40/0/10"],
    ),
    (
        "acc_harbor",
        "fix_plan",
        "active",
        "active",
        ["0/1/6", "0/2/3", "0/0/50"],
    ),
    (
        "acc_juniper",
        "free_snapshot",
        "active",
        "none",
        ["0/0/0", "0/0/0", "0/0/0"],
    ),
    (
        "acc_quayside",
        "scan_plan",
        "active",
        "active",
        ["0/0/1", "0/0/0", "0/0/0"],
    ),
    (
        "acc_ridgeline",
        "monitor_plan",
        "past_due",
        "past_due",
        ["2/0/9", "0/0/0", "0/0/0"],
    ),
    (
        "acc_lantern",
        "scan_plan",
        "active",
        "active",
        ["1/0/0", "0/0/0", "0/0/0"],
    ),
    (
        "acc_beacon",
        "agency_plan",
        "active",
        "active",
        ["5/1/7", "1/0/2", "20/0/0"],
    ),
    (
        "acc_corner",
        "free_snapshot",
        "active",
        "none",
        ["0/0/0", "0/0/0", "0/0/0"],
    ),
];

async fn billing(house: &House, account: &str) -> Value {
    let person = if ["acc_beacon", "acc_corner"].contains(&account) {
        house.ana().await
    } else {
        house.dana().await
    };
    person
        .get(&format!("/accounts/{account}/billing"))
        .await
        .ok()
}

#[tokio::test]
async fn s1_8_s2_8_s3_7_every_account_shows_its_own_standing_and_figures() {
    let house = House::new().await;
    for (account, package, state, subscription, figures) in ACCOUNTS {
        let view = billing(&house, account).await;
        assert_eq!(view["account_id"], account);
        for (field, value) in [
            ("package_key", package),
            ("billing_state", state),
            ("subscription_status", subscription),
        ] {
            assert_eq!(view[field], value, "{account} {field}");
        }
        let shown = ["scan", "automated_fix", "ai"].map(|kind| {
            let balance = &view["credit_balance"][kind];
            format!(
                "{}/{}/{}",
                balance["avail"], balance["res"], balance["spent"]
            )
        });
        assert_eq!(shown, figures, "{account}");
        for (kind, field) in [
            ("scan", "/available_credits/scan"),
            ("automated_fix", "/remaining_fix_credits"),
            ("ai", "/ai_credit_balance"),
        ] {
            assert_eq!(
                view.pointer(field).unwrap(),
                &view["credit_balance"][kind]["avail"],
                "{account} {field}"
            );
        }
        for field in [
            "account_name",
            "billing_email",
            "role",
            "package_entitlement_status",
            "payment_status",
            "monitoring_entitlement_status",
            "summary",
            "as_of",
            "ledger_seq",
            "plans",
            "top_ups",
            "holds",
            "open_checkouts",
            "project_usage",
            "latest_ledger",
            "payment_provider",
        ] {
            assert!(!view[field].is_null(), "{account} {field}");
        }
        assert!(view.get("selected_package_key").is_some());
        let reserved: i64 = view["holds"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hold| hold["amount"].as_i64().unwrap())
            .sum();
        let res: i64 = ["scan", "automated_fix", "ai"]
            .iter()
            .map(|kind| view["credit_balance"][kind]["res"].as_i64().unwrap())
            .sum();
        assert_eq!(
            reserved, res,
            "{account}: every reserved credit has its work"
        );
        assert_eq!(view["ledger_seq"], house.seq(account).await);
    }
}

#[tokio::test]
async fn s3_6_s3_10_the_ladder_and_top_ups_say_what_can_be_bought_and_why_not() {
    let house = House::new().await;
    for (account, ..) in ACCOUNTS {
        let view = billing(&house, account).await;
        assert_eq!(view["plans"].as_array().unwrap().len(), 4);
        assert_eq!(view["top_ups"].as_array().unwrap().len(), 2);
        for card in view["plans"]
            .as_array()
            .unwrap()
            .iter()
            .chain(view["top_ups"].as_array().unwrap())
        {
            let available = card["checkout_state"] == "available";
            assert_eq!(
                card["checkout_route"].is_string(),
                available,
                "{account} {card}"
            );
            assert_eq!(
                card["disabled_reason"].is_null(),
                available || card["checkout_state"] == "plan_change",
                "{account} {card}"
            );
            assert!(card["price_label"].is_string() && card["quantity"].as_i64().unwrap() > 0);
        }
    }
    let card = |view: &Value, list: &str, key: &str| {
        view[list]
            .as_array()
            .unwrap()
            .iter()
            .find(|card| card["item_key"] == key)
            .unwrap()
            .clone()
    };
    let northwind = billing(&house, "acc_northwind").await;
    assert_eq!(
        card(&northwind, "plans", "fix_plan")["checkout_state"],
        "current"
    );
    assert_eq!(
        card(&northwind, "plans", "scan_plan")["checkout_state"],
        "plan_change"
    );
    assert_eq!(
        card(&northwind, "top_ups", "automated_fix_credits")["checkout_route"],
        "/checkout/automated_fix_credits"
    );
    assert_eq!(northwind["payment_provider"]["checkout_ready"], true);
    let juniper = billing(&house, "acc_juniper").await;
    assert_eq!(
        card(&juniper, "plans", "fix_plan")["checkout_state"],
        "available"
    );
    let lantern = billing(&house, "acc_lantern").await;
    assert_eq!(
        card(&lantern, "top_ups", "scan_credits")["checkout_state"],
        "provider_ids_pending"
    );
    let deferred = card(&lantern, "plans", "monitor_plan");
    assert_eq!(deferred["checkout_state"], "deferred");
    assert!(
        deferred["disabled_reason"]
            .as_str()
            .unwrap()
            .contains("No other plan can be bought here now"),
        "{deferred}"
    );
    assert_eq!(lantern["payment_provider"]["checkout_ready"], false);
    let agency = billing(&house, "acc_beacon").await;
    assert_eq!(
        agency["agency_allowance"],
        json!({ "scan_pool_avail": 5, "fix_pool_avail": 1, "client_slots_used": 1, "client_slots": 10 })
    );
}

#[tokio::test]
async fn s0_15_s0_22_a_fix_top_up_says_that_plan_credits_come_first() {
    let house = House::new().await;
    for (account, note) in [
        (
            "acc_beacon",
            "Plan credits are used first: 1 left. A top-up is for when they are used up.",
        ),
        (
            "acc_harbor",
            "No plan credits are left. Plan credits are always used before top-ups.",
        ),
    ] {
        let view = billing(&house, account).await;
        let cards = view["top_ups"].as_array().unwrap();
        let fix = cards
            .iter()
            .find(|card| card["item_key"] == "automated_fix_credits");
        assert_eq!(fix.unwrap()["note"], note, "{account}");
    }
}

#[tokio::test]
async fn a_deferred_plan_names_one_that_can_be_bought() {
    let house = House::new().await;
    // Everything else on that list has a price, so that a plan is there to be named.
    house
        .write(
            "UPDATE accounts SET price_list = 'media_2027' WHERE id = 'acc_juniper'; \
             INSERT INTO catalog_prices (price_id, item_key, price_list, active, seen_at) \
             SELECT price_id || '_media', item_key, 'media_2027', active, seen_at FROM catalog_prices WHERE price_list = 'standard'",
        )
        .await;
    let view = billing(&house, "acc_juniper").await;
    let plans = view["plans"].as_array().unwrap();
    let deferred: Vec<&Value> = plans
        .iter()
        .filter(|card| card["checkout_state"] == "deferred")
        .collect();
    assert_eq!(deferred.len(), 1);
    assert_eq!(deferred[0]["item_key"], "monitor_plan");
    let suggested = &deferred[0]["suggested_package_key"];
    let named = plans
        .iter()
        .find(|card| !suggested.is_null() && card["package_key"] == *suggested)
        .expect("a plan is named");
    assert_eq!(named["checkout_state"], "available");
    assert!(named["checkout_route"].is_string());
    let why = deferred[0]["disabled_reason"].as_str().unwrap();
    assert!(why.contains(named["name"].as_str().unwrap()), "{why}");
}

#[tokio::test]
async fn s3_35_nothing_of_another_account_is_in_an_accounts_data() {
    let house = House::new().await;
    let names = [
        "Northwind",
        "Harbor",
        "Juniper",
        "Quayside",
        "Ridgeline",
        "Lantern",
    ];
    for (account, name) in [
        "acc_northwind",
        "acc_harbor",
        "acc_juniper",
        "acc_quayside",
        "acc_ridgeline",
        "acc_lantern",
    ]
    .iter()
    .zip(names)
    {
        let dana = house.dana().await;
        for path in ["billing", "ledger?limit=200", "projects", "reports"] {
            let text = dana
                .get(&format!("/accounts/{account}/{path}"))
                .await
                .ok()
                .to_string();
            for other in names.iter().filter(|other| **other != name) {
                assert!(!text.contains(other), "{account}/{path} names {other}");
            }
        }
    }
}

#[tokio::test]
async fn s2_10_the_action_that_was_blocked_selects_the_plan_that_includes_it() {
    let house = House::new().await;
    let dana = house.dana().await;
    for (account, query, selected) in [
        (
            "acc_juniper",
            "from=fix&ref=rep_juniper&select=fnd_juniper_csp",
            json!("fix_plan"),
        ),
        (
            "acc_juniper",
            "from=scan&ref=prj_juniper",
            json!("scan_plan"),
        ),
        (
            "acc_quayside",
            "from=monitoring&ref=prj_quayside",
            json!("monitor_plan"),
        ),
        ("acc_northwind", "from=fix&ref=rep_ready", json!(null)),
        ("acc_juniper", "from=nonsense&ref=%00", json!(null)),
    ] {
        let view = dana
            .get(&format!("/accounts/{account}/billing?{query}"))
            .await
            .ok();
        assert_eq!(view["selected_package_key"], selected, "{query}");
    }
}

#[tokio::test]
async fn what_the_browser_has_already_is_not_sent_again() {
    let house = House::new().await;
    let dana = house.dana().await;
    let path = "/accounts/acc_northwind/billing";
    let first = dana.get(path).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'));
    let again = || {
        house.send(
            dana.draft(Method::GET, path)
                .header("if-none-match", &tag)
                .build(),
        )
    };
    let same = again().await;
    assert_eq!(
        (same.status, same.body.len(), same.header("etag")),
        (304, 0, tag.as_str())
    );
    dana.scan("acc_northwind", "prj_shop").await.ok();
    let changed = again().await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), tag);
    // The same figures of another person are another answer: the role is part of it.
    let viewer = house.person("usr_viewer").await;
    assert_ne!(
        viewer.get(path).await.header("etag"),
        changed.header("etag")
    );
}

#[tokio::test]
async fn the_ledger_pages_without_gap_or_repeat_and_filters() {
    let house = House::new().await;
    let dana = house.dana().await;
    let mut seen: Vec<i64> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = dana
            .get(&format!("/accounts/acc_northwind/ledger?limit=4{cursor}"))
            .await
            .ok();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["seq"].as_i64().unwrap()),
        );
        match page["next_cursor"].as_i64() {
            Some(next) => cursor = format!("&before={next}"),
            None => break,
        }
    }
    let newest = house.seq("acc_northwind").await;
    assert_eq!(seen, (1..=newest).rev().collect::<Vec<_>>());

    let all = dana
        .get("/accounts/acc_northwind/ledger?limit=200")
        .await
        .ok()["items"]
        .clone();
    let all = all.as_array().unwrap();
    for (query, field, value) in [
        ("kind=grant", "kind", "grant"),
        ("credit_type=ai", "credit_type", "ai"),
        ("project=prj_shop", "project_id", "prj_shop"),
        ("kind=spend", "kind", "spend"),
    ] {
        let some = dana
            .get(&format!("/accounts/acc_northwind/ledger?limit=200&{query}"))
            .await
            .ok()["items"]
            .clone();
        let expected: Vec<&Value> = all.iter().filter(|entry| entry[field] == value).collect();
        assert!(!expected.is_empty());
        assert_eq!(
            some.as_array().unwrap().iter().collect::<Vec<_>>(),
            expected,
            "{query}"
        );
    }
    for query in [
        "kind=stolen",
        "credit_type=gold",
        "before=x",
        "limit=x",
        "unheard_of=1",
        "project=acc_1",
    ] {
        dana.get(&format!("/accounts/acc_northwind/ledger?{query}"))
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    let page = dana.get("/accounts/acc_northwind/ledger?before=1").await;
    assert_eq!(page.ok()["items"], json!([]));
    for odd in [
        "limit=0",
        "limit=-5",
        "limit=201",
        "limit=99999",
        "before=-1",
        "before=x",
    ] {
        for list in ["ledger", "transactions"] {
            let path = format!("/accounts/acc_northwind/{list}?{odd}");
            dana.get(&path).await.problem(422, "VALIDATION_FAILED");
        }
    }
}
