//! Signing in and out.

use crate::house::{Draft, House, Reply};
use axum::http::Method;
use serde_json::{Value, json};
use server::peer::Peer;

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

/// A sign-in from an address, with what the browser holds.
async fn try_from(house: &House, from: &str, cookies: &str, password: &str) -> Reply {
    let body = json!({ "email": "dana@northwind.example", "password": password });
    let mut draft = Draft::new(Method::POST, "/sign-in").json(&body);
    if !cookies.is_empty() {
        draft = draft.header("cookie", cookies);
    }
    let mut request = draft.build();
    request.extensions_mut().insert(Peer(from.parse().unwrap()));
    house.send(request).await
}

/// What the answer gives the browser to hold, by name.
fn held(reply: &Reply, name: &str) -> String {
    let all = reply.headers.get_all("set-cookie").into_iter();
    let mut all = all.map(|value| value.to_str().unwrap());
    let set = all.find(|set| set.starts_with(name)).unwrap();
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn strangers_lock_nobody_out_and_guess_no_faster_from_many_addresses() {
    let house = House::new().await;
    let right = server::demo::PASSWORD;
    let signed = try_from(&house, "198.51.100.1", "", right).await;
    assert_eq!(signed.status, 204);
    let browser = held(&signed, "browser=");
    // Strangers try from many addresses, eight times each at most and forty together.
    let mut looked_at = 0;
    for network in 0..8 {
        for _ in 0..9 {
            let from = format!("203.0.113.{network}");
            let tried = try_from(&house, &from, "browser=made-up", "wrong").await;
            looked_at += usize::from(tried.status == 401);
        }
    }
    assert_eq!(looked_at, 40);
    try_from(&house, "198.51.100.7", "", right)
        .await
        .problem(429, "RATE_LIMITED");
    // The owner's browser is known, wherever it is by now; and it is known for its owner alone.
    let again = try_from(&house, "192.0.2.44", &browser, right).await;
    assert_eq!(again.status, 204);
    assert_eq!(held(&again, "browser="), browser);
    let dev = try_from(&house, "203.0.113.99", &browser, "wrong").await;
    dev.problem(401, "WRONG_CREDENTIALS");
    // A browser that was lost does not guess without an end either.
    for _ in 0..7 {
        let tried = try_from(&house, "203.0.113.99", &browser, "wrong").await;
        tried.problem(401, "WRONG_CREDENTIALS");
    }
    try_from(&house, "203.0.113.99", &browser, right)
        .await
        .problem(429, "RATE_LIMITED");
}

#[tokio::test]
async fn signing_in_again_ends_the_sign_in_that_the_browser_held() {
    let house = House::new().await;
    let first = try_from(&house, "192.0.2.1", "", server::demo::PASSWORD).await;
    let sid = held(&first, "sid=");
    let open = async |sid: &str| {
        let ask = Draft::new(Method::GET, "/session").header("cookie", sid);
        house.send(ask.build()).await.status
    };
    assert_eq!(open(&sid).await, 200);
    let wrong = try_from(&house, "192.0.2.1", &sid, "wrong").await;
    assert_eq!(
        (wrong.status, open(&sid).await),
        (401, 200),
        "only a right one ends it"
    );
    let second = try_from(&house, "192.0.2.1", &sid, server::demo::PASSWORD).await;
    let newer = held(&second, "sid=");
    assert_ne!(newer, sid);
    assert_eq!((open(&sid).await, open(&newer).await), (401, 200));
}

#[tokio::test]
async fn two_hundred_unknown_emails_hold_nobody_up() {
    let house = House::new().await;
    // What a check takes is known from one that happened.
    sign_in(&house, "dana@northwind.example", "wrong").await;
    let emails: Vec<String> = (0..200)
        .map(|n| format!("nobody{n}@shop.example"))
        .collect();
    let flood = emails.iter().map(|email| sign_in(&house, email, "wrong"));
    let (flood, signed) = tokio::join!(
        futures::future::join_all(flood),
        sign_in(&house, "dana@northwind.example", server::demo::PASSWORD)
    );
    assert_eq!(signed.status, 204);
    assert!(flood.iter().all(|reply| reply.status == 401));
}
