//! One audit from its first request to what it found.

use crate::addresses::Addresses;
use crate::checks::{self, broken_links};
use crate::fetch::{AGENT, Answer, Fetcher, Wanted};
use crate::frontier::{Frontier, Next};
use crate::issues::Issues;
use crate::limits::Limits;
use crate::page::Page;
use domain::audit::gates::in_scope;
use domain::audit::text::plain;
use domain::audit::{AuditOutcome, LONGEST_LINE, ScannedPage, SkipReason};
use std::time::Duration;
use texting_robots::Robot;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// What is to be audited.
#[derive(Clone, Debug)]
pub struct Order {
    /// The site: a host name, with a port where it is not the usual one.
    pub domain: String,
    /// Pages at most.
    pub page_limit: u32,
    /// The only pages that may be fetched, as paths; without them links are followed from the first page.
    pub only: Option<Vec<String>>,
}

/// How far an audit is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The page that is looked at now.
    pub page: Option<String>,
    /// Pages that are done.
    pub done: u32,
    /// Pages that will be done, as far as is known.
    pub total: u32,
}

/// Why an audit found nothing to look at, in a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl Failure {
    pub(crate) fn of(domain: &str, reason: SkipReason) -> Self {
        let what = match reason {
            SkipReason::Robots => "its robots.txt asks scanners to stay away",
            SkipReason::OtherHost => "its first page leads to another site",
            SkipReason::PrivateAddress => "its name leads to a private network address",
            SkipReason::RedirectLoop => "its first page redirects without end",
            SkipReason::NotHtml => "its first page is no web page",
            SkipReason::TooLarge => "its first page is larger than 2 MB",
            SkipReason::TooSlow => "it did not answer in time",
            _ => "it could not be reached or answered with an error",
        };
        Self(format!(
            "{domain} could not be scanned: {what}. No page was scanned."
        ))
    }
}

/// Carries an audit out within its limits, telling `progress` before each page.
///
/// # Errors
/// [`Failure`] when not one page could be scanned.
pub async fn audit(
    order: &Order,
    addresses: &Addresses,
    limits: Limits,
    progress: &watch::Sender<Progress>,
) -> Result<AuditOutcome, Failure> {
    let end = Instant::now() + limits.run;
    let fetcher = Fetcher::new(&order.domain, addresses, limits)
        .map_err(|error| Failure(error.to_string()))?
        .only(order.only.as_deref());
    let (first, robots) = timeout_at(end, approach(&order.domain, &fetcher))
        .await
        .unwrap_or(Err(SkipReason::TooSlow))
        .map_err(|reason| Failure::of(&order.domain, reason))?;
    if let Some(delay) = robots.as_ref().and_then(|robots| robots.delay) {
        // A pause that is no number of seconds is none.
        fetcher
            .slow_down(Duration::try_from_secs_f32(delay).unwrap_or_default())
            .await;
    }
    let walk = Walk {
        order,
        limits,
        fetcher,
        frontier: match &order.only {
            Some(pages) => Frontier::of(&order.domain, &first, pages, robots, limits),
            None => Frontier::new(&order.domain, &first, robots, limits),
        },
        outcome: AuditOutcome::default(),
        issues: Issues::default(),
        failures: 0,
    };
    walk.run(end, progress).await
}

/// Finds out whether the site answers over HTTPS or only without, and what its robots.txt says.
pub(crate) async fn approach(
    domain: &str,
    fetcher: &Fetcher,
) -> Result<(Url, Option<Robot>), SkipReason> {
    let mut why = SkipReason::Unavailable;
    for scheme in ["https", "http"] {
        let Ok(first) = Url::parse(&format!("{scheme}://{domain}/")) else {
            return Err(SkipReason::Unavailable);
        };
        // A name with a path or a user in it is no site.
        if !in_scope(first.as_str(), domain) || first.path() != "/" {
            return Err(SkipReason::Unavailable);
        }
        let Ok(robots) = first.join("/robots.txt") else {
            return Err(SkipReason::Unavailable);
        };
        match fetcher.get(&robots, Wanted::Text).await {
            Ok(answer) => return rules(&answer).map(|rules| (first, rules)),
            // The site answers, only not with rules.
            Err(SkipReason::RedirectLoop | SkipReason::OtherHost | SkipReason::TooLarge) => {
                return Ok((first, None));
            }
            Err(reason) => why = reason,
        }
    }
    Err(why)
}

/// RFC 9309: no file means no rules; a file that cannot be had now means that everything is off limits.
fn rules(answer: &Answer) -> Result<Option<Robot>, SkipReason> {
    match answer.status {
        200..=299 => Ok(Robot::new(AGENT, answer.body.as_bytes()).ok()),
        500..=599 => Err(SkipReason::Unavailable),
        _ => Ok(None),
    }
}

struct Walk<'a> {
    order: &'a Order,
    limits: Limits,
    fetcher: Fetcher,
    frontier: Frontier,
    outcome: AuditOutcome,
    issues: Issues,
    /// Pages in a row that could not be read.
    failures: usize,
}

impl Walk<'_> {
    async fn run(
        mut self,
        end: Instant,
        progress: &watch::Sender<Progress>,
    ) -> Result<AuditOutcome, Failure> {
        let mut why_first = None;
        let rest = loop {
            if self.outcome.pages.len()
                >= usize::try_from(self.order.page_limit).unwrap_or(usize::MAX)
            {
                break SkipReason::PageLimit;
            }
            if self.failures >= self.limits.failures {
                break SkipReason::Unavailable;
            }
            let Some(next) = self.frontier.take() else {
                break SkipReason::PageLimit;
            };
            let state = self.progress(&next.url);
            progress.send_replace(state);
            match timeout_at(end, self.step(&next)).await {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => {
                    why_first.get_or_insert(reason);
                    self.frontier.skip(&next.url, reason);
                    self.failures = if reason.is_missing() {
                        self.failures + 1
                    } else {
                        self.failures
                    };
                }
                Err(_) => {
                    why_first.get_or_insert(SkipReason::TooSlow);
                    self.frontier.skip(&next.url, SkipReason::TimeLimit);
                    break SkipReason::TimeLimit;
                }
            }
        };
        (self.outcome.skipped, self.outcome.skipped_more) = self.frontier.finish(rest);
        if self.outcome.pages.is_empty() {
            let why = why_first.or_else(|| self.outcome.skipped.first().map(|page| page.reason));
            return Err(Failure::of(
                &self.order.domain,
                why.unwrap_or(SkipReason::Unavailable),
            ));
        }
        self.outcome.findings = self.issues.into_findings();
        Ok(self.outcome)
    }

    fn progress(&self, url: &Url) -> Progress {
        let done = u32::try_from(self.outcome.pages.len()).unwrap_or(u32::MAX);
        let waiting = u32::try_from(self.frontier.waiting()).unwrap_or(u32::MAX);
        Progress {
            page: Some(plain(url.as_str(), LONGEST_LINE)),
            done,
            total: done
                .saturating_add(1)
                .saturating_add(waiting)
                .min(self.order.page_limit.max(1)),
        }
    }

    /// Looks at one page; the reason when there was nothing to look at.
    async fn step(&mut self, next: &Next) -> Result<(), SkipReason> {
        let answer = self.fetcher.get(&next.url, Wanted::Html).await?;
        if let Some(sign) =
            broken_links::broken(&next.url, answer.status).filter(|_| next.found_on != next.url)
        {
            self.issues.add(&broken_links::CHECK, &next.found_on, sign);
        }
        if !(200..300).contains(&answer.status) {
            return Err(SkipReason::Unavailable);
        }
        let status = answer.status;
        let Some(url) = answer.url().cloned() else {
            return Err(SkipReason::Unavailable);
        };
        // Two addresses that lead to one page are one page.
        if answer.hops.len() > 1 && !self.frontier.reached(&url) && next.depth > 0 {
            self.failures = 0;
            return Ok(());
        }
        self.failures = 0;
        // Large pages take a while to read: not where other tasks wait.
        let looked = tokio::task::spawn_blocking(move || {
            let page = Page::new(&url, &answer.hops, &answer.headers, &answer.body);
            let (signs, links) = (checks::run(&page), page.links());
            (url, signs, links)
        })
        .await;
        let Ok((url, signs, links)) = looked else {
            return Err(SkipReason::Unavailable);
        };
        self.outcome.pages.push(ScannedPage {
            url: plain(url.as_str(), LONGEST_LINE),
            status,
        });
        for (check, sign) in signs {
            self.issues.add_asked(check, &url, &next.url, sign);
        }
        for link in links {
            self.frontier.offer(&link, &url, next.depth + 1);
        }
        Ok(())
    }
}
