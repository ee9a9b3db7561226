//! What an account owes because disputed payments were used, and what paid it.

use super::{StoreError, id, keyed};
use domain::credits::{CreditType, Owed};
use domain::id::{AccountId, LotId};
use sqlx::{AnyConnection, Row};

/// What the account owes of each type, in credits.
pub async fn owed(conn: &mut AnyConnection, account: &AccountId) -> Result<Owed, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, CAST(sum(owed - paid) AS BIGINT) AS open FROM lot_claims WHERE account_id = $1 AND owed > paid GROUP BY credit_type",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    let mut owed = Owed::default();
    for row in &rows {
        let kind = keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?;
        *owed.of_mut(kind) = row.try_get("open")?;
    }
    Ok(owed)
}

/// The debts of one type that are open, oldest first: the disputed lot and how much is still owed for it.
pub(crate) async fn owing(
    conn: &mut AnyConnection,
    account: &AccountId,
    credit_type: CreditType,
) -> Result<Vec<(LotId, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT lot_id, owed - paid AS open FROM lot_claims WHERE account_id = $1 AND credit_type = $2 AND owed > paid ORDER BY position",
    )
    .bind(account.as_str())
    .bind(credit_type.key())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((id("lot", row.try_get("lot_id")?)?, row.try_get("open")?)))
        .collect()
}

/// Notes that a part of a debt was paid from a lot; answers the number of the payment.
pub(crate) async fn note_paid(
    conn: &mut AnyConnection,
    account: &AccountId,
    debtor: &LotId,
    payer: &LotId,
    amount: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query("UPDATE lot_claims SET paid = paid + $3 WHERE account_id = $1 AND lot_id = $2")
        .bind(account.as_str())
        .bind(debtor.as_str())
        .bind(amount)
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar(
        "INSERT INTO debt_payments (account_id, debtor_lot, payer_lot, amount, position) VALUES ($1,$2,$3,$4, \
         (SELECT count(*) + 1 FROM debt_payments WHERE account_id = $1 AND debtor_lot = $2)) RETURNING position",
    )
    .bind(account.as_str())
    .bind(debtor.as_str())
    .bind(payer.as_str())
    .bind(amount)
    .fetch_one(conn)
    .await
}

/// A payment of a debt that was not returned, or not all of it.
pub(crate) struct OpenPayment {
    pub(crate) position: i64,
    pub(crate) payer: LotId,
    pub(crate) open: i64,
}

/// The last payment of a debt that was not returned.
pub(crate) async fn last_payment(
    conn: &mut AnyConnection,
    account: &AccountId,
    debtor: &LotId,
) -> Result<Option<OpenPayment>, StoreError> {
    let row = sqlx::query(
        "SELECT position, payer_lot, amount - returned AS open FROM debt_payments WHERE account_id = $1 AND debtor_lot = $2 AND amount > returned \
         ORDER BY position DESC LIMIT 1",
    )
    .bind(account.as_str())
    .bind(debtor.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(OpenPayment {
            position: row.try_get("position")?,
            payer: id("lot", row.try_get("payer_lot")?)?,
            open: row.try_get("open")?,
        })
    })
    .transpose()
}

/// Notes that a part of a payment was returned.
pub(crate) async fn note_returned(
    conn: &mut AnyConnection,
    account: &AccountId,
    debtor: &LotId,
    position: i64,
    amount: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE debt_payments SET returned = returned + $4 WHERE account_id = $1 AND debtor_lot = $2 AND position = $3")
        .bind(account.as_str())
        .bind(debtor.as_str())
        .bind(position)
        .bind(amount)
        .execute(conn)
        .await?;
    Ok(())
}
