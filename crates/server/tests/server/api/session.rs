//! Signing in and out.

use crate::house::{Draft, House, Reply};
use axum::http::Method;
use serde_json::{Value, json};

async fn sign_in(house: &House, email: &str, password: &str) -> Reply {
    let body = json!({ "email": email, "password": password });
    house
        .send(Draft::new(Method::POST, "/sign-in").json(&body).build())
        .await
}

fn cookie(reply: &Reply) -> String {
    reply
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn signing_in_gives_a_cookie_that_opens_the_persons_accounts_and_no_others() {
    let house = House::new().await;
    let signed = sign_in(&house, " Dana@Northwind.Example ", server::demo::PASSWORD).await;
    assert_eq!(signed.status, 204);
    let set = signed.header("set-cookie");
    assert!(
        set.starts_with("sid=")
            && set.contains("HttpOnly")
            && set.contains("SameSite=Lax")
            && set.contains("Path=/"),
        "{set}"
    );
    let session = house
        .send(
            Draft::new(Method::GET, "/session")
                .header("cookie", &cookie(&signed))
                .build(),
        )
        .await
        .ok();
    let accounts: Vec<&str> = session["memberships"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["account_id"].as_str().unwrap())
        .collect();
    assert_eq!(
        accounts,
        [
            "acc_harbor",
            "acc_juniper",
            "acc_lantern",
            "acc_northwind",
            "acc_quayside",
            "acc_ridgeline"
        ]
    );
    assert_eq!(session["last_account_id"], "acc_northwind");
    assert_eq!(
        session["memberships"][3]["credit_balance"]["scan"],
        json!({ "avail": 3, "res": 1, "spent": 4 })
    );
    let token = cookie(&signed).replace("sid=", "");
    assert_eq!(house.count("SELECT count(*) FROM sessions").await, 1);
    let stored = house
        .text(
            "SELECT token_sha256 FROM sessions WHERE token_sha256 <> $1",
            &token,
        )
        .await;
    assert_eq!(
        stored,
        server::http::auth::hash_token(&token),
        "the token itself is not stored"
    );

    // A key is not needed, and harmless.
    for key in [None, Some("a-key-of-an-older-app"), Some("x")] {
        let mut remember = Draft::new(Method::PUT, "/session/account")
            .header("cookie", &cookie(&signed))
            .json(&json!({ "account_id": "acc_harbor" }));
        if let Some(key) = key {
            remember = remember.header("idempotency-key", key);
        }
        assert_eq!(house.send(remember.build()).await.status, 204);
    }
    let session = house
        .send(
            Draft::new(Method::GET, "/session")
                .header("cookie", &cookie(&signed))
                .build(),
        )
        .await
        .ok();
    assert_eq!(session["last_account_id"], "acc_harbor");

    let out = house
        .send(
            Draft::new(Method::POST, "/sign-out")
                .header("cookie", &cookie(&signed))
                .build(),
        )
        .await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    house
        .send(
            Draft::new(Method::GET, "/session")
                .header("cookie", &cookie(&signed))
                .build(),
        )
        .await
        .problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_email_read_the_same_and_are_limited() {
    let house = House::new().await;
    let wrong = sign_in(&house, "dana@northwind.example", "wrong").await;
    let unknown = sign_in(&house, "nobody@northwind.example", "wrong").await;
    wrong.problem(401, "WRONG_CREDENTIALS");
    assert_eq!(
        (wrong.status, wrong.refusal()),
        (unknown.status, unknown.refusal())
    );
    assert_eq!(wrong.header("set-cookie"), "");
    for _ in 0..7 {
        sign_in(&house, "DANA@northwind.example", "wrong")
            .await
            .problem(401, "WRONG_CREDENTIALS");
    }
    let limited = sign_in(&house, "dana@northwind.example", server::demo::PASSWORD).await;
    limited.problem(429, "RATE_LIMITED");
    assert_eq!(limited.header("retry-after"), "60");
    assert_eq!(
        sign_in(&house, "dev@northwind.example", server::demo::PASSWORD)
            .await
            .status,
        204,
        "others are not held up"
    );
    sign_in(&house, &"x".repeat(300), "x")
        .await
        .problem(401, "WRONG_CREDENTIALS");
}

#[tokio::test]
async fn a_sign_in_runs_out() {
    let house = House::new().await;
    let dana = house.dana().await;
    dana.get("/session").await.ok();
    house
        .write("UPDATE sessions SET last_seen_at = last_seen_at - 43200000000")
        .await;
    dana.get("/session").await.problem(401, "UNAUTHORIZED");
    house
        .write("UPDATE sessions SET last_seen_at = last_seen_at + 43200000000, expires_at = 1")
        .await;
    dana.get("/session").await.problem(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host_and_people_are_offered_only_in_demo_mode() {
    let house = House::with(&[("PUBLIC_URL", "https://console.example"), ("DEMO", "0")]).await;
    let signed = sign_in(&house, "dana@northwind.example", server::demo::PASSWORD).await;
    let set = signed.header("set-cookie");
    assert!(
        set.starts_with("__Host-sid=") && set.contains("; Secure") && !set.contains("Domain"),
        "{set}"
    );
    assert!(
        signed
            .header("strict-transport-security")
            .contains("max-age")
    );
    let offer = house
        .send(Draft::new(Method::GET, "/sign-in").build())
        .await
        .ok();
    assert_eq!(
        offer,
        json!({ "demo_users": [], "demo_password": Value::Null })
    );
    let demo = House::new().await;
    let offer = demo
        .send(Draft::new(Method::GET, "/sign-in").build())
        .await
        .ok();
    assert_eq!(offer["demo_users"].as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn guesses_at_the_same_moment_do_not_pass_the_limit() {
    let house = House::new().await;
    let guesses = (0..20).map(|_| sign_in(&house, "dana@northwind.example", "wrong"));
    let replies = futures::future::join_all(guesses).await;
    let count = |status: u16| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!((count(401), count(429)), (8, 12));
}

#[tokio::test]
async fn a_right_password_forgets_the_wrong_ones_before_it() {
    let house = House::new().await;
    for _ in 0..2 {
        for _ in 0..7 {
            sign_in(&house, "dana@northwind.example", "wrong")
                .await
                .problem(401, "WRONG_CREDENTIALS");
        }
        let right = sign_in(&house, "dana@northwind.example", server::demo::PASSWORD).await;
        assert_eq!(right.status, 204);
    }
}

#[tokio::test]
async fn a_busy_writer_does_not_keep_people_from_reading() {
    let house = House::new().await;
    let dana = house.dana().await;
    house
        .write("UPDATE sessions SET last_seen_at = last_seen_at - 3600000000")
        .await;
    // Somebody else writes for longer than this test waits.
    let writer = house.state.store.begin().await.unwrap();
    let read = tokio::time::timeout(
        std::time::Duration::from_secs(5),
        dana.get("/accounts/acc_northwind/billing"),
    );
    let reply = read.await.unwrap();
    assert_eq!(reply.status, 200);
    drop(writer);
    // It is noted as soon as the writer is free.
    house
        .eventually("the session is touched", || async {
            let minute_ago = (chrono::Utc::now() - chrono::Duration::minutes(1)).timestamp_micros();
            let sql = "SELECT max(last_seen_at) FROM sessions";
            (house.count(sql).await > minute_ago).then_some(())
        })
        .await;
}
