//! A page as checks see it: its answer and its elements.

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};
use url::Url;

/// Letters of an element that evidence shows.
const LONGEST_TAG: usize = 300;
/// Elements inside each other; browsers follow 512.
const DEEPEST: usize = 1_000;
/// Letters of one tag.
const LONGEST_SOURCE: usize = 100_000;
/// Elements that have no inside, or that end where the next of their kind begins.
const CLOSED_BY_ITSELF: [&str; 26] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "path", "source", "tbody", "td", "tfoot", "th", "thead",
    "tr", "wbr",
];

/// A page that was read.
#[derive(Debug)]
pub struct Page<'a> {
    /// The address that answered.
    pub url: &'a Url,
    /// Every address on the way there, itself included.
    pub hops: &'a [Url],
    /// Its headers.
    pub headers: &'a HeaderMap,
    html: Html,
    base: Url,
}

impl<'a> Page<'a> {
    /// Reads a page; whatever the markup is, something comes of it. Of markup that is nested deeper than any browser follows
    /// only the headers are looked at.
    pub fn new(url: &'a Url, hops: &'a [Url], headers: &'a HeaderMap, body: &str) -> Self {
        let html = if is_readable(body) {
            Html::parse_document(body)
        } else {
            Html::new_document()
        };
        let mut page = Self {
            url,
            hops,
            headers,
            html,
            base: url.clone(),
        };
        let base = page
            .all("base[href]")
            .first()
            .and_then(|base| base.attr("href"))
            .and_then(|href| url.join(href).ok());
        page.base = base.unwrap_or(page.base);
        page
    }

    /// All values of a header, joined as one.
    pub fn header(&self, name: &str) -> Option<String> {
        let all = self.header_lines(name);
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Each value of a header by itself.
    pub fn header_lines(&self, name: &str) -> Vec<String> {
        self.headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// The elements that a selector names, in their order.
    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        Selector::parse(selector)
            .map(|selector| self.html.select(&selector).collect())
            .unwrap_or_default()
    }

    /// What an address on this page means, seen from its `base` if it has one.
    pub fn resolve(&self, address: &str) -> Option<Url> {
        self.base.join(address.trim()).ok()
    }

    /// Where the page's links lead, fragments left out.
    pub fn links(&self) -> Vec<Url> {
        self.all("a[href], area[href]")
            .into_iter()
            .filter_map(|link| link.attr("href"))
            .filter_map(|href| self.resolve(href))
            .collect()
    }

    /// Whether an address leads to another site than this page's.
    pub fn is_foreign(&self, url: &Url) -> bool {
        let host = |url: &Url| {
            url.host_str()
                .map(|host| host.trim_start_matches("www.").to_owned())
        };
        url.host_str().is_some() && host(url) != host(self.url)
    }
}

/// Whether reading the markup takes time in proportion to its length. Parsers of HTML take far longer over elements nested
/// without end and over tags with attributes without end, and no browser follows either.
fn is_readable(body: &str) -> bool {
    let body = body.to_ascii_lowercase();
    let (mut depth, mut rest) = (0_usize, body.as_str());
    while let Some(start) = rest.find('<') {
        rest = rest.get(start + 1..).unwrap_or_default();
        let closes = rest.starts_with('/');
        let name_at = rest.trim_start_matches('/');
        let length = name_at
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name_at.len());
        let name = name_at.get(..length).unwrap_or_default();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = rest.find('>').unwrap_or(rest.len());
        if closes {
            depth = depth.saturating_sub(1);
        } else if matches!(name, "script" | "style") {
            // What looks like tags in there is none.
            let close = format!("</{name}");
            rest = rest.get(end..).unwrap_or_default();
            rest = rest
                .find(&close)
                .and_then(|at| rest.get(at..))
                .unwrap_or_default();
            depth += 1;
            continue;
        } else if !CLOSED_BY_ITSELF.contains(&name) {
            depth += 1;
        }
        if depth > DEEPEST || end > LONGEST_SOURCE {
            return false;
        }
    }
    true
}

/// The opening tag of an element, as evidence: values that people may have typed are left out.
pub fn tag(element: &ElementRef<'_>) -> String {
    let mut text = format!("<{}", element.value().name());
    for (name, value) in element.value().attrs() {
        if name == "value" {
            continue;
        }
        let value: String = value.chars().take(120).collect();
        text.extend([" ", name, "=\"", &value, "\""]);
        if text.len() > LONGEST_TAG {
            break;
        }
    }
    text.push('>');
    text
}

/// The words inside an element, as far as its first 200 pieces of text.
pub fn words(element: &ElementRef<'_>) -> String {
    let text: String = element.text().take(200).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::is_readable;

    #[test]
    fn only_markup_without_bottom_or_end_is_left_unread() {
        assert!(!is_readable(&"<div>".repeat(1_001)));
        assert!(!is_readable(&format!("<p {}>", "a=1 ".repeat(30_000))));
        for fine in [
            "<div></div>".repeat(5_000),
            "<ul><li>a<li>b<p>c<br><img src=a></ul>".repeat(5_000),
            format!("<script>{}</script><p>", "'<div>'".repeat(5_000)),
            "a < b <3 <!-- x --> < ".repeat(5_000),
        ] {
            assert!(is_readable(&fine), "{}", &fine[..40]);
        }
    }
}
