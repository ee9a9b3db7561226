//! How to mend each finding by hand; it needs no plan and no credits.

use crate::parts::Panel;
use domain::report::Finding;
use leptos::prelude::*;

/// The id to jump to.
pub(super) const GUIDANCE: &str = "guidance";

/// The guidance for every finding.
#[component]
pub(super) fn Guidance(
    /// The findings.
    #[prop(into)]
    findings: Signal<Vec<Finding>>,
    /// Where they can be exported, with the selection.
    #[prop(into)]
    export: Signal<Option<String>>,
) -> impl IntoView {
    let rows = move || {
        let row = |finding: Finding| {
            let class = "sev ".to_owned() + finding.severity.key();
            view! {
                <li class="evidence">
                    <h3><span class=class>{finding.severity.label()}</span>" "{finding.title}</h3>
                    <p>{finding.remediation}</p>
                    <p class="small muted">{finding.affected_url}</p>
                </li>
            }
        };
        findings.get().into_iter().map(row).collect_view()
    };
    let export = move || {
        export
            .get()
            .map(|href| view! { <a href=href>"Export tickets"</a> })
    };
    let aside = move || view! { <span class="small"><span class="muted">"Free to use, without credits. "</span>{export}</span> };
    view! {
        <Panel title="Remediation guidance" aside>
            <ul class="findings jump" id=GUIDANCE tabindex="-1">{rows}</ul>
        </Panel>
    }
}
