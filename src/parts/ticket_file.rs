//! Findings as tickets: seen before they are copied or downloaded.

use super::Panel;
use crate::dom;
use crate::slice::Slice;
use domain::id::FindingId;
use domain::report::Finding;
use domain::ticket::{TicketFormat, TicketSource, written};
use leptos::prelude::*;

/// The preview of a file of tickets in one of three formats. The key `c` copies it while the focus is in the preview.
#[component]
pub fn TicketFile(
    /// Where they come from.
    source: TicketSource,
    /// The findings.
    findings: Vec<Finding>,
) -> impl IntoView {
    let format = RwSignal::new(TicketFormat::Markdown);
    let ids: Vec<&str> = findings.iter().map(|f| f.finding_id.as_str()).collect();
    // An address holds as many as may be selected; what is more is all of them, which is what no list means.
    let query = if ids.len() > domain::link::MOST_SELECTED {
        String::new()
    } else {
        String::from("?findings=") + &ids.join(",")
    };
    let base = String::from("/api/v1/reports/") + source.report_id.as_str() + "/ticket-exports/";
    let count = findings.len();
    let text = Slice::new(move |_| {
        let all: Vec<&Finding> = findings.iter().collect();
        written(format.get(), &source, &all)
    });
    let copy = move || text.with_untracked(|text| dom::copy(text, "Tickets copied."));
    let key = move |event: leptos::ev::KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if plain && event.key().eq_ignore_ascii_case("c") {
            event.prevent_default();
            copy();
        }
    };
    let href = move || base.clone() + format.get().key() + &query;
    let choices = TicketFormat::ALL
        .iter()
        .map(move |option| choice(format, *option));
    let title = if count == 1 {
        "1 ticket"
    } else {
        "Tickets, previewed as they are written"
    };
    let download = move || String::from("Download ") + format.get().label();
    view! {
        <Panel title="Ticket export" aside=|| view! { <span class="muted small">"No credits, nothing is held"</span> }>
            <div class="stack">
                <fieldset class="choices across"><legend>"Format"</legend>{choices.collect_view()}</fieldset>
                <pre class="preview" tabindex="0" role="region" aria-label=title aria-keyshortcuts="c" on:keydown=key>{move || text.get()}</pre>
                <div class="actions">
                    <button type="button" class="btn" on:click=move |_| copy()>"Copy tickets"</button>
                    <a class="btn" href=href rel="external" download>{download}</a>
                    <span class="small muted">"With the focus in the preview, the key C copies it."</span>
                </div>
            </div>
        </Panel>
    }
}

fn choice(format: RwSignal<TicketFormat>, option: TicketFormat) -> impl IntoView {
    let what = match option {
        TicketFormat::Csv => "One row a finding, for spreadsheets and imports",
        TicketFormat::Markdown => "Readable text with a list of what must be so",
        TicketFormat::Json => "Every field, for programs",
    };
    view! {
        <label class="choice">
            <input type="radio" name="ticket-format" prop:checked=move || format.get() == option on:change=move |_| format.set(option) />
            <b>{option.label()}</b>
            <span class="small muted">{what}</span>
        </label>
    }
}

/// The findings that an address asks for, or all that an export takes.
pub fn chosen(findings: &[Finding], asked: &[FindingId]) -> Vec<Finding> {
    let taken = domain::ticket::exported(findings, asked);
    taken.into_iter().cloned().collect()
}
