//! The faults that the control API can switch on.

use serde::{Deserialize, Serialize};
use std::time::Duration;

use super::Dispatch;

/// Active faults. Counters run down to zero; the rest stays until it is reset.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the wire"
)]
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Faults {
    pub(crate) hold: bool,
    pub(crate) delay_ms: u64,
    pub(crate) drop: u32,
    pub(crate) duplicate: u32,
    pub(crate) reorder: bool,
    pub(crate) wrong_signature: u32,
    pub(crate) skew_s: i64,
    pub(crate) truncate: u32,
    pub(crate) unknown_event: bool,
    pub(crate) api_status: Option<u16>,
    /// How many more API calls suffer; without it a hang lasts until it is reset.
    pub(crate) api_count: Option<u32>,
    pub(crate) api_hang_ms: u64,
    /// Whether the API call takes effect before it suffers.
    pub(crate) api_after: bool,
}

/// A request to change faults; what is absent stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultsPatch {
    hold: Option<bool>,
    delay_ms: Option<u64>,
    drop: Option<u32>,
    duplicate: Option<u32>,
    reorder: Option<bool>,
    wrong_signature: Option<u32>,
    skew_s: Option<i64>,
    truncate: Option<u32>,
    unknown_event: Option<bool>,
    api_status: Option<u16>,
    api_count: Option<u32>,
    api_hang_ms: Option<u64>,
    api_after: Option<bool>,
}

impl Dispatch {
    pub(crate) fn merge_faults(&mut self, patch: &FaultsPatch) {
        let faults = &mut self.faults;
        set(&mut faults.delay_ms, patch.delay_ms);
        set(&mut faults.drop, patch.drop);
        set(&mut faults.duplicate, patch.duplicate);
        set(&mut faults.reorder, patch.reorder);
        set(&mut faults.wrong_signature, patch.wrong_signature);
        set(&mut faults.skew_s, patch.skew_s);
        set(&mut faults.truncate, patch.truncate);
        set(&mut faults.unknown_event, patch.unknown_event);
        set(&mut faults.api_hang_ms, patch.api_hang_ms);
        set(&mut faults.api_after, patch.api_after);
        if let Some(status) = patch.api_status {
            faults.api_status = Some(status);
            faults.api_count = Some(1);
        }
        if let Some(count) = patch.api_count {
            faults.api_count = Some(count);
        }
        match patch.hold {
            Some(true) => self.hold(),
            Some(false) => self.stop_holding(),
            None => {}
        }
    }
}

fn set<T: Copy>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// What one delivery attempt suffers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptFaults {
    pub(crate) wrong_signature: bool,
    pub(crate) truncate: bool,
    pub(crate) skew_s: i64,
}

/// What one API call suffers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ApiFault {
    pub(crate) hang: Duration,
    pub(crate) status: Option<u16>,
    pub(crate) after: bool,
}

impl Faults {
    pub(crate) fn for_attempt(&mut self) -> AttemptFaults {
        AttemptFaults {
            wrong_signature: count_down(&mut self.wrong_signature),
            truncate: count_down(&mut self.truncate),
            skew_s: self.skew_s,
        }
    }

    pub(crate) fn for_api_call(&mut self) -> Option<ApiFault> {
        if self.api_status.is_none() && self.api_hang_ms == 0 {
            return None;
        }
        if let Some(left) = &mut self.api_count
            && !count_down(left)
        {
            return None;
        }
        Some(ApiFault {
            hang: Duration::from_millis(self.api_hang_ms),
            status: self.api_status,
            after: self.api_after,
        })
    }
}

/// Takes one from a counter; false when it was empty.
fn count_down(counter: &mut u32) -> bool {
    let some = *counter > 0;
    *counter = counter.saturating_sub(1);
    some
}
