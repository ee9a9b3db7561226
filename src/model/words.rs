//! Counting in words.

/// "1 finding", "3 findings".
pub fn plural(count: i64, one: &str, many: &str) -> String {
    let unit = if count == 1 { one } else { many };
    format!("{count} {unit}")
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn only_one_is_one() {
        let text = |count| plural(count, "page", "pages");
        assert_eq!(
            [text(0), text(1), text(2)],
            ["0 pages", "1 page", "2 pages"]
        );
    }
}
