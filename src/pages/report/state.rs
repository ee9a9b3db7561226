//! What the fix workflow holds: the selection in the address, the delivery mode, and how starts ended.

use crate::api::{self, Intent};
use crate::api::{Ended, ended};
use crate::dom;
use crate::link::{Link, parse_selection};
use crate::model::report as model;
use crate::remote::Remote;
use crate::slice::Slice;
use domain::account::AccountRef;
use domain::fix::{DeliveryMode, StartFix, StartedFix};
use domain::gate::{Facts, Verdict, evaluate};
use domain::id::{FindingId, ReportId};
use domain::report::shown::Shown;
use domain::report::{Finding, ReportView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

/// The state of one report's fix workflow, seen from one account. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct FixState {
    pub(super) findings: Slice<Vec<Finding>>,
    pub(super) shown: Slice<Shown>,
    pub(super) selected: Slice<Vec<FindingId>>,
    pub(super) left_out: Slice<usize>,
    pub(super) mode: RwSignal<DeliveryMode>,
    pub(super) facts: Slice<Facts>,
    pub(super) verdict: Slice<Verdict>,
    pub(super) pending: RwSignal<bool>,
    pub(super) last: RwSignal<Option<Ended<StartedFix>>>,
    view: Signal<ReportView>,
    remote: Remote<ReportView>,
    report: StoredValue<ReportId>,
    viewing: StoredValue<AccountRef>,
    show: Callback<Vec<FindingId>>,
    filter: Callback<Shown>,
}

impl FixState {
    /// The state of a report; call it in the page's body.
    pub(super) fn new(
        report: Signal<ReportView>,
        remote: Remote<ReportView>,
        id: ReportId,
        viewing: AccountRef,
    ) -> Self {
        let query = use_location().query;
        let asked = Slice::new(move |_| {
            let text = query.with(|query| query.get("select"));
            parse_selection(&text.unwrap_or_default())
        });
        let shown = Slice::new(move |_| query.with(|query| Shown::of(|name| query.get(name))));
        let findings = Slice::new(move |_| report.with(|view| view.fix_workflow.findings.clone()));
        let selected = Slice::new(move |_| findings.with(|all| model::usable(all, &asked.get())));
        let left_out = Slice::new(move |_| findings.with(|all| model::left_out(all, &asked.get())));
        let first = report.with_untracked(|view| {
            let facts = view.fix_workflow.facts.report.as_ref();
            facts.map_or(DeliveryMode::ReviewOnlyPatch, |facts| facts.delivery_mode)
        });
        let mode = RwSignal::new(first);
        let seen_from = viewing.clone();
        let facts = Slice::new(move |_| {
            report.with(|view| {
                view.fix_workflow
                    .facts_for(&seen_from, &selected.get(), mode.get())
            })
        });
        Self {
            findings,
            shown,
            selected,
            left_out,
            mode,
            facts,
            verdict: Slice::new(move |_| facts.with(evaluate)),
            pending: RwSignal::new(false),
            last: RwSignal::new(None),
            view: report,
            remote,
            report: StoredValue::new(id.clone()),
            viewing: StoredValue::new(viewing),
            show: shower(id.clone(), shown),
            filter: filterer(id, selected),
        }
    }

    /// Where the report comes from.
    pub(super) fn remote(self) -> Remote<ReportView> {
        self.remote
    }

    /// Which report, seen from which account.
    pub(super) fn whose(self) -> (ReportId, AccountRef) {
        (self.report.get_value(), self.viewing.get_value())
    }

    /// When what is shown was true.
    pub(super) fn as_of(self) -> String {
        self.view.with_untracked(|view| view.as_of.to_rfc3339())
    }

    /// Puts a finding into the selection or takes it out.
    pub(super) fn toggle(self, id: &FindingId, on: bool) {
        // What was refused was another selection.
        if matches!(self.last.get_untracked(), Some(Ended::Refused(_))) {
            self.last.set(None);
        }
        let next = self
            .selected
            .with_untracked(|selected| model::toggled(selected, id, on));
        self.show.run(next);
    }

    /// Selects these findings and no others.
    pub(super) fn select(self, ids: Vec<FindingId>) {
        if matches!(self.last.get_untracked(), Some(Ended::Refused(_))) {
            self.last.set(None);
        }
        self.show.run(ids);
    }

    /// Shows other findings; what is selected stays so.
    pub(super) fn filter(self, next: Shown) {
        self.filter.run(next);
    }

    /// Chooses how to deliver.
    pub(super) fn choose(self, mode: DeliveryMode) {
        if matches!(self.last.get_untracked(), Some(Ended::Refused(_))) {
            self.last.set(None);
        }
        self.mode.set(mode);
    }

    /// Starts the selected work, unless a start is under way or the gate says no.
    pub(super) fn start(self) {
        let ready = self.verdict.with_untracked(Verdict::is_ready);
        if self.pending.get_untracked() || !ready {
            return;
        }
        self.pending.set(true);
        self.last.set(None);
        let (report, viewing) = (self.report.get_value(), self.viewing.get_value());
        let (ids, mode) = (self.selected.get_untracked(), self.mode.get_untracked());
        let intent = self.view.with_untracked(|view| {
            let newest = view.fix_workflow.tasks.first();
            Intent::of(&model::intent_name(&report, &viewing, &ids, mode, newest))
        });
        let payer = self
            .facts
            .with_untracked(|facts| facts.payer.account.name.clone());
        let body = StartFix {
            account_id: viewing.id,
            finding_ids: ids.clone(),
            delivery_mode: mode,
            expected_cost: self.verdict.with_untracked(|verdict| verdict.cost),
        };
        spawn_local(async move {
            let outcome = ended(api::start_fix(report, body, intent).await);
            // Said even when the person went on to another page meanwhile.
            if let Some(Ended::Done(started)) = &outcome {
                dom::announce(&model::started_text(started, &payer));
            }
            self.settle(outcome, &ids);
        });
    }

    /// Shows how a start ended; the page may be gone by now.
    fn settle(self, outcome: Option<Ended<StartedFix>>, ids: &[FindingId]) {
        if self.pending.try_get_untracked().is_none() {
            return;
        }
        if let Some(Ended::Done(started)) = &outcome {
            let view = self.view.get_untracked();
            self.remote.set(model::with_started(view, started, ids));
            self.show.run(Vec::new());
        }
        self.last.set(outcome);
        self.pending.set(false);
        self.remote.refetch();
    }
}

/// The address of a report with these findings selected and those shown.
fn address(id: &ReportId, select: Vec<FindingId>, shown: &Shown) -> String {
    let link = Link::Report {
        id: id.clone(),
        select,
    };
    let (href, more) = (link.href(), shown.query());
    if more.is_empty() {
        return href;
    }
    let joint = if href.contains('?') { "&" } else { "?" };
    [href.as_str(), joint, more.as_str()].concat()
}

/// Writes the selection into the address, in place: no history, no scrolling, no new page.
fn shower(id: ReportId, shown: Slice<Shown>) -> Callback<Vec<FindingId>> {
    let navigate = use_navigate();
    Callback::new(move |select: Vec<FindingId>| {
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        let href = shown.with_untracked(|shown| address(&id, select, shown));
        navigate(&href, options);
    })
}

/// Writes what is shown into the address, as a step of its own: Back takes it away again.
fn filterer(id: ReportId, selected: Slice<Vec<FindingId>>) -> Callback<Shown> {
    let navigate = use_navigate();
    Callback::new(move |shown: Shown| {
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address(&id, selected.get_untracked(), &shown), options);
    })
}
