//! What somebody selects before it is saved: nothing of its own until something is changed.

use crate::slice::Slice;
use domain::scope::ScopeView;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// A selection that is being changed.
#[derive(Clone, Debug, PartialEq)]
struct Changed {
    found: BTreeSet<String>,
    manual: Vec<String>,
}

impl Changed {
    fn of(scope: &ScopeView) -> Self {
        let by_hand = |page: &String| scope.manual.contains(page);
        Self {
            found: scope
                .selected
                .iter()
                .filter(|page| !by_hand(page))
                .cloned()
                .collect(),
            manual: scope.manual.clone(),
        }
    }
}

/// The selection in view: the saved one, until it is changed here. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    saved: Slice<Changed>,
    changed: RwSignal<Option<Changed>>,
}

impl Draft {
    pub(super) fn new(scope: Slice<ScopeView>) -> Self {
        Self {
            saved: Slice::new(move |_| scope.with(Changed::of)),
            changed: RwSignal::new(None),
        }
    }

    fn with<T>(self, read: impl FnOnce(&Changed) -> T) -> T {
        self.changed.with(|changed| match changed {
            Some(changed) => read(changed),
            None => self.saved.with(read),
        })
    }

    fn change(self, change: impl FnOnce(&mut Changed)) {
        let mut now = self
            .changed
            .get_untracked()
            .unwrap_or_else(|| self.saved.get_untracked());
        change(&mut now);
        let same = self.saved.with_untracked(|saved| *saved == now);
        self.changed.set((!same).then_some(now));
    }

    /// Whether it differs from what is saved.
    pub(super) fn is_changed(self) -> bool {
        self.changed.with(Option::is_some)
    }

    /// How many pages are selected, how many one scan may have, and by which plan.
    pub(super) fn count(self, scope: Slice<ScopeView>) -> Slice<(usize, i64, Option<String>)> {
        Slice::new(move |_| {
            let chosen = self.with(|now| now.found.len() + now.manual.len());
            scope.with(|scope| (chosen, scope.page_limit, scope.plan.clone()))
        })
    }

    /// Whether a page is selected.
    pub(super) fn has(self, page: &str) -> bool {
        self.with(|now| now.found.contains(page))
    }

    /// How many of these are selected.
    pub(super) fn of(self, pages: &[String]) -> usize {
        self.with(|now| {
            pages
                .iter()
                .filter(|page| now.found.contains(*page))
                .count()
        })
    }

    /// Selects these pages or takes them out.
    pub(super) fn set(self, pages: &[String], chosen: bool) {
        self.change(|now| {
            for page in pages {
                if chosen {
                    now.found.insert(page.clone());
                } else {
                    now.found.remove(page);
                }
            }
        });
    }

    /// The pages that were added by hand.
    pub(super) fn manual(self) -> Vec<String> {
        self.with(|now| now.manual.clone())
    }

    /// Adds a page by hand.
    pub(super) fn add(self, text: &str) {
        let text = text.trim().to_owned();
        self.change(|now| {
            if !text.is_empty() && !now.manual.contains(&text) {
                now.manual.push(text);
            }
        });
    }

    /// Takes a page out that was added by hand.
    pub(super) fn remove(self, page: &str) {
        self.change(|now| now.manual.retain(|own| own != page));
    }

    /// What is to be saved; nothing when nothing was changed.
    pub(super) fn to_send(self) -> Option<(Vec<String>, Vec<String>)> {
        let now = self.changed.get_untracked()?;
        Some((now.found.into_iter().collect(), now.manual))
    }

    /// It was saved as this: what was changed is forgotten, unless somebody went on changing it.
    pub(super) fn saved(self, scope: ScopeView) {
        let sent: BTreeSet<String> = scope.selected.into_iter().collect();
        let same = |now: &Changed| now.found.iter().all(|page| sent.contains(page));
        if self
            .changed
            .with_untracked(|now| now.as_ref().is_some_and(same))
        {
            self.changed.set(None);
        }
    }
}
