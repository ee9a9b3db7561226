//! The built app as the server hands it out.

use crate::desk::folder;
use crate::house::{House, Reply};
use crate::place;
use axum::body::Body;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::io::Read;

const STARTER: &str = "import init from '/app-1a2b3c4d5e6f7a8b.js'; init();";
const SCRIPT: &str = "app-1a2b3c4d5e6f7a8b.js";
const WASM: &str = "app-1a2b3c4d5e6f7a8b_bg.wasm";

/// A console with a small built app.
async fn built() -> House {
    built_with("").await
}

/// A console with a small built app, whose page has this in it.
pub(super) async fn built_with(body: &str) -> House {
    let house = House::new().await;
    let dist = house.folder.path().join("dist");
    std::fs::create_dir_all(dist.join("icons")).unwrap();
    let page = format!(
        "<!doctype html><html lang=en><title>WebRiskOps</title>{body}<script type=\"module\">{STARTER}</script><script src=\"/x.js\"></script>"
    );
    let script = "export default function init() {}\n".repeat(200);
    for (name, content) in [
        ("index.html", page.as_bytes()),
        (SCRIPT, script.as_bytes()),
        (WASM, &[0u8, 97, 115, 109, 1, 0, 0, 0].repeat(100)),
        ("robots.txt", b"User-agent: *\n"),
        ("icons/sprite.svg", b"<svg/>"),
        (".secret", b"x"),
    ] {
        std::fs::write(dist.join(name), content).unwrap();
    }
    server::assets::compress_folder(&dist).unwrap();
    // Opened anew with the folder beside it.
    let moved = folder();
    let mut files = vec!["sandbox.json"];
    if place::on_postgres() {
        house.state.store.close().await;
        place::make(&moved, Some(&place::name_of(&house.folder))).await;
    } else {
        files.push("console.db");
    }
    for name in files {
        std::fs::copy(house.folder.path().join(name), moved.path().join(name)).unwrap();
    }
    copy(&dist, &moved.path().join("dist"));
    drop(house);
    House::open(moved, &[], true).await
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).map(drop).unwrap();
        }
    }
}

pub(super) async fn get(house: &House, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.send(request.body(Body::empty()).unwrap()).await
}

pub(super) const NAVIGATE: (&str, &str) = ("sec-fetch-mode", "navigate");

#[tokio::test]
async fn files_come_in_the_smallest_form_that_the_client_takes() {
    let house = built().await;
    let plain = get(&house, &format!("/{SCRIPT}"), &[]).await;
    assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
    assert_eq!(
        plain.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    for (accepts, encoding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("br;q=0.0, gzip;q=0.000", ""),
        ("br;q=0.5", "br"),
        ("identity", ""),
        ("", ""),
    ] {
        let reply = get(
            &house,
            &format!("/{SCRIPT}"),
            &[("accept-encoding", accepts)],
        )
        .await;
        assert_eq!(reply.header("content-encoding"), encoding, "{accepts}");
        assert!(reply.header("vary").contains("accept-encoding"));
        assert!(encoding.is_empty() || reply.body.len() < plain.body.len());
        let mut unpacked = Vec::new();
        match encoding {
            "br" => drop(
                brotli::Decompressor::new(reply.body.as_ref(), 4096)
                    .read_to_end(&mut unpacked)
                    .unwrap(),
            ),
            "gzip" => drop(
                flate2::read::GzDecoder::new(reply.body.as_ref())
                    .read_to_end(&mut unpacked)
                    .unwrap(),
            ),
            _ => unpacked.extend_from_slice(&reply.body),
        }
        assert_eq!(unpacked, plain.body, "{accepts}");
    }
    let wasm = get(&house, &format!("/{WASM}"), &[]).await;
    assert_eq!(
        (wasm.header("content-type"), wasm.header("cache-control")),
        ("application/wasm", "public, max-age=31536000, immutable")
    );
    let robots = get(&house, "/robots.txt", &[]).await;
    assert_eq!(
        robots.header("cache-control"),
        "no-cache",
        "a name without a hash may change"
    );
    let tag = robots.header("etag").to_owned();
    for tag in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let same = get(&house, "/robots.txt", &[("if-none-match", &tag)]).await;
        assert_eq!((same.status, same.body.len()), (304, 0));
    }
    assert_eq!(
        get(&house, "/robots.txt", &[("if-none-match", "\"other\"")])
            .await
            .status,
        200
    );
    assert_eq!(
        get(&house, "/icons/sprite.svg", &[])
            .await
            .header("content-type"),
        "image/svg+xml"
    );
}

#[tokio::test]
async fn each_form_of_a_file_has_a_tag_of_its_own() {
    let house = built().await;
    let path = format!("/{SCRIPT}");
    let mut tags = Vec::new();
    for accepts in ["br", "gzip", "identity"] {
        let reply = get(&house, &path, &[("accept-encoding", accepts)]).await;
        let tag = reply.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        let asked = [
            ("accept-encoding", accepts),
            ("if-none-match", tag.as_str()),
        ];
        let same = get(&house, &path, &asked).await;
        assert_eq!((same.status, same.header("etag")), (304, tag.as_str()));
        tags.push(tag);
    }
    // The tag of another form says nothing about this one.
    let asked = [
        ("accept-encoding", "gzip"),
        ("if-none-match", tags[0].as_str()),
    ];
    assert_eq!(get(&house, &path, &asked).await.status, 200);
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
}

#[tokio::test]
async fn scripts_never_get_the_page_and_what_is_missing_is_missing() {
    let house = built().await;
    for path in [
        "/",
        "/billing",
        "/reports/rep_harbor",
        "/checkout/automated_fix_credits",
        "/no/such/page",
    ] {
        let page = get(&house, path, &[NAVIGATE]).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        assert_eq!(page.header("cache-control"), "no-cache");
        let by_accept = get(&house, path, &[("accept", "text/html,*/*")]).await;
        assert_eq!(by_accept.status, 200, "{path}");
        get(
            &house,
            path,
            &[("sec-fetch-mode", "cors"), ("accept", "text/html")],
        )
        .await
        .problem(404, "NOT_FOUND");
        let by_anybody = get(&house, path, &[]).await;
        assert_eq!(by_anybody.status, 200, "{path}: a checker of links");
    }
    for path in [
        "/app-0000000000000000_bg.wasm",
        "/missing.js",
        "/x%00.js",
        "/index.html",
        "/app-1a2b3c4d5e6f7a8b.js.br",
        "/.secret",
        "/dist/index.html",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/icons/../../console.db",
    ] {
        get(&house, path, &[NAVIGATE])
            .await
            .problem(404, "NOT_FOUND");
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/session",
        "/api/v1/nothing",
        "/api/v1/accounts/acc_northwind/nothing",
    ] {
        get(&house, path, &[NAVIGATE])
            .await
            .problem(404, "NOT_FOUND");
    }
    let post = house
        .send(Request::post("/billing").body(Body::empty()).unwrap())
        .await;
    post.problem(405, "METHOD_NOT_ALLOWED");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(&house, path, &[]).await.status, 200);
    }
}

#[tokio::test]
async fn pages_carry_a_policy_with_the_starters_hash_and_nothing_inline() {
    let house = built().await;
    let page = get(&house, "/billing", &[NAVIGATE]).await;
    let policy = page.header("content-security-policy").to_owned();
    let hash = STANDARD.encode(Sha256::digest(STARTER.as_bytes()));
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert!(
        policy.contains("'wasm-unsafe-eval'")
            && policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
    );
    let sandbox = house.sandbox.url();
    for directive in ["script-src", "frame-src", "connect-src"] {
        let part = policy
            .split("; ")
            .find(|part| part.starts_with(directive))
            .unwrap();
        assert!(part.contains(sandbox), "{part}");
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin-allow-popups"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ] {
        assert_eq!(page.header(name), value);
    }
    assert_eq!(
        page.header("strict-transport-security"),
        "",
        "not over plain http"
    );
    assert!(page.header("permissions-policy").contains("camera=()"));
}

#[tokio::test]
async fn a_page_names_the_data_that_it_will_ask_for_first() {
    let house = built().await;
    let dana = house.dana().await;
    let links = |reply: &Reply| {
        reply
            .headers
            .get_all("link")
            .iter()
            .map(|value| value.to_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let cookie = ("cookie", dana.cookie.as_str());
    let billing = links(
        &get(
            &house,
            "/billing?from=fix&ref=rep_harbor",
            &[NAVIGATE, cookie],
        )
        .await,
    );
    assert!(
        billing.iter().any(|link| link.starts_with(
            "</api/v1/accounts/acc_northwind/billing?from=fix&ref=rep_harbor>; rel=preload"
        )),
        "{billing:?}"
    );
    let report = links(&get(&house, "/reports/rep_harbor", &[NAVIGATE, cookie]).await);
    assert!(
        report
            .iter()
            .any(|link| link.starts_with("</api/v1/reports/rep_harbor>")),
        "{report:?}"
    );
    let odd = links(&get(&house, "/billing?x=%3E%0D%0A", &[NAVIGATE, cookie]).await);
    assert!(odd.iter().all(|link| !link.contains('\n')), "{odd:?}");
    let signed_out = links(&get(&house, "/billing", &[NAVIGATE]).await);
    assert!(
        signed_out
            .iter()
            .all(|link| link.starts_with("</api/v1/session>")),
        "{signed_out:?}"
    );
}

#[tokio::test]
async fn before_the_app_is_built_the_server_says_so() {
    let house = House::new().await;
    let page = get(&house, "/billing", &[NAVIGATE]).await;
    assert_eq!(page.status, 503);
    assert!(
        std::str::from_utf8(&page.body)
            .unwrap()
            .contains("make run")
    );
    get(&house, "/app-0000000000000000_bg.wasm", &[])
        .await
        .problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn a_new_build_is_served_with_its_own_policy_at_once() {
    let house = built().await;
    let policy = |reply: &Reply| reply.header("content-security-policy").to_owned();
    let old = policy(&get(&house, "/billing", &[NAVIGATE]).await);
    let page = house.folder.path().join("dist/index.html");
    std::fs::write(&page, "<script>other()</script>").unwrap();
    std::fs::remove_file(page.with_extension("html.br")).unwrap();
    let new = get(&house, "/billing", &[NAVIGATE]).await;
    let hash = STANDARD.encode(Sha256::digest("other()"));
    assert!(policy(&new).contains(&hash) && !old.contains(&hash));
}

#[tokio::test]
async fn answers_come_compressed_and_refusals_name_their_request() {
    let house = built().await;
    let dana = house.dana().await;
    let accepts = ("accept-encoding", "br");
    let cookie = ("cookie", dana.cookie.as_str());
    let billing = "/api/v1/accounts/acc_northwind/billing";
    let plain = get(&house, billing, &[cookie]).await;
    let small = get(&house, billing, &[cookie, accepts]).await;
    assert_eq!(small.header("content-encoding"), "br");
    assert!(small.body.len() * 3 < plain.body.len());
    assert!(
        small.header("etag").starts_with("W/"),
        "another form of the same"
    );
    let foreign = ("x-request-id", "chosen-by-the-sender");
    let refused = get(&house, billing, &[foreign]).await;
    let problem = refused.problem(401, "UNAUTHORIZED");
    assert_eq!(problem["request_id"], refused.header("x-request-id"));
    assert_ne!(problem["request_id"], foreign.1);
}

/// A page elsewhere whose name was pointed at this machine (DNS rebinding) sends its own name along.
#[tokio::test]
async fn a_request_for_a_name_that_is_not_ours_gets_neither_page_nor_api() {
    let house = House::with(&[
        ("PUBLIC_URL", "https://console.shop.example"),
        ("ALLOWED_HOSTS", "console, inside.example"),
    ])
    .await;
    for path in ["/", "/billing", "/api/v1/pricing"] {
        for foreign in [
            "evil.example",
            "evil.example:8080",
            "console.shop.example.evil.example",
        ] {
            let problem = get(&house, path, &[("host", foreign)])
                .await
                .problem(404, "NOT_FOUND");
            assert_eq!(
                problem["detail"],
                "This console is at https://console.shop.example."
            );
        }
        for ours in [
            "console.shop.example",
            "CONSOLE:8080",
            "inside.example",
            "localhost",
            "127.0.0.1:8080",
            "[::1]",
        ] {
            let answer = get(&house, path, &[("host", ours)]).await;
            assert_ne!(
                answer.header("content-type"),
                "application/problem+json",
                "{path} at {ours}: {}",
                answer.status
            );
        }
    }
    assert_eq!(
        get(&house, "/healthz", &[("host", "10-0-0-7.probe")])
            .await
            .status,
        200
    );
}
