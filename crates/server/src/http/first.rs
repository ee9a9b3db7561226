//! Writes what a page says first into the page that the app was built with: escaped, and read by nobody but people.

use crate::views::first::{First, Step};
use domain::credits::Balance;
use maud::{Markup, html};

/// Where the figures go: an empty element of `index.html`.
const PLACE: &str = "boot-first";
/// Where the account's name goes.
const ACCOUNT: &str = "boot-account";

/// The page with what it says first; none where the built page has no place for it.
pub(super) fn with_first(page: &str, first: &First) -> Option<String> {
    let page = inside(page, PLACE, &panels(first).into_string())?;
    let name = html! { span { (first.account.name) } }.into_string();
    let page = inside(&page, ACCOUNT, &name)?;
    // The script in the page's head compares it with the account of the tab, before anything is painted.
    let (start, rest) = page.split_once("<html")?;
    let account = first.account.id.as_str();
    Some(format!("{start}<html data-account=\"{account}\"{rest}"))
}

/// Puts markup into the element with this id; with or without quotation marks, as the build left it.
fn inside(page: &str, id: &str, markup: &str) -> Option<String> {
    let at = page
        .find(&format!("id=\"{id}\""))
        .or_else(|| page.find(&format!("id={id}")))?;
    let opened = at + page[at..].find('>')? + 1;
    let (before, after) = page.split_at(opened);
    Some(format!("{before}{markup}{after}"))
}

fn panels(first: &First) -> Markup {
    html! {
        div.head {
            div { h1 { (first.title) } p { (first.lead) } }
            @if let Some(state) = &first.state { p { b { (state) } } }
            // The same as the program's button, so that nothing moves when that takes its place.
            @if !first.balances.is_empty() { div.actions { a.btn href="" { "Refresh" } } }
        }
        @if let Some((label, href)) = &first.back {
            p.actions { a.btn href=(href) { (label) } }
        }
        @for (label, sentence) in &first.in_the_way {
            div.notice.stop {
                span.dot aria-hidden="true" {}
                div { h2 { (label) } p { (sentence) } }
            }
        }
        @if first.balances.is_empty() {
            @if let Some(step) = &first.step { (panel("Next step", &alone(step))) }
        } @else {
            (panel("Available now", &available(first)))
            (panel("Credit balance", &balance(first)))
        }
    }
}

fn panel(title: &str, content: &Markup) -> Markup {
    html! {
        section.panel { header { h2 { (title) } } div.body { (content) } }
    }
}

fn available(first: &First) -> Markup {
    html! {
        div.glance {
            dl.figures {
                @for (kind, balance) in &first.balances {
                    div { dt { (kind.label()) } dd { (balance.avail) } }
                }
            }
            @if let Some(step) = &first.step { (next(step)) }
        }
    }
}

fn balance(first: &First) -> Markup {
    html! {
        table.first {
            thead { tr { th scope="col" { "Credit" } th.num scope="col" { "Avail" } th.num scope="col" { "Res" } th.num scope="col" { "Spent" } } }
            tbody {
                @for (kind, Balance { avail, res, spent }) in &first.balances {
                    tr {
                        th scope="row" { (kind.label()) }
                        td.num { (avail) } td.num { (res) } td.num { (spent) }
                    }
                }
            }
        }
    }
}

/// The next step of a page that has no figures beside it.
fn alone(step: &Step) -> Markup {
    html! {
        p { (step.why) }
        p.actions { (control(step, "btn primary")) }
    }
}

fn control(step: &Step, class: &str) -> Markup {
    html! {
        @match &step.href {
            Some(href) => { a class=(class) href=(href) { (step.label) } }
            None => { b { (step.label) } }
        }
    }
}

fn next(step: &Step) -> Markup {
    html! {
        p.next {
            span.muted.small { (step.why) }
            (control(step, "btn primary"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::account::AccountRef;
    use domain::id::AccountId;

    fn first() -> First {
        First {
            account: AccountRef {
                id: AccountId::parse("acc_a").unwrap(),
                name: "<script>alert(1)</script> & Söhne".to_owned(),
            },
            title: "\"><img src=x>".to_owned(),
            lead: String::new(),
            state: None,
            balances: Vec::new(),
            in_the_way: Vec::new(),
            back: None,
            step: None,
        }
    }

    #[test]
    fn what_people_named_is_text_and_never_markup() {
        for page in [
            "<html lang=en><output id=boot-account></output><div id=boot-first></div>",
            "<html lang=\"en\"><output id=\"boot-account\"></output><div class=\"x\" id=\"boot-first\"></div>",
        ] {
            let text = with_first(page, &first()).unwrap();
            assert!(
                text.starts_with("<html data-account=\"acc_a\" lang="),
                "{text}"
            );
            assert!(
                !text.contains("<script") && !text.contains("<img"),
                "{text}"
            );
            assert!(
                text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Söhne</span></output>")
            );
        }
        assert_eq!(with_first("<html><main></main>", &first()), None);
    }
}
