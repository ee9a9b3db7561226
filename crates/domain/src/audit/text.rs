//! Text of strangers as text alone: no control codes, no letters that turn or hide their neighbours.

/// The text in one line, at most `limit` letters: white space becomes single spaces; control codes, invisible letters and those
/// that change the direction of writing are left out.
pub fn plain(text: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    let mut gap = false;
    for letter in text.chars() {
        if letter.is_whitespace() {
            gap = count > 0;
            continue;
        }
        if !is_plain(letter) {
            continue;
        }
        let needed = if gap { 2 } else { 1 };
        if count + needed > limit {
            break;
        }
        if gap {
            line.push(' ');
            gap = false;
        }
        line.push(letter);
        count += needed;
    }
    line
}

/// Whether a letter stands for itself: no control code, nothing invisible, nothing that turns the writing round.
pub fn is_plain(letter: char) -> bool {
    !(letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_that_hide_or_turn_others_are_left_out() {
        assert_eq!(plain(" a\u{1b}[31mb\u{202e}c\n\t d\u{0} ", 40), "a[31mbc d");
        assert_eq!(plain("Grüße, 世界 👋", 40), "Grüße, 世界 👋");
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_short_plain_line_and_stays_one(text in any::<String>(), limit in 0usize..50) {
            let line = plain(&text, limit);
            prop_assert!(line.chars().count() <= limit);
            prop_assert!(line.chars().all(is_plain));
            prop_assert_eq!(plain(&line, limit), line);
        }
    }
}
