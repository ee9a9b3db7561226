//! A site on loopback that answers for every name under `example`.

use axum::Router;
use domain::audit::{AuditOutcome, SkipReason};
use scanner::addresses::Addresses;
use scanner::audit::{Failure, Order, Progress, audit};
use scanner::limits::Limits;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub(crate) const DOMAIN: &str = "shop.example";

/// Limits that let a test end soon.
pub(crate) fn limits() -> Limits {
    Limits {
        gap: Duration::ZERO,
        request: Duration::from_millis(400),
        run: Duration::from_secs(20),
        ..Limits::default()
    }
}

/// Serves a router; it ends with the test's runtime.
pub(crate) async fn serve(router: Router) -> Addresses {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    at(address)
}

/// Whatever listens there answers for `example`.
pub(crate) fn at(address: SocketAddr) -> Addresses {
    Addresses {
        stand_in: Some(format!("example={address}").parse().unwrap()),
    }
}

/// Audits the site.
pub(crate) async fn look(
    addresses: &Addresses,
    limits: Limits,
    page_limit: u32,
) -> Result<AuditOutcome, Failure> {
    let (tell, _told) = watch::channel(Progress::default());
    let order = Order {
        domain: DOMAIN.to_owned(),
        page_limit,
        only: None,
    };
    audit(&order, addresses, limits, &tell).await
}

/// The paths of the scanned pages.
pub(crate) fn paths(outcome: &AuditOutcome) -> Vec<&str> {
    outcome
        .pages
        .iter()
        .map(|page| page.url.strip_prefix("http://shop.example").unwrap())
        .collect()
}

/// The paths that were skipped for a reason.
pub(crate) fn skipped(outcome: &AuditOutcome, reason: SkipReason) -> Vec<&str> {
    let of_reason = outcome.skipped.iter().filter(|page| page.reason == reason);
    of_reason
        .map(|page| {
            page.url
                .strip_prefix("http://shop.example")
                .unwrap_or(&page.url)
        })
        .collect()
}
