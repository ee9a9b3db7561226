//! Many at the same moment: exactly as many succeed as the rules allow, and each effect happens once.

use crate::desk::{Answer, Desk, Give, account};
use domain::credits::CreditType;
use server::ledger::{LedgerError, Purpose, Resolved};
use std::sync::Arc;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

/// Runs a command in many tasks that begin together.
pub(super) async fn together<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(count));
    let mut tasks = JoinSet::new();
    for n in 0..count {
        let (barrier, work) = (Arc::clone(&barrier), task(n));
        tasks.spawn(async move {
            barrier.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}

/// What inv-8 asks of the answers: ⌊avail ÷ each⌋ succeed, everybody else is told how little there is.
pub(super) fn exactly_as_many_as_fit(
    answers: &[Answer],
    avail: i64,
    each: i64,
) -> Result<(), String> {
    let done = answers
        .iter()
        .filter(|answer| matches!(answer, Answer::Done(_)))
        .count();
    let fit = usize::try_from(avail / each).unwrap();
    let expected = fit.min(answers.len());
    let short = answers.iter().filter(|answer| matches!(answer, Answer::Short { need, have } if *need == each && *have < each)).count();
    if done == expected && done + short == answers.len() {
        Ok(())
    } else {
        Err(format!(
            "{done} of {} succeeded, {expected} fit: {answers:?}",
            answers.len()
        ))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_08_concurrent_reserves_take_exactly_what_is_there() {
    for (avail, each, tasks) in [(1, 1, 12), (7, 2, 12), (10, 3, 16), (2, 3, 8)] {
        let desk = Arc::new(Desk::with(&["acc_a"]).await);
        let owner = account("acc_a");
        desk.grant(&owner, Give::plan(CreditType::Scan, avail / 2 + 1, "sub/1"))
            .await
            .unwrap();
        if avail > 1 {
            desk.grant(
                &owner,
                Give::top_up(CreditType::Scan, avail - avail / 2 - 1, "txn/1"),
            )
            .await
            .ok();
        }
        let avail = desk.balance(&owner, CreditType::Scan).await.avail;
        let answers = together(tasks, |n| {
            let (desk, owner) = (Arc::clone(&desk), owner.clone());
            async move {
                match desk
                    .reserve(&owner, Purpose::Scan, each, &format!("run_{n}"), 0)
                    .await
                {
                    Ok(held) => Answer::Done(held.balance.avail),
                    Err(error) => Answer::of(&error),
                }
            }
        })
        .await;
        exactly_as_many_as_fit(&answers, avail, each).unwrap();
        let reserved = avail / each * each;
        assert_eq!(
            desk.figures(&owner, CreditType::Scan).await,
            (avail - reserved, reserved, 0)
        );
        desk.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_07_concurrent_settles_and_restores_of_one_hold_have_one_effect() {
    for done in [0usize, 4, 8] {
        let desk = Arc::new(Desk::with(&["acc_a"]).await);
        let owner = account("acc_a");
        desk.grant(&owner, Give::top_up(CreditType::AutomatedFix, 3, "txn/1"))
            .await
            .unwrap();
        let held = desk
            .reserve(&owner, Purpose::Fix, 3, "task", 0)
            .await
            .unwrap();
        let answers = together(8, |n| {
            let (desk, owner, id) = (Arc::clone(&desk), owner.clone(), held.hold.clone());
            async move {
                if n < done {
                    desk.settle(&owner, &id, 3, 1).await
                } else {
                    desk.restore(&owner, &id, 1).await
                }
            }
        })
        .await;
        let now = answers
            .iter()
            .filter(|answer| matches!(answer, Ok(Resolved::Now)))
            .count();
        assert_eq!(now, 1, "{answers:?}");
        let refused = answers
            .iter()
            .all(|answer| matches!(answer, Ok(_) | Err(LedgerError::Resolved)));
        assert!(refused, "{answers:?}");
        let ends = desk
            .count("SELECT count(*) FROM ledger_entries WHERE kind IN ('spend','restore')")
            .await;
        assert_eq!(ends, 1);
        let figures = desk.figures(&owner, CreditType::AutomatedFix).await;
        assert!(figures == (3, 0, 0) || figures == (0, 0, 3), "{figures:?}");
        desk.assert_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_09_one_live_hold_for_one_piece_of_work() {
    let desk = Arc::new(Desk::with(&["acc_a"]).await);
    let owner = account("acc_a");
    desk.grant(&owner, Give::top_up(CreditType::Scan, 20, "txn/1"))
        .await
        .unwrap();
    let reserve = |_| {
        let (desk, owner) = (Arc::clone(&desk), owner.clone());
        async move { desk.reserve(&owner, Purpose::Scan, 1, "run", 0).await }
    };
    let answers = together(10, reserve).await;
    let held: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    assert_eq!(held.len(), 1, "{answers:?}");
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer, Ok(_) | Err(LedgerError::AlreadyHeld))),
        "{answers:?}"
    );
    assert_eq!(desk.figures(&owner, CreditType::Scan).await, (19, 1, 0));

    // What was given back can be tried again; what was spent cannot.
    desk.restore(&owner, &held[0].hold, 1).await.unwrap();
    let second = desk
        .reserve(&owner, Purpose::Scan, 1, "run", 2)
        .await
        .unwrap();
    desk.settle(&owner, &second.hold, 1, 3).await.unwrap();
    let third = desk.reserve(&owner, Purpose::Scan, 1, "run", 4).await;
    assert!(matches!(third, Err(LedgerError::AlreadyHeld)), "{third:?}");
    desk.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_16_concurrent_grants_of_one_payment_to_two_accounts_feed_one() {
    let desk = Arc::new(Desk::with(&["acc_a", "acc_b"]).await);
    let answers = together(10, |n| {
        let desk = Arc::clone(&desk);
        async move {
            let owner = account(if n % 2 == 0 { "acc_a" } else { "acc_b" });
            desk.grant(&owner, Give::top_up(CreditType::Scan, 5, "txn_1/pri_1"))
                .await
                .unwrap()
        }
    })
    .await;
    let written = answers
        .iter()
        .filter(|answer| matches!(answer, server::ledger::GrantOutcome::Written { .. }))
        .count();
    assert_eq!(written, 1);
    assert_eq!(
        desk.count("SELECT CAST(sum(avail) AS BIGINT) FROM credit_balances")
            .await,
        5
    );
    desk.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn inv_01_inv_04_mixed_work_at_the_same_moment_leaves_whole_ledgers() {
    let desk = Arc::new(Desk::with(&["acc_a", "acc_b"]).await);
    for (name, payment) in [("acc_a", "txn_a"), ("acc_b", "txn_b")] {
        desk.grant(&account(name), Give::top_up(CreditType::Ai, 40, payment))
            .await
            .unwrap();
    }
    together(12, |n| {
        let desk = Arc::clone(&desk);
        async move {
            let owner = account(if n % 2 == 0 { "acc_a" } else { "acc_b" });
            for round in 0..4 {
                let held = desk
                    .reserve(&owner, Purpose::Ai, 1, &format!("ai_{n}_{round}"), 0)
                    .await
                    .unwrap();
                match round % 2 {
                    0 => desk.settle(&owner, &held.hold, 1, 1).await.unwrap(),
                    _ => desk.restore(&owner, &held.hold, 1).await.unwrap(),
                };
            }
        }
    })
    .await;
    for name in ["acc_a", "acc_b"] {
        assert_eq!(
            desk.figures(&account(name), CreditType::Ai).await,
            (28, 0, 12)
        );
    }
    desk.assert_sound().await;
}
