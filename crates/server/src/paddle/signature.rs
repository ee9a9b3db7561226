//! Checks that an event was signed by the provider: over the raw bytes, in constant time, before anything is parsed.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::time::Duration;

/// How far a signature may lie in the future, for clocks that differ.
const FUTURE: Duration = Duration::from_mins(1);
const MOST_PARTS: usize = 10;

/// The signature does not prove that the provider sent this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match")]
pub struct BadSignature;

/// Checks `Paddle-Signature: ts=<unix>;h1=<hex>` against the raw body.
///
/// Any `h1` may match any secret, because both sides rotate (Paddle's docs: several `h1` during a rotation).
///
/// # Errors
/// [`BadSignature`] whatever is wrong: a stranger learns nothing.
pub fn check(
    header: &str,
    body: &[u8],
    secrets: &[SecretString],
    now_unix: i64,
    past: Duration,
) -> Result<(), BadSignature> {
    let (ts_text, ts, signatures) = parse(header)?;
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    let age = now_unix.checked_sub(ts).ok_or(BadSignature)?;
    if age > seconds(past) || age < -seconds(FUTURE) {
        return Err(BadSignature);
    }
    let mut matched = false;
    for secret in secrets {
        for signature in &signatures {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
                .map_err(|_| BadSignature)?;
            // The text as received, not a number formatted again.
            mac.update(ts_text.as_bytes());
            mac.update(b":");
            mac.update(body);
            matched |= mac.verify_slice(signature).is_ok();
        }
    }
    if matched { Ok(()) } else { Err(BadSignature) }
}

fn parse(header: &str) -> Result<(&str, i64, Vec<[u8; 32]>), BadSignature> {
    let parts: Vec<&str> = header.split(';').map(str::trim).collect();
    if parts.len() > MOST_PARTS {
        return Err(BadSignature);
    }
    let mut stamps = Vec::new();
    let mut signatures = Vec::new();
    for part in parts {
        match part
            .split_once('=')
            .map(|(key, value)| (key.trim(), value.trim()))
        {
            Some(("ts", value)) => stamps.push(value),
            Some(("h1", value)) => {
                let mut bytes = [0u8; 32];
                if hex::decode_to_slice(value, &mut bytes).is_ok() {
                    signatures.push(bytes);
                }
            }
            _ => {}
        }
    }
    let [stamp] = stamps.as_slice() else {
        return Err(BadSignature);
    };
    let digits = !stamp.is_empty() && stamp.bytes().all(|b| b.is_ascii_digit());
    let ts = if digits {
        stamp.parse().map_err(|_| BadSignature)?
    } else {
        return Err(BadSignature);
    };
    if signatures.is_empty() {
        Err(BadSignature)
    } else {
        Ok((stamp, ts, signatures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;
    const BODY: &[u8] = b"{\"event_id\":\"evt_1\",\"name\":\"Caf\xc3\xa9\"}";

    fn sign(secret: &str, ts: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{ts}:").as_bytes());
        mac.update(body);
        hex::encode(mac.finalize().into_bytes())
    }

    fn ok(header: &str, body: &[u8], secrets: &[&str]) -> bool {
        let secrets: Vec<SecretString> = secrets
            .iter()
            .map(|secret| SecretString::from((*secret).to_owned()))
            .collect();
        check(header, body, &secrets, NOW, Duration::from_mins(5)).is_ok()
    }

    #[test]
    fn good_signatures_pass_in_every_written_form() {
        let ts = NOW.to_string();
        let (new, old) = (sign("new", &ts, BODY), sign("old", &ts, BODY));
        assert!(ok(&format!("ts={ts};h1={new}"), BODY, &["new"]));
        assert!(ok(&format!(" ts={ts} ; h1={new} ; v2=x"), BODY, &["new"]));
        assert!(ok(
            &format!("ts={ts};h1={}", new.to_uppercase()),
            BODY,
            &["new"]
        ));
        // Rotation: two signatures in either order, or two secrets on our side.
        for header in [
            format!("ts={ts};h1={new};h1={old}"),
            format!("ts={ts};h1={old};h1={new}"),
        ] {
            assert!(ok(&header, BODY, &["new"]) && ok(&header, BODY, &["old"]));
        }
        assert!(ok(&format!("ts={ts};h1={old}"), BODY, &["new", "old"]));
    }

    #[test]
    fn anything_else_is_refused() {
        let ts = NOW.to_string();
        let good = sign("new", &ts, BODY);
        let with_newline = [BODY, b"\n"].concat();
        assert!(!ok(&format!("ts={ts};h1={good}"), &with_newline, &["new"]));
        assert!(!ok(
            &format!("ts={ts};h1={good}"),
            b"{ \"event_id\": \"evt_1\" }",
            &["new"]
        ));
        assert!(!ok(
            &format!("ts={ts};h1={good}"),
            BODY,
            &["another destination"]
        ));
        assert!(!ok(&format!("ts={ts};h1={good}"), BODY, &[]));
        assert!(!ok(&format!("ts={ts};h1={}", &good[..62]), BODY, &["new"]));
        assert!(!ok(&format!("h1={good}"), BODY, &["new"]));
        assert!(!ok(&format!("ts={ts}"), BODY, &["new"]));
        assert!(!ok(&format!("ts={ts};ts={ts};h1={good}"), BODY, &["new"]));
        assert!(!ok(&format!("ts=+{ts};h1={good}"), BODY, &["new"]));
        assert!(!ok("", BODY, &["new"]));
        for shift in [-301, 61] {
            let ts = (NOW + shift).to_string();
            assert!(
                !ok(
                    &format!("ts={ts};h1={}", sign("new", &ts, BODY)),
                    BODY,
                    &["new"]
                ),
                "{shift}"
            );
        }
        let many = "x=1;".repeat(10);
        assert!(!ok(&format!("{many}ts={ts};h1={good}"), BODY, &["new"]));
    }

    #[test]
    fn one_changed_byte_is_refused_wherever_it_stands() {
        let ts = NOW.to_string();
        let header = format!("ts={ts};h1={}", sign("new", &ts, BODY));
        for at in 0..BODY.len() {
            let mut changed = BODY.to_vec();
            changed[at] ^= 1;
            assert!(!ok(&header, &changed, &["new"]), "byte {at}");
        }
    }
}
