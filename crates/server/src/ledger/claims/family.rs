//! A lot together with the lots that reversals brought in its place, and how far the claims on it are met.

use crate::ledger::LedgerError;
use crate::ledger::entry::{Cause, NewEntry, post};
use crate::ledger::grant::{NewLot, add_lot};
use crate::store::{BadRow, id, keyed, maybe_moment};
use domain::Timestamp;
use domain::adjustment::{Claims, Standing};
use domain::credits::{CreditType, EntryKind};
use domain::id::{AccountId, LotId};
use domain::lots::LotSource;
use sqlx::{AnyConnection, Row};

/// One lot of a family.
pub(super) struct Member {
    pub(super) id: LotId,
    pub(super) avail: i64,
    res: i64,
    spent: i64,
    settled: i64,
    due: i64,
}

/// The lot that a payment brought, and those that replaced what was taken of it.
pub(in crate::ledger) struct Family {
    pub(super) account: AccountId,
    pub(super) head: LotId,
    pub(super) credit_type: CreditType,
    pub(super) txn_id: Option<String>,
    pub(super) priority: i64,
    pub(super) expires_at: Option<Timestamp>,
    /// In order of arrival; the head comes first.
    pub(super) lots: Vec<Member>,
    /// Credits that paid debts and were returned.
    returned: i64,
}

impl Family {
    pub(in crate::ledger) async fn load(
        conn: &mut AnyConnection,
        account: &AccountId,
        head: &LotId,
    ) -> Result<Self, LedgerError> {
        let first = sqlx::query("SELECT credit_type, txn_id, priority, expires_at FROM credit_lots WHERE account_id = $1 AND id = $2")
            .bind(account.as_str())
            .bind(head.as_str())
            .fetch_one(&mut *conn)
            .await?;
        let rows = sqlx::query(
            "SELECT id, avail, res, spent, settled, refund_due FROM credit_lots \
             WHERE account_id = $1 AND (id = $2 OR replaces = $2) ORDER BY arrival",
        )
        .bind(account.as_str())
        .bind(head.as_str())
        .fetch_all(&mut *conn)
        .await?;
        let returned = sqlx::query_scalar(
            "SELECT CAST(COALESCE(sum(returned), 0) AS BIGINT) FROM debt_payments WHERE account_id = $1 AND payer_lot = $2",
        )
        .bind(account.as_str())
        .bind(head.as_str())
        .fetch_one(conn)
        .await?;
        let lots = rows.iter().map(|row| {
            Ok(Member {
                id: id("lot", row.try_get("id")?)?,
                avail: row.try_get("avail")?,
                res: row.try_get("res")?,
                spent: row.try_get("spent")?,
                settled: row.try_get("settled")?,
                due: row.try_get("refund_due")?,
            })
        });
        Ok(Self {
            account: account.clone(),
            head: head.clone(),
            credit_type: keyed(
                "credit type",
                first.try_get("credit_type")?,
                CreditType::parse,
            )?,
            txn_id: first.try_get("txn_id")?,
            priority: first.try_get("priority")?,
            expires_at: maybe_moment(first.try_get("expires_at")?)?,
            lots: lots.collect::<Result<_, LedgerError>>()?,
            returned,
        })
    }

    fn sum(&self, of: impl Fn(&Member) -> i64) -> i64 {
        self.lots.iter().map(of).fold(0, i64::saturating_add)
    }

    pub(super) fn avail(&self) -> i64 {
        self.sum(|lot| lot.avail)
    }

    /// Held credits that are wanted back as soon as work returns them.
    pub(super) fn due(&self) -> i64 {
        self.sum(|lot| lot.due)
    }

    /// What claims are met from; credits that only a review keeps count as free.
    pub(super) fn standing(&self, met: &Met, kept: i64) -> Standing {
        Standing {
            avail: self.avail().saturating_add(kept),
            res: self.sum(|lot| lot.res).saturating_sub(kept),
            spent: self.sum(|lot| lot.spent),
            settled: self.sum(|lot| lot.settled).saturating_sub(self.returned),
            taken: met.taken,
            owed: met.owed,
            paid: met.paid,
        }
    }

    /// Adds a lot in the place of what was taken, where the head stands in the burn order and with its end.
    pub(in crate::ledger) async fn return_credits(
        &self,
        conn: &mut AnyConnection,
        amount: i64,
        by: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        // The number of lots makes the name one of its own: each return adds one.
        let name = format!("{by}/{}/{}", self.head, self.lots.len());
        let new = NewLot {
            account: &self.account,
            credit_type: self.credit_type,
            amount,
            source: LotSource::Reversal,
            source_ref: &name,
            txn_id: self.txn_id.as_deref(),
            priority: self.priority,
            expires_at: self.expires_at,
            replaces: Some(&self.head),
        };
        let Some(lot) = add_lot(conn, &new, now).await? else {
            let (what, value) = ("reversal", name);
            return Err(BadRow { what, value }.into());
        };
        let entry = NewEntry {
            account: &self.account,
            credit_type: self.credit_type,
            kind: EntryKind::Grant,
            amount,
            lot: Some(&lot),
            hold: None,
            cause: Cause::Reversal,
            cause_ref: &name,
            project: None,
            actor: "Paddle",
            at: now,
        };
        post(conn, &entry).await?;
        Ok(())
    }

    /// Marks held credits as wanted back.
    pub(super) async fn want_back(
        &self,
        conn: &mut AnyConnection,
        amount: i64,
    ) -> Result<(), LedgerError> {
        let mut left = amount;
        for lot in &self.lots {
            let due = left.min(lot.res);
            left -= due;
            if due != lot.due {
                sqlx::query(
                    "UPDATE credit_lots SET refund_due = $3 WHERE account_id = $1 AND id = $2",
                )
                .bind(self.account.as_str())
                .bind(lot.id.as_str())
                .bind(due)
                .execute(&mut *conn)
                .await?;
            }
        }
        Ok(())
    }
}

/// How far the claims on a lot are met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) claims: Claims,
    pub(super) taken: i64,
    pub(super) owed: i64,
    pub(super) paid: i64,
    /// The adjustment that last claimed more.
    pub(super) claimed_by: String,
    /// The last dispute.
    pub(super) disputed_by: String,
    /// The refund whose review keeps credits.
    pub(super) reviewed_for: String,
}

/// The lot of which this one is, or which it replaces.
pub(in crate::ledger) async fn head(
    conn: &mut AnyConnection,
    account: &AccountId,
    lot: &LotId,
) -> Result<LotId, LedgerError> {
    let head: String = sqlx::query_scalar(
        "SELECT COALESCE(replaces, id) FROM credit_lots WHERE account_id = $1 AND id = $2",
    )
    .bind(account.as_str())
    .bind(lot.as_str())
    .fetch_one(conn)
    .await?;
    Ok(id("lot", &head)?)
}

/// The claims on a lot; none where nothing was ever claimed.
pub(super) async fn met(
    conn: &mut AnyConnection,
    account: &AccountId,
    head: &LotId,
) -> Result<Option<Met>, LedgerError> {
    let row = sqlx::query("SELECT * FROM lot_claims WHERE account_id = $1 AND lot_id = $2")
        .bind(account.as_str())
        .bind(head.as_str())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        Ok(Met {
            claims: Claims {
                refunded: row.try_get("refunded")?,
                disputed: row.try_get("disputed")?,
                in_review: row.try_get("in_review")?,
            },
            taken: row.try_get("taken")?,
            owed: row.try_get("owed")?,
            paid: row.try_get("paid")?,
            claimed_by: row.try_get("claimed_by")?,
            disputed_by: row.try_get("disputed_by")?,
            reviewed_for: row.try_get("reviewed_for")?,
        })
    })
    .transpose()
}

/// Stores how far the claims on a lot are met.
pub(super) async fn store(
    conn: &mut AnyConnection,
    family: &Family,
    met: &Met,
) -> Result<(), LedgerError> {
    sqlx::query(
        "INSERT INTO lot_claims (account_id, lot_id, credit_type, refunded, disputed, in_review, taken, owed, paid, claimed_by, disputed_by, \
         reviewed_for, position) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,(SELECT count(*) + 1 FROM lot_claims WHERE account_id = $1)) \
         ON CONFLICT (account_id, lot_id) DO UPDATE SET refunded = excluded.refunded, disputed = excluded.disputed, in_review = excluded.in_review, \
         taken = excluded.taken, owed = excluded.owed, paid = excluded.paid, claimed_by = excluded.claimed_by, \
         disputed_by = excluded.disputed_by, reviewed_for = excluded.reviewed_for",
    )
    .bind(family.account.as_str())
    .bind(family.head.as_str())
    .bind(family.credit_type.key())
    .bind(met.claims.refunded)
    .bind(met.claims.disputed)
    .bind(met.claims.in_review)
    .bind(met.taken)
    .bind(met.owed)
    .bind(met.paid)
    .bind(&met.claimed_by)
    .bind(&met.disputed_by)
    .bind(&met.reviewed_for)
    .execute(conn)
    .await?;
    Ok(())
}
