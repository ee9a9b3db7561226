//! What the address of a page names.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::str::FromStr;

/// The id that a part of the path names; `None` when it is none of this kind.
pub fn id_in_path<T>(part: &'static str) -> Memo<Option<T>>
where
    T: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(part)?.parse().ok()))
}
