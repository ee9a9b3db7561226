//! One page of a site, as a path: what may be selected by hand.

use crate::audit::LONGEST_LINE;
use crate::audit::gates::in_scope;
use crate::audit::paths::is_private;
use crate::audit::text::is_plain;

/// Why a text names no page that can be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageProblem {
    /// Nothing was given.
    Missing,
    /// Neither a path nor an http or https address.
    Scheme,
    /// An address of another site, or one with a user in it.
    OtherHost,
    /// Letters that no address has, or a path that hides where it leads.
    Letters,
    /// Sign-in, administration, account or submitting page.
    Private,
    /// More letters than an address may have.
    TooLong,
    /// More pages than a scope may have.
    TooMany,
}

impl PageProblem {
    /// What to do about it, in a sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "Enter the address of a page.",
            Self::Scheme => {
                "Enter a whole http or https address, or a path that begins with a slash."
            }
            Self::OtherHost => {
                "This address belongs to another site. Only pages of this project's site can be scanned."
            }
            Self::Letters => {
                "Write the address plainly, without spaces, dots as parts, or encoded letters."
            }
            Self::Private => {
                "Sign-in, administration, account and submitting pages are never scanned."
            }
            Self::TooLong => "An address has at most 600 letters.",
            Self::TooMany => "A scope has at most 1000 pages, 50 of them added by hand.",
        }
    }
}

/// The page that a text names, as a path with its query and without what follows a `#`.
///
/// # Errors
/// [`PageProblem`]
pub fn page(text: &str, domain: &str) -> Result<String, PageProblem> {
    let text = text.trim();
    let text = text.split('#').next().unwrap_or_default();
    if text.is_empty() {
        return Err(PageProblem::Missing);
    }
    if text.chars().count() > LONGEST_LINE {
        return Err(PageProblem::TooLong);
    }
    if text.contains(['\\', ' ', '"', '<', '>']) || !text.chars().all(is_plain) {
        return Err(PageProblem::Letters);
    }
    let path = if text.starts_with('/') && !text.starts_with("//") {
        text
    } else {
        whole(text, domain)?
    };
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path, None),
    };
    if path.split('/').any(|part| part == "." || part == "..") || hides(path) {
        return Err(PageProblem::Letters);
    }
    if is_private(path, query) {
        return Err(PageProblem::Private);
    }
    Ok(match query {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    })
}

/// The path and query of a whole address of the site.
fn whole<'a>(text: &'a str, domain: &str) -> Result<&'a str, PageProblem> {
    let lower = text.to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme))
        .ok_or(PageProblem::Scheme)?;
    let rest = &text[scheme.len()..];
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    if !in_scope(&format!("{scheme}{}", &rest[..end]), domain) {
        return Err(PageProblem::OtherHost);
    }
    let path = &rest[end..];
    match path {
        "" => Ok("/"),
        path if path.starts_with('/') => Ok(path),
        // "shop.example?x" has no path to write down.
        _ => Err(PageProblem::Letters),
    }
}

/// Whether letters, digits, dots or slashes are written as codes: then a path is not what it looks like.
fn hides(path: &str) -> bool {
    path.split('%').skip(1).any(|code| {
        let byte = code
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        byte.is_none_or(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'\\' | b'-' | b'_')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, PageProblem> {
        page(text, "shop.example:8443")
    }

    #[test]
    fn a_page_of_the_site_is_its_path() {
        for (text, path) in [
            ("/", "/"),
            (" https://shop.example:8443 ", "/"),
            (
                "https://www.shop.example:8443/tea?size=2#top",
                "/tea?size=2",
            ),
            ("HTTP://SHOP.example:8443/Tea", "/Tea"),
            ("/caf%C3%A9?", "/caf%C3%A9"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(path), "{text}");
        }
    }

    #[test]
    fn what_is_no_page_of_the_site_is_refused_with_its_reason() {
        use PageProblem as P;
        for (text, problem) in [
            ("", P::Missing),
            ("#top", P::Missing),
            ("tea", P::Scheme),
            ("ftp://shop.example:8443/", P::Scheme),
            ("javascript:alert(1)", P::Scheme),
            ("https://shop.example/", P::OtherHost),
            ("//else.example/", P::Scheme),
            ("https://me@shop.example:8443/", P::OtherHost),
            ("https://shop.example:8443.else.example/", P::OtherHost),
            ("/a/../admin", P::Letters),
            ("/%61dmin", P::Letters),
            ("/a%2", P::Letters),
            ("/a b", P::Letters),
            ("/a\u{202e}b", P::Letters),
            ("/login", P::Private),
            ("https://shop.example:8443/tea?add-to-cart=1", P::Private),
        ] {
            assert_eq!(read(text), Err(problem), "{text}");
        }
        assert_eq!(read(&format!("/{}", "a".repeat(600))), Err(P::TooLong));
    }

    proptest! {
        #[test]
        fn a_page_read_again_is_the_same_page(text in "\\PC{0,60}") {
            if let Ok(path) = read(&text) {
                prop_assert!(path.starts_with('/'));
                prop_assert_eq!(read(&path), Ok(path.clone()));
            }
        }
    }
}
