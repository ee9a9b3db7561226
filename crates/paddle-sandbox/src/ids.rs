//! Paddle ids: a prefix and 26 characters that sort by time of birth.

use rand::RngExt as _;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new id. `micros` must differ between calls for ids to sort by birth.
pub(crate) fn new(prefix: &str, micros: i64) -> String {
    let micros = u64::try_from(micros).unwrap_or_default();
    let mut id = format!("{prefix}_");
    push(&mut id, micros / 1000, 10);
    push(&mut id, micros % 1000, 2);
    push(&mut id, rand::rng().random::<u64>() >> 4, 12);
    push(&mut id, rand::rng().random::<u64>(), 2);
    id
}

/// Unguessable text for links that need no sign-in.
pub(crate) fn token() -> String {
    hex::encode(rand::rng().random::<[u8; 16]>())
}

/// A random id in the form of a UUID, for requests and payment attempts.
pub(crate) fn uuid() -> String {
    let hex = token();
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

fn push(out: &mut String, value: u64, digits: u32) {
    for place in (0..digits).rev() {
        let digit = (value >> (5 * place)) & 31;
        out.push(char::from(
            ALPHABET[usize::try_from(digit).unwrap_or_default()],
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::new;

    #[test]
    fn ids_have_the_documented_form_and_sort_by_birth() {
        let ids: Vec<String> = (0..2000)
            .map(|step| new("txn", 1_790_000_000_000_000 + step))
            .collect();
        for id in &ids {
            let (prefix, rest) = id.split_once('_').unwrap();
            assert_eq!((prefix, rest.len()), ("txn", 26));
            assert!(
                rest.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            );
        }
        assert!(ids.is_sorted());
    }
}
