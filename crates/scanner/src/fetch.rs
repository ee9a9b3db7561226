//! Asks a site for pages, politely and within bounds: one request at a time with a pause between, same site only, every
//! redirect looked at before it is followed.

use crate::addresses::{Addresses, PrivateAddress};
use crate::limits::Limits;
use domain::audit::SkipReason;
use domain::audit::gates::in_scope;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

/// How the scanner names itself to sites and looks for itself in robots.txt.
pub const AGENT: &str = "WebRiskOpsScanner";
const USER_AGENT: &str = concat!(
    "WebRiskOpsScanner/",
    env!("CARGO_PKG_VERSION"),
    " (passive checks of public pages for their owner)"
);

/// What a site answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The address that was asked for first, then each that it redirected to; the last one answered.
    pub hops: Vec<Url>,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The text, empty unless it is a web page or was asked for as it is.
    pub body: String,
}

impl Answer {
    /// The address that answered.
    pub fn url(&self) -> Option<&Url> {
        self.hops.last()
    }
}

/// A client for one site.
#[derive(Debug)]
pub struct Fetcher {
    client: reqwest::Client,
    addresses: Arc<Addresses>,
    limits: Limits,
    domain: String,
    /// The only pages that may be asked for, as paths without a slash at the end; every one without it.
    only: Option<HashSet<String>>,
    /// When the next request may go out, and the pause after it.
    next: Mutex<(Instant, Duration)>,
}

/// Which bodies are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Web pages.
    Html,
    /// Any text.
    Text,
}

impl Fetcher {
    /// A client for this site: a host name, with a port where it is not the usual one.
    pub fn new(
        domain: &str,
        addresses: &Addresses,
        limits: Limits,
    ) -> Result<Self, reqwest::Error> {
        let addresses = Arc::new(addresses.clone());
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(limits.request)
            .connect_timeout(limits.request / 2)
            .pool_max_idle_per_host(1)
            .dns_resolver(addresses.clone())
            .build()?;
        Ok(Self {
            client,
            addresses,
            limits,
            domain: domain.to_owned(),
            only: None,
            next: Mutex::new((Instant::now(), limits.gap)),
        })
    }

    /// Asks for no other web pages than these, given as paths, whatever they redirect to.
    #[must_use]
    pub fn only(mut self, pages: Option<&[String]>) -> Self {
        self.only = pages.map(|pages| pages.iter().map(|page| bare(page)).collect());
        self
    }

    fn is_wanted(&self, url: &Url, wanted: Wanted) -> bool {
        let Some(only) = self.only.as_ref().filter(|_| wanted == Wanted::Html) else {
            return true;
        };
        only.contains(&bare(&path_of(url)))
    }

    /// Keeps at least this pause between requests, as robots.txt asks for, up to the longest that a run bears.
    pub async fn slow_down(&self, gap: Duration) {
        let mut next = self.next.lock().await;
        next.1 = gap.clamp(self.limits.gap, self.limits.longest_gap);
    }

    async fn pace(&self) {
        let mut next = self.next.lock().await;
        tokio::time::sleep_until(next.0).await;
        next.0 = Instant::now() + next.1;
    }

    /// Asks for an address and follows its redirects within the site.
    ///
    /// # Errors
    /// Why there is nothing to look at.
    pub async fn get(&self, url: &Url, wanted: Wanted) -> Result<Answer, SkipReason> {
        let mut hops = vec![url.clone()];
        loop {
            let Some(url) = hops.last() else {
                return Err(SkipReason::Unavailable);
            };
            if !in_scope(url.as_str(), &self.domain) {
                return Err(SkipReason::OtherHost);
            }
            if !self.is_wanted(url, wanted) {
                return Err(SkipReason::OutsideScope);
            }
            if !self.addresses.allows(url) {
                return Err(SkipReason::PrivateAddress);
            }
            self.pace().await;
            let response = self
                .client
                .get(url.clone())
                .send()
                .await
                .map_err(|error| reason(&error))?;
            let Some(target) = redirect(url, &response) else {
                return self.read(hops, response, wanted).await;
            };
            if hops.contains(&target) || hops.len() > self.limits.redirects {
                return Err(SkipReason::RedirectLoop);
            }
            hops.push(target);
        }
    }

    async fn read(
        &self,
        hops: Vec<Url>,
        mut response: reqwest::Response,
        wanted: Wanted,
    ) -> Result<Answer, SkipReason> {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if wanted == Wanted::Html && response.status().is_success() && !is_html(&headers) {
            return Err(SkipReason::NotHtml);
        }
        let told = headers
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok())
            .and_then(|length| length.parse::<u64>().ok());
        let most = self.limits.page_bytes;
        if told.is_some_and(|told| usize::try_from(told).map_or(true, |told| told > most)) {
            return Err(SkipReason::TooLarge);
        }
        // Unpacked bytes are counted, so that little that unpacks to much ends here too.
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if bytes.len() + chunk.len() > most {
                return Err(SkipReason::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Answer {
            hops,
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}

/// The path of an address with its query.
pub fn path_of(url: &Url) -> String {
    url.query().map_or_else(
        || url.path().to_owned(),
        |query| format!("{}?{query}", url.path()),
    )
}

/// A path without the slash at its end, which makes no other page of it.
fn bare(page: &str) -> String {
    page.strip_suffix('/').unwrap_or(page).to_owned()
}

fn redirect(from: &Url, response: &reqwest::Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut target = from.join(target).ok()?;
    target.set_fragment(None);
    Some(target)
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("text/html");
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    matches!(kind.as_str(), "text/html" | "application/xhtml+xml")
}

fn reason(error: &reqwest::Error) -> SkipReason {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<PrivateAddress>() {
            return SkipReason::PrivateAddress;
        }
        cause = error.source();
    }
    if error.is_timeout() {
        SkipReason::TooSlow
    } else {
        SkipReason::Unavailable
    }
}
