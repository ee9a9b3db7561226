//! `Paddle-Signature`: HMAC-SHA256 over the time, a colon and the body.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The header value, with one `h1` a secret.
pub(crate) fn header(secrets: &[String], seconds: i64, body: &[u8]) -> String {
    let mut value = format!("ts={seconds}");
    for secret in secrets {
        let signed = [seconds.to_string().as_bytes(), b":", body].concat();
        value.push_str(";h1=");
        value.push_str(&keyed(secret, &signed));
    }
    value
}

/// Hexadecimal HMAC-SHA256.
pub(crate) fn keyed(secret: &str, message: &[u8]) -> String {
    // An HMAC key may have any length, so this cannot fail.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(message);
            hex::encode(mac.finalize().into_bytes())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{header, keyed};

    #[test]
    fn hmac_agrees_with_a_published_vector() {
        // RFC 4231, test case 2.
        assert_eq!(
            keyed("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn every_secret_signs() {
        let value = header(&["new".into(), "old".into()], 7, b"{}");
        let expected = format!(
            "ts=7;h1={};h1={}",
            keyed("new", b"7:{}"),
            keyed("old", b"7:{}")
        );
        assert_eq!(value, expected);
    }
}
