//! Pages that anybody may read: their title and description as they are sent, for readers that run no scripts, and the list
//! of them all.

use crate::guides;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::guide::{Guide, LEAD};
use domain::link::Link;
use maud::{PreEscaped, html};

/// A page that anybody may read.
#[derive(Clone, Debug)]
struct About {
    href: String,
    title: String,
    description: String,
}

impl About {
    fn of(link: &Link, title: &str, description: &str) -> Self {
        Self {
            href: link.href(),
            title: title.to_owned(),
            description: description.to_owned(),
        }
    }

    fn of_guide(guide: Guide) -> Result<Self, serde_json::Error> {
        let view = guides::view(guide)?;
        Ok(Self::of(&Link::Guide(guide), &view.title, &view.lead))
    }
}

/// Those that are no guides.
fn others() -> [About; 3] {
    [
        About::of(
            &Link::Pricing,
            "Pricing",
            "What the plans and top-ups of WebRiskOps cost, and what each brings: scans, automated fixes, monitoring and AI assistance.",
        ),
        About::of(
            &Link::Snapshot(None),
            "Quick public snapshot",
            "A free look at the first page of a public site: a few checks of its headers and markup, without an account's credits.",
        ),
        About::of(&Link::Guides, "Guides", LEAD),
    ]
}

fn at(address: &Uri) -> Option<About> {
    let path = address.path().trim_end_matches(['/', '.']);
    let guide = Guide::ALL.iter().copied();
    let mut guide = guide.filter(|guide| Link::Guide(*guide).href() == path);
    match guide.next() {
        Some(guide) => About::of_guide(guide).ok(),
        None => others().into_iter().find(|about| about.href == path),
    }
}

/// The built page with title, description and address of the public page at this address; none where there is no such.
pub(super) fn with_head(page: &str, address: &Uri, public_url: &str) -> Option<String> {
    let about = at(address)?;
    let (before, rest) = page.split_once("<title>")?;
    let (_, after) = rest.split_once("</title>")?;
    let after = without_tag(&without_tag(after, "noindex")?, "name=description")
        .or_else(|| without_tag(&without_tag(after, "noindex")?, "name=\"description\""))?;
    let head = html! {
        title { (about.title) " \u{b7} WebRiskOps" }
        meta name="description" content=(about.description);
        link rel="canonical" href=(format!("{public_url}{}", about.href));
    };
    Some(format!("{before}{}{after}", head.into_string()))
}

/// Without the tag that holds these letters.
fn without_tag(page: &str, letters: &str) -> Option<String> {
    let at = page.find(letters)?;
    let start = page[..at].rfind('<')?;
    let end = at + page[at..].find('>')? + 1;
    Some(format!("{}{}", &page[..start], &page[end..]))
}

/// `/sitemap.xml`.
pub(super) fn sitemap(public_url: &str) -> Response {
    let guides = Guide::ALL.iter().map(|guide| Link::Guide(*guide).href());
    let all = others().into_iter().map(|about| about.href).chain(guides);
    let urls = html! {
        @for href in all { url { loc { (public_url) (href) } } }
    };
    let list = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" { (urls) }
    };
    let mut response = list.into_string().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/xml"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT: &str = "<html><meta charset=utf-8><title>WebRiskOps</title><meta content=\"Yours.\" name=description><meta content=noindex name=robots><body></body></html>";
    const WRITTEN: &str = "<title>WebRiskOps</title>\n<meta name=\"description\" content=\"Yours.\" />\n<meta name=\"robots\" content=\"noindex\" />";

    #[test]
    fn public_pages_say_what_they_are_and_no_other_page_does() {
        for page in [BUILT, WRITTEN] {
            for guide in Guide::ALL {
                let address: Uri = Link::Guide(*guide).href().parse().unwrap();
                let page = with_head(page, &address, "https://console.example").unwrap();
                let title = format!("<title>{} \u{b7} WebRiskOps</title>", guide.label());
                assert!(page.contains(&title), "{page}");
                let own = format!("rel=\"canonical\" href=\"https://console.example{address}\"");
                assert!(page.contains(&own), "{page}");
                assert!(
                    !page.contains("noindex") && !page.contains("Yours."),
                    "{page}"
                );
            }
            for public in ["/pricing", "/pricing/", "/snapshot", "/docs", "/docs."] {
                let found = with_head(page, &public.parse().unwrap(), "https://console.example");
                assert!(found.is_some(), "{public}");
            }
            for own in [
                "/",
                "/billing",
                "/snapshot/snp_a",
                "/docs/none",
                "/pricing/x",
            ] {
                let found = with_head(page, &own.parse().unwrap(), "https://console.example");
                assert_eq!(found, None, "{own}");
            }
        }
    }
}
