//! Secrets and personal data in evidence: what they look like and how they are covered. The scanner covers them before it
//! sends anything, and the redaction gate looks again with the same eyes.

/// What stands in place of something that was covered.
pub const COVER: &str = "[redacted]";

/// Characters that end a word in headers, markup and addresses.
const fn is_edge(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '"' | '\''
                | '<'
                | '>'
                | '='
                | ';'
                | ','
                | '('
                | ')'
                | '{'
                | '}'
                | '&'
                | '?'
                | ':'
                | '/'
                | '['
                | ']'
                | '|'
        )
}

/// The text with every secret and every piece of personal data covered.
pub fn redact(text: &str) -> String {
    let text = cover_numbers(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(is_edge).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(if is_secret(word) || is_mail(word) {
            COVER
        } else {
            word
        });
        let mut letters = after.chars();
        if let Some(edge) = letters.next() {
            out.push(edge);
        }
        rest = letters.as_str();
    }
    out
}

/// Whether nothing in the text looks like a secret or like personal data.
pub fn is_clean(text: &str) -> bool {
    redact(text) == text
}

/// A mail address: something, an `@`, and a name with a dot.
fn is_mail(word: &str) -> bool {
    let Some((who, host)) = word.rsplit_once('@') else {
        return false;
    };
    let host = host.trim_end_matches('.');
    !who.is_empty()
        && host.contains('.')
        && host
            .chars()
            .all(|c| c.is_alphanumeric() || c == '.' || c == '-')
}

/// A token: 20 letters or more that mix capitals, small letters and digits as no word does, or 32 hexadecimal digits or more.
fn is_secret(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, '.' | '-' | '_'));
    let fits = word
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+' | b'~' | b'%'));
    if !fits || word.len() < 20 {
        return false;
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let small = word.bytes().filter(u8::is_ascii_lowercase).count();
    let hexadecimal =
        word.len() >= 32 && digits > 0 && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    hexadecimal || (digits >= 2 && capitals >= 2 && small >= 2)
}

/// Covers what is written like a card or telephone number: 9 to 19 digits, set apart by single spaces, dashes or dots at most.
fn cover_numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let starts = letter.is_ascii_digit()
            && !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        let (end, digits) = if starts {
            number(&letters, at)
        } else {
            (at, 0)
        };
        let joined = letters
            .get(end)
            .is_some_and(|c| c.is_alphanumeric() || *c == '_');
        if (9..=19).contains(&digits) && !joined {
            out.push_str(COVER);
            at = end;
        } else {
            let end = end.max(at + 1);
            out.extend(letters.get(at..end).unwrap_or_default());
            at = end;
        }
    }
    out
}

/// Where the number that begins here ends, and how many digits it has.
fn number(letters: &[char], start: usize) -> (usize, usize) {
    let (mut end, mut digits, mut at) = (start, 0, start);
    while let Some(letter) = letters.get(at) {
        if letter.is_ascii_digit() {
            digits += 1;
            end = at + 1;
        } else if !matches!(letter, ' ' | '-' | '.') || end != at {
            break;
        }
        at += 1;
    }
    (end, digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn secrets_and_people_are_covered_and_words_are_not() {
        for (text, covered) in [
            (
                "set-cookie: sid=9f8Ab7cD6eF5gH4iJ3kL2; Path=/",
                "set-cookie: sid=[redacted]; Path=/",
            ),
            (
                "<a href=\"mailto:Ada.L@mail.example.org\">",
                "<a href=\"mailto:[redacted]\">",
            ),
            ("call +49 30 1234 5678 now", "call +[redacted] now"),
            ("4242 4242 4242 4242", "[redacted]"),
            ("token=d41d8cd98f00b204e9800998ecf8427e", "token=[redacted]"),
        ] {
            assert_eq!(redact(text), covered);
        }
        for text in [
            "content-security-policy: default-src 'self'; max-age=31536000",
            "HTTP 200, 2026-11-26, 42 pages, /products/earl-grey-tea-organic-loose-leaf",
            "nginx/1.18.0 (Ubuntu)",
            "<img src=\"/assets/product-photo-large-2.jpg\">",
            "@media and a@b",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_covered_once_is_clean(text in any::<String>()) {
            prop_assert!(is_clean(&redact(&text)));
        }

        #[test]
        fn every_mail_address_is_covered(who in "[a-z0-9.]{1,12}", host in "[a-z]{2,9}", before in "[ =\"<:]", after in "[ >\",;]") {
            let mail = format!("{who}@{host}.org");
            let text = format!("x{before}{mail}{after}y");
            prop_assert!(!redact(&text).contains(&mail));
        }

        #[test]
        fn every_card_number_is_covered(number in "[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}") {
            let text = format!("card {number}, thanks");
            prop_assert!(!redact(&text).contains(&number));
        }
    }
}
