//! Finding one of many accounts: a button beside the selector and the list that it opens.

use super::Fetched;
use crate::parts::follow::pick;
use crate::parts::icon::{Glyph, Icon};
use crate::session::Session;
use leptos::html;
use leptos::prelude::*;

/// Opens the accounts of the person with a field to type into. The list comes when it is first asked for, and goes when it is
/// closed or another account was opened.
#[component]
pub(super) fn FindAccount(session: Session) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = RwSignal::new(false);
    let show = move |_| {
        if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
            open.set(true);
            let _ = dialog.show_modal();
        }
    };
    let account = pick(session.account(), |account| {
        account.as_ref().map(|own| own.account_id.clone())
    });
    Effect::new(move |before: Option<()>| {
        account.track();
        if before.is_some()
            && let Some(dialog) = dialog.get_untracked()
        {
            dialog.close();
        }
    });
    let fetched = use_context::<Fetched>();
    let list = move || {
        open.get()
            .then(|| fetched.map(|fetched| (fetched.find_account)()))
    };
    view! {
        <button type="button" class="icon-btn" aria-label="Find an account" title="Find an account" aria-haspopup="dialog" on:click=show><Icon glyph=Glyph::Search /></button>
        <dialog node_ref=dialog class="panel over wide" aria-labelledby="find-account" on:close=move |_| open.set(false)>
            <header><h2 id="find-account">"Find an account"</h2><form method="dialog"><button class="btn">"Close"</button></form></header>
            <div class="body">{list}</div>
        </dialog>
    }
    .into_any()
}
