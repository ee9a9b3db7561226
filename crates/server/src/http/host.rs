//! Under which names this server answers: a page elsewhere whose name was pointed at this machine gets nothing.

use crate::error::ApiError;
use crate::state::AppState;
use axum::body::Body;
use axum::extract::State;
use axum::http::uri::Authority;
use axum::http::{Request, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::problem::ProblemCode;
use std::net::IpAddr;

/// Refuses requests for a name that is not ours (DNS rebinding). Probes ask by whatever name they like.
pub(super) async fn ours(
    State(state): State<AppState>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let probe = matches!(request.uri().path(), "/healthz" | "/readyz");
    // HTTP/2 names the host in the address, HTTP/1.1 in a header; a browser always names it.
    let told = request.headers().get(header::HOST);
    let host = request
        .uri()
        .authority()
        .map(Authority::as_str)
        .or_else(|| {
            // What is no text is no name of ours either.
            told.map(|host| host.to_str().unwrap_or("?"))
        });
    if probe || host.is_none_or(|host| is_ours(host, &state.config.hosts)) {
        return next.run(request).await;
    }
    let detail = format!("This console is at {}.", state.config.public_url);
    ApiError::new(ProblemCode::NotFound, detail).into_response()
}

/// Whether a host is one of these names, this machine, or a bare address, which no foreign name can be pointed at.
fn is_ours(host: &str, names: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else {
        return false;
    };
    let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok() || name == "localhost" || names.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours_and_addresses_are_answered_and_no_others() {
        let names = ["console.shop.example".to_owned()];
        for ours in [
            "console.shop.example",
            "Console.Shop.Example.:443",
            "127.0.0.1:8080",
            "[::1]:8080",
            "192.168.1.7",
            "localhost:8080",
        ] {
            assert!(is_ours(ours, &names), "{ours}");
        }
        for foreign in [
            "",
            "?",
            "evil.example",
            "evil.example:8080",
            "console.shop.example.evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.example@",
        ] {
            assert!(!is_ours(foreign, &names), "{foreign}");
        }
    }
}
