//! Invariants 20 to 22 on the ledger itself: whatever is claimed of lots, in whatever order, nothing becomes negative,
//! nothing is made or lost, and only what is claimed in the end counts.

use crate::desk::{Desk, Give, account};
use domain::adjustment::{Adjustment, AdjustmentAction, AdjustmentStatus, Claims, Line, claims};
use domain::credits::CreditType;
use domain::id::{AccountId, HoldId, LotId};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use server::ledger::Purpose;
use sqlx::Row;

const SCAN: CreditType = CreditType::Scan;

const fn claimed(refunded: i64, disputed: i64, in_review: i64) -> Claims {
    Claims {
        refunded,
        disputed,
        in_review,
    }
}

/// Avail, Res, Spent, what is owed and the billing state.
async fn state(desk: &Desk, owner: &AccountId) -> (i64, i64, i64, i64, String) {
    let (avail, res, spent) = desk.figures(owner, SCAN).await;
    let row = sqlx::query(
        "SELECT billing_state, (SELECT CAST(COALESCE(sum(owed - paid), 0) AS BIGINT) FROM lot_claims c WHERE c.account_id = a.id) FROM accounts a WHERE id = $1",
    )
    .bind(owner.as_str())
    .fetch_one(desk.store.reader())
    .await
    .unwrap();
    (avail, res, spent, row.get(1), row.get(0))
}

async fn used(desk: &Desk, owner: &AccountId, amount: i64, work: &str) -> HoldId {
    let held = desk.reserve(owner, Purpose::Scan, amount, work, 0).await;
    held.unwrap().hold
}

/// An account with a lot of ten, of which four are spent and two are held.
async fn ten() -> (Desk, AccountId, LotId, HoldId) {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::top_up(SCAN, 10, "ten"))
        .await
        .unwrap();
    let done = used(&desk, &owner, 4, "done").await;
    desk.settle(&owner, &done, 4, 0).await.unwrap();
    let running = used(&desk, &owner, 2, "running").await;
    let lot = desk.lot("ten").await;
    (desk, owner, lot, running)
}

#[tokio::test]
async fn inv_21_a_refund_in_review_keeps_credits_and_a_rejected_one_leaves_no_trace() {
    let (desk, owner, lot, running) = ten().await;
    let before = state(&desk, &owner).await;
    desk.claim(&owner, &lot, claimed(0, 0, 10), "adj_1", 1)
        .await
        .unwrap();
    // The four free ones cannot be used while it is decided; the running work goes on.
    assert_eq!(state(&desk, &owner).await, (0, 6, 4, 0, "active".into()));
    assert!(
        desk.reserve(&owner, Purpose::Scan, 1, "more", 1)
            .await
            .is_err()
    );
    // What the work returns meanwhile is kept too.
    desk.restore(&owner, &running, 2).await.unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 6, 4, 0, "active".into()));
    desk.claim(&owner, &lot, Claims::default(), "adj_1", 3)
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (6, 0, 4, 0, "active".into()));
    assert_eq!((before.0 + before.1, before.2), (6, 4));
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_22_running_work_survives_a_refund_and_what_it_returns_is_never_free() {
    let (desk, owner, lot, running) = ten().await;
    desk.claim(&owner, &lot, claimed(10, 0, 0), "adj_1", 1)
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 2, 4, 0, "active".into()));
    desk.restore(&owner, &running, 2).await.unwrap();
    assert_eq!(desk.lot_figures("ten").await, [0, 0, 4, 6, 0]);
    assert_eq!(state(&desk, &owner).await, (0, 0, 4, 0, "active".into()));
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_26_what_a_disputed_payment_was_used_for_is_owed_and_blocks_until_it_is_paid() {
    let (desk, owner, lot, running) = ten().await;
    desk.claim(&owner, &lot, claimed(0, 10, 0), "adj_1", 1)
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 2, 4, 4, "blocked".into()));
    // The work that runs may end; what it used is owed as well.
    desk.settle(&owner, &running, 1, 2).await.unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 0, 5, 5, "blocked".into()));
    assert_eq!(desk.lot_figures("ten").await, [0, 0, 5, 5, 0]);
    // A grant pays first, and what is left of the next one may be used.
    desk.grant(&owner, Give::top_up(SCAN, 3, "three"))
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 0, 5, 2, "blocked".into()));
    desk.grant(&owner, Give::top_up(SCAN, 3, "more"))
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (1, 0, 5, 0, "active".into()));
    desk.assert_sound().await;
    // Won after all: what was taken and what was paid comes back, once.
    for _ in 0..2 {
        desk.claim(&owner, &lot, Claims::default(), "adj_2", 3)
            .await
            .unwrap();
        assert_eq!(state(&desk, &owner).await, (11, 0, 5, 0, "active".into()));
    }
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_26_the_database_lets_no_work_take_credits_while_billing_is_blocked() {
    let (desk, owner, lot, _) = ten().await;
    for state in ["past_due", "closed", "blocked"] {
        let change = "UPDATE accounts SET billing_state = $1 WHERE id = 'acc_a'";
        desk.write(change, state).await.unwrap();
        let refused = desk.reserve(&owner, Purpose::Scan, 1, state, 1).await;
        assert!(
            format!("{refused:?}").contains("billing lets no work start"),
            "{refused:?}"
        );
    }
    // A review is no work.
    desk.claim(&owner, &lot, claimed(0, 0, 10), "adj_1", 1)
        .await
        .unwrap();
    assert_eq!(desk.figures(&owner, SCAN).await, (0, 6, 4));
}

#[tokio::test]
async fn what_paid_a_debt_is_owed_again_when_its_own_payment_is_taken_back() {
    let (desk, owner, lot, running) = ten().await;
    desk.restore(&owner, &running, 0).await.unwrap();
    desk.claim(&owner, &lot, claimed(0, 10, 0), "adj_1", 1)
        .await
        .unwrap();
    desk.grant(&owner, Give::top_up(SCAN, 5, "five"))
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (1, 0, 4, 0, "active".into()));
    let five = desk.lot("five").await;
    desk.claim(&owner, &five, claimed(5, 0, 0), "adj_2", 2)
        .await
        .unwrap();
    assert_eq!(state(&desk, &owner).await, (0, 0, 4, 4, "blocked".into()));
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_20_the_database_refuses_claims_that_do_not_fit() {
    let (desk, owner, lot, _) = ten().await;
    let rows = desk.rows_of("acc_a").await;
    let too_many = desk.claim(&owner, &lot, claimed(6, 5, 0), "adj_1", 1).await;
    assert!(too_many.is_err(), "{too_many:?}");
    assert_eq!(desk.rows_of("acc_a").await, rows);
    desk.add_account("acc_b").await;
    let foreign = desk
        .claim(&account("acc_b"), &lot, claimed(1, 0, 0), "adj_1", 1)
        .await;
    assert!(foreign.is_err(), "{foreign:?}");
    assert_eq!(desk.rows_of("acc_a").await, rows);

    desk.claim(&owner, &lot, claimed(10, 0, 0), "adj_1", 1)
        .await
        .unwrap();
    for fault in [
        "UPDATE lot_claims SET taken = 11 WHERE account_id = $1",
        "UPDATE lot_claims SET refunded = 11 WHERE account_id = $1",
        "UPDATE lot_claims SET paid = 1 WHERE account_id = $1",
        "UPDATE lot_claims SET lot_id = 'lot_x' WHERE account_id = $1",
        "DELETE FROM lot_claims WHERE account_id = $1",
        "UPDATE credit_lots SET replaces = id WHERE account_id = $1",
        "UPDATE credit_lots SET settled = refunded + 1 WHERE account_id = $1",
    ] {
        assert!(desk.write(fault, "acc_a").await.is_err(), "{fault}");
    }
}

/// A payment of the random worlds: what it brings and what it cost.
struct Paid {
    name: String,
    amount: i64,
    money: i64,
}

/// News of a random world: a payment's grant, or an adjustment as far as it is.
#[derive(Clone, Debug)]
enum News {
    Grant(usize),
    Adjusted(usize, Adjustment),
}

struct World {
    payments: Vec<Paid>,
    news: Vec<News>,
    /// Credits that work used up and that work still holds before anything is told.
    spent: i64,
    held: i64,
    /// How many of the held ones the work uses in the end.
    used: i64,
}

fn world(random: &mut StdRng, seed: u64) -> World {
    let payments: Vec<Paid> = (0..3)
        .map(|n| Paid {
            name: format!("pay_{seed}_{n}"),
            amount: random.random_range(1..9),
            money: random.random_range(1..2000),
        })
        .collect();
    let mut news = vec![News::Grant(2)];
    for n in 0..random.random_range(1..7) {
        let on = random.random_range(0..3);
        let money = random.random_range(1..=payments[on].money);
        let action = *[
            AdjustmentAction::Refund,
            AdjustmentAction::Refund,
            AdjustmentAction::Chargeback,
            AdjustmentAction::Chargeback,
            AdjustmentAction::ChargebackReverse,
            AdjustmentAction::Warning,
        ]
        .get(random.random_range(0..6usize))
        .unwrap();
        let stages: &[AdjustmentStatus] = match (action, random.random_range(0..3)) {
            (AdjustmentAction::Refund, 0) => &[AdjustmentStatus::PendingApproval],
            (AdjustmentAction::Refund, 1) => &[
                AdjustmentStatus::PendingApproval,
                AdjustmentStatus::Rejected,
            ],
            (AdjustmentAction::Refund, _) => &[
                AdjustmentStatus::PendingApproval,
                AdjustmentStatus::Approved,
            ],
            (AdjustmentAction::Chargeback, 0) => {
                &[AdjustmentStatus::Approved, AdjustmentStatus::Reversed]
            }
            _ => &[AdjustmentStatus::Approved],
        };
        let full = random.random_range(0..4) == 0;
        for status in stages {
            let adjustment = Adjustment {
                id: format!("adj_{seed}_{n}"),
                action,
                status: *status,
                full,
                items: vec![("txnitm_a".into(), money)],
                created_at: crate::desk::at(n),
            };
            news.push(News::Adjusted(on, adjustment));
        }
    }
    let most = payments[0].amount + payments[1].amount;
    let spent = random.random_range(most / 2..=most);
    let held = random.random_range(0..=most - spent);
    World {
        payments,
        news,
        spent,
        held,
        used: random.random_range(0..=held),
    }
}

/// How claims follow from what is known of a payment.
type Rule = fn(&Paid, &[Adjustment]) -> Claims;

fn by_the_rules(paid: &Paid, known: &[Adjustment]) -> Claims {
    let lines = [Line {
        id: "txnitm_a".into(),
        total: paid.money,
    }];
    claims(paid.amount, &lines, known)
}

/// Tells an account of its own the news in this order, as the inbox does: what comes before its payment waits.
async fn tell(
    desk: &Desk,
    world: &World,
    name: &str,
    news: &[News],
    rule: Rule,
) -> (i64, i64, i64, i64, String) {
    desk.add_account(name).await;
    let owner = account(name);
    let give = |n: usize| format!("{name}/{}", world.payments[n].name);
    for n in 0..2 {
        let source = give(n);
        let grant = Give::top_up(SCAN, world.payments[n].amount, &source);
        desk.grant(&owner, grant).await.unwrap();
    }
    if world.spent > 0 {
        let done = used(desk, &owner, world.spent, "done").await;
        desk.settle(&owner, &done, world.spent, 0).await.unwrap();
    }
    let running = if world.held > 0 {
        Some(used(desk, &owner, world.held, "running").await)
    } else {
        None
    };
    let mut known: [Vec<Adjustment>; 3] = Default::default();
    let mut waiting: Vec<News> = news.to_vec();
    let mut granted = false;
    while !waiting.is_empty() {
        let (now, later): (Vec<News>, Vec<News>) = waiting.into_iter().partition(|one| {
            granted |= matches!(one, News::Grant(_));
            granted || !matches!(one, News::Adjusted(2, _))
        });
        waiting = later;
        for one in now {
            match one {
                News::Grant(n) => {
                    let source = give(n);
                    let grant = Give::top_up(SCAN, world.payments[n].amount, &source);
                    desk.grant(&owner, grant).await.unwrap();
                }
                News::Adjusted(n, adjustment) => {
                    match known[n].iter_mut().find(|other| other.id == adjustment.id) {
                        Some(other) if other.status.stage() < adjustment.status.stage() => {
                            *other = adjustment.clone();
                        }
                        Some(_) => {}
                        None => known[n].push(adjustment.clone()),
                    }
                    let lot = desk.lot(&give(n)).await;
                    let wanted = rule(&world.payments[n], &known[n]);
                    desk.claim(&owner, &lot, wanted, &adjustment.id, 1)
                        .await
                        .unwrap();
                }
            }
        }
    }
    if let Some(running) = running {
        if world.used > 0 {
            desk.settle(&owner, &running, world.used, 2).await.unwrap();
        } else {
            desk.restore(&owner, &running, 2).await.unwrap();
        }
    }
    // In the end every review is decided: until then it may be open which lot's credits are kept and which pay a debt.
    for (paid, known) in world.payments.iter().zip(&mut known) {
        let lot = desk.lot(&format!("{name}/{}", paid.name)).await;
        for place in 0..known.len() {
            let refund = &mut known[place];
            if refund.status != AdjustmentStatus::PendingApproval {
                continue;
            }
            refund.status = if refund.id.ends_with(['0', '2', '4', '6']) {
                AdjustmentStatus::Approved
            } else {
                AdjustmentStatus::Rejected
            };
            let id = refund.id.clone();
            let wanted = rule(paid, known);
            desk.claim(&owner, &lot, wanted, &id, 3).await.unwrap();
        }
    }
    state(desk, &owner).await
}

/// The news in another order, each perhaps twice; an adjustment may be told of in its last state alone.
fn shuffled(random: &mut StdRng, news: &[News]) -> Vec<News> {
    let mut order: Vec<News> = news.to_vec();
    let again: Vec<News> = news
        .iter()
        .filter(|_| random.random_range(0..3) == 0)
        .cloned()
        .collect();
    order.extend(again);
    order.shuffle(random);
    order
}

const WORLDS: u64 = 200;

#[tokio::test]
async fn inv_13_inv_20_inv_21_random_refunds_and_disputes_in_any_order_end_the_same() {
    let desk = Desk::new().await;
    let mut stops = 0;
    for seed in 0..WORLDS {
        let mut random = StdRng::seed_from_u64(seed);
        let world = world(&mut random, seed);
        let expected = tell(
            &desk,
            &world,
            &format!("acc_{seed}_0"),
            &world.news,
            by_the_rules,
        )
        .await;
        stops += i32::from(expected.3 > 0);
        for round in 1..4 {
            let news = shuffled(&mut random, &world.news);
            let name = format!("acc_{seed}_{round}");
            let found = tell(&desk, &world, &name, &news, by_the_rules).await;
            assert_eq!(found, expected, "seed {seed}, round {round}: {news:#?}");
        }
    }
    assert!(stops > 10, "debts were reached {stops} times");
    desk.assert_sound().await;
}

/// Controls: rules that look right and are not make the comparison above fail.
#[tokio::test]
async fn control_13_wrong_rules_are_noticed() {
    // Each part rounded by itself; a reversal that counts once more beside the status of its dispute.
    fn rounded_alone(paid: &Paid, known: &[Adjustment]) -> Claims {
        let mut sum = Claims::default();
        for one in known {
            let alone = by_the_rules(paid, std::slice::from_ref(one));
            sum.refunded += alone.refunded;
            sum.disputed += alone.disputed;
        }
        sum.refunded = sum.refunded.min(paid.amount);
        sum.disputed = sum.disputed.min(paid.amount - sum.refunded);
        sum
    }
    fn last_told_wins(paid: &Paid, known: &[Adjustment]) -> Claims {
        known.last().map_or_else(Claims::default, |one| {
            by_the_rules(paid, std::slice::from_ref(one))
        })
    }
    let desk = Desk::new().await;
    for (n, rule) in [rounded_alone as Rule, last_told_wins]
        .into_iter()
        .enumerate()
    {
        let mut noticed = 0;
        for seed in 0..WORLDS / 3 {
            let mut random = StdRng::seed_from_u64(seed);
            let world = world(&mut random, seed);
            let name = |round: usize| format!("acc_{n}_{seed}_{round}");
            let right = tell(&desk, &world, &name(0), &world.news, by_the_rules).await;
            let news = shuffled(&mut random, &world.news);
            noticed += i32::from(tell(&desk, &world, &name(1), &news, rule).await != right);
        }
        assert!(noticed > 2, "rule {n} was noticed {noticed} times");
    }
}
