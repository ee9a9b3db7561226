//! `Was this page helpful?`: yes, no, and what was missing.

use crate::api::{self, Intent};
use crate::parts::{ActionButton, Outcome, OutcomeWords, Panel};
use crate::session::use_session;
use crate::write::{Write, use_write_alone};
use domain::guide::Guide;
use domain::guide::feedback::{GiveFeedback, GivenFeedback, LONGEST_MISSING, THANKS};
use leptos::prelude::*;

/// The panel below a guide; the answer is about this text of it.
pub(super) fn helpful(guide: Guide, version: String) -> AnyView {
    let write: Write<GivenFeedback> = use_write_alone();
    let choice = RwSignal::new(None::<bool>);
    let missing = RwSignal::new(String::new());
    let account = use_session().account();
    let off = Signal::derive(move || {
        write
            .is_pending()
            .then(|| "Your answer is on its way. Wait for the confirmation.".to_owned())
    });
    let send = Callback::new(move |()| {
        let Some(helpful) = choice.get_untracked() else {
            return;
        };
        let body = GiveFeedback {
            helpful,
            missing: missing.get_untracked(),
            version: version.clone(),
            account_id: account
                .with_untracked(|own| own.as_ref().map(|own| own.account_id.clone())),
        };
        let name = [
            "helpful",
            guide.key(),
            &version,
            &helpful.to_string(),
            &body.missing,
        ]
        .join(":");
        let ask = api::give_feedback(guide, body, Intent::of(&name));
        write.run(ask, |_| THANKS.to_owned(), |_| ());
    });
    let asked = move || (!write.is_done()).then(|| question(choice, missing, off, send));
    view! {
        <Panel title="Was this page helpful?">
            {asked}
            <Outcome write words=WORDS done=|_| view! { <p class="answer ok">{THANKS}</p> }.into_any() />
        </Panel>
    }
    .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not sent.",
    then_refused: "What you wrote is still here.",
    unknown: "It is not known whether your answer arrived.",
    then_unknown: "Sending it again cannot make a second one.",
};

fn question(
    choice: RwSignal<Option<bool>>,
    missing: RwSignal<String>,
    off: Signal<Option<String>>,
    send: Callback<()>,
) -> AnyView {
    let option = move |label: &'static str, value: bool| {
        let chosen = move || choice.get() == Some(value);
        view! {
            <label class="choice">
                <input type="radio" name="helpful" prop:checked=chosen on:change=move |_| choice.set(Some(value)) />
                {label}
            </label>
        }
    };
    let more = move || choice.get().is_some().then(|| comment(missing, off, send));
    view! {
        <fieldset class="choices">
            <legend class="visually-hidden">"Was this page helpful?"</legend>
            {option("Yes", true)}
            {option("No", false)}
        </fieldset>
        {more}
    }
    .into_any()
}

fn comment(missing: RwSignal<String>, off: Signal<Option<String>>, send: Callback<()>) -> AnyView {
    view! {
        <div class="field">
            <label for="missing">"What was missing? (optional)"</label>
            <textarea id="missing" rows="3" maxlength=LONGEST_MISSING.to_string() aria-describedby="missing-hint"
                prop:value=move || missing.get() on:input=move |event| missing.set(event_target_value(&event))></textarea>
            <p class="hint" id="missing-hint">"Kept with this page, its version and your role, without your name. Please leave out personal data."</p>
        </div>
        <ActionButton label=String::from("Send answer") off on_act=send />
    }
    .into_any()
}
