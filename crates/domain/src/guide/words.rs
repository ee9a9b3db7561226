//! The marks inside a guide's sentence: names of the API, labels of the pages, and links.

use serde::{Deserialize, Serialize};

/// A piece of a sentence. A guide writes `` `name` `` for a name of the API, `**label**` for what stands on a page,
/// and `[text](/address)` for a link inside the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// Plain words.
    Text(String),
    /// A name of the API, such as `credit_balance` or `/billing`.
    Name(String),
    /// A label, letter for letter as a page shows it.
    Label(String),
    /// A link to a page of the console.
    Link {
        /// What is read.
        text: String,
        /// Its path.
        path: String,
    },
}

/// The pieces of a sentence, in order. A mark without its other end is plain text.
pub fn words(sentence: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((at, word, after)) = next_mark(rest) {
        push_text(&mut found, &rest[..at]);
        found.push(word);
        rest = &rest[after..];
    }
    push_text(&mut found, rest);
    found
}

/// The sentence as it is read: without its marks.
pub fn plain(sentence: &str) -> String {
    let text = |word: Word| match word {
        Word::Text(text) | Word::Name(text) | Word::Label(text) | Word::Link { text, .. } => text,
    };
    words(sentence).into_iter().map(text).collect()
}

fn push_text(found: &mut Vec<Word>, text: &str) {
    if !text.is_empty() {
        found.push(Word::Text(text.to_owned()));
    }
}

/// The first whole mark: where it begins, what it is, and where the text goes on.
fn next_mark(text: &str) -> Option<(usize, Word, usize)> {
    let marks = [
        between(text, "`", "`", |inside| Some(Word::Name(inside.to_owned()))),
        between(text, "**", "**", |inside| {
            Some(Word::Label(inside.to_owned()))
        }),
        between(text, "[", ")", link),
    ];
    marks.into_iter().flatten().min_by_key(|(at, _, _)| *at)
}

fn between(
    text: &str,
    open: &str,
    close: &str,
    make: impl Fn(&str) -> Option<Word>,
) -> Option<(usize, Word, usize)> {
    let mut from = 0;
    while let Some(at) = text[from..].find(open).map(|at| at + from) {
        let begin = at + open.len();
        let end = text[begin..].find(close)? + begin;
        if end > begin
            && let Some(word) = make(&text[begin..end])
        {
            return Some((at, word, end + close.len()));
        }
        from = begin;
    }
    None
}

fn link(inside: &str) -> Option<Word> {
    let (text, path) = inside.split_once("](")?;
    let whole = !text.is_empty() && path.starts_with('/') && !path.starts_with("//");
    whole.then(|| Word::Link {
        text: text.to_owned(),
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_read_in_order() {
        let sentence = "Open [Billing](/billing), read **Credit balance** and `credit_balance`.";
        assert_eq!(
            words(sentence),
            [
                Word::Text("Open ".into()),
                Word::Link {
                    text: "Billing".into(),
                    path: "/billing".into()
                },
                Word::Text(", read ".into()),
                Word::Label("Credit balance".into()),
                Word::Text(" and ".into()),
                Word::Name("credit_balance".into()),
                Word::Text(".".into()),
            ]
        );
        assert_eq!(
            plain(sentence),
            "Open Billing, read Credit balance and credit_balance."
        );
    }

    #[test]
    fn half_a_mark_and_a_link_to_elsewhere_are_text() {
        for text in [
            "a ` b",
            "a ** b",
            "[a](//else.example)",
            "[a](https://else.example)",
            "[] (x)",
            "````",
        ] {
            assert_eq!(words(text), [Word::Text(text.into())], "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_plain_text_stays(text in ".{0,80}", letters in "[a-z ]{1,40}") {
            let _ = plain(&text);
            prop_assert_eq!(plain(&letters), letters);
        }
    }
}
