//! Finding the public pages of a site: a polite crawl that looks at links alone and judges nothing.

use crate::addresses::Addresses;
use crate::audit::{Failure, approach};
use crate::fetch::{Fetcher, Wanted, path_of};
use crate::frontier::{Frontier, Next};
use crate::limits::Limits;
use crate::page::Page;
use domain::audit::{LONGEST_LINE, MOST_PAGES, SkipReason};
use domain::errand::ErrandOutcome;
use domain::scope::page;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// Pages that are read at most; the links of those lead to the others.
const MOST_READ: usize = 60;
/// Time for the whole crawl; shorter than the lease of its job.
const LONGEST: Duration = Duration::from_secs(90);
/// Endings of addresses that are web pages; one without an ending is taken for a page too.
const PAGES: [&str; 7] = ["html", "htm", "php", "asp", "aspx", "jsp", "xhtml"];

/// Finds the site's public pages, first the nearest ones.
///
/// # Errors
/// [`Failure`] when not one page could be read.
pub async fn discover(
    domain: &str,
    addresses: &Addresses,
    limits: Limits,
) -> Result<ErrandOutcome, Failure> {
    let end = Instant::now() + LONGEST.min(limits.run);
    let fetcher =
        Fetcher::new(domain, addresses, limits).map_err(|error| Failure(error.to_string()))?;
    let (first, robots) = timeout_at(end, approach(domain, &fetcher))
        .await
        .unwrap_or(Err(SkipReason::TooSlow))
        .map_err(|reason| Failure::of(domain, reason))?;
    if let Some(delay) = robots.as_ref().and_then(|robots| robots.delay) {
        fetcher
            .slow_down(Duration::try_from_secs_f32(delay).unwrap_or_default())
            .await;
    }
    let mut crawl = Crawl {
        domain,
        fetcher,
        frontier: Frontier::new(domain, &first, robots, limits),
        pages: Vec::new(),
        read: 0,
    };
    let why = crawl.run(end).await;
    if crawl.pages.is_empty() {
        return Err(Failure::of(domain, why.unwrap_or(SkipReason::Unavailable)));
    }
    Ok(crawl.finish())
}

struct Crawl<'a> {
    domain: &'a str,
    fetcher: Fetcher,
    frontier: Frontier,
    /// Found pages, as paths.
    pages: Vec<String>,
    read: usize,
}

impl Crawl<'_> {
    /// Reads pages until the bounds are reached; the reason why the first one could not be read.
    async fn run(&mut self, end: Instant) -> Option<SkipReason> {
        let mut why = None;
        while self.read < MOST_READ {
            let Some(next) = self.frontier.take() else {
                break;
            };
            self.read += 1;
            match timeout_at(end, self.step(&next)).await {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => {
                    why.get_or_insert(reason);
                    self.frontier.skip(&next.url, reason);
                }
                Err(_) => {
                    why.get_or_insert(SkipReason::TooSlow);
                    self.frontier.skip(&next.url, SkipReason::TimeLimit);
                    break;
                }
            }
        }
        why
    }

    async fn step(&mut self, next: &Next) -> Result<(), SkipReason> {
        let answer = self.fetcher.get(&next.url, Wanted::Html).await?;
        let Some(url) = answer
            .url()
            .cloned()
            .filter(|_| (200..300).contains(&answer.status))
        else {
            return Err(SkipReason::Unavailable);
        };
        let looked = tokio::task::spawn_blocking(move || {
            let links = Page::new(&url, &answer.hops, &answer.headers, &answer.body).links();
            (url, links)
        })
        .await;
        let Ok((url, links)) = looked else {
            return Err(SkipReason::Unavailable);
        };
        self.frontier.reached(&url);
        self.add(&url);
        for link in links {
            self.frontier.offer(&link, &url, next.depth + 1);
        }
        Ok(())
    }

    /// Takes a page down, once, unless it may not be selected.
    fn add(&mut self, url: &Url) {
        let path = path_of(url);
        let fits = path.chars().count() <= LONGEST_LINE && self.pages.len() < MOST_PAGES;
        if !fits || self.pages.contains(&path) {
            return;
        }
        if page(&path, self.domain).is_ok_and(|read| read == path) {
            self.pages.push(path);
        }
    }

    /// Links that were not followed are known pages too, where they look like pages.
    fn finish(mut self) -> ErrandOutcome {
        for next in self.frontier.rest() {
            if looks_like_a_page(&next.url) {
                self.add(&next.url);
            } else {
                self.frontier.skip(&next.url, SkipReason::NotHtml);
            }
        }
        let (skipped, skipped_more) = self.frontier.finish(SkipReason::PageLimit);
        ErrandOutcome::Pages {
            pages: self.pages,
            skipped,
            skipped_more,
        }
    }
}

fn looks_like_a_page(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_none_or(|(_, ending)| PAGES.contains(&ending.to_ascii_lowercase().as_str()))
}
