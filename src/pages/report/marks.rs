//! What a person says of the selected findings, and taking it back on one.

use super::state::FixState;
use crate::api::{self, Intent};
use crate::parts::{ActionButton, Outcome, OutcomeWords};
use crate::slice::Slice;
use crate::write::use_write_of;
use domain::id::FindingId;
use domain::report::mark::{FindingMark, MarkFindings};
use domain::role::Ability;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Nothing was marked.",
    then_refused: "",
    unknown: "It is not known whether that was marked.",
    then_unknown: "If it was, the rows say so. Doing it again changes nothing.",
};

/// `Needs review` and `Mark false positive` for what is selected; nothing while nothing is.
pub(super) fn marks(state: FixState) -> AnyView {
    let ids = state.selected;
    let some = Slice::new(move |_| !ids.with(Vec::is_empty));
    let buttons = buttons(
        state,
        ids.into(),
        &[FindingMark::NeedsReview, FindingMark::FalsePositive],
    );
    view! {
        <div class="body" hidden=move || !some.get()>
            <div class="stack">
                <p class="small muted">"What you say of the selected findings. Marked ones are no fix work until the mark is taken back; a false positive stays one in later scans."</p>
                {buttons}
            </div>
        </div>
    }
    .into_any()
}

/// Takes the mark of one finding back.
pub(super) fn take_back(state: FixState, id: FindingId) -> AnyView {
    let ids = Signal::derive(move || vec![id.clone()]);
    buttons(state, ids, &[FindingMark::None])
}

fn buttons(
    state: FixState,
    ids: Signal<Vec<FindingId>>,
    offered: &'static [FindingMark],
) -> AnyView {
    let write = use_write_of(state.remote());
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The answer is on its way.".to_owned());
        }
        state.facts.with(|facts| {
            let role = facts.role;
            (!role.can(Ability::RunFixes)).then(|| {
                let holders = Ability::RunFixes.holders();
                format!(
                    "Your role is {}. Ask {holders} to mark findings.",
                    role.label()
                )
            })
        })
    });
    let mark = move |mark: FindingMark| {
        Callback::new(move |()| {
            let (report, viewing) = state.whose();
            let finding_ids = ids.get_untracked();
            let all: Vec<&str> = finding_ids.iter().map(FindingId::as_str).collect();
            let as_of = state.as_of();
            let intent = Intent::of(
                &["mark", report.as_str(), mark.key(), &all.join(","), &as_of].join(":"),
            );
            let body = MarkFindings {
                account_id: viewing.id,
                finding_ids,
                mark,
            };
            write.run(
                api::mark_findings(report, body, intent),
                move |_| match mark {
                    FindingMark::None => "The mark is taken back.".to_owned(),
                    _ => "Marked.".to_owned(),
                },
                |_| {},
            );
        })
    };
    let all: Vec<AnyView> = offered
        .iter()
        .map(|kind| {
            view! { <ActionButton label=kind.label().to_owned() off on_act=mark(*kind) /> }
                .into_any()
        })
        .collect();
    view! {
        <div class="actions">{all}</div>
        <Outcome write words=WORDS done=|_| ().into_any() />
    }
    .into_any()
}
