//! What the address asks for, and the control that changes it.

use crate::link::Link;
use domain::id::{ProjectId, ScanRunId};
use domain::scan::ScanStatus;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    status: Option<ScanStatus>,
    project: Option<ProjectId>,
    /// Where the page begins.
    pub(super) after: Option<ScanRunId>,
}

impl Shown {
    pub(super) fn of(query: &ParamsMap) -> Self {
        Self {
            status: query.get_str("status").and_then(ScanStatus::parse),
            project: query
                .get_str("project")
                .and_then(|id| ProjectId::parse(id).ok()),
            after: query
                .get_str("after")
                .and_then(|id| ScanRunId::parse(id).ok()),
        }
    }

    /// Whether it leaves anything out.
    pub(super) const fn is_any(&self) -> bool {
        self.status.is_some() || self.project.is_some() || self.after.is_some()
    }

    /// The newest page of the same.
    pub(super) fn first(&self) -> Self {
        Self {
            after: None,
            ..self.clone()
        }
    }

    /// The page that begins there.
    pub(super) fn after(&self, run: &ScanRunId) -> Self {
        Self {
            after: Some(run.clone()),
            ..self.clone()
        }
    }

    /// What the list is asked with.
    pub(super) fn query(&self) -> String {
        let parts = [
            self.status.map(|status| format!("status={status}")),
            self.project.as_ref().map(|id| format!("project={id}")),
            self.after.as_ref().map(|id| format!("after={id}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            String::new()
        } else {
            String::from("?") + &parts.join("&")
        }
    }

    /// Its address.
    pub(super) fn href(&self) -> String {
        Link::Scans.href() + &self.query()
    }
}

/// The filter; choosing changes the address, so that Back takes it away again.
pub(super) fn filters(shown: &Shown) -> AnyView {
    let go = use_navigate();
    let now = shown.first();
    let all = now.project.is_some().then(|| {
        let href = Shown {
            project: None,
            ..now.clone()
        }
        .href();
        view! { <a class="btn" href=href>"Scans of all projects"</a> }
    });
    let statuses = ScanStatus::ALL.iter().map(|status| {
        let chosen = now.status == Some(*status);
        view! { <option value=status.key() selected=chosen>{status.label()}</option> }
    });
    let statuses = statuses.collect_view();
    let choose = move |event| {
        let to = Shown {
            status: ScanStatus::parse(&event_target_value(&event)),
            ..now.clone()
        };
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        go(&to.href(), options);
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="field">
                <label for="filter-status">"State"</label>
                <select id="filter-status" on:change=choose>
                    <option value="">"All states"</option>
                    {statuses}
                </select>
            </div>
            {all}
        </div>
    }
    .into_any()
}
