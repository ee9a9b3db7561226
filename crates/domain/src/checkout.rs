//! Checkout sessions: one attempt to buy one item, with its stages (docs/states.md#checkout).

mod asking;

use crate::account::{AccountRef, PackageKey, PaymentStatus};
use crate::credits::{Balance, CreditType};
use crate::id::CheckoutId;
use crate::keyed;
use crate::link::Origin;
use crate::second_plan::SecondPlan;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use asking::{Asked, NextQuestion, next_question};

keyed! {
    /// How far a checkout session is.
    pub enum CheckoutState {
        Created = "created", "Created";
        Opened = "opened", "Checkout open";
        ReturnedPending = "returned_pending", "Payment confirmation pending";
        Confirmed = "confirmed", "Confirmed";
        Failed = "failed", "Payment failed";
        Cancelled = "cancelled", "Cancelled";
        Expired = "expired", "Expired";
    }
}

impl CheckoutState {
    /// Whether a session may come into this state from that one: on its way, never back and never out of an end, but for
    /// money that arrives late, which still counts.
    pub const fn may_follow(self, from: Self) -> bool {
        match self {
            Self::Created => false,
            Self::Opened => matches!(from, Self::Created),
            Self::ReturnedPending => matches!(from, Self::Created | Self::Opened),
            Self::Confirmed => !matches!(from, Self::Confirmed),
            Self::Failed | Self::Cancelled | Self::Expired => from.is_unfinished(),
        }
    }

    /// Whether a payment may still arrive, so that nobody should pay for the same thing again (I-25).
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Created | Self::Opened | Self::ReturnedPending)
    }

    /// Whether its payment was handed in or is reported as paid, and is not confirmed yet. Only such a payment is pending:
    /// a form that was opened, declined or closed has charged nothing (S1-32).
    pub const fn awaits_confirmation(self, times: &StageTimes) -> bool {
        self.is_unfinished() && (matches!(self, Self::ReturnedPending) || times.paid_at.is_some())
    }

    /// The payment status that the session stands for.
    pub const fn payment_status(self) -> PaymentStatus {
        match self {
            Self::Created | Self::Opened | Self::ReturnedPending => PaymentStatus::Pending,
            Self::Confirmed => PaymentStatus::Confirmed,
            Self::Failed => PaymentStatus::Failed,
            Self::Cancelled | Self::Expired => PaymentStatus::NotRequired,
        }
    }
}

keyed! {
    /// What the browser does with a checkout session; none of it grants anything.
    pub enum CheckoutStep {
        Opened = "opened", "The provider's form is open";
        Returned = "returned", "The browser came back from it";
        Refresh = "refresh", "Ask the provider now";
        Cancel = "cancel", "Give it up";
    }
}

keyed! {
    /// A stage of a payment on its way into the ledger.
    pub enum StageKey {
        CheckoutFinished = "checkout_finished", "Checkout finished";
        ProviderPaid = "provider_paid", "Provider reports paid";
        EventReceived = "event_received", "Event received";
        LedgerWritten = "ledger_written", "Ledger entry written";
        Ready = "ready", "Ready to use";
    }
}

keyed! {
    /// Where a stage stands.
    pub enum StageState {
        Done = "done", "Done";
        Now = "now", "Now";
        Waiting = "waiting", "Waiting";
        Failed = "failed", "Failed";
    }
}

/// One stage with its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Stage {
    /// Which stage.
    pub key: StageKey,
    /// Where it stands.
    pub state: StageState,
    /// When it was reached.
    pub at: Option<DateTime<Utc>>,
}

/// When each stage was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// The browser said that checkout ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The provider took the payment, by its own clock.
    pub paid_at: Option<DateTime<Utc>>,
    /// The provider's completed event reached us, or we read it from the provider.
    pub received_at: Option<DateTime<Utc>>,
    /// The grant was written.
    pub written_at: Option<DateTime<Utc>>,
}

/// The stages of a session. A later stage that is done shows the earlier ones as done, even where their own time is unknown.
pub fn stages(state: CheckoutState, times: StageTimes) -> Vec<Stage> {
    let reached = [
        times.finished_at,
        times.paid_at,
        times.received_at,
        times.written_at,
        times.written_at,
    ];
    let last = reached.iter().rposition(Option::is_some);
    let over = !state.is_unfinished() && state != CheckoutState::Confirmed;
    StageKey::ALL
        .iter()
        .zip(reached)
        .enumerate()
        .map(|(n, (key, at))| {
            let done = last.is_some_and(|last| n <= last);
            let next = last.map_or(0, |last| last + 1);
            let stage = match (done, n == next) {
                (true, _) => StageState::Done,
                (false, true) if over => StageState::Failed,
                (false, true) => StageState::Now,
                (false, false) => StageState::Waiting,
            };
            Stage {
                key: *key,
                state: stage,
                at,
            }
        })
        .collect()
}

/// What the grant of a confirmed session changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct GrantedCredits {
    /// Which credits.
    pub credit_type: CreditType,
    /// How many.
    pub amount: i64,
    /// `Avail` before it.
    pub avail_before: i64,
    /// `Avail` after it.
    pub avail_after: i64,
    /// The ledger entry.
    pub seq: i64,
}

/// What the browser needs to open the provider's checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderClient {
    /// Where Paddle.js is loaded from.
    pub script_url: String,
    /// The browser-safe token.
    pub client_token: String,
    /// `sandbox` or `production`.
    pub environment: String,
}

/// A checkout session as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckoutView {
    /// Its id.
    pub checkout_session_id: CheckoutId,
    /// The account that buys and gets the credits.
    pub account: AccountRef,
    /// The catalogue item.
    pub item_key: String,
    /// The item's name.
    pub item_name: String,
    /// The plan, when a plan is bought.
    pub package_key: Option<PackageKey>,
    /// The credits, when a top-up is bought.
    pub credit_type: Option<CreditType>,
    /// Units of the item.
    pub quantity: i64,
    /// Credits it brings of `credit_type`; 0 for plans.
    pub credits: i64,
    /// The price of one unit as the customer reads it.
    pub price_label: String,
    /// The total that the provider will charge, when it has said so: "147.00 USD".
    pub total: Option<String>,
    /// How far it is.
    pub state: CheckoutState,
    /// The payment status it stands for.
    pub payment_status: PaymentStatus,
    /// The provider, `paddle`.
    pub provider: String,
    /// The provider's transaction.
    pub transaction_id: Option<String>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// The account's balance of `credit_type` now.
    pub balance: Option<Balance>,
    /// What the grant changed, once it is written.
    pub granted: Option<GrantedCredits>,
    /// Where the person came from.
    pub origin: Option<Origin>,
    /// Who opened it.
    pub opened_by: String,
    /// Whether this person may still pay it or cancel it.
    pub can_act: bool,
    /// What the browser needs to open the provider's checkout; only while it can be paid.
    pub client: Option<ProviderClient>,
    /// That the account had a plan already, when this one was paid second.
    pub second_plan: Option<SecondPlan>,
    /// Why the last payment attempt failed.
    pub failure_reason: Option<String>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When this was true.
    pub as_of: DateTime<Utc>,
}

impl CheckoutView {
    /// Whether the payment was handed in or is reported as paid, and is not confirmed yet: only then nobody should pay again.
    pub fn awaits_confirmation(&self) -> bool {
        let mut stages = self.stages.iter();
        let paid = stages.find(|stage| stage.key == StageKey::ProviderPaid);
        let times = StageTimes {
            paid_at: paid.and_then(|stage| stage.at),
            ..StageTimes::default()
        };
        self.state.awaits_confirmation(&times)
    }
}

/// The most packs that one checkout sells.
pub const MOST_PACKS: i64 = 100;

/// How many packs cover what is missing: the fewest, and at least one (S0-38). At most [`MOST_PACKS`].
///
/// `missing` are the credits that the intended work still needs, `per_pack` what one pack brings.
pub fn packs_to_cover(missing: i64, per_pack: i64) -> i64 {
    let (missing, per_pack) = (missing.max(1), per_pack.max(1));
    let whole = missing / per_pack;
    let begun = i64::from(missing % per_pack > 0);
    (whole + begun).clamp(1, MOST_PACKS)
}

/// Body of `POST /accounts/{a}/checkouts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenCheckout {
    /// The catalogue item.
    pub item_key: String,
    /// Units, 1 to [`MOST_PACKS`]; 1 of a plan.
    pub quantity: i64,
    /// Where the person came from, to lead back there.
    #[serde(default)]
    pub origin: Option<Origin>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s0_38_the_fewest_packs_that_cover_the_work(missing in 1_i64..300, per_pack in 1_i64..50) {
            let packs = packs_to_cover(missing, per_pack);
            prop_assert!(packs == MOST_PACKS || packs * per_pack >= missing);
            prop_assert!((packs - 1) * per_pack < missing);
        }
    }

    #[test]
    fn s0_38_one_pack_is_the_least() {
        assert_eq!(packs_to_cover(0, 3), 1);
        assert_eq!(packs_to_cover(-4, 3), 1);
        assert_eq!(packs_to_cover(2, 3), 1);
        assert_eq!(packs_to_cover(4, 3), 2);
        assert_eq!(packs_to_cover(i64::MAX, 1), MOST_PACKS);
        assert_eq!(packs_to_cover(5, 0), 5);
    }

    #[test]
    fn an_open_form_is_no_payment_on_its_way() {
        let none = StageTimes::default();
        let paid = StageTimes {
            paid_at: DateTime::from_timestamp(10, 0),
            ..none
        };
        for state in CheckoutState::ALL {
            let returned = *state == CheckoutState::ReturnedPending;
            assert_eq!(state.awaits_confirmation(&none), returned, "{state}");
            assert_eq!(
                state.awaits_confirmation(&paid),
                state.is_unfinished(),
                "{state}"
            );
        }
    }

    fn states(state: CheckoutState, times: StageTimes) -> Vec<StageState> {
        stages(state, times)
            .into_iter()
            .map(|stage| stage.state)
            .collect()
    }

    #[test]
    fn stages_follow_the_payment() {
        use StageState::{Done, Failed, Now, Waiting};
        let at = DateTime::from_timestamp(10, 0);
        let opened = StageTimes::default();
        assert_eq!(
            states(CheckoutState::Opened, opened),
            [Now, Waiting, Waiting, Waiting, Waiting]
        );
        let back = StageTimes {
            finished_at: at,
            ..opened
        };
        assert_eq!(
            states(CheckoutState::ReturnedPending, back),
            [Done, Now, Waiting, Waiting, Waiting]
        );
        let done = StageTimes {
            paid_at: at,
            received_at: at,
            written_at: at,
            ..opened
        };
        assert_eq!(
            states(CheckoutState::Confirmed, done),
            [Done, Done, Done, Done, Done]
        );
        assert_eq!(
            states(CheckoutState::Failed, back),
            [Done, Failed, Waiting, Waiting, Waiting]
        );
    }
}
