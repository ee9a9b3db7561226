//! Every address inside the app; written in `domain`, because the server leads to the same ones.

pub use domain::link::{Link, Origin, Place, is_public, parse_selection, safe_next};
