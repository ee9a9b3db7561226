//! A text about the task's findings: drafted by rule, always, and by a model where one is configured.

use crate::api::{self, Intent};
use crate::dom;
use crate::link::Link;
use crate::model::step::Here;
use crate::parts::{
    ActionButton, Badge, NextStep, Outcome, OutcomeWords, Panel, ReasonBox, Tone, When, follow,
    pick,
};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write_of;
use domain::account::AccountRef;
use domain::fix::FixTaskView;
use domain::fix::assist::{AiDraft, AiDraftState, AskDraft, by_rule};
use domain::gate::evaluate;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not asked for, nothing was reserved.",
    then_refused: "",
    unknown: "It is not known whether the draft was asked for.",
    then_unknown: "If it was, this page says so. Asking again cannot start two.",
};

/// The panel `Ticket text`.
pub(super) fn assist(
    task: Signal<FixTaskView>,
    remote: Remote<FixTaskView>,
    viewing: AccountRef,
) -> AnyView {
    let rule = Slice::new(move |_| task.with(|task| by_rule(&task.domain, &task.findings)));
    let offered = pick(task, |task| task.assist.offered);
    let newest = pick(task, |task| task.assist.newest.clone());
    let ask = follow(offered, move |offered| {
        offered
            .then(|| with_model(task, remote, viewing.clone()))
            .into_any()
    });
    view! {
        <Panel title="Ticket text">
            <div class="stack">
                {follow(newest, |newest| newest.as_ref().map(drafted).into_any())}
                {ask}
                <details>
                    <summary>"Text drafted by rule from the findings"</summary>
                    {follow(rule, |text| text_box("Text drafted by rule", text))}
                </details>
            </div>
        </Panel>
    }
    .into_any()
}

fn text_box(label: &'static str, text: &str) -> AnyView {
    let (shown, copied) = (text.to_owned(), text.to_owned());
    let copy = move |_| dom::copy(&copied, "Text copied.");
    view! {
        <pre class="preview" tabindex="0" role="region" aria-label=label>{shown}</pre>
        <div class="actions"><button type="button" class="btn" on:click=copy>"Copy text"</button></div>
    }
    .into_any()
}

/// The newest draft of the model: on its way, written, or why there is none.
fn drafted(draft: &AiDraft) -> AnyView {
    let state = draft.state;
    let tone = match state {
        AiDraftState::Queued | AiDraftState::Running => Tone::Hold,
        AiDraftState::Done => Tone::Ok,
        AiDraftState::Failed => Tone::Stop,
    };
    let said = match (&draft.text, &draft.why) {
        (Some(text), _) => view! {
            <p class="small muted">"A model wrote this. Read it against the findings before you use it; nothing was changed anywhere. 1 AI credit was spent."</p>
            {text_box("Text drafted by a model", text)}
        }
        .into_any(),
        (None, Some(why)) => view! {
            <p>{why.clone()} " The AI credit is free again. The text that is drafted by rule is below."</p>
        }
        .into_any(),
        (None, None) => view! {
            <p>"1 AI credit is held. The text appears here by itself; after three minutes without an answer the credit is free again."</p>
        }
        .into_any(),
    };
    view! {
        <p>
            <Badge tone label=state.label() /> " asked for by " {draft.asked_by.clone()} ", " <When at=draft.asked_at />
        </p>
        {said}
    }
    .into_any()
}

/// Asking the model, with what is in its way.
fn with_model(
    task: Signal<FixTaskView>,
    remote: Remote<FixTaskView>,
    viewing: AccountRef,
) -> AnyView {
    let write = use_write_of(remote);
    let seen_from = viewing.clone();
    let verdict = Slice::new(move |_| {
        let mut facts = task.with(|task| task.assist.facts.clone());
        facts.viewing = seen_from.clone();
        evaluate(&facts)
    });
    let open = Slice::new(move |_| {
        task.with(|task| {
            task.assist
                .newest
                .as_ref()
                .is_some_and(|draft| draft.state.is_open())
        })
    });
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The draft is being asked for.".to_owned());
        }
        if open.get() {
            return Some("A draft is on its way. It appears here by itself.".to_owned());
        }
        verdict.with(|verdict| verdict.primary().map(|reason| reason.message.clone()))
    });
    let owner = task.with_untracked(|task| task.owner.clone());
    let blocked = follow(verdict, move |verdict| {
        let reason = verdict.primary().cloned();
        reason
            .map(|reason| {
                view! {
                    <ReasonBox reason=reason.clone() />
                    <NextStep reason here=Here::Task owner=owner.clone() on_step=Callback::new(|_| ()) />
                }
            })
            .into_any()
    });
    let figures = move || {
        task.with(|task| {
            let payer = &task.assist.facts.payer;
            format!(
                "Drafting takes 1 AI credit of {}: Avail {}. It is optional; the text below is drafted by rule and takes none.",
                payer.account.name, payer.balance.avail
            )
        })
    };
    let act = Callback::new(move |()| {
        let (id, before) = task.with_untracked(|task| {
            let newest = task.assist.newest.as_ref();
            let before = newest.map_or(String::new(), |draft| draft.ai_draft_id.to_string());
            (task.row.fix_task_id.clone(), before)
        });
        let intent = Intent::of(&["ai-draft", id.as_str(), before.as_str()].join(":"));
        let account_id = viewing.id.clone();
        write.run(
            api::ask_draft(id, AskDraft { account_id }, intent),
            |_| "The draft is asked for. It appears on this page.".to_owned(),
            |_| {},
        );
    });
    let ledger = Link::Ledger.href();
    view! {
        <Outcome write words=WORDS done=|_| view! { <p class="answer ok"><span><b>"Draft asked for"</b>" \u{b7} 1 AI credit is held"</span></p> }.into_any() />
        {blocked}
        <p class="small muted">{figures} " " <a href=ledger>"Credit ledger"</a></p>
        <ActionButton label=String::from("Draft with AI") off on_act=act />
    }
    .into_any()
}
