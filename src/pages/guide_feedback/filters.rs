//! What the address asks for, and the controls that change it.

use crate::link::Link;
use domain::guide::Guide;
use domain::guide::feedback::FeedbackState;
use domain::id::FeedbackId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use leptos_router::params::ParamsMap;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    state: Option<FeedbackState>,
    guide: Option<Guide>,
    after: Option<FeedbackId>,
}

impl Shown {
    pub(super) fn of(query: &ParamsMap) -> Self {
        Self {
            state: query.get_str("state").and_then(FeedbackState::parse),
            guide: query.get_str("guide").and_then(Guide::parse),
            after: query
                .get_str("after")
                .and_then(|id| FeedbackId::parse(id).ok()),
        }
    }

    /// The page that begins there.
    pub(super) fn after(&self, answer: &FeedbackId) -> Self {
        Self {
            after: Some(answer.clone()),
            ..self.clone()
        }
    }

    /// What the list is asked with.
    pub(super) fn query(&self) -> String {
        let parts = [
            self.state.map(|state| "state=".to_owned() + state.key()),
            self.guide.map(|guide| "guide=".to_owned() + guide.key()),
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
        Link::GuideFeedback.href() + &self.query()
    }
}

/// The filters; choosing changes the address, so that Back takes it away again.
pub(super) fn filters(shown: &Shown) -> AnyView {
    let go = use_navigate();
    let to = StoredValue::new_local(move |shown: Shown| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        go(&shown.href(), options);
    });
    let now = StoredValue::new(Shown {
        after: None,
        ..shown.clone()
    });
    let states = FeedbackState::ALL.iter().map(|one| {
        view! { <option value=one.key() selected=shown.state == Some(*one)>{one.label()}</option> }
    });
    let guides = Guide::ALL.iter().map(|one| {
        view! { <option value=one.key() selected=shown.guide == Some(*one)>{one.label()}</option> }
    });
    let choose_state = move |event| {
        let state = FeedbackState::parse(&event_target_value(&event));
        to.with_value(|to| {
            to(Shown {
                state,
                ..now.get_value()
            });
        });
    };
    let choose_guide = move |event| {
        let guide = Guide::parse(&event_target_value(&event));
        to.with_value(|to| {
            to(Shown {
                guide,
                ..now.get_value()
            });
        });
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <div class="field">
                <label for="filter-state">"State"</label>
                <select id="filter-state" on:change=choose_state><option value="">"All states"</option>{states.collect_view()}</select>
            </div>
            <div class="field">
                <label for="filter-guide">"Guide"</label>
                <select id="filter-guide" on:change=choose_guide><option value="">"All guides"</option>{guides.collect_view()}</select>
            </div>
        </div>
    }
    .into_any()
}
