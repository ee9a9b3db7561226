//! What each operation refuses, how, and that nothing is changed by it.

use super::cases::{Ids, ask};
use super::setup::all;
use crate::house::Draft;
use axum::http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn signed_out_people_are_told_to_sign_in_and_nothing_else() {
    let (house, _, cases) = all().await;
    let before = house.rows().await;
    for case in cases.iter().filter(|case| !case.open()) {
        for cookie in ["", "sid=", "sid=of-nobody", "other=1"] {
            let reply = ask(&house, case.draft(&house, cookie)).await;
            reply.problem(401, "UNAUTHORIZED");
        }
    }
    let results = cases
        .iter()
        .find(|case| case.path == "/scanner/results")
        .unwrap();
    for secret in ["", "wrong"] {
        ask(
            &house,
            results.draft(&house, "").header("x-scanner-secret", secret),
        )
        .await
        .problem(401, "UNAUTHORIZED");
    }
    ask(
        &house,
        results.draft(&house, "").without("x-scanner-secret"),
    )
    .await
    .problem(401, "UNAUTHORIZED");
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn a_wrong_method_is_named_as_such() {
    let (house, cookie, cases) = all().await;
    let before = house.rows().await;
    for case in &cases {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            if cases.iter().any(|other| other.is(&method, &case.path)) {
                continue;
            }
            let draft = Draft::new(method.clone(), &case.filled)
                .header("cookie", &cookie)
                .header("idempotency-key", &house.key());
            let reply = ask(&house, draft.json(&json!({}))).await;
            assert_eq!(reply.status, 405, "{method} {}", case.filled);
            reply.problem(405, "METHOD_NOT_ALLOWED");
        }
    }
    for path in [
        "/nothing",
        "/accounts/acc_northwind",
        "/accounts/acc_northwind/billing/more",
        "/webhooks",
        "",
    ] {
        for method in [Method::GET, Method::POST] {
            ask(&house, Draft::new(method, path).header("cookie", &cookie))
                .await
                .problem(404, "NOT_FOUND");
        }
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn bodies_that_do_not_read_or_do_not_fit_are_refused_by_kind() {
    let (house, cookie, cases) = all().await;
    let before = house.rows().await;
    let mut seen = 0;
    for case in cases.iter().filter(|case| case.reads_json()) {
        seen += 1;
        for broken in ["{", "{\"a\":", "not json", "\u{feff}{}", "{\"a\":1}}"] {
            ask(&house, case.draft(&house, &cookie).raw(broken))
                .await
                .problem(400, "MALFORMED_JSON");
        }
        let mut more = case.body.clone().unwrap_or_else(|| json!({}));
        more["unheard_of"] = json!(1);
        ask(&house, case.draft(&house, &cookie).json(&more))
            .await
            .problem(422, "VALIDATION_FAILED");
        for other in [
            json!([]),
            json!(["acc_northwind"]),
            json!("text"),
            json!(1),
            json!(null),
        ] {
            let reply = ask(&house, case.draft(&house, &cookie).json(&other)).await;
            assert_eq!(
                reply.status, 422,
                "{} {other}: {:?}",
                case.filled, reply.body
            );
            reply.problem(422, "VALIDATION_FAILED");
        }
        // A result may be larger than anything else that is sent.
        let length = if case.path.starts_with("/scanner/") && case.path.ends_with("results") {
            2_200_000
        } else {
            70_000
        };
        let huge = format!("{{\"account_id\":\"{}\"}}", "x".repeat(length));
        ask(&house, case.draft(&house, &cookie).raw(huge))
            .await
            .problem(413, "TOO_LARGE");
        if let Some(body) = &case.body {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "",
            ] {
                let reply = ask(
                    &house,
                    case.draft(&house, &cookie)
                        .header("content-type", kind)
                        .json(body),
                )
                .await;
                assert_eq!(reply.status, 415, "{} {kind}", case.filled);
                reply.problem(415, "UNSUPPORTED_MEDIA_TYPE");
            }
            for (field, value) in body.as_object().unwrap() {
                let wrong_type = if value.is_string() {
                    json!(7)
                } else {
                    json!("seven")
                };
                let mut changed = body.clone();
                changed[field] = wrong_type;
                ask(&house, case.draft(&house, &cookie).json(&changed))
                    .await
                    .problem(422, "VALIDATION_FAILED");
                changed.as_object_mut().unwrap().remove(field);
                ask(&house, case.draft(&house, &cookie).json(&changed))
                    .await
                    .problem(422, "VALIDATION_FAILED");
            }
        }
    }
    assert_ne!(seen, 0);
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn s1_27_what_is_anothers_reads_exactly_like_what_is_not_there() {
    let (house, cookie, cases) = all().await;
    let before = house.rows().await;
    let strangers = Ids::strangers(&house).await;
    let mut asked = 0;
    for case in &cases {
        for (place, id) in &strangers {
            let Some((head, tail)) = case.path.split_once(&format!("{{{place}}}")) else {
                continue;
            };
            // Everything before and behind this place stays our own.
            let ours = |part: &str| case.filled_part(part);
            let prefix = id.split_once('_').unwrap().0;
            let at = |id: &str| format!("{}{id}{}", ours(head), ours(tail));
            let theirs = ask(&house, case.draft_at(&house, &cookie, &at(id))).await;
            let nobodys = ask(
                &house,
                case.draft_at(
                    &house,
                    &cookie,
                    &at(&format!("{prefix}_nobodys0000000000000")),
                ),
            )
            .await;
            theirs.problem(404, "NOT_FOUND");
            assert_eq!(
                (theirs.status, theirs.refusal()),
                (nobodys.status, nobodys.refusal()),
                "{} {}",
                case.method,
                at(id)
            );
            for odd in [
                "x",
                "acc_UPPER",
                "%00",
                "..%2f..%2fetc",
                "acc_'; DROP TABLE accounts; --",
                &format!("{prefix}_{}", "x".repeat(200)),
            ] {
                let odd = odd.replace(' ', "%20");
                let reply = ask(&house, case.draft_at(&house, &cookie, &at(&odd))).await;
                assert_eq!(reply.status, 404, "{} {}", case.method, at(&odd));
                reply.problem(404, "NOT_FOUND");
            }
            asked += 1;
        }
    }
    assert!(asked >= 17, "{asked}");
    // In bodies as in paths.
    let dana = house.dana().await;
    let remember = |id: &str| {
        dana.draft(Method::PUT, "/session/account")
            .header("idempotency-key", &house.key())
            .json(&json!({ "account_id": id }))
    };
    let (theirs, nobodys) = (
        ask(&house, remember("acc_beacon")).await,
        ask(&house, remember("acc_nobody")).await,
    );
    theirs.problem(404, "NOT_FOUND");
    assert_eq!(theirs.refusal(), nobodys.refusal());
    for (path, body) in [
        ("/accounts/acc_northwind/checkouts/{step}", Value::Null),
        (
            "/projects/prj_shop/services/unheard_of/pause",
            json!({ "account_id": "acc_northwind" }),
        ),
        (
            "/projects/prj_shop/services/fix_workflow/destroy",
            json!({ "account_id": "acc_northwind" }),
        ),
        (
            "/projects/prj_shop/services/agency_delivery/enable",
            json!({ "account_id": "acc_northwind" }),
        ),
    ] {
        let path = path.replace("{step}", "chk_nobodys/finish");
        dana.post(&path, &body).await.problem(404, "NOT_FOUND");
    }
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn writes_without_a_usable_key_are_refused() {
    let (house, cookie, cases) = all().await;
    let before = house.rows().await;
    let mut seen = 0;
    for case in cases.iter().filter(|case| case.keyed()) {
        seen += 1;
        ask(
            &house,
            case.draft(&house, &cookie).without("idempotency-key"),
        )
        .await
        .problem(400, "IDEMPOTENCY_KEY_MISSING");
        for key in ["", "short", "has a space in it", &"x".repeat(129)] {
            ask(
                &house,
                case.draft(&house, &cookie).header("idempotency-key", key),
            )
            .await
            .problem(400, "IDEMPOTENCY_KEY_INVALID");
        }
    }
    assert_ne!(seen, 0);
    assert_eq!(house.rows().await, before);
}

#[tokio::test]
async fn what_another_site_sends_is_refused_before_anything_is_read() {
    let (house, cookie, cases) = all().await;
    let before = house.rows().await;
    for case in cases.iter().filter(|case| case.method != Method::GET) {
        for (header, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ] {
            let draft = case
                .draft(&house, &cookie)
                .header("host", "127.0.0.1:8080")
                .header(header, value);
            ask(&house, draft).await.problem(403, "CROSS_SITE");
        }
    }
    assert_eq!(house.rows().await, before);
    // Reading from elsewhere changes nothing and is left to the browser's own rules; our own pages may write.
    let ours = cases
        .iter()
        .find(|case| case.path == "/session/account")
        .unwrap();
    let draft = ours
        .draft(&house, &cookie)
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin");
    assert_eq!(ask(&house, draft).await.status, 204);
}
