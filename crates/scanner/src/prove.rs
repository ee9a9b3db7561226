//! Looking for the proof of a domain where it must stand: in a TXT record, in a tag of the first page, or in a file.

use crate::addresses::Addresses;
use crate::audit::Failure;
use crate::fetch::{Answer, Fetcher, Wanted};
use crate::limits::Limits;
use crate::page::Page;
use domain::audit::text::plain;
use domain::audit::{LONGEST_LINE, SkipReason};
use domain::errand::{ErrandOutcome, MOST_FOUND};
use domain::proof::{NAME, ProofMethod, file_path};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Time for the whole look; shorter than the lease of its job.
const LONGEST: Duration = Duration::from_mins(1);

/// Looks for the proof and answers with what stands there, whether it fits or not.
///
/// # Errors
/// [`Failure`] when there was nothing to look at.
pub async fn look(
    domain: &str,
    method: ProofMethod,
    addresses: &Addresses,
    limits: Limits,
) -> Result<ErrandOutcome, Failure> {
    let looked = async {
        match method {
            ProofMethod::DnsTxt => records(&method.place(domain)).await,
            ProofMethod::MetaTag => {
                let answer = get(domain, "/", Wanted::Html, addresses, limits).await?;
                Ok(tags(&answer))
            }
            ProofMethod::File => {
                let answer = get(domain, &file_path(), Wanted::Text, addresses, limits).await?;
                Ok(lines(&answer))
            }
        }
    };
    let found = timeout(LONGEST, looked)
        .await
        .unwrap_or_else(|_| Err(Failure(format!("{domain} did not answer in time."))))?;
    let found = found
        .iter()
        .take(MOST_FOUND)
        .map(|value| plain(value, LONGEST_LINE))
        .collect();
    Ok(ErrandOutcome::Proof { found })
}

/// The values of the TXT records at a name; a name without records has none.
async fn records(name: &str) -> Result<Vec<String>, Failure> {
    let away = || Failure("The name servers could not be asked. Try again later.".to_owned());
    let resolver = TokioResolver::builder_tokio()
        .and_then(hickory_resolver::ResolverBuilder::build)
        .map_err(|_| away())?;
    // With the dot at its end no search list is tried.
    match resolver.txt_lookup(format!("{name}.")).await {
        Ok(lookup) => Ok(lookup
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::TXT(text) => Some(text.to_string()),
                _ => None,
            })
            .collect()),
        Err(error) if error.is_no_records_found() => Ok(Vec::new()),
        Err(_) => Err(away()),
    }
}

/// The answer at a path of the site, over HTTPS or else without.
async fn get(
    domain: &str,
    path: &str,
    wanted: Wanted,
    addresses: &Addresses,
    limits: Limits,
) -> Result<Answer, Failure> {
    let fetcher =
        Fetcher::new(domain, addresses, limits).map_err(|error| Failure(error.to_string()))?;
    let mut why = SkipReason::Unavailable;
    for scheme in ["https", "http"] {
        let Ok(url) = Url::parse(&format!("{scheme}://{domain}{path}")) else {
            break;
        };
        match fetcher.get(&url, wanted).await {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(answer),
            Ok(answer) => {
                let status = answer.status;
                return Err(Failure(format!(
                    "{domain}{path} answered with the HTTP status {status}."
                )));
            }
            Err(reason) => why = reason,
        }
    }
    let why = why.label().to_lowercase();
    Err(Failure(format!("{domain}{path} could not be read: {why}.")))
}

/// What the tags of the proof's name say.
fn tags(answer: &Answer) -> Vec<String> {
    let Some(url) = answer.url() else {
        return Vec::new();
    };
    let page = Page::new(url, &answer.hops, &answer.headers, &answer.body);
    let tags = page.all("meta[name][content]");
    let ours = |name: &str| name.eq_ignore_ascii_case(NAME);
    let named = tags
        .into_iter()
        .filter(|tag| tag.attr("name").is_some_and(ours));
    named
        .filter_map(|tag| tag.attr("content"))
        .map(str::to_owned)
        .collect()
}

/// The first lines of a file that say anything.
fn lines(answer: &Answer) -> Vec<String> {
    let lines = answer.body.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .take(MOST_FOUND)
        .map(str::to_owned)
        .collect()
}
