//! A new project: its name, and the site that its address names (docs/product.md#project).

use crate::audit::text::{is_plain, plain};
use serde::{Deserialize, Serialize};

/// Letters of a project's name at most.
pub const LONGEST_NAME: usize = 300;
/// Letters of a host name at most (RFC 1035).
const LONGEST_HOST: usize = 253;
/// Endings of names that exist in no public directory.
const NOT_PUBLIC: [&str; 7] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "arpa",
];

/// Body of `POST /accounts/{a}/projects`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreateProject {
    /// Its name, 1 to 300 letters.
    pub name: String,
    /// Its site: a host name, with a scheme and a port or without.
    pub domain: String,
}

/// Why an address names no site that can be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteProblem {
    /// Nothing was given.
    Missing,
    /// Another scheme than http or https.
    Scheme,
    /// A user or password stands in it.
    User,
    /// More than a site: a path, a query or a fragment.
    Path,
    /// A number instead of a name.
    Number,
    /// A name that only a private network knows.
    Private,
    /// No host name.
    Host,
    /// A port that is none.
    Port,
}

impl SiteProblem {
    /// What to do about it, in a sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "Enter the address of the site, for example shop.example.com.",
            Self::Scheme => "Only http and https sites can be scanned.",
            Self::User => "Leave out the user name and password.",
            Self::Path => {
                "Enter the site alone, without a path. Its pages are chosen later, in the scan scope."
            }
            Self::Number => {
                "Enter the name of the site. Numeric network addresses cannot be scanned."
            }
            Self::Private => {
                "This name belongs to a private network. Only public sites can be scanned."
            }
            Self::Host => "This is no host name. Enter one like shop.example.com.",
            Self::Port => "The port must be a number from 1 to 65535.",
        }
    }
}

/// The name of a project in one plain line; `None` when it is empty or too long.
pub fn project_name(text: &str) -> Option<String> {
    let name = plain(text, LONGEST_NAME + 1);
    (!name.is_empty() && name.chars().count() <= LONGEST_NAME).then_some(name)
}

/// The site that an address names: its host in small ASCII letters without the trailing dot, and its port where it is not
/// the usual one. `to_ascii` writes an international name in ASCII letters.
///
/// # Errors
/// [`SiteProblem`]
pub fn site(text: &str, to_ascii: impl Fn(&str) -> Option<String>) -> Result<String, SiteProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(SiteProblem::Missing);
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (String::new(), text),
    };
    let usual = match scheme.as_str() {
        "" => None,
        "http" => Some("80"),
        "https" => Some("443"),
        _ => return Err(SiteProblem::Scheme),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains('@') {
        return Err(SiteProblem::User);
    }
    if rest.contains(['/', '\\', '?', '#']) {
        return Err(SiteProblem::Path);
    }
    if rest.starts_with('[') {
        return Err(SiteProblem::Number);
    }
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(self::port(port)?)),
        None => (rest, None),
    };
    let host = self::host(host, to_ascii)?;
    Ok(match port {
        Some(port) if port != "443" && port != "80" && Some(port.as_str()) != usual => {
            host + ":" + &port
        }
        _ => host,
    })
}

fn port(text: &str) -> Result<String, SiteProblem> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        // "mailto:" and its like come without slashes.
        return Err(SiteProblem::Port);
    }
    match text.parse::<u16>() {
        Ok(0) | Err(_) => Err(SiteProblem::Port),
        Ok(port) => Ok(port.to_string()),
    }
}

fn host(text: &str, to_ascii: impl Fn(&str) -> Option<String>) -> Result<String, SiteProblem> {
    if !text.chars().all(is_plain) {
        return Err(SiteProblem::Host);
    }
    let host = to_ascii(text)
        .ok_or(SiteProblem::Host)?
        .to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if host.len() > LONGEST_HOST || !host.split('.').all(label) {
        return Err(SiteProblem::Host);
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // Browsers read a name whose last part is a number as a network address.
    if last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(SiteProblem::Number);
    }
    if NOT_PUBLIC.contains(&last) {
        return Err(SiteProblem::Private);
    }
    if !host.contains('.') {
        return Err(SiteProblem::Host);
    }
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, SiteProblem> {
        site(text, |host| Some(host.to_owned()))
    }

    #[test]
    fn one_site_has_one_spelling() {
        for text in [
            "shop.example.com",
            " https://Shop.Example.com/ ",
            "http://shop.example.com:80",
            "shop.example.com.",
            "https://shop.example.com.:443/",
        ] {
            assert_eq!(read(text).as_deref(), Ok("shop.example.com"), "{text}");
        }
        assert_eq!(
            read("shop.example.com:8443").as_deref(),
            Ok("shop.example.com:8443")
        );
    }

    #[test]
    fn what_is_no_public_site_is_refused_with_its_reason() {
        use SiteProblem as P;
        for (text, problem) in [
            ("", P::Missing),
            ("ftp://shop.example.com", P::Scheme),
            ("javascript://x.example.com", P::Scheme),
            ("https://me:secret@shop.example.com", P::User),
            ("shop.example.com/cart", P::Path),
            ("shop.example.com?x=1", P::Path),
            ("127.0.0.1", P::Number),
            ("https://2130706433", P::Number),
            ("http://0x7f.1", P::Number),
            ("[::1]:80", P::Number),
            ("localhost:8080", P::Private),
            ("db.internal", P::Private),
            ("shop", P::Host),
            ("shop..example.com", P::Host),
            ("-shop.example.com", P::Host),
            ("shop .example.com", P::Host),
            ("shop\u{202e}.example.com", P::Host),
            ("shop.example.com:0", P::Port),
            ("shop.example.com:70000", P::Port),
            ("mailto:shop", P::Port),
        ] {
            assert_eq!(read(text), Err(problem), "{text}");
        }
        let label = "a".repeat(60);
        let long = [label.as_str(); 5].join(".");
        assert_eq!(read(&(long + ".com")), Err(P::Host));
    }

    #[test]
    fn a_name_has_up_to_300_letters_in_one_plain_line() {
        assert_eq!(project_name("  My\n shop ").as_deref(), Some("My shop"));
        assert_eq!(
            project_name(&"\u{e9}".repeat(300)).map(|name| name.chars().count()),
            Some(300)
        );
        assert_eq!(project_name(&"x".repeat(301)), None);
        assert_eq!(project_name(" \u{200b} "), None);
    }
}
