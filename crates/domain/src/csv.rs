//! Cells of CSV files that stay cells: quoted where they must be, and never a formula when a spreadsheet opens them.

/// A cell as it is written into a file.
pub fn cell(text: &str) -> String {
    let number = text.parse::<f64>().is_ok();
    // Spreadsheets skip what stands blank before a formula.
    let begins = text.trim_start().starts_with(['=', '+', '-', '@'])
        || text.starts_with(['\t', '\r', '\n', '|', '%']);
    let text = if begins && !number {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n', ';']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        for (text, expected) in [
            ("Fix Plan", "Fix Plan"),
            ("Scan credit, one", "\"Scan credit, one\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
            ("  =1+1", "'  =1+1"),
            ("=a\n=b", "\"'=a\n=b\""),
            ("-29.00", "-29.00"),
            ("@me", "'@me"),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
