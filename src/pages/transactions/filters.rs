//! What the address asks for, and the controls that change it.

use crate::link::{Link, Origin};
use domain::adjustment::AdjustmentAction;
use domain::transaction::TransactionStatus;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    pub(super) status: Option<TransactionStatus>,
    pub(super) adjusted: Option<AdjustmentAction>,
    /// Where the page begins.
    pub(super) after: Option<String>,
    /// The blocked work that led here.
    pub(super) origin: Option<Origin>,
}

impl Shown {
    pub(super) fn of(query: &ParamsMap) -> Self {
        Self {
            status: query.get_str("status").and_then(TransactionStatus::parse),
            adjusted: query.get_str("adjusted").and_then(AdjustmentAction::parse),
            after: query.get_str("after").map(str::to_owned),
            origin: Origin::from_query(
                query.get_str("from"),
                query.get_str("ref"),
                query.get_str("select"),
            ),
        }
    }

    /// Whether it leaves anything out.
    pub(super) const fn is_any(&self) -> bool {
        self.status.is_some() || self.adjusted.is_some() || self.after.is_some()
    }

    /// The newest page of the same.
    pub(super) fn first(&self) -> Self {
        Self {
            after: None,
            ..self.clone()
        }
    }

    /// The page that begins there.
    pub(super) fn after(&self, cursor: &str) -> Self {
        Self {
            after: Some(cursor.to_owned()),
            ..self.clone()
        }
    }

    /// Filters as the server reads them, each with `&` before it.
    fn filters(&self) -> String {
        let status = self.status.map(|status| format!("&status={status}"));
        let adjusted = self.adjusted.map(|action| format!("&adjusted={action}"));
        status.unwrap_or_default() + &adjusted.unwrap_or_default()
    }

    /// What the list is asked with.
    pub(super) fn query(&self) -> String {
        let after = self.after.as_ref().map(|after| format!("&after={after}"));
        format!("?limit=50{}{}", self.filters(), after.unwrap_or_default())
    }

    /// What a file of it is asked with: all pages.
    pub(super) fn file_query(&self) -> String {
        self.filters().replacen('&', "?", 1)
    }

    /// Its address.
    pub(super) fn href(&self) -> String {
        let path = Link::Transactions(self.origin.clone()).href();
        let after = self.after.as_ref().map(|after| format!("&after={after}"));
        let rest = self.filters() + &after.unwrap_or_default();
        if path.contains('?') {
            path + &rest
        } else {
            path + &rest.replacen('&', "?", 1)
        }
    }
}

/// The two filters; choosing changes the address, so that Back takes it away again.
pub(super) fn filters(shown: &Shown) -> AnyView {
    let go = use_navigate();
    let to = Callback::new(move |shown: Shown| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        go(&shown.href(), options);
    });
    let now = shown.first();
    let status = {
        let now = now.clone();
        move |event| {
            to.run(Shown {
                status: TransactionStatus::parse(&event_target_value(&event)),
                ..now.clone()
            });
        }
    };
    let adjusted = {
        let now = now.clone();
        move |event| {
            to.run(Shown {
                adjusted: AdjustmentAction::parse(&event_target_value(&event)),
                ..now.clone()
            });
        }
    };
    let statuses = TransactionStatus::ALL.iter().map(|status| {
        let chosen = now.status == Some(*status);
        view! { <option value=status.key() selected=chosen>{status.label()}</option> }
    });
    let actions = AdjustmentAction::ALL.iter().map(|action| {
        let chosen = now.adjusted == Some(*action);
        view! { <option value=action.key() selected=chosen>{action.label()}</option> }
    });
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="field">
                <label for="filter-status">"Status"</label>
                <select id="filter-status" on:change=status>
                    <option value="">"All statuses"</option>
                    {statuses.collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="filter-adjusted">"Came back"</label>
                <select id="filter-adjusted" on:change=adjusted>
                    <option value="">"All transactions"</option>
                    {actions.collect_view()}
                </select>
            </div>
        </div>
    }
    .into_any()
}
