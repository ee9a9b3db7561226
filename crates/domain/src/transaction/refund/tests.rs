use super::*;
use crate::adjustment::{Adjustment, AdjustmentAction, AdjustmentStatus, Line, Standing};
use crate::role::Role;
use crate::transaction::TransactionStatus;
use chrono::DateTime;
use proptest::prelude::*;

fn line(id: &str, total: i64) -> Line {
    Line {
        id: id.into(),
        total,
    }
}

fn back(action: AdjustmentAction, status: AdjustmentStatus, items: &[(&str, i64)]) -> Adjustment {
    Adjustment {
        id: format!("adj_{action}_{status}"),
        action,
        status,
        full: false,
        items: items
            .iter()
            .map(|(id, money)| ((*id).to_owned(), *money))
            .collect(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn ask(reason: RefundReason, amount: i64) -> AskRefund {
    AskRefund { reason, amount }
}

#[test]
fn what_was_taken_back_or_is_in_review_does_not_remain() {
    use AdjustmentAction::{Chargeback, Credit, Refund, Warning};
    use AdjustmentStatus::{Approved, PendingApproval, Rejected};
    let lines = [line("a", 100), line("b", 50)];
    let left = |adjustment: Adjustment| sum(&remaining(&lines, &[adjustment]));
    assert_eq!(left(back(Refund, Approved, &[("a", 30)])), 120);
    assert_eq!(left(back(Refund, PendingApproval, &[("b", 50)])), 100);
    assert_eq!(left(back(Credit, Approved, &[("a", 1)])), 149);
    assert_eq!(left(back(Chargeback, Approved, &[("a", 100)])), 50);
    assert_eq!(left(back(Refund, Rejected, &[("a", 30)])), 150);
    assert_eq!(left(back(Warning, Approved, &[("a", 100)])), 150);
    let whole = Adjustment {
        full: true,
        ..back(Refund, Approved, &[])
    };
    assert_eq!(left(whole), 0);
}

#[test]
fn a_whole_refund_is_for_what_remains_and_a_part_for_less() {
    let lines = [line("a", 100), line("b", 50)];
    let of = |reason, amount| items(&ask(reason, amount), &lines, &[], "USD");
    assert_eq!(
        of(RefundReason::DuplicateCharge, 150).unwrap(),
        [("a".to_owned(), 100), ("b".to_owned(), 50)]
    );
    assert!(
        of(RefundReason::QualityGateBlocked, 149)
            .unwrap_err()
            .contains("1.50 USD now, and not 1.49 USD")
    );
    assert_eq!(
        of(RefundReason::PartiallyUndeliverable, 120).unwrap(),
        [("a".to_owned(), 100), ("b".to_owned(), 20)]
    );
    for amount in [-1, 0, 150, 151, i64::MAX] {
        assert!(of(RefundReason::PartiallyUndeliverable, amount).is_err());
    }
}

#[test]
fn who_may_ask_and_of_what() {
    use AdjustmentAction::{Chargeback, Refund};
    use AdjustmentStatus::{Approved, PendingApproval};
    let lines = [line("a", 100)];
    let why = |status, role, adjustments: &[Adjustment]| {
        unavailable(status, role, &lines, adjustments, false).unwrap_or_default()
    };
    let done = TransactionStatus::Completed;
    for role in [Role::Owner, Role::BillingManager] {
        assert_eq!(why(done, role, &[]), "");
    }
    for role in [Role::Admin, Role::Viewer] {
        assert!(why(done, role, &[]).contains("Ask an owner or billing manager"));
    }
    for status in TransactionStatus::ALL.iter().filter(|one| **one != done) {
        assert!(why(*status, Role::Owner, &[]).contains("not confirmed"));
    }
    let review = back(Refund, PendingApproval, &[("a", 10)]);
    assert!(why(done, Role::Owner, &[review]).contains("in review"));
    let dispute = back(Chargeback, Approved, &[("a", 100)]);
    assert!(why(done, Role::Owner, &[dispute]).contains("The bank decides"));
    let all = back(Refund, Approved, &[("a", 100)]);
    assert!(why(done, Role::Owner, &[all]).contains("already"));
}

#[test]
fn an_effect_says_what_is_free_held_and_used() {
    let standing = Standing {
        avail: 4,
        res: 3,
        spent: 3,
        ..Standing::default()
    };
    let lines = [line("a", 1000)];
    let whole = effect(
        (CreditType::Scan, 10),
        &lines,
        &[],
        &[("a".into(), 1000)],
        (&standing, 9),
    );
    assert_eq!(
        (
            whole.claimed,
            whole.free,
            whole.held,
            whole.used,
            whole.owed
        ),
        (10, 4, 3, 3, 0)
    );
    assert_eq!(whole.avail_after, 5);
    let part = effect(
        (CreditType::Scan, 10),
        &lines,
        &[],
        &[("a".into(), 250)],
        (&standing, 9),
    );
    assert_eq!((part.claimed, part.free, part.held), (2, 2, 0));
}

proptest! {
    /// Whatever is asked for, each claimed credit is told once, and never more than there is.
    #[test]
    fn each_claimed_credit_is_told_once(avail in 0i64..20, res in 0i64..20, spent in 0i64..20, money in 1i64..=1000) {
        let credits = avail + res + spent;
        let standing = Standing { avail, res, spent, ..Standing::default() };
        let told = effect((CreditType::AutomatedFix, credits), &[line("a", 1000)], &[], &[("a".into(), money)], (&standing, avail));
        prop_assert_eq!(told.claimed, told.free + told.held + told.used + told.owed);
        prop_assert!(told.claimed <= credits && told.free <= avail && told.held <= res);
        prop_assert_eq!(told.avail_after, avail - told.free);
    }
}
