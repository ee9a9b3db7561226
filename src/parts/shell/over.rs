//! What opens over the page: one dialog, whose content comes when it is first asked for.

use super::Fetched;
use crate::parts::follow::{follow, pick};
use leptos::html;
use leptos::prelude::*;

/// What can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sheet {
    /// The keys of the console.
    Keys,
    /// The accounts of the person.
    FindAccount,
}

/// The dialog.
#[derive(Clone, Copy)]
pub(super) struct Over {
    dialog: NodeRef<html::Dialog>,
    shown: RwSignal<Option<Sheet>>,
}

impl Over {
    /// A closed one.
    pub(super) fn new() -> Self {
        Self {
            dialog: NodeRef::new(),
            shown: RwSignal::new(None),
        }
    }

    /// Opens it with this, when nothing is open.
    pub(super) fn show(self, sheet: Sheet) {
        let dialog = self.dialog.get_untracked();
        if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
            self.shown.set(Some(sheet));
            let _ = dialog.show_modal();
        }
    }

    /// Its element. What it shows goes when it is closed.
    pub(super) fn view(self) -> AnyView {
        let Self { dialog, shown } = self;
        // The word that it was closed comes a little later: by then it may be open again.
        let closed = move |_| {
            if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
                shown.set(None);
            }
        };
        let fetched = use_context::<Fetched>();
        let sheet = move |sheet: &Option<Sheet>| {
            let (Some(sheet), Some(fetched)) = (*sheet, fetched) else {
                return ().into_any();
            };
            let (title, content) = match sheet {
                Sheet::Keys => ("Keys", fetched.keys),
                Sheet::FindAccount => ("Find another account", fetched.find_account),
            };
            view! {
                <header><h2 id="over">{title}</h2><form method="dialog"><button class="btn">"Close"</button></form></header>
                <div class="body">{content()}</div>
            }
            .into_any()
        };
        view! {
            <dialog node_ref=dialog class="panel over" aria-labelledby="over" on:close=closed>
                {follow(pick(shown, |shown| *shown), sheet)}
            </dialog>
        }
        .into_any()
    }
}
