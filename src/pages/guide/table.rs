//! The reasons that a guide explains.

use super::text::inline;
use crate::link::Link;
use crate::parts::Panel;
use domain::guide::{Guide, GuideReason};
use leptos::prelude::*;

/// One row a reason: what it is called, what it means, what ends it, what to do.
#[component]
pub(super) fn ReasonTable(
    /// The guide that it stands in.
    guide: Guide,
    /// The reasons.
    reasons: Vec<GuideReason>,
) -> AnyView {
    let rows = reasons.into_iter().map(move |reason| row(guide, reason));
    view! {
        <Panel title="What can be in the way" flush=true>
            <table role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Reason"</th>
                        <th role="columnheader" scope="col">"Meaning"</th>
                        <th role="columnheader" scope="col">"Ends when"</th>
                        <th role="columnheader" scope="col">"Next"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows.collect_view()}</tbody>
            </table>
        </Panel>
    }
    .into_any()
}

fn row(here: Guide, reason: GuideReason) -> AnyView {
    let guide = reason.guide;
    let more = (guide != here).then(|| {
        view! { <br /><a class="small" href=Link::Guide(guide).href()>{guide.label()}</a> }
    });
    view! {
        <tr role="row">
            <td role="cell" class="lead wide"><b>{reason.label}</b><br /><code>{reason.code.key()}</code></td>
            <td role="cell" class="wide" data-label="Meaning">{inline(&reason.means)}</td>
            <td role="cell" class="wide" data-label="Ends when">{reason.clears_when}</td>
            <td role="cell" class="wide" data-label="Next">{reason.next}{more}</td>
        </tr>
    }
    .into_any()
}
