//! Parts of an HTTPS page that are loaded over plain HTTP: browsers block them or lose the protection of the page.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "mixed_content",
    title: "Parts of the page are loaded over plain HTTP",
    severity: Severity::High,
    category: Category::Transport,
    confidence: Confidence::High,
    remediation: "Load scripts, styles, frames and images over https.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    if page.url.scheme() != "https" {
        return Vec::new();
    }
    page.all("script[src], link[rel~=stylesheet][href], iframe[src], img[src], audio[src], video[src], source[src], object[data]")
        .iter()
        .filter_map(|part| {
            let address = ["src", "href", "data"].iter().find_map(|name| part.attr(name))?;
            let url = page.resolve(address).filter(|url| url.scheme() == "http")?;
            Some(Sign::named(url.host_str().unwrap_or_default(), tag(part)))
        })
        .collect()
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
                "<script src='http://cdn.example/a.js'></script>",
                "<img src='http://shop.example/a.png'>",
                "<base href='http://cdn.example/'><img src='a.png'>",
            ],
            &[
                "<img src='/a.png'>",
                "<a href='http://other.example/'>a link loads nothing</a>",
                "<script src='//cdn.example/a.js'></script>",
            ],
        );
        assert_eq!(
            trial::signs(&CHECK, "http://shop.example/", &[], "<img src='/a.png'>"),
            []
        );
    }
}
