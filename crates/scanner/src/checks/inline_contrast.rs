//! Text whose colours, both set in the element's own style, differ too little to be read (WCAG 1.4.3: 4.5 to 1). Colours that
//! come from style sheets are not looked at: what would be guessed is not said.

use super::Check;
use crate::page::{Page, tag, words};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "inline_contrast",
    title: "Text with too little contrast",
    severity: Severity::Medium,
    category: Category::Accessibility,
    confidence: Confidence::Medium,
    remediation: "Make the text darker or its background lighter, to a contrast of at least 4.5 to 1.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    let faint: Vec<_> = page
        .all("[style]")
        .into_iter()
        .filter(|element| !words(element).is_empty())
        .filter_map(|element| {
            let style = element.attr("style")?.to_ascii_lowercase();
            let (text, ground) = (
                colour(&style, &["color"])?,
                colour(&style, &["background-color", "background"])?,
            );
            let contrast = contrast(text, ground);
            (contrast < 4.5).then(|| format!("{contrast:.1} to 1 in {}", tag(&element)))
        })
        .collect();
    let Some(first) = faint.first() else {
        return Vec::new();
    };
    vec![Sign::group(
        page.url,
        format!("{} with too little contrast, first {first}", faint.len()),
    )]
}

/// The colour that a declaration sets, where it is written as hexadecimal digits, as numbers, or as black or white.
fn colour(style: &str, properties: &[&str]) -> Option<[f64; 3]> {
    let mut declarations = style
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'));
    let (_, value) = declarations.rfind(|(name, _)| properties.contains(&name.trim()))?;
    let value = value.trim().trim_end_matches("!important").trim();
    match value {
        "black" => return Some([0.0; 3]),
        "white" => return Some([255.0; 3]),
        _ => {}
    }
    if let Some(digits) = value.strip_prefix('#') {
        return hexadecimal(digits);
    }
    let numbers = value.strip_prefix("rgb(")?.strip_suffix(')')?;
    let parts: Vec<f64> = numbers
        .split([',', ' '])
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok())
        .collect();
    <[f64; 3]>::try_from(parts).ok()
}

fn hexadecimal(digits: &str) -> Option<[f64; 3]> {
    let values: Vec<f64> = digits
        .chars()
        .map(|digit| digit.to_digit(16).map(f64::from))
        .collect::<Option<_>>()?;
    match *values.as_slice() {
        [r, g, b] => Some([r * 17.0, g * 17.0, b * 17.0]),
        [r1, r2, g1, g2, b1, b2] => Some([r1 * 16.0 + r2, g1 * 16.0 + g2, b1 * 16.0 + b2]),
        _ => None,
    }
}

/// From 1 to 21, as WCAG 2 defines it.
fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = (part / 255.0).clamp(0.0, 1.0);
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::CHECK;
    use crate::checks::trial;

    #[test]
    fn it_finds_what_it_is_for_and_nothing_else() {
        trial::markup(
            &CHECK,
            &[
                "<p style='color:#aaa;background:#fff'>sale</p>",
                "<b style='background-color: rgb(255, 200, 0); COLOR: white'>sale</b>",
            ],
            &[
                "<p style='color:#595959;background:#ffffff'>sale</p>",
                "<p style='color:#aaa'>the ground is not known</p>",
                "<p style='color:#aaa;background:url(a.png)'>nor here</p>",
                "<p style='color:#aaa;background:#fff'></p>",
            ],
        );
    }
}
