//! The invariants of the ledger as questions to the database: each answer that is not zero is a fault.

use super::entry::Chained;
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::AnyPool;
use sqlx::Row;
use std::fmt;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which invariant.
    pub invariant: &'static str,
    /// How many rows break it.
    pub rows: i64,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} rows", self.invariant, self.rows)
    }
}

/// Where the ledger stands: two ledgers with the same head have the same entries in the same order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub entries: i64,
    /// SHA-256 over the last hash of every account, in the order of their ids.
    pub digest: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries, head {}", self.entries, self.digest)
    }
}

// Each lot on which something is claimed, with the lots that replaced it.
const FAMILIES: &str = "(SELECT c.refunded + c.disputed AS claimed, c.disputed, c.in_review, c.taken, c.owed, sum(l.avail) AS avail, sum(l.res) AS res, \
  sum(l.spent) AS spent, sum(l.settled) - \
  (SELECT COALESCE(sum(p.returned), 0) FROM debt_payments p WHERE p.account_id = c.account_id AND p.payer_lot = c.lot_id) AS settled, sum(l.refund_due) AS due, (SELECT COALESCE(sum(h.amount), 0) FROM holds h WHERE h.account_id = c.account_id \
  AND h.purpose = 'refund_review' AND h.status = 'held' AND h.work_ref = c.reviewed_for || '/' || c.lot_id) AS kept \
  FROM lot_claims c JOIN credit_lots l ON l.account_id = c.account_id AND (l.id = c.lot_id OR l.replaces = c.lot_id) GROUP BY c.account_id, c.lot_id) f";

const CHECKS: &[(&str, &str)] = &[
    (
        "granted = avail + res + spent + refunded + expired, none negative",
        "SELECT count(*) FROM credit_balances WHERE granted <> avail + res + spent + refunded + expired \
         OR granted < 0 OR avail < 0 OR res < 0 OR spent < 0 OR refunded < 0 OR expired < 0",
    ),
    (
        "lots = balance",
        "SELECT count(*) FROM credit_balances b WHERE (b.granted,b.avail,b.res,b.spent,b.refunded,b.expired) <> \
         (SELECT COALESCE(sum(l.amount),0),COALESCE(sum(l.avail),0),COALESCE(sum(l.res),0),COALESCE(sum(l.spent),0), \
         COALESCE(sum(l.refunded),0),COALESCE(sum(l.expired),0) FROM credit_lots l WHERE l.account_id=b.account_id AND l.credit_type=b.credit_type)",
    ),
    (
        "sum of ledger deltas = balance",
        "SELECT count(*) FROM credit_balances b WHERE (b.avail,b.res,b.spent) <> \
         (SELECT COALESCE(sum(e.d_avail),0),COALESCE(sum(e.d_res),0),COALESCE(sum(e.d_spent),0) FROM ledger_entries e \
         WHERE e.account_id=b.account_id AND e.credit_type=b.credit_type)",
    ),
    (
        "each entry's after = the one before + its delta",
        "SELECT count(*) FROM (SELECT e.avail_after - e.d_avail - COALESCE(lag(e.avail_after) OVER w, 0) AS a, \
         e.res_after - e.d_res - COALESCE(lag(e.res_after) OVER w, 0) AS r, e.spent_after - e.d_spent - COALESCE(lag(e.spent_after) OVER w, 0) AS s \
         FROM ledger_entries e WINDOW w AS (PARTITION BY e.account_id, e.credit_type ORDER BY e.seq)) AS steps WHERE a <> 0 OR r <> 0 OR s <> 0",
    ),
    (
        "entries are numbered 1 to ledger_seq without gaps",
        "SELECT count(*) FROM accounts a WHERE a.ledger_seq <> (SELECT count(*) FROM ledger_entries e WHERE e.account_id=a.id) \
         OR a.ledger_seq <> (SELECT COALESCE(max(seq),0) FROM ledger_entries e WHERE e.account_id=a.id)",
    ),
    (
        "held holds = reserved",
        "SELECT count(*) FROM credit_balances b WHERE b.res <> (SELECT COALESCE(sum(h.amount),0) FROM holds h \
         WHERE h.account_id=b.account_id AND h.credit_type=b.credit_type AND h.status='held')",
    ),
    (
        "the lots of a hold = its amount",
        "SELECT count(*) FROM holds h WHERE h.amount <> (SELECT COALESCE(sum(l.amount),0) FROM hold_lots l WHERE l.account_id=h.account_id AND l.hold_id=h.id)",
    ),
    (
        "one live hold for each piece of work",
        "SELECT count(*) FROM (SELECT 1 FROM holds WHERE status IN ('held','spent') GROUP BY account_id, purpose, work_ref HAVING count(*) > 1) AS twice",
    ),
    (
        "a payment or period feeds one account once",
        "SELECT count(*) FROM (SELECT 1 FROM credit_lots GROUP BY source, source_ref, credit_type HAVING count(*) > 1) AS twice",
    ),
    (
        "what was taken of a lot = what its claims took and debts used",
        "SELECT count(*) FROM credit_lots h LEFT JOIN lot_claims c ON c.account_id = h.account_id AND c.lot_id = h.id WHERE h.replaces IS NULL AND COALESCE(c.taken, 0) <> \
         (SELECT sum(l.refunded - l.settled) FROM credit_lots l WHERE l.account_id = h.account_id AND (l.id = h.id OR l.replaces = h.id)) \
         - (SELECT COALESCE(sum(l.amount), 0) FROM credit_lots l WHERE l.account_id = h.account_id AND l.replaces = h.id) \
         + (SELECT COALESCE(sum(p.returned), 0) FROM debt_payments p WHERE p.account_id = h.account_id AND p.payer_lot = h.id)",
    ),
    (
        "claims are met as far as they can be, and what a dispute used up is owed",
        const_format::concatcp!(
            "SELECT count(*) FROM ",
            FAMILIES,
            " WHERE f.taken + f.due <> CASE WHEN f.claimed < f.avail + f.res + f.taken THEN f.claimed \
             ELSE f.avail + f.res + f.taken END OR (f.due > 0 AND f.avail > 0) OR f.owed > f.claimed - f.taken - f.due OR f.owed > f.settled + f.disputed \
             OR f.owed > f.settled + f.spent OR f.owed NOT IN (f.claimed - f.taken - f.due, f.settled + f.disputed, f.settled + f.spent)"
        ),
    ),
    (
        "what debts were paid with = what paid them",
        "SELECT (SELECT count(*) FROM credit_lots h WHERE h.replaces IS NULL AND (SELECT sum(l.settled) FROM credit_lots l WHERE l.account_id = h.account_id \
         AND (l.id = h.id OR l.replaces = h.id)) <> (SELECT COALESCE(sum(p.amount), 0) FROM debt_payments p WHERE p.account_id = h.account_id AND p.payer_lot = h.id)) \
         + (SELECT count(*) FROM lot_claims c WHERE c.paid <> (SELECT COALESCE(sum(p.amount - p.returned), 0) FROM debt_payments p \
         WHERE p.account_id = c.account_id AND p.debtor_lot = c.lot_id))",
    ),
    (
        "a review keeps what it asks for as far as it is free, and nothing else",
        const_format::concatcp!(
            "SELECT (SELECT count(*) FROM ",
            FAMILIES,
            " WHERE f.kept > f.in_review OR (f.kept < f.in_review AND f.avail > 0)) + \
             (SELECT count(*) FROM holds h WHERE h.purpose = 'refund_review' AND h.status = 'held' AND NOT EXISTS (SELECT 1 FROM lot_claims c \
             WHERE c.account_id = h.account_id AND h.work_ref = c.reviewed_for || '/' || c.lot_id))"
        ),
    ),
    (
        "who owes credits has none of that type",
        "SELECT count(*) FROM credit_balances b WHERE (b.avail > 0 OR EXISTS (SELECT 1 FROM holds h WHERE h.account_id = b.account_id \
         AND h.credit_type = b.credit_type AND h.purpose = 'refund_review' AND h.status = 'held')) AND EXISTS (SELECT 1 FROM lot_claims c WHERE c.account_id = b.account_id \
         AND c.credit_type = b.credit_type AND c.owed > c.paid)",
    ),
    (
        "a debt blocks billing",
        "SELECT count(*) FROM accounts a WHERE a.billing_state NOT IN ('blocked','closed') AND EXISTS (SELECT 1 FROM lot_claims c WHERE c.account_id = a.id AND c.owed > c.paid)",
    ),
    (
        "an adjustment is of the account of its payment",
        "SELECT count(*) FROM paddle_adjustments a JOIN paddle_transactions t ON t.id = a.transaction_id WHERE t.account_id <> a.account_id",
    ),
    (
        "a confirmed checkout has its grant, and no other has one",
        "SELECT count(*) FROM checkouts c WHERE (c.state = 'confirmed') <> (c.written_at IS NOT NULL) \
         OR (c.written_at IS NOT NULL) <> EXISTS (SELECT 1 FROM ledger_entries e WHERE e.cause = 'checkout' \
         AND (e.cause_ref = c.id OR substr(e.cause_ref, 1, instr(e.cause_ref || '/', '/') - 1) = c.paddle_transaction_id))",
    ),
];

/// Asks every invariant; an empty answer means that all hold.
pub async fn verify(pool: &AnyPool) -> Result<Vec<Violation>, sqlx::Error> {
    let mut violations = Vec::new();
    for (invariant, sql) in CHECKS {
        let rows: i64 = sqlx::query_scalar(*sql).fetch_one(pool).await?;
        if rows != 0 {
            violations.push(Violation { invariant, rows });
        }
    }
    let broken = broken_links(pool).await?;
    if broken != 0 {
        violations.push(Violation {
            invariant: "the hash chain is whole",
            rows: broken,
        });
    }
    Ok(violations)
}

/// Where the ledger stands now. Who notes it elsewhere finds later that a whole end was cut off, which leaves the rest whole.
pub async fn head(pool: &AnyPool) -> Result<Head, sqlx::Error> {
    const LAST: &str = "SELECT e.account_id, e.seq, e.hash FROM ledger_entries e WHERE e.seq = \
        (SELECT max(l.seq) FROM ledger_entries l WHERE l.account_id = e.account_id) ORDER BY e.account_id";
    let mut rows = sqlx::query(LAST).fetch(pool);
    let mut digest = Sha256::new();
    let mut entries = 0i64;
    while let Some(row) = rows.try_next().await? {
        let (account, seq, hash): (String, i64, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        entries += seq;
        digest.update(format!("{account}\n{seq}\n{hash}\n"));
    }
    Ok(Head {
        entries,
        digest: hex::encode(digest.finalize()),
    })
}

/// Recomputes every hash, one row in memory at a time.
async fn broken_links(pool: &AnyPool) -> Result<i64, sqlx::Error> {
    let mut rows = sqlx::query("SELECT * FROM ledger_entries ORDER BY account_id, seq").fetch(pool);
    let mut broken = 0;
    let mut previous = (String::new(), String::new());
    while let Some(row) = rows.try_next().await? {
        let account: String = row.try_get("account_id")?;
        let (hash, prev): (String, String) = (row.try_get("hash")?, row.try_get("prev_hash")?);
        let expected = if previous.0 == account {
            previous.1.as_str()
        } else {
            ""
        };
        if prev != expected || Chained::stored_hash(&row)? != hash {
            broken += 1;
        }
        previous = (account, hash);
    }
    Ok(broken)
}
