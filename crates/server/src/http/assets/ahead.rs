//! What a page will ask for first, named with it so that it travels beside the program: its file and its data.

use super::{origin, segments};
use crate::http::auth::SignedIn;
use axum::http::Uri;
use domain::guide::Guide;
use domain::id::{ProjectId, ReportId};

/// The file that the page of this address comes in, as the app's `lazy` cuts it; none where the first file has it, or where the
/// app was built in one piece. Its name has the hash of the script that loads it.
pub(super) fn own_file(page: &str, signed_in: bool, address: &Uri) -> Option<String> {
    let name = match segments(address).as_slice() {
        ["pricing" | "snapshot" | "docs", ..] => "help",
        _ if !signed_in => "door",
        ["sign-in"] => "door",
        ["projects" | "scans" | "reports" | "fix-tasks", ..] => "work",
        ["accounts" | "agency" | "notices"] | ["operator", "guide-feedback"] => "help",
        ["billing", _, ..] | ["checkout" | "operator", ..] => "money",
        ["billing"] => origin(address).map(|_| "blocked")?,
        _ => return None,
    };
    let (_, rest) = page.split_once("/split-")?;
    let (hash, _) = rest.split_once(".js")?;
    Some(format!("/split_{name}-{hash}.wasm"))
}

/// The data that the page will ask for first: it travels while the app is still loading.
pub(super) fn preloads(signed: Option<&SignedIn>, address: &Uri) -> Vec<String> {
    let mut links = vec!["/api/v1/session".to_owned()];
    let Some(signed) = signed else {
        return links;
    };
    match segments(address).as_slice() {
        ["billing" | ""] => {
            if let Some(account) = &signed.stored.last_account {
                let query = address
                    .query()
                    .map_or_else(String::new, |query| format!("?{query}"));
                if query
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"'))
                {
                    links.push(format!("/api/v1/accounts/{account}/billing{query}"));
                }
            }
        }
        ["projects", id] if ProjectId::parse(id).is_ok() => {
            links.push(format!("/api/v1/projects/{id}"));
        }
        ["reports", id] if ReportId::parse(id).is_ok() => {
            links.push(format!("/api/v1/reports/{id}"));
        }
        ["docs"] => links.push("/api/v1/guides".into()),
        ["docs", section, name] => {
            links.extend(Guide::at(section, name).map(|guide| format!("/api/v1/guides/{guide}")));
        }
        _ => {}
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_comes_in_a_file_of_its_own_names_it() {
        let page = "<link href=/split-1a2b3c4d5e6f.js rel=modulepreload>";
        let file = |signed_in, path: &str| own_file(page, signed_in, &path.parse().unwrap());
        let named = |name: &str| Some(format!("/split_{name}-1a2b3c4d5e6f.wasm"));
        assert_eq!(file(true, "/projects/prj_a"), named("work"));
        assert_eq!(file(true, "/billing/transactions"), named("money"));
        assert_eq!(file(true, "/accounts"), named("help"));
        assert_eq!(file(true, "/billing"), None);
        assert_eq!(file(true, "/billing?from=scan&ref=prj_a"), named("blocked"));
        assert_eq!(file(false, "/billing"), named("door"));
        assert_eq!(file(false, "/docs"), named("help"));
        assert_eq!(own_file("<p>", true, &"/projects".parse().unwrap()), None);
    }
}
