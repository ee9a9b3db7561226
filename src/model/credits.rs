//! Credits in the words of the billing and ledger pages.

use domain::Timestamp;
use domain::account::BillingState;
use domain::billing::{AvailSources, AvailableCredits, BillingView, EndingCredits};
use domain::credits::{Balance, CreditType, EntryKind};
use domain::reason::{Reason, ReasonKey, Slots};

/// The column `Credit` of the ledger.
pub const fn short_name(credit: CreditType) -> &'static str {
    match credit {
        CreditType::Scan => "Scan",
        CreditType::AutomatedFix => "Automated fix",
        CreditType::Ai => "AI",
    }
}

/// "3 scan · 2 automated fix · 40 AI".
pub fn available_text(credits: AvailableCredits) -> String {
    let AvailableCredits {
        scan,
        automated_fix,
        ai,
    } = credits;
    format!("{scan} scan \u{b7} {automated_fix} automated fix \u{b7} {ai} AI")
}

/// Where the available credits of one type came from; nothing to say when there are none.
pub fn sources_text(sources: AvailSources) -> Option<String> {
    match (sources.plan, sources.other) {
        (0, 0) => None,
        (plan, 0) => Some(format!("{plan} from the plan")),
        (0, other) => Some(format!("{other} from top-ups")),
        (plan, other) => Some(format!(
            "{plan} plan \u{b7} {other} top-up, plan credits go first"
        )),
    }
}

/// When the plan brings credits of this type again; nothing while it ends or brings none (S3-26).
pub fn renewal(view: &BillingView, credit: CreditType) -> Option<Timestamp> {
    view.renews_at
        .filter(|_| view.plan_credits.of(credit) > 0 && view.ends_at.is_none())
}

/// The available credits of one type that end next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// How many, and what of; the day follows.
    pub text: String,
    /// When they end.
    pub at: Timestamp,
    /// Whether it is time to point them out.
    pub soon: bool,
}

/// What ends next of one type, as of the moment that the page was read.
pub fn ending(view: &BillingView, credit: CreditType) -> Option<Ending> {
    let EndingCredits { credits, at } = view.credit_sources.of(credit).ending?;
    let verb = if credits == 1 { "ends" } else { "end" };
    let with = match view.trial_ends_at {
        Some(trial) if trial == at => " with the approved trial",
        _ => "",
    };
    let ending = EndingCredits { credits, at };
    Some(Ending {
        text: format!("{credits} {verb}{with}"),
        at,
        soon: ending.is_soon(view.as_of),
    })
}

/// What it means that AI credits are used up; nothing while some are left or none were ever there (S2-23).
pub fn ai_used_up(view: &BillingView) -> Option<Reason> {
    let Balance { avail, res, spent } = view.credit_balance.ai;
    let slots = Slots {
        payer: &view.account_name,
        ..Slots::default()
    };
    (avail == 0 && res + spent > 0).then(|| ReasonKey::AiExhausted.with(&slots, None))
}

/// "Avail is now 2, Res 1."; `Avail` alone for people who may not open the payer's billing.
pub fn balance_text(balance: Balance, is_member: bool) -> String {
    let Balance { avail, res, .. } = balance;
    if is_member {
        format!("Avail is now {avail}, Res {res}.")
    } else {
        format!("Avail is now {avail}.")
    }
}

/// What an entry did to the credits that work holds, beside the change of `Avail`.
pub fn held_text(kind: EntryKind, amount: i64) -> Option<String> {
    match kind {
        EntryKind::Reserve => Some(format!("{amount} now held")),
        EntryKind::Spend => Some(format!("{amount} spent from held")),
        EntryKind::Restore => Some(format!("{amount} no longer held")),
        EntryKind::Grant | EntryKind::Refund | EntryKind::Expire | EntryKind::ServiceCredit => None,
    }
}

enum Stock {
    Never,
    UsedUp,
    There,
}

const fn stock(balance: Balance) -> Stock {
    match balance {
        Balance {
            avail: 0,
            res: 0,
            spent: 0,
        } => Stock::Never,
        Balance { avail: 0, .. } => Stock::UsedUp,
        Balance { .. } => Stock::There,
    }
}

/// How the credits of an account stand, in a sentence.
pub const fn credit_state(view: &BillingView) -> &'static str {
    match view.billing_state {
        BillingState::PastDue => {
            return "Credits stay as they are. No paid work starts until the payment is recovered.";
        }
        BillingState::Blocked | BillingState::Closed => {
            return "Credits stay as they are. No paid work starts while billing is blocked.";
        }
        BillingState::Active | BillingState::PaymentPending => {}
    }
    let balance = &view.credit_balance;
    match (stock(balance.scan), stock(balance.automated_fix)) {
        (Stock::There, Stock::There) => "Scan and automated fix credits are ready to use.",
        (Stock::There, Stock::UsedUp) => {
            "Scan credits are ready to use. Automated fix credits are used up."
        }
        (Stock::There, Stock::Never) => {
            "Scan credits are ready to use. There are no automated fix credits yet."
        }
        (Stock::UsedUp, Stock::There) => {
            "Automated fix credits are ready to use. Scan credits are used up."
        }
        (Stock::UsedUp, Stock::UsedUp) => "Scan and automated fix credits are used up.",
        (Stock::UsedUp, Stock::Never) => {
            "Scan credits are used up. There are no automated fix credits yet."
        }
        (Stock::Never, Stock::There) => {
            "Automated fix credits are ready to use. There are no scan credits yet."
        }
        (Stock::Never, Stock::UsedUp) => {
            "Automated fix credits are used up. There are no scan credits yet."
        }
        (Stock::Never, Stock::Never) => "No credits have been granted yet.",
    }
}

fn triple(name: &str, balance: Balance) -> String {
    format!("{name} {}/{}/{}", balance.avail, balance.res, balance.spent)
}

/// The account's fields as the API names them, with their values.
pub fn raw_fields(view: &BillingView) -> Vec<(&'static str, String)> {
    let balance = [
        triple("scan", view.credit_balance.scan),
        triple("automated_fix", view.credit_balance.automated_fix),
        triple("ai", view.credit_balance.ai),
    ];
    let selected = view
        .selected_package_key
        .map_or("none", domain::account::PackageKey::key);
    let key = str::to_owned;
    vec![
        ("account_id", view.account_id.to_string()),
        ("package_key", key(view.package_key.key())),
        ("selected_package_key", key(selected)),
        (
            "package_entitlement_status",
            key(view.package_entitlement_status.key()),
        ),
        ("billing_state", key(view.billing_state.key())),
        ("subscription_status", key(view.subscription_status.key())),
        ("payment_status", key(view.payment_status.key())),
        (
            "monitoring_entitlement_status",
            key(view.monitoring_entitlement_status.key()),
        ),
        ("credit_balance", balance.join(", ")),
        (
            "remaining_fix_credits",
            view.remaining_fix_credits.to_string(),
        ),
        ("ai_credit_balance", view.ai_credit_balance.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s0_15_sources_say_that_plan_credits_go_first_only_when_there_is_a_choice() {
        let text = |plan, other| {
            sources_text(AvailSources {
                plan,
                other,
                ending: None,
            })
        };
        assert_eq!(text(0, 0), None);
        assert_eq!(text(5, 0).as_deref(), Some("5 from the plan"));
        assert_eq!(text(0, 3).as_deref(), Some("3 from top-ups"));
        assert_eq!(
            text(5, 3).as_deref(),
            Some("5 plan \u{b7} 3 top-up, plan credits go first")
        );
    }

    #[test]
    fn what_ends_next_is_said_and_pointed_out_in_the_last_seven_days() {
        let json = include_str!("../../tests/answers/billing_quayside.json");
        let mut view: BillingView = serde_json::from_str(json).expect("a recorded answer");
        assert_eq!(ending(&view, CreditType::Scan), None);
        let after = |days| view.as_of + chrono::TimeDelta::days(days);
        let (week, later) = (after(7), after(8));
        let mut says = |credits, at| {
            view.credit_sources.scan.ending = Some(EndingCredits { credits, at });
            let ending = ending(&view, CreditType::Scan).expect("an end");
            (ending.text, ending.soon)
        };
        assert_eq!(says(1, week), (String::from("1 ends"), true));
        assert_eq!(says(5, later), (String::from("5 end"), false));
        view.trial_ends_at = Some(week);
        view.credit_sources.scan.ending = Some(EndingCredits {
            credits: 2,
            at: week,
        });
        let trial = ending(&view, CreditType::Scan).map(|ending| ending.text);
        assert_eq!(trial.as_deref(), Some("2 end with the approved trial"));
    }

    #[test]
    fn s1_8_available_credits_name_each_type() {
        let credits = AvailableCredits {
            scan: 3,
            automated_fix: 2,
            ai: 40,
        };
        assert_eq!(
            available_text(credits),
            "3 scan \u{b7} 2 automated fix \u{b7} 40 AI"
        );
    }

    #[test]
    fn s1_24_an_entry_says_what_it_did_to_held_credits() {
        assert_eq!(held_text(EntryKind::Grant, 3), None);
        assert_eq!(
            held_text(EntryKind::Reserve, 1).as_deref(),
            Some("1 now held")
        );
        assert_eq!(
            held_text(EntryKind::Spend, 2).as_deref(),
            Some("2 spent from held")
        );
    }
}
