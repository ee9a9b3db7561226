//! When runs begin, and which of them will be refused.

use crate::api::{self, Intent};
use crate::model::project::switch_off;
use crate::parts::{ActionButton, Fact, Facts, Outcome, OutcomeWords, Panel, When, follow, pick};
use crate::remote::Remote;
use crate::slice::Slice;
use crate::write::use_write_of;
use domain::account::AccountRef;
use domain::monitoring::{Frequency, MonitoringView, RefusedRun, Schedule, SetSchedule};
use leptos::prelude::*;

const OUTCOME: OutcomeWords = OutcomeWords {
    refused: "The schedule is as it was.",
    then_refused: "",
    unknown: "It is not known whether the schedule was changed.",
    then_unknown: "This page shows it by itself.",
};

/// The panel.
pub(super) fn schedule(
    view: Signal<MonitoringView>,
    remote: Remote<MonitoringView>,
    viewing: &AccountRef,
) -> AnyView {
    let write = use_write_of(remote);
    let schedule = pick(view, |view| view.schedule.clone());
    let own = pick(schedule, |schedule| schedule.monitoring_frequency);
    // Nothing of its own until somebody chooses.
    let chosen = RwSignal::new(None::<Frequency>);
    let frequency = Slice::new(move |_| chosen.get().unwrap_or_else(|| own.get()));
    let zone = pick(schedule, |schedule| schedule.time_zone.clone());
    let here = crate::dom::time_zone();
    let (zone_here, viewing) = (here.clone(), viewing.clone());
    let account = viewing.id.clone();
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The schedule is on its way. Wait for the answer.".to_owned());
        }
        let same = frequency.get() == own.get() && zone.get() == zone_here;
        view.with(|view| switch_off(&view.facts, &viewing))
            .or_else(|| same.then(|| "The schedule is this already.".to_owned()))
    });
    let act = Callback::new(move |()| {
        let project = view.with_untracked(|view| view.project_id.clone());
        let body = SetSchedule {
            account_id: account.clone(),
            monitoring_frequency: frequency.get_untracked(),
            time_zone: here.clone(),
        };
        let ask = api::set_schedule(project, body, Intent::fresh());
        write.run(
            ask,
            |_| "Schedule saved.".to_owned(),
            move |_| chosen.set(None),
        );
    });
    let options = Frequency::ALL.iter().map(move |one| {
        view! { <option value=one.key() selected=move || frequency.get() == *one>{one.label()}</option> }
    });
    let choose = move |event| chosen.set(Frequency::parse(&event_target_value(&event)));
    view! {
        <Panel title="Schedule">
            <div class="stack">
                {follow(schedule, told)}
                <div class="field">
                    <label for="frequency">"How often"</label>
                    <select id="frequency" on:change=choose>{options.collect_view()}</select>
                    <p class="hint">"Runs begin at three o'clock at night. Saving counts days in the time zone of this browser."</p>
                </div>
                <ActionButton label=String::from("Save schedule") off on_act=act />
                <Outcome write words=OUTCOME done=|_| ().into_any() />
            </div>
        </Panel>
    }
    .into_any()
}

fn told(schedule: &Schedule) -> AnyView {
    let next = match schedule.next_scan_at {
        Some(at) => view! { <When at /> }.into_any(),
        None => "None while monitoring is not enabled".into_any(),
    };
    let frequency = schedule.monitoring_frequency.label();
    let zone = schedule.time_zone.clone();
    let refused = schedule.refused.clone();
    let ahead = schedule.will_be_refused.clone();
    view! {
        <div class="stack">
            <Facts>
                <Fact name="Next run">{next}</Fact>
                <Fact name="How often">{frequency}</Fact>
                <Fact name="Time zone">{zone}</Fact>
            </Facts>
            {ahead.map(|run| refusal("answer hold", "The run ", run, " will be refused: "))}
            {refused.map(|run| refusal("answer stop", "The run due ", run, " was refused: "))}
        </div>
    }
    .into_any()
}

fn refusal(
    class: &'static str,
    before: &'static str,
    run: RefusedRun,
    after: &'static str,
) -> AnyView {
    let RefusedRun { at, why } = run;
    view! { <p class=class><span>{before}<When at />{after}{why}</span></p> }.into_any()
}
