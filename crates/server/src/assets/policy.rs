//! What pages may load: ourselves, the payment provider where it is configured, and nothing else.

use crate::config::PaddleConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Hosts of the provider, by what they serve.
struct Hosts {
    script: String,
    style: String,
    frame: String,
    connect: String,
}

/// Paddle's own hosts, or the one host of a sandbox elsewhere.
fn hosts(paddle: Option<&PaddleConfig>) -> Hosts {
    let Some(paddle) = paddle else {
        return Hosts {
            script: String::new(),
            style: String::new(),
            frame: String::new(),
            connect: String::new(),
        };
    };
    let origin = origin(&paddle.js_url);
    if origin != "https://cdn.paddle.com" {
        return Hosts {
            script: origin.clone(),
            style: origin.clone(),
            frame: origin.clone(),
            connect: origin,
        };
    }
    let prefix = if paddle.environment() == "production" {
        ""
    } else {
        "sandbox-"
    };
    Hosts {
        script: origin.clone(),
        style: format!("{origin} https://{prefix}cdn.paddle.com"),
        frame: format!("https://{prefix}buy.paddle.com"),
        connect: format!(
            "https://{prefix}checkout-service.paddle.com https://{prefix}create-checkout.paddle.com"
        ),
    }
}

fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let host = rest.split('/').next().unwrap_or_default();
    // The value goes into a header: anything that is no host is left out.
    let plain = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    if plain {
        format!("{scheme}://{host}")
    } else {
        String::new()
    }
}

/// The content security policy: inline scripts only by their hash, styles never inline.
pub fn content_security(page: &str, paddle: Option<&PaddleConfig>) -> String {
    let hosts = hosts(paddle);
    let hashes = inline_scripts(page).map(hash).collect::<Vec<_>>().join(" ");
    let list = |parts: &[&str]| {
        parts
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(" ")
    };
    [
        "default-src 'none'".to_owned(),
        format!("script-src {}", list(&["'self'", "'wasm-unsafe-eval'", &hashes, &hosts.script])),
        format!("style-src {}", list(&["'self'", &hosts.style])),
        format!("img-src {}", list(&["'self'", "data:", &hosts.style])),
        format!("font-src {}", list(&["'self'", &hosts.style])),
        format!("connect-src {}", list(&["'self'", &hosts.connect])),
        format!("frame-src {}", if hosts.frame.is_empty() { "'none'" } else { &hosts.frame }),
        "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'".to_owned(),
    ]
    .join("; ")
}

/// Paying is allowed to ourselves and the provider; everything else that pages could ask for is not.
pub fn permissions(paddle: Option<&PaddleConfig>) -> String {
    let frame = hosts(paddle).frame;
    let payment = if frame.is_empty() {
        "self".to_owned()
    } else {
        format!("self \"{frame}\"")
    };
    format!("payment=({payment}), camera=(), microphone=(), geolocation=(), usb=()")
}

fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, body) = rest.split_once('>')?;
        let body = body.split("</script>").next()?;
        (!attributes.contains("src=")).then_some(body)
    })
}

fn hash(script: &str) -> String {
    format!(
        "'sha256-{}'",
        STANDARD.encode(Sha256::digest(script.as_bytes()))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_has_the_hash_of_the_starter_and_nothing_unsafe() {
        let page = "<script src=\"a.js\"></script><script type=\"module\">start()</script>";
        let policy = content_security(page, None);
        assert!(policy.contains(&hash("start()")), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(policy.contains("frame-src 'none'"));
    }

    #[test]
    fn an_origin_is_only_a_host() {
        assert_eq!(
            origin("http://127.0.0.1:8090/paddle/v2/paddle.js"),
            "http://127.0.0.1:8090"
        );
        assert_eq!(origin("https://a b; script-src *"), "");
    }
}
