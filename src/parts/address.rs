//! What the address of a page names.

use crate::slice::Slice;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::str::FromStr;

/// What a part of the path names, from 0: of `/projects/prj_a` the part 1 is `prj_a`. `None` when it is nothing of this kind.
///
/// On the way to another page the address changes first: until this page is gone, it names what it did.
pub fn in_path<T>(place: usize) -> Slice<Option<T>>
where
    T: FromStr + Clone + PartialEq + Send + Sync + 'static,
{
    let path = use_location().pathname;
    let first = |path: &str| parts(path).next().map(str::to_owned);
    let here = path.with_untracked(|path| first(path));
    Slice::new(move |old: Option<&Option<T>>| {
        path.with(|path| match parts(path).nth(place) {
            Some(name) if first(path) == here => name.to_ascii_lowercase().parse().ok(),
            _ => old.cloned().flatten(),
        })
    })
}

/// The parts of a path, without the punctuation that a mail or a sentence leaves at the end of a link.
pub fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.trim_end_matches(['.', ',', ';', ':', ')', '>', '!', '/'])
        .trim_start_matches('/')
        .split('/')
}
