//! How far a run goes at most, whatever a site does.

use std::time::Duration;

/// The bounds of one run.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time for the whole run.
    pub run: Duration,
    /// Time for one request with its answer.
    pub request: Duration,
    /// Pause between two requests; a longer one that robots.txt asks for is kept, up to [`Limits::longest_gap`].
    pub gap: Duration,
    /// The longest pause between two requests.
    pub longest_gap: Duration,
    /// Bytes of one page after unpacking.
    pub page_bytes: usize,
    /// Redirects in a row.
    pub redirects: usize,
    /// Links away from the first page.
    pub depth: usize,
    /// Addresses that are remembered; those beyond are counted only.
    pub known: usize,
    /// Addresses that differ in their query alone.
    pub variants: usize,
    /// Pages in a row that could not be read before the run ends.
    pub failures: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            run: Duration::from_mins(5),
            request: Duration::from_secs(10),
            gap: Duration::from_millis(250),
            longest_gap: Duration::from_secs(5),
            page_bytes: 2 * 1024 * 1024,
            redirects: 5,
            depth: 8,
            known: 5_000,
            variants: 3,
            failures: 5,
        }
    }
}
