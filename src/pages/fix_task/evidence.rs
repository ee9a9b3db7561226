//! Evidence of a change that the customer made: the form, and what was recorded.

use crate::api::{self, Intent};
use crate::model::credits::balance_text;
use crate::parts::{ActionButton, Fact, Facts, Outcome, OutcomeWords, Panel, When};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write;
use domain::Timestamp;
use domain::account::AccountRef;
use domain::fix::FixTaskView;
use domain::fix::evidence::{EvidenceKind, EvidenceReference, RecordEvidence, TaskEvidence};
use domain::fix::task::{MovedFix, TaskStep};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not recorded, and no credit was spent.",
    then_refused: "What you wrote is still here.",
    unknown: "It is not known whether the evidence was recorded.",
    then_unknown: "If it was, this page says so. Recording it again cannot spend anything twice.",
};

/// The form; nothing once the task has ended.
#[component]
pub(super) fn Form(
    /// The task.
    task: Signal<FixTaskView>,
    /// Where it comes from.
    remote: Remote<FixTaskView>,
    /// The account in view.
    viewing: AccountRef,
) -> impl IntoView {
    let write = use_write::<MovedFix, _>(remote);
    let open = Slice::new(move |_| {
        task.with(|task| task.progress.steps.contains(&TaskStep::RecordEvidence))
    });
    let kind = RwSignal::new(EvidenceKind::ChangedUrl);
    let (value, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let day = RwSignal::new(String::new());
    let faults = RwSignal::new(Vec::<String>::new());
    let seen_from = viewing.clone();
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The evidence is being recorded.".to_owned());
        }
        task.with(|task| task.step_blocked(&seen_from).map(|reason| reason.message))
    });
    let act = Callback::new(move |()| {
        let (id, domain) =
            task.with_untracked(|task| (task.row.fix_task_id.clone(), task.domain.clone()));
        let Some(applied_at) = midnight(&day.get_untracked()) else {
            faults.set(vec!["When it was changed: give the day.".to_owned()]);
            return;
        };
        let now = domain_now();
        let body = RecordEvidence {
            account_id: viewing.id.clone(),
            references: vec![EvidenceReference {
                kind: kind.get_untracked(),
                value: value.get_untracked().trim().to_owned(),
            }],
            note: note.get_untracked(),
            applied_at,
        };
        let found = body.faults(&domain, now);
        faults.set(found.iter().map(said).collect());
        if found.is_empty() {
            write.run(
                api::record_evidence(id, body, Intent::fresh()),
                |_| "Evidence recorded.".to_owned(),
                |_| {},
            );
        }
    });
    let done = |moved: &MovedFix| {
        let figures = balance_text(moved.balance, false);
        view! { <p class="answer ok"><span><b>"Evidence recorded"</b>" \u{b7} "{figures}</span></p> }
            .into_any()
    };
    let form = move || {
        open.get().then(|| {
            view! {
                <div class="form" role="group" aria-label="Record evidence">
                    <Fields kind value note day />
                    {move || faults.with(|faults| (!faults.is_empty()).then(|| view! { <ul class="answer stop" role="alert">{faults.iter().map(|fault| view! { <li>{fault.clone()}</li> }).collect_view()}</ul> }))}
                    <ActionButton label=TaskStep::RecordEvidence.label().to_owned() off primary=true on_act=act />
                </div>
            }
        })
    };
    view! {
        <Outcome write words=WORDS done />
        {form}
    }
}

fn said(fault: &domain::problem::FieldError) -> String {
    let field = match fault.pointer.as_str() {
        "/note" => "What was changed: ",
        "/applied_at" => "When it was changed: ",
        _ => "Where it can be seen: ",
    };
    field.to_owned() + &fault.detail
}

#[component]
fn Fields(
    kind: RwSignal<EvidenceKind>,
    value: RwSignal<String>,
    note: RwSignal<String>,
    day: RwSignal<String>,
) -> impl IntoView {
    let options = EvidenceKind::ALL.iter().map(|option| {
        let key = option.key();
        view! { <option value=key selected=move || kind.get() == *option>{option.label()}</option> }
    });
    let choose = move |event| {
        if let Some(chosen) = EvidenceKind::parse(&event_target_value(&event)) {
            kind.set(chosen);
        }
    };
    view! {
        <div class="field">
            <label for="evidence-kind">"Evidence"</label>
            <select id="evidence-kind" on:change=choose>{options.collect_view()}</select>
        </div>
        <div class="field">
            <label for="evidence-value">"Where it can be seen"</label>
            <input id="evidence-value" type="text" maxlength="500" aria-describedby="evidence-hint" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
        </div>
        <div class="field">
            <label for="evidence-note">"What was changed"</label>
            <textarea id="evidence-note" maxlength="2000" aria-describedby="evidence-hint" prop:value=move || note.get() on:input=move |event| note.set(event_target_value(&event))></textarea>
        </div>
        <div class="field">
            <label for="evidence-day">"When it was changed"</label>
            <input id="evidence-day" type="date" prop:value=move || day.get() on:input=move |event| day.set(event_target_value(&event)) />
        </div>
        <p class="hint small muted" id="evidence-hint">"No secrets, credentials, payment or private data. Recording completes the task and spends its credits; the evidence is not proof before a later scan."</p>
    }
}

/// What was recorded; nothing before it was.
pub(super) fn recorded(evidence: Option<&TaskEvidence>) -> AnyView {
    let Some(TaskEvidence {
        references,
        note,
        applied_at,
        recorded_by,
        ..
    }) = evidence.cloned()
    else {
        return view! { <span hidden></span> }.into_any();
    };
    let row = |reference: EvidenceReference| view! { <li>{reference.kind.label()} ": " {reference.value}</li> };
    view! {
        <Panel title="Customer-applied evidence">
            <Facts>
                <Fact name="Where it can be seen"><ul class="plain">{references.into_iter().map(row).collect_view()}</ul></Fact>
                <Fact name="What was changed">{note}</Fact>
                <Fact name="Changed"><When at=applied_at /></Fact>
                <Fact name="Recorded by">{recorded_by}</Fact>
            </Facts>
        </Panel>
    }
    .into_any()
}

/// The beginning of a day as a date field writes it.
fn midnight(day: &str) -> Option<Timestamp> {
    let day: chrono::NaiveDate = day.parse().ok()?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
}

/// The browser's clock; the server looks again with its own.
fn domain_now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since 1970 are far below 2^53"
    )]
    let millis = js_sys::Date::now() as i64;
    Timestamp::from_timestamp_millis(millis).unwrap_or_default()
}
