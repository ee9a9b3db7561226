//! Cookies as pages set them: names and attributes; values are nobody's business here.

use crate::page::Page;

/// A cookie that a page sets.
#[derive(Debug)]
pub(super) struct Cookie {
    /// Its name.
    pub(super) name: String,
    /// Its attributes in small letters, each with its value if it has one.
    attributes: Vec<(String, Option<String>)>,
}

impl Cookie {
    /// Whether it has an attribute.
    pub(super) fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|(name, _)| name == attribute)
    }

    /// The value of an attribute.
    pub(super) fn value(&self, attribute: &str) -> Option<String> {
        self.attributes
            .iter()
            .rev()
            .find(|(name, _)| name == attribute)?
            .1
            .clone()
    }

    /// Whether it looks like one that proves who somebody is.
    pub(super) fn is_session(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        ["sess", "sid", "auth", "token", "jwt", "login", "remember"]
            .iter()
            .any(|part| name.contains(part))
    }

    /// It without its value, as evidence.
    pub(super) fn shown(&self) -> String {
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, value)| {
                value
                    .as_ref()
                    .map_or_else(|| format!("; {name}"), |value| format!("; {name}={value}"))
            })
            .collect();
        format!("set-cookie: {}=[value]{attributes}", self.name)
    }
}

/// The cookies that a page sets.
pub(super) fn cookies(page: &Page<'_>) -> Vec<Cookie> {
    page.header_lines("set-cookie")
        .iter()
        .filter_map(|line| {
            let mut parts = line.split(';');
            let name = parts.next()?.split('=').next()?.trim().to_owned();
            let attributes = parts
                .map(|part| match part.split_once('=') {
                    Some((name, value)) => (
                        name.trim().to_ascii_lowercase(),
                        Some(value.trim().to_ascii_lowercase()),
                    ),
                    None => (part.trim().to_ascii_lowercase(), None),
                })
                .filter(|(name, _)| !name.is_empty() && name != "expires")
                .collect();
            (!name.is_empty()).then_some(Cookie { name, attributes })
        })
        .collect()
}
