//! Sites that are down, slow, endless or hostile: every run ends within its limits and says what happened.

use crate::site::{at, limits, look, paths, serve, skipped};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use domain::audit::text::is_plain;
use domain::audit::{LONGEST_EVIDENCE, MOST_FINDINGS, MOST_SKIPPED, SkipReason};
use scanner::addresses::Addresses;
use scanner::limits::Limits;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

async fn failure(router: Router) -> String {
    let addresses = serve(router).await;
    look(&addresses, limits(), 10).await.unwrap_err().0
}

fn html(text: &'static str) -> axum::routing::MethodRouter {
    get(move || async move { Html(text) })
}

#[tokio::test]
async fn a_site_that_is_down_or_leads_away_fails_with_the_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = at(listener.local_addr().unwrap());
    drop(listener);
    let down = look(&closed, limits(), 10).await.unwrap_err().0;
    assert_eq!(
        down,
        "shop.example could not be scanned: it could not be reached or answered with an error. No page was scanned."
    );
    assert!(
        failure(Router::new())
            .await
            .contains("answered with an error")
    );
    let away = Router::new().route(
        "/",
        get(|| async { Redirect::to("https://elsewhere.test/") }),
    );
    assert!(failure(away).await.contains("leads to another site"));
    let circle = Router::new()
        .route("/", get(|| async { Redirect::to("/a") }))
        .route("/a", get(|| async { Redirect::to("/") }));
    assert!(failure(circle).await.contains("redirects without end"));
    let endless = Router::new()
        .route("/", get(|| async { Redirect::to("/hop/0") }))
        .route(
            "/hop/{n}",
            get(|Path(n): Path<u32>| async move { Redirect::to(&format!("/hop/{}", n + 1)) }),
        );
    assert!(failure(endless).await.contains("redirects without end"));
    let picture = Router::new().route(
        "/",
        get(|| async { ([(header::CONTENT_TYPE, "image/png")], "x") }),
    );
    assert!(failure(picture).await.contains("no web page"));
}

#[tokio::test]
async fn private_addresses_are_reached_neither_by_name_nor_by_number_nor_by_redirect() {
    let met = Arc::new(AtomicUsize::new(0));
    let count = met.clone();
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inside.local_addr().unwrap().port();
    tokio::spawn(async move {
        while inside.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let (tell, _told) = tokio::sync::watch::channel(scanner::audit::Progress::default());
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "2130706433",
        "0x7f.0.0.1",
    ] {
        let order = scanner::audit::Order {
            domain: format!("{host}:{port}"),
            page_limit: 5,
            only: None,
        };
        let failed = scanner::audit::audit(&order, &Addresses::default(), limits(), &tell)
            .await
            .unwrap_err()
            .0;
        assert!(failed.contains("could not be scanned"), "{failed}");
    }
    for target in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("//[::1]:{port}/"),
        "file:///etc/passwd".to_owned(),
    ] {
        let router = Router::new().route("/", get(move || async move { Redirect::to(&target) }));
        assert!(failure(router).await.contains("could not be scanned"));
    }
    assert_eq!(met.load(Ordering::SeqCst), 0, "nobody knocked inside");
}

#[tokio::test]
async fn robots_are_obeyed_and_an_unreadable_file_means_stay_away() {
    let robots =
        |text: &'static str| Router::new().route("/robots.txt", get(move || async move { text }));
    assert!(
        failure(robots("User-agent: *\nDisallow: /").route("/", html("<p>")))
            .await
            .contains("asks scanners to stay away")
    );
    let broken = Router::new()
        .route("/robots.txt", get(|| async { StatusCode::BAD_GATEWAY }))
        .route("/", html("<p>"));
    assert!(failure(broken).await.contains("answered with an error"));

    let rules = "User-agent: *\nDisallow: /\n\nUser-agent: WebRiskOpsScanner\nDisallow: /quiet\n";
    let site = robots(rules)
        .route("/", html("<a href=/quiet>a</a><a href=/loud>b</a>"))
        .route("/quiet", html(""))
        .route("/loud", html(""));
    let outcome = look(&serve(site).await, limits(), 10).await.unwrap();
    assert_eq!(
        (paths(&outcome), skipped(&outcome, SkipReason::Robots)),
        (vec!["/", "/loud"], vec!["/quiet"])
    );
}

#[tokio::test]
async fn huge_slow_and_packed_pages_are_left_and_the_run_goes_on() {
    let zeros = || {
        let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
        let stream = futures_stream(chunk);
        (
            [(header::CONTENT_TYPE, "text/html")],
            Body::from_stream(stream),
        )
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 64 * 1024 * 1024]).unwrap();
    let packed = Bytes::from(packed.finish().unwrap());
    let site = Router::new()
        .route("/", html("<a href=/endless>1</a><a href=/told>2</a><a href=/bomb>3</a><a href=/silent>4</a><a href=/fine>5</a>"))
        .route("/endless", get(move || async move { zeros() }))
        .route("/told", get(|| async { ([(header::CONTENT_TYPE, "text/html"), (header::CONTENT_LENGTH, "10737418240")], Body::from_stream(futures_stream(Bytes::from_static(b"x")))) }))
        .route("/bomb", get(move || async move { ([(header::CONTENT_TYPE, "text/html"), (header::CONTENT_ENCODING, "gzip")], packed) }))
        .route("/silent", get(|| async { std::future::pending::<()>().await }))
        .route("/fine", html("<title>fine</title>"));
    let patient = Limits {
        request: Duration::from_secs(2),
        ..limits()
    };
    let outcome = look(&serve(site).await, patient, 10).await.unwrap();
    assert_eq!(paths(&outcome), ["/", "/fine"]);
    assert_eq!(
        skipped(&outcome, SkipReason::TooLarge),
        ["/endless", "/told", "/bomb"]
    );
    assert_eq!(skipped(&outcome, SkipReason::TooSlow), ["/silent"]);
}

/// The same chunk for ever.
fn futures_stream(chunk: Bytes) -> impl futures_core::Stream<Item = Result<Bytes, std::io::Error>> {
    struct Forever(Bytes);
    impl futures_core::Stream for Forever {
        type Item = Result<Bytes, std::io::Error>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok(self.0.clone())))
        }
    }
    Forever(chunk)
}

#[tokio::test]
async fn a_site_that_stops_answering_or_takes_for_ever_ends_the_run_with_what_there_is() {
    let links = (0..60)
        .map(|n| format!("<a href=/slow/{n}>{n}</a>"))
        .collect::<Vec<_>>()
        .concat();
    let first = links.clone();
    let site = Router::new()
        .route("/", get(move || async move { Html(first) }))
        .route(
            "/slow/{n}",
            get(|| async { std::future::pending::<()>().await }),
        );
    let quick = Limits {
        request: Duration::from_millis(50),
        ..limits()
    };
    let outcome = look(&serve(site).await, quick, 100).await.unwrap();
    assert_eq!(paths(&outcome), ["/"]);
    assert_eq!(
        (
            skipped(&outcome, SkipReason::TooSlow).len(),
            skipped(&outcome, SkipReason::Unavailable).len()
        ),
        (5, 55)
    );

    let site = Router::new()
        .route("/", get(move || async move { Html(links) }))
        .route("/slow/{n}", html("<p>"));
    let short = Limits {
        gap: Duration::from_millis(100),
        run: Duration::from_millis(700),
        ..limits()
    };
    let begun = Instant::now();
    let outcome = look(&serve(site).await, short, 100).await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        (2..10).contains(&outcome.pages.len()),
        "{}",
        outcome.pages.len()
    );
    assert!(skipped(&outcome, SkipReason::TimeLimit).len() > 50);
}

#[tokio::test]
async fn ten_thousand_links_and_pages_without_end_stay_within_bounds() {
    let many = (0..10_000)
        .map(|n| format!("<a href=/p/{n}>{n}</a>"))
        .collect::<Vec<_>>()
        .concat();
    let site = Router::new()
        .route("/", get(move || async move { Html(many) }))
        .route(
            "/p/{n}",
            get(|Path(n): Path<u64>| async move {
                Html(format!(
                    "<a href=/p/{}>next</a><a href='?n={n}'>same</a>",
                    n + 1_000_000
                ))
            }),
        );
    let outcome = look(&serve(site).await, limits(), 20).await.unwrap();
    assert_eq!(
        (outcome.pages.len(), outcome.skipped.len()),
        (20, MOST_SKIPPED)
    );
    assert!(outcome.skipped_more > 9_000, "{}", outcome.skipped_more);

    let deep = Router::new()
        .route("/", html("<a href=/d/0>down</a>"))
        .route(
            "/d/{n}",
            get(|Path(n): Path<u64>| async move { Html(format!("<a href=/d/{}>down</a>", n + 1)) }),
        );
    let outcome = look(&serve(deep).await, limits(), 500).await.unwrap();
    assert_eq!(
        (
            outcome.pages.len(),
            skipped(&outcome, SkipReason::DepthLimit).len()
        ),
        (9, 1)
    );
}

#[tokio::test]
async fn hostile_pages_come_out_as_short_plain_text() {
    let nested = "<div>".repeat(100_000);
    let bottomless = format!("<a href=/a>a</a>{nested}");
    let scripts = (0..5_000)
        .map(|n| {
            format!(
                "<script src='https://c{n}.test/{}.js'></script>",
                "a".repeat(200)
            )
        })
        .collect::<Vec<_>>()
        .concat();
    let evil = format!(
        "<html lang='\u{202e}\u{1b}[2J<script>alert(1)</script>'><title>\u{0}</title><p style='color:#aaa;background:#fff' title='{}'>x</p><a href=/deep>down</a>{scripts}<div><",
        "ada@mail.example.org "
    );
    let site = Router::new()
        .route(
            "/",
            get(move || async move {
                (
                    [(
                        header::SET_COOKIE,
                        "sid=9f8Ab7cD6eF5gH4iJ3kL2; Path=/\u{e9}"
                            .as_bytes()
                            .to_vec(),
                    )],
                    Html(evil),
                )
                    .into_response()
            }),
        )
        .route("/deep", get(move || async move { Html(bottomless) }));
    let outcome = look(&serve(site).await, limits(), 5).await.unwrap();
    assert_eq!(paths(&outcome), ["/", "/deep"]);
    assert_eq!(outcome.findings.len(), MOST_FINDINGS);
    for finding in &outcome.findings {
        let texts = [&finding.title, &finding.evidence, &finding.affected_url];
        assert!(
            texts.iter().all(|text| text.chars().all(is_plain)),
            "{finding:?}"
        );
        assert!(finding.evidence.chars().count() <= LONGEST_EVIDENCE);
        assert!(
            !texts
                .iter()
                .any(|text| text.contains("9f8Ab7cD6eF5") || text.contains("ada@")),
            "{finding:?}"
        );
    }
}
