//! What the project page makes of a project.

use domain::Timestamp;
use domain::account::{AccountRef, is_at_home};
use domain::credits::{CreditType, amount_text};
use domain::gate::{Facts, Verdict, evaluate};
use domain::id::{AccountId, ProjectId};
use domain::project::{ProjectView, Service, ServiceState, ServiceSwitch};
use domain::reason::NextKind;
use domain::role::Ability;
use domain::scan::{ScanRun, StartedScan};

/// What the gate says about a scan, seen from an account.
pub fn scan_verdict(facts: &Facts, viewing: &AccountRef) -> Verdict {
    evaluate(&Facts {
        viewing: viewing.clone(),
        ..facts.clone()
    })
}

/// The switch that a service offers: only when nothing else is in its way.
pub fn offered_switch(service: &Service) -> Option<ServiceSwitch> {
    match service.blocked_reasons.first() {
        Some(reason) => match reason.next_action.kind {
            NextKind::EnableService => Some(ServiceSwitch::Enable),
            NextKind::ResumeService => Some(ServiceSwitch::Resume),
            _ => None,
        },
        None => match service.state {
            ServiceState::NotEnabled => Some(ServiceSwitch::Enable),
            ServiceState::Paused => Some(ServiceSwitch::Resume),
            ServiceState::Enabled => Some(ServiceSwitch::Pause),
        },
    }
}

/// Why this person cannot switch services of the project from this account.
pub fn switch_off(facts: &Facts, viewing: &AccountRef) -> Option<String> {
    let owner = &facts.owner;
    if !is_at_home(&viewing.id, &owner.id, &facts.payer.account.id) {
        return Some(
            "This belongs to ".to_owned() + &owner.name + ". Switch to that account first.",
        );
    }
    (!facts.role.can(Ability::RunProjects)).then(|| {
        "Your role in ".to_owned()
            + &owner.name
            + " is "
            + facts.role.label()
            + ". Ask "
            + Ability::RunProjects.holders()
            + " to do this."
    })
}

/// Everything that makes a scan another scan: also the newest run on the page, because once a run is seen that the lost
/// answer of an earlier start was about, the next start asks for another one.
pub fn intent_name(project: &ProjectId, account: &AccountId, newest: Option<&ScanRun>) -> String {
    let newest = newest.map_or("none", |run| run.scan_run_id.as_str());
    ["scan", project.as_str(), account.as_str(), newest].join(":")
}

/// The project right after a start, until fresh figures come.
pub fn with_started(mut view: ProjectView, started: &StartedScan) -> ProjectView {
    let run = &started.scan_run;
    view.scan_facts.payer.balance = started.balance;
    view.scan_facts.project.running = run
        .status
        .is_open()
        .then(|| (run.scan_run_id.clone(), run.status));
    view.latest_scan = Some(run.clone());
    view
}

/// What is said once when a scan was queued.
pub fn started_text(started: &StartedScan, payer: &str) -> String {
    "Scan queued. ".to_owned()
        + &amount_text(1, CreditType::Scan)
        + " reserved from "
        + payer
        + ". Available: "
        + &started.balance.avail.to_string()
        + "."
}

/// "3 of 16 pages".
pub fn progress_text(run: &ScanRun) -> String {
    run.pages_done.to_string() + " of " + &run.pages_total.to_string() + " pages"
}

/// ", about 20 seconds left": from the run's own pace, once two pages show it; nothing before.
pub fn time_left_text(run: &ScanRun, as_of: Timestamp) -> Option<String> {
    let spent = (as_of - run.started_at?).num_milliseconds();
    let (done, total) = (i64::from(run.pages_done), i64::from(run.pages_total));
    if done < 2 || spent < 0 || total <= done {
        return None;
    }
    let seconds = (spent * (total - done) / done + 999) / 1000;
    Some(match seconds {
        0 | 1 => ", about a second left".to_owned(),
        2..=90 => ", about ".to_owned() + &seconds.to_string() + " seconds left",
        _ => ", about ".to_owned() + &((seconds + 59) / 60).to_string() + " minutes left",
    })
}

/// How a run and its credit stand, in a sentence.
pub fn run_sentence(run: &ScanRun) -> &'static str {
    use domain::scan::CreditState as Credit;
    match (run.status.is_open(), run.credit_state) {
        (true, Credit::Reserved) => {
            "Its credit is reserved: it is spent when the scan completes and returns when it fails."
        }
        (false, Credit::Spent) => "Its credit is spent.",
        (_, Credit::Restored) => "Its credit is back in Avail.",
        (_, Credit::NotNeeded) => "It needed no credit.",
        (_, Credit::Spent | Credit::Reserved) => "Its credit is being settled.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::project::{ServiceBadge, ServiceKind};
    use domain::reason::{ReasonKey, Slots};

    fn service(state: ServiceState, key: Option<ReasonKey>) -> Service {
        Service {
            service: ServiceKind::Monitoring,
            state,
            badge: ServiceBadge::Enabled,
            blocked_reasons: key
                .map(|key| key.with(&Slots::default(), None))
                .into_iter()
                .collect(),
        }
    }

    #[test]
    fn the_time_left_follows_the_runs_own_pace() {
        let started = chrono::DateTime::UNIX_EPOCH;
        let run = |done, total| ScanRun {
            scan_run_id: domain::id::ScanRunId::parse("scn_a").unwrap(),
            project_id: ProjectId::parse("prj_a").unwrap(),
            kind: domain::scan::ScanKind::Audit,
            status: domain::scan::ScanStatus::Running,
            credit_state: domain::scan::CreditState::Reserved,
            queued_at: started,
            started_at: Some(started),
            current_page: None,
            pages_done: done,
            pages_total: total,
            ended_at: None,
            failure_reason: None,
            report_id: None,
        };
        let left = |done, total, seconds| {
            time_left_text(
                &run(done, total),
                started + chrono::Duration::seconds(seconds),
            )
        };
        assert_eq!(progress_text(&run(3, 16)), "3 of 16 pages");
        assert_eq!(left(1, 16, 5), None);
        assert_eq!(left(4, 4, 5), None);
        assert_eq!(left(4, 16, 5).as_deref(), Some(", about 15 seconds left"));
        assert_eq!(left(10, 100, 60).as_deref(), Some(", about 9 minutes left"));
    }

    #[test]
    fn inv_23_a_run_that_the_page_shows_makes_the_next_start_another_one() {
        let run = |id: &str| ScanRun {
            scan_run_id: domain::id::ScanRunId::parse(id).unwrap(),
            project_id: ProjectId::parse("prj_a").unwrap(),
            kind: domain::scan::ScanKind::Audit,
            status: domain::scan::ScanStatus::Failed,
            credit_state: domain::scan::CreditState::Restored,
            queued_at: chrono::DateTime::UNIX_EPOCH,
            started_at: None,
            current_page: None,
            pages_done: 0,
            pages_total: 0,
            ended_at: None,
            failure_reason: None,
            report_id: None,
        };
        let project = ProjectId::parse("prj_a").unwrap();
        let account = AccountId::parse("acc_a").unwrap();
        let name = |newest: Option<&ScanRun>| intent_name(&project, &account, newest);
        let (before, started) = (run("scn_before"), run("scn_started"));
        // Until the page shows something new, the same key is sent again.
        assert_eq!(name(Some(&before)), name(Some(&before)));
        assert_ne!(name(Some(&before)), name(Some(&started)));
        assert_ne!(name(None), name(Some(&started)));
    }

    #[test]
    fn a_service_offers_a_switch_only_when_nothing_else_comes_first() {
        assert_eq!(
            offered_switch(&service(ServiceState::Enabled, None)),
            Some(ServiceSwitch::Pause)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::NotEnabled,
                Some(ReasonKey::ServiceNotEnabled)
            )),
            Some(ServiceSwitch::Enable)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::Paused,
                Some(ReasonKey::ServicePaused)
            )),
            Some(ServiceSwitch::Resume)
        );
        assert_eq!(
            offered_switch(&service(
                ServiceState::NotEnabled,
                Some(ReasonKey::BaselineMissing)
            )),
            None
        );
    }
}
