//! What changed over time, as a picture; the table of runs below says the same in figures.

use crate::parts::{Panel, follow, pick};
use domain::monitoring::{ChangeCounts, MonitoringRun, MonitoringView};
use leptos::prelude::*;

const HEIGHT: u32 = 120;
const STEP: u32 = 26;
const BAR: u32 = 18;

/// The panel; nothing before a run was compared.
pub(super) fn chart(view: Signal<MonitoringView>) -> AnyView {
    let compared = pick(view, |view| {
        let runs = view.runs.iter().rev();
        runs.filter_map(|run: &MonitoringRun| run.counts)
            .collect::<Vec<_>>()
    });
    follow(compared, |runs| {
        if runs.is_empty() {
            return ().into_any();
        }
        let picture = picture(runs);
        view! {
            <Panel title="Changes over time">
                <div class="stack">
                    {picture}
                    <ul class="legend small">
                        <li class="new">"New"</li><li class="recurring">"Recurring"</li>
                        <li class="resolved">"Resolved"</li><li class="inconclusive">"Inconclusive"</li>
                    </ul>
                </div>
            </Panel>
        }
        .into_any()
    })
}

fn parts(counts: &ChangeCounts) -> [(&'static str, u32); 4] {
    [
        ("recurring", counts.recurring_issue_count),
        ("new", counts.new_issue_count),
        ("resolved", counts.resolved_issue_count),
        ("inconclusive", counts.inconclusive_count),
    ]
}

/// A bar for each run, oldest first, its parts above each other.
fn picture(runs: &[ChangeCounts]) -> AnyView {
    let whole = |counts: &ChangeCounts| parts(counts).iter().map(|(_, count)| count).sum::<u32>();
    let most = runs.iter().map(whole).max().unwrap_or(1).max(1);
    let count = u32::try_from(runs.len()).unwrap_or(1);
    let width = count * STEP;
    let bars = (0u32..).zip(runs).flat_map(|(place, counts)| {
        let mut top = HEIGHT;
        parts(counts).map(move |(class, count)| {
            let height = count * HEIGHT / most;
            top -= height;
            view! { <rect class=class x=place * STEP + 4 y=top width=BAR height=height /> }
        })
    });
    let newest = runs.last().copied().unwrap_or_default();
    let label = format!(
        "{count} compared runs. The newest: {} new, {} recurring, {} resolved, {} inconclusive.",
        newest.new_issue_count,
        newest.recurring_issue_count,
        newest.resolved_issue_count,
        newest.inconclusive_count
    );
    let frame = format!("0 0 {width} {HEIGHT}");
    let bars = bars.collect_view();
    view! { <svg class="changes" role="img" aria-label=label viewBox=frame preserveAspectRatio="xMinYMax meet">{bars}</svg> }
        .into_any()
}
