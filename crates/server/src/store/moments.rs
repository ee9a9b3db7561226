//! What happened to a transaction before its credits were written: its checkout, and what the provider told.

use super::{StoreError, moment};
use domain::Timestamp;
use domain::transaction::{Moment, MomentKind};
use sqlx::{AnyConnection, Row};

fn plain(kind: MomentKind, at: Timestamp, actor: &str, detail: &str) -> Moment {
    Moment {
        at,
        kind,
        label: kind.label().to_owned(),
        detail: detail.to_owned(),
        actor: actor.to_owned(),
    }
}

/// The checkout that a transaction was paid in: when it was opened and when the form was handed in.
pub async fn of_checkout(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<Moment>, StoreError> {
    let row = sqlx::query(
        "SELECT c.created_at, c.finished_at, u.name FROM paddle_transactions t JOIN checkouts c ON c.id = t.checkout_id \
         JOIN users u ON u.id = c.user_id WHERE t.id = $1",
    )
    .bind(transaction)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let name: &str = row.try_get("name")?;
    let mut moments = vec![plain(
        MomentKind::Opened,
        moment(row.try_get("created_at")?)?,
        name,
        "",
    )];
    if let Some(at) = row.try_get("finished_at")? {
        moments.push(plain(MomentKind::HandedIn, moment(at)?, name, ""));
    }
    Ok(moments)
}

fn kind_of(event: &str) -> Option<MomentKind> {
    Some(match event {
        "transaction.billed" => MomentKind::Billed,
        "transaction.payment_failed" => MomentKind::Failed,
        "transaction.past_due" => MomentKind::PastDue,
        "transaction.paid" => MomentKind::Paid,
        "transaction.completed" => MomentKind::Confirmed,
        "transaction.canceled" => MomentKind::Cancelled,
        _ => return None,
    })
}

/// What the provider told of a transaction, each once, whether it came by itself or was asked for.
pub async fn of_events(
    conn: &mut AnyConnection,
    transaction: &str,
) -> Result<Vec<Moment>, StoreError> {
    let rows = sqlx::query(
        "SELECT event_type, occurred_at, source FROM paddle_events WHERE entity_id = $1 AND status = 'done' ORDER BY occurred_at, event_id",
    )
    .bind(transaction)
    .fetch_all(&mut *conn)
    .await?;
    let mut moments: Vec<Moment> = Vec::new();
    for row in &rows {
        let Some(kind) = kind_of(row.try_get("event_type")?) else {
            continue;
        };
        let at = moment(row.try_get("occurred_at")?)?;
        // A card may be declined more than once; everything else happens once.
        let known =
            |other: &Moment| other.kind == kind && (kind != MomentKind::Failed || other.at == at);
        if moments.iter().any(known) {
            continue;
        }
        let source: &str = row.try_get("source")?;
        let how = if source == "webhook" {
            "Told by Paddle."
        } else {
            "Paddle was asked."
        };
        moments.push(plain(kind, at, "Paddle", how));
    }
    let (billed, granted): (Option<i64>, Option<i64>) =
        sqlx::query_as("SELECT billed_at, granted_at FROM paddle_transactions WHERE id = $1")
            .bind(transaction)
            .fetch_one(conn)
            .await?;
    for (kind, at) in [
        (MomentKind::Billed, billed),
        (MomentKind::Confirmed, granted),
    ] {
        let missing = !moments.iter().any(|one| one.kind == kind);
        if let Some(at) = at.filter(|_| missing) {
            moments.push(plain(kind, moment(at)?, "Paddle", ""));
        }
    }
    Ok(moments)
}
