//! Cancelling a run that waits: its credit returns, and a lost answer never cancels twice.

use crate::api::{self, Intent};
use crate::parts::{ActionButton, Outcome, OutcomeWords, follow, pick};
use crate::remote::Remote;
use crate::write::use_write_of;
use domain::account::AccountRef;
use domain::audit::ScanView;
use domain::scan::{CancelScan, ScanStatus};
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not cancelled, nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether the scan was cancelled.",
    then_unknown: "If it was, this page says so. Cancelling it again gives nothing back twice.",
};

/// The control `Cancel scan`; nothing once a worker has taken the run.
pub(super) fn cancel(
    scan: Signal<ScanView>,
    remote: Remote<ScanView>,
    viewing: AccountRef,
) -> AnyView {
    let write = use_write_of(remote);
    let waits = pick(scan, |scan| scan.run.status == ScanStatus::Queued);
    let control = move |waits: &bool| {
        if !*waits {
            return ().into_any();
        }
        let seen_from = viewing.clone();
        let off = Signal::derive(move || {
            if write.is_pending() {
                return Some(String::from("The scan is being cancelled."));
            }
            scan.with(|scan| {
                let elsewhere = (scan.owner.id != seen_from.id).then(|| {
                    String::from("This belongs to ")
                        + &scan.owner.name
                        + ". Switch to that account first."
                });
                elsewhere.or_else(|| scan.cancel_blocked.clone())
            })
        });
        let account_id = viewing.id.clone();
        let act = Callback::new(move |()| {
            let id = scan.with_untracked(|scan| scan.run.scan_run_id.clone());
            let intent = Intent::of(&["cancel", id.as_str()].join(":"));
            let body = CancelScan {
                account_id: account_id.clone(),
            };
            let said = |_: &ScanView| String::from("The scan is cancelled.");
            write.run(api::cancel_scan(id, body, intent), said, |_| ());
        });
        view! {
            <div class="actions">
                <ActionButton label=String::from("Cancel scan") off on_act=act />
                <span class="small muted">"Possible while it is queued."</span>
            </div>
        }
        .into_any()
    };
    view! {
        {follow(waits, control)}
        <Outcome write words=WORDS done=|_: &ScanView| ().into_any() />
    }
    .into_any()
}
