//! Which pages of a site are looked at, in which order, and which are left out: pure, nothing is fetched here.

use crate::limits::Limits;
use domain::audit::gates::in_scope;
use domain::audit::paths::is_private;
use domain::audit::text::plain;
use domain::audit::{LONGEST_LINE, MOST_SKIPPED, SkipReason, SkippedPage};
use std::collections::{HashMap, HashSet, VecDeque};
use texting_robots::Robot;
use url::Url;

/// A page to look at.
#[derive(Clone, Debug)]
pub struct Next {
    /// Its address.
    pub url: Url,
    /// Links away from the first page.
    pub depth: usize,
    /// The page whose link led here; the page itself for the first one.
    pub found_on: Url,
}

/// The pages that are known, those that wait, and those that were left out.
pub struct Frontier {
    domain: String,
    limits: Limits,
    robots: Option<Robot>,
    waiting: VecDeque<Next>,
    known: HashSet<String>,
    variants: HashMap<String, usize>,
    skipped: Vec<SkippedPage>,
    skipped_more: u32,
    /// Whether links lead to no further pages.
    closed: bool,
}

impl Frontier {
    /// The pages of a site, beginning with this one.
    pub fn new(domain: &str, first: &Url, robots: Option<Robot>, limits: Limits) -> Self {
        let mut frontier = Self {
            domain: domain.to_owned(),
            limits,
            robots,
            waiting: VecDeque::new(),
            known: HashSet::new(),
            variants: HashMap::new(),
            skipped: Vec::new(),
            skipped_more: 0,
            closed: false,
        };
        frontier.offer(first, first, 0);
        frontier
    }

    /// Exactly these pages of a site, as paths, and none that their links lead to.
    pub fn of(
        domain: &str,
        first: &Url,
        pages: &[String],
        robots: Option<Robot>,
        limits: Limits,
    ) -> Self {
        // Each was chosen by name: that many variants of one page are wanted.
        let limits = Limits {
            variants: usize::MAX,
            ..limits
        };
        let mut frontier = Self::new(domain, first, robots, limits);
        frontier.waiting.clear();
        frontier.known.clear();
        frontier.skipped.clear();
        for page in pages {
            match first.join(page) {
                Ok(url) => frontier.offer(&url, &url, 0),
                Err(_) => frontier.skipped_more = frontier.skipped_more.saturating_add(1),
            }
        }
        frontier.closed = true;
        frontier
    }

    /// Takes a link into account; addresses that were seen before, and links that lead to no page, are nothing new.
    pub fn offer(&mut self, url: &Url, found_on: &Url, depth: usize) {
        if self.closed {
            return;
        }
        let mut url = url.clone();
        url.set_fragment(None);
        let here = in_scope(url.as_str(), &self.domain);
        // Links to other sites are no pages of this one: not worth a line.
        if !here || !matches!(url.scheme(), "http" | "https") || self.known.contains(url.as_str()) {
            return;
        }
        if self.known.len() >= self.limits.known {
            self.skipped_more = self.skipped_more.saturating_add(1);
            return;
        }
        self.known.insert(url.as_str().to_owned());
        if let Some(reason) = self.why_not(&url, depth) {
            self.skip(&url, reason);
            return;
        }
        self.waiting.push_back(Next {
            url,
            depth,
            found_on: found_on.clone(),
        });
    }

    fn why_not(&mut self, url: &Url, depth: usize) -> Option<SkipReason> {
        if is_private(url.path(), url.query()) {
            return Some(SkipReason::PrivatePath);
        }
        if self
            .robots
            .as_ref()
            .is_some_and(|robots| !robots.allowed(url.as_str()))
        {
            return Some(SkipReason::Robots);
        }
        if depth > self.limits.depth {
            return Some(SkipReason::DepthLimit);
        }
        let variants = self.variants.entry(url.path().to_owned()).or_default();
        *variants += 1;
        (*variants > self.limits.variants).then_some(SkipReason::PageLimit)
    }

    /// Marks an address as seen, because another one redirected there; whether it was new.
    pub fn reached(&mut self, url: &Url) -> bool {
        self.known.insert(url.as_str().to_owned())
    }

    /// The next page.
    pub fn take(&mut self) -> Option<Next> {
        self.waiting.pop_front()
    }

    /// Every page that still waits, taken out.
    pub fn rest(&mut self) -> Vec<Next> {
        self.waiting.drain(..).collect()
    }

    /// How many pages wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Writes down that a page was not looked at.
    pub fn skip(&mut self, url: &Url, reason: SkipReason) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push(SkippedPage {
                url: plain(url.as_str(), LONGEST_LINE),
                reason,
            });
        } else {
            self.skipped_more = self.skipped_more.saturating_add(1);
        }
    }

    /// Ends it: whatever still waits was left out for this reason.
    pub fn finish(mut self, reason: SkipReason) -> (Vec<SkippedPage>, u32) {
        while let Some(next) = self.waiting.pop_front() {
            self.skip(&next.url, reason);
        }
        (self.skipped, self.skipped_more)
    }
}
