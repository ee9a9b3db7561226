//! Small jobs: pages are found and never more than those that may be selected; a proof is seen where it stands; a run keeps to
//! the accepted pages.

use crate::site::{DOMAIN, at, limits, serve};
use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use domain::audit::SkipReason;
use domain::errand::ErrandOutcome;
use domain::proof::{ProofMethod, is_proven};
use scanner::audit::{Order, Progress, audit};
use scanner::discover::discover;
use scanner::prove;
use scanner::sample_shop::{Flaws, shop};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

#[tokio::test]
async fn the_pages_of_the_shop_are_found_and_private_ones_are_not() {
    let addresses = serve(shop(Flaws::all())).await;
    let found = discover(DOMAIN, &addresses, limits()).await.unwrap();
    let ErrandOutcome::Pages { pages, skipped, .. } = &found else {
        panic!("{found:?}");
    };
    assert_eq!(pages.first().map(String::as_str), Some("/"));
    for page in ["/products", "/products/8", "/checkout", "/blog/cold-brew"] {
        assert!(pages.iter().any(|found| found == page), "{page}: {pages:?}");
    }
    assert!(
        !pages
            .iter()
            .any(|page| page.starts_with("/admin") || page.starts_with("/cart"))
    );
    assert!(
        skipped
            .iter()
            .any(|page| page.reason == SkipReason::PrivatePath)
    );
    assert_eq!(found.refusal(), None);
}

#[tokio::test]
async fn a_proof_is_seen_in_the_tag_and_in_the_file_and_what_stands_there_instead_is_told() {
    let shop = shop(Flaws::all());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, shop).await.unwrap() });
    let addresses = at(address);
    let look = async |method| prove::look(DOMAIN, method, &addresses, limits()).await;
    let nothing = look(ProofMethod::MetaTag).await.unwrap();
    assert_eq!(nothing, ErrandOutcome::Proof { found: Vec::new() });
    let why = look(ProofMethod::File).await.unwrap_err().0;
    assert!(why.contains("404"), "{why}");
    let set = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .post(format!("http://{address}/__shop/proof"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("value=abc123")
        .send()
        .await
        .unwrap();
    assert_eq!(set.status(), 303);
    for method in [ProofMethod::MetaTag, ProofMethod::File] {
        let ErrandOutcome::Proof { found } = look(method).await.unwrap() else {
            panic!("no proof");
        };
        assert_eq!(found, ["abc123"]);
        assert!(is_proven(method, "abc123", &found) && !is_proven(method, "other", &found));
    }
}

/// A site that writes down what it is asked for.
fn watched() -> (Router, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let page = |State(asked): State<Arc<Mutex<Vec<String>>>>, uri: axum::http::Uri| async move {
        asked.lock().unwrap().push(uri.to_string());
        match uri.path() {
            "/moved" => Redirect::permanent("/secret").into_response(),
            _ => Html("<title>x</title><a href=/b>b</a><a href=/c>c</a>").into_response(),
        }
    };
    (
        Router::new().fallback(get(page)).with_state(asked.clone()),
        asked,
    )
}

#[tokio::test]
async fn a_run_fetches_the_accepted_pages_and_nothing_else() {
    let (site, asked) = watched();
    let addresses = serve(site).await;
    let (tell, _told) = watch::channel(Progress::default());
    let order = Order {
        domain: DOMAIN.to_owned(),
        page_limit: 3,
        only: Some(["/a", "/b?x=1", "/moved"].map(str::to_owned).to_vec()),
    };
    let outcome = audit(&order, &addresses, limits(), &tell).await.unwrap();
    let asked = asked.lock().unwrap().clone();
    assert_eq!(asked, ["/robots.txt", "/a", "/b?x=1", "/moved"]);
    assert_eq!(outcome.pages.len(), 2);
    assert_eq!(outcome.skipped.len(), 1);
    assert_eq!(outcome.skipped[0].reason, SkipReason::OutsideScope);
}
