//! Random sequences of commands over two accounts, each answer compared with the auditor's prediction.

use super::model::Model;
use crate::desk::{Answer, Desk, Give, account};
use domain::credits::CreditType;
use domain::id::{AccountId, HoldId};
use domain::lots::LotSource;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestError, TestRunner};
use server::ledger::{GrantOutcome, LedgerError, Purpose, Resolved};
use sqlx::Row;
use tokio::runtime::Runtime;

const SOURCES: [LotSource; 3] = [LotSource::Plan, LotSource::TopUp, LotSource::ServiceCredit];

/// One command. Numbers that name something that is not there are wanted: they must be refused.
#[derive(Clone, Debug)]
enum Op {
    Grant {
        kind: usize,
        amount: i64,
        source: usize,
        reference: u8,
        lasts: Option<i64>,
    },
    Reserve {
        purpose: usize,
        amount: i64,
        work: u8,
    },
    Settle {
        hold: usize,
        spent: i64,
    },
    Restore {
        hold: usize,
    },
    Refund {
        lot: usize,
        amount: i64,
    },
    Wait {
        seconds: i64,
    },
}

/// Mostly the same credits, so that lots and holds meet.
fn kind() -> impl Strategy<Value = usize> {
    prop_oneof![5 => Just(0usize), 2 => Just(1), 1 => Just(2)]
}

fn op() -> impl Strategy<Value = Op> {
    let lasts = || prop::option::weighted(0.4, 1i64..30);
    prop_oneof![
        4 => (kind(), 0i64..7, 0usize..3, 0u8..12, lasts())
            .prop_map(|(kind, amount, source, reference, lasts)| Op::Grant { kind, amount, source, reference, lasts }),
        5 => (kind(), 0i64..6, 0u8..8).prop_map(|(purpose, amount, work)| Op::Reserve { purpose, amount, work }),
        3 => (0usize..8, 0i64..5).prop_map(|(hold, spent)| Op::Settle { hold, spent }),
        3 => (0usize..8).prop_map(|hold| Op::Restore { hold }),
        3 => (0usize..6, 0i64..6).prop_map(|(lot, amount)| Op::Refund { lot, amount }),
        1 => (1i64..15).prop_map(|seconds| Op::Wait { seconds }),
    ]
}

/// One sequence on accounts of its own in a database that others share.
struct Run<'a> {
    desk: &'a Desk,
    number: u32,
    accounts: [AccountId; 2],
    model: Model,
    holds: Vec<HoldId>,
    refunds: u32,
}

impl<'a> Run<'a> {
    async fn new(desk: &'a Desk, number: u32) -> Self {
        let accounts = ["a", "b"].map(|side| account(&format!("acc_{side}{number}")));
        for account in &accounts {
            desk.add_account(account.as_str()).await;
        }
        Self {
            desk,
            number,
            accounts,
            model: Model::default(),
            holds: Vec::new(),
            refunds: 0,
        }
    }

    /// What the auditor expects and what the ledger answered.
    async fn step(&mut self, side: usize, op: &Op) -> (Answer, Answer) {
        let now = self.model.now;
        let owner = self.accounts[side].clone();
        match *op {
            Op::Wait { seconds } => {
                self.model.now += seconds;
                (Answer::Again, Answer::Again)
            }
            Op::Grant {
                kind,
                amount,
                source,
                reference,
                lasts,
            } => {
                let (kind, source) = (CreditType::ALL[kind], SOURCES[source]);
                // The run's number keeps references apart between sequences, not between the two accounts.
                let source_ref = format!("{}/{reference}", self.number);
                let expires = lasts.map(|seconds| now + seconds);
                let expected = self
                    .model
                    .grant(side, kind, amount, (source, &source_ref), expires);
                let source_ref = source_ref.as_str();
                let give = Give {
                    kind,
                    amount,
                    source,
                    source_ref,
                    expires,
                    now,
                };
                (expected, granted(self.desk.grant(&owner, give).await))
            }
            Op::Reserve {
                purpose,
                amount,
                work,
            } => {
                let purpose = Purpose::ALL[purpose];
                let work = format!("work_{work}");
                let expected =
                    self.model
                        .reserve(side, purpose.key(), purpose.credit_type(), amount, &work);
                let answer = match self.desk.reserve(&owner, purpose, amount, &work, now).await {
                    Ok(held) => {
                        self.holds.push(held.hold);
                        Answer::Done(amount)
                    }
                    Err(error) => Answer::of(&error),
                };
                (expected, answer)
            }
            Op::Settle { hold, spent } => {
                let (known, id) = self.hold(hold);
                let expected = self.model.settle(side, known, spent);
                (
                    expected,
                    self.resolved(known, self.desk.settle(&owner, &id, spent, now).await),
                )
            }
            Op::Restore { hold } => {
                let (known, id) = self.hold(hold);
                let expected = self.model.restore(side, known);
                (
                    expected,
                    self.resolved(known, self.desk.restore(&owner, &id, now).await),
                )
            }
            Op::Refund { lot, amount } => {
                let known = Some(lot).filter(|lot| *lot < self.model.lots.len());
                let id = match known {
                    Some(lot) => self.lot_id(lot).await,
                    None => domain::id::LotId::parse("lot_nobody").unwrap(),
                };
                self.refunds += 1;
                let cause = format!("adj_{}/{}", self.number, self.refunds);
                let expected = self.model.refund(side, known, amount);
                let answer = self.desk.refund(&owner, &id, amount, &cause, now).await;
                (
                    expected,
                    answer.map_or_else(|error| Answer::of(&error), Answer::Done),
                )
            }
        }
    }

    /// A hold of either account, or one that nobody has.
    fn hold(&self, n: usize) -> (Option<usize>, HoldId) {
        match self.holds.get(n) {
            Some(id) => (Some(n), id.clone()),
            None => (None, HoldId::parse("hld_nobody").unwrap()),
        }
    }

    fn resolved(&self, hold: Option<usize>, answer: Result<Resolved, LedgerError>) -> Answer {
        match answer {
            Ok(Resolved::Now) => Answer::Done(self.model.holds[hold.unwrap()].amount),
            Ok(Resolved::Before) => Answer::Again,
            Err(error) => Answer::of(&error),
        }
    }

    async fn lot_id(&self, n: usize) -> domain::id::LotId {
        let lot = &self.model.lots[n];
        let arrival = self.model.lots[..=n]
            .iter()
            .filter(|other| other.account == lot.account)
            .count();
        let id: String =
            sqlx::query_scalar("SELECT id FROM credit_lots WHERE account_id = $1 AND arrival = $2")
                .bind(self.accounts[lot.account].as_str())
                .bind(i64::try_from(arrival).unwrap())
                .fetch_one(self.desk.store.reader())
                .await
                .unwrap();
        domain::id::LotId::parse(&id).unwrap()
    }

    /// Balances, lots and entries are what the auditor has.
    async fn compare(&self) -> Result<(), TestCaseError> {
        for (side, account) in self.accounts.iter().enumerate() {
            for kind in CreditType::ALL {
                prop_assert_eq!(
                    self.desk.figures(account, *kind).await,
                    self.model.figures(side, *kind),
                    "{} {}",
                    account,
                    kind
                );
            }
            let rows = sqlx::query("SELECT amount, avail, res, spent, refunded, expired FROM credit_lots WHERE account_id = $1 ORDER BY arrival")
                .bind(account.as_str())
                .fetch_all(self.desk.store.reader())
                .await
                .unwrap();
            let stored: Vec<[i64; 6]> = rows
                .iter()
                .map(|row| [0, 1, 2, 3, 4, 5].map(|n| row.get(n)))
                .collect();
            let expected: Vec<[i64; 6]> = self
                .model
                .lots
                .iter()
                .filter(|lot| lot.account == side)
                .map(|lot| {
                    [
                        lot.amount,
                        lot.avail,
                        lot.res,
                        lot.spent,
                        lot.refunded,
                        lot.expired,
                    ]
                })
                .collect();
            prop_assert_eq!(stored, expected, "lots of {}", account);
            let rows = sqlx::query("SELECT kind, credit_type, amount FROM ledger_entries WHERE account_id = $1 ORDER BY seq")
                .bind(account.as_str())
                .fetch_all(self.desk.store.reader())
                .await
                .unwrap();
            let stored: Vec<(String, String, i64)> = rows
                .iter()
                .map(|row| (row.get(0), row.get(1), row.get(2)))
                .collect();
            let expected: Vec<(String, String, i64)> = self.model.entries[side]
                .iter()
                .map(|(verb, kind, amount)| ((*verb).to_owned(), kind.key().to_owned(), *amount))
                .collect();
            prop_assert_eq!(stored, expected, "entries of {}", account);
        }
        Ok(())
    }
}

fn granted(answer: Result<GrantOutcome, LedgerError>) -> Answer {
    match answer {
        Ok(GrantOutcome::Written {
            avail_before,
            avail_after,
            ..
        }) => Answer::Done(avail_after - avail_before),
        Ok(GrantOutcome::Already) => Answer::Again,
        Err(error) => Answer::of(&error),
    }
}

async fn run(desk: &Desk, number: u32, ops: &[(usize, Op)]) -> Result<(), TestCaseError> {
    let mut run = Run::new(desk, number).await;
    for (side, op) in ops {
        let other = run.accounts[1 - side].clone();
        let before = desk.rows_of(other.as_str()).await;
        let (expected, answer) = run.step(*side, op).await;
        prop_assert_eq!(answer, expected, "{:?} for account {}", op, side);
        prop_assert_eq!(
            desk.rows_of(other.as_str()).await,
            before,
            "{:?} for account {} touched the other one",
            op,
            side
        );
    }
    run.compare().await?;
    prop_assert_eq!(
        crate::desk::violations(desk.store.reader()).await,
        Vec::<&str>::new()
    );
    Ok(())
}

#[test]
fn inv_01_inv_02_inv_03_inv_04_inv_06_inv_17_random_commands_do_what_the_auditor_predicts() {
    let runtime = Runtime::new().unwrap();
    let desk = runtime.block_on(Desk::new());
    let mut runner = TestRunner::new(Config {
        cases: 64,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    });
    let ops = prop::collection::vec((0usize..2, op()), 1..45);
    let number = std::sync::atomic::AtomicU32::new(0);
    let outcome = runner.run(&ops, |ops| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        runtime.block_on(run(&desk, number, &ops))
    });
    if let Err(TestError::Fail(reason, ops)) = outcome {
        panic!("{reason}\n{ops:#?}");
    }
    outcome.unwrap();
}

/// The rows of an account without what chance made: each id is named by when it first appears, and hashes are left out,
/// because they cover the ids. That the chain is whole is asked apart.
fn named_by_order(rows: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    // Entries come last and in their order: they name lots and holds in the order in which they came to be.
    let (entries, rest): (Vec<&String>, Vec<&String>) =
        rows.iter().partition(|row| row.contains("prev_hash="));
    for row in entries.into_iter().chain(rest) {
        let cells = row
            .split(' ')
            .filter(|cell| !cell.starts_with("hash=") && !cell.starts_with("prev_hash="));
        let line = cells.map(|cell| {
            let parts = cell.split_inclusive(['=', '/']).map(|part| {
                let id = part.trim_end_matches('/');
                if !(id.starts_with("lot_") || id.starts_with("hld_")) || id.contains('=') {
                    return part.to_owned();
                }
                let known = names.iter().position(|name| name == id);
                let place = known.unwrap_or_else(|| {
                    names.push(id.to_owned());
                    names.len() - 1
                });
                part.replace(id, &format!("#{place}"))
            });
            parts.collect::<String>()
        });
        lines.push(line.collect::<Vec<_>>().join(" "));
    }
    lines.sort();
    lines
}

/// The same commands on a file and on what these tests run on, which is PostgreSQL in the second run.
#[tokio::test]
async fn inv_25_the_same_commands_make_the_same_ledger_on_both_engines() {
    let (file, other) = (Desk::on_file().await, Desk::new().await);
    let ops = prop::collection::vec((0usize..2, op()), 30..45);
    let mut random = TestRunner::deterministic();
    let mut seen = 0;
    for number in 0..12 {
        let log = ops.new_tree(&mut random).unwrap().current();
        run(&file, number, &log).await.unwrap();
        run(&other, number, &log).await.unwrap();
        for side in ["a", "b"] {
            let account = format!("acc_{side}{number}");
            let made = named_by_order(&file.rows_of(&account).await);
            seen += made.len();
            assert_eq!(
                named_by_order(&other.rows_of(&account).await),
                made,
                "{log:?}"
            );
        }
    }
    assert!(seen > 200, "{seen} rows");
    file.assert_sound().await;
    other.assert_sound().await;
}
