//! Scripts and styles from other sites without an integrity hash: whoever changes them there changes this site.

use super::Check;
use crate::page::{Page, tag};
use crate::sign::Sign;
use domain::audit::Category;
use domain::report::{Confidence, Severity};

/// The check.
pub(super) const CHECK: Check = Check {
    key: "subresource_integrity",
    title: "Code from another site without an integrity check",
    severity: Severity::Medium,
    category: Category::SupplyChain,
    confidence: Confidence::High,
    remediation: "Add integrity and crossorigin attributes to the element, or serve the file from the site itself.",
    look,
};

fn look(page: &Page<'_>) -> Vec<Sign> {
    page.all("script[src]:not([integrity]), link[rel~=stylesheet][href]:not([integrity])")
        .iter()
        .filter_map(|part| {
            let url = page.resolve(part.attr("src").or_else(|| part.attr("href"))?)?;
            (page.is_foreign(&url) && matches!(url.scheme(), "http" | "https")).then(|| {
                Sign::named(
                    format!("{}{}", url.host_str().unwrap_or_default(), url.path()),
                    tag(part),
                )
            })
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
                "<script src='https://cdn.example/a.js'></script>",
                "<link rel='preload stylesheet' href='//cdn.example/a.css'>",
            ],
            &[
                "<script src='https://cdn.example/a.js' integrity='sha384-x' crossorigin></script>",
                "<script src='/a.js'></script><script>1</script>",
                "<script src='https://www.shop.example/a.js'></script>",
                "<link rel=icon href='https://cdn.example/a.png'>",
            ],
        );
    }
}
