//! The worker's settings, from environment variables.

use crate::addresses::{Addresses, StandIn};
use crate::limits::Limits;
use std::time::Duration;

/// A setting that is missing or does not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {why}")]
pub struct BadSetting {
    /// The variable.
    pub name: &'static str,
    /// What is wrong with it.
    pub why: String,
}

/// The worker's settings.
#[derive(Clone)]
pub struct Settings {
    /// Where the API is, without a slash at the end.
    pub api_url: String,
    /// The token that proves that this is a worker.
    pub secret: String,
    /// What the worker calls itself.
    pub name: String,
    /// Pause between two questions for work.
    pub poll: Duration,
    /// Which addresses it may connect to.
    pub addresses: Addresses,
    /// How far a run goes.
    pub limits: Limits,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("api_url", &self.api_url)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the settings: `SCANNER_API_URL`, `SCANNER_SECRET`, `SCANNER_NAME`, `SCANNER_POLL_MS`, `SCANNER_GAP_MS` and, for
    /// the demonstration alone, `SCANNER_STAND_IN`.
    ///
    /// # Errors
    /// [`BadSetting`] that names the variable.
    pub fn from_lookup(look: &dyn Fn(&str) -> Option<String>) -> Result<Self, BadSetting> {
        let text = |name: &str| look(name).filter(|value| !value.trim().is_empty());
        let bad = |name: &'static str, why: &str| BadSetting {
            name,
            why: why.to_owned(),
        };
        let millis = |name: &'static str, usual: u64| match text(name) {
            None => Ok(Duration::from_millis(usual)),
            Some(value) => value
                .trim()
                .parse()
                .map(Duration::from_millis)
                .map_err(|_| bad(name, "must be a whole number of milliseconds")),
        };
        let api_url = text("SCANNER_API_URL").unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
        if !api_url.starts_with("http://") && !api_url.starts_with("https://") {
            return Err(bad("SCANNER_API_URL", "must be an http or https address"));
        }
        let stand_in = text("SCANNER_STAND_IN")
            .map(|value| value.parse::<StandIn>())
            .transpose()
            .map_err(|error| BadSetting {
                name: "SCANNER_STAND_IN",
                why: error.to_string(),
            })?;
        Ok(Self {
            api_url: api_url.trim_end_matches('/').to_owned(),
            secret: text("SCANNER_SECRET").ok_or_else(|| {
                bad(
                    "SCANNER_SECRET",
                    "is missing; it must be the same as the server's",
                )
            })?,
            name: text("SCANNER_NAME").unwrap_or_else(|| "scanner".to_owned()),
            poll: millis("SCANNER_POLL_MS", 2_000)?.max(Duration::from_millis(50)),
            addresses: Addresses { stand_in },
            limits: Limits {
                gap: millis("SCANNER_GAP_MS", 250)?,
                ..Limits::default()
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, BadSetting> {
        Settings::from_lookup(&|name| {
            pairs
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_worker_needs_a_secret_never_shows_it_and_names_what_does_not_read() {
        let settings = read(&[
            ("SCANNER_SECRET", "hidden-words"),
            ("SCANNER_API_URL", "http://127.0.0.1:1/"),
        ])
        .unwrap();
        assert_eq!(settings.api_url, "http://127.0.0.1:1");
        assert!(settings.addresses.stand_in.is_none());
        assert!(!format!("{settings:?}").contains("hidden-words"));
        let wrong = |pairs: &[(&str, &str)]| read(pairs).unwrap_err().name;
        assert_eq!(wrong(&[]), "SCANNER_SECRET");
        let with = |name, value| wrong(&[("SCANNER_SECRET", "s"), (name, value)]);
        assert_eq!(with("SCANNER_API_URL", "ftp://x"), "SCANNER_API_URL");
        assert_eq!(with("SCANNER_POLL_MS", "often"), "SCANNER_POLL_MS");
        assert_eq!(with("SCANNER_STAND_IN", "example"), "SCANNER_STAND_IN");
    }
}
