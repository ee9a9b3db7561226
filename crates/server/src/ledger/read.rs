//! Reading the ledger: entries with their causes in words, newest first or from a number on.

mod of_payment;

pub use of_payment::{entries_of, uses_of};

use crate::store::{BadRow, Flag, StoreError, id, keyed, moment};
use domain::account::AccountRef;
use domain::catalogue::catalogue;
use domain::checkout::GrantedCredits;
use domain::credits::{Balance, CreditType, Delta, EntryKind};
use domain::id::{AccountId, CheckoutId, FixTaskId, HoldId, ProjectId, TransactionId};
use domain::ledger::{Entry, Hold, LedgerPage, Reference, ReferenceKind};
use domain::link::Link;
use domain::lots::LotSource;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

/// Which entries to read.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    /// Only these credits.
    pub credit_type: Option<CreditType>,
    /// Only this kind.
    pub kind: Option<EntryKind>,
    /// Only this project.
    pub project: Option<ProjectId>,
    /// Only entries older than this number.
    pub before: Option<i64>,
    /// How many, 1 to 200.
    pub limit: i64,
}

// One text for every reader: the causes are looked up beside each entry, never stored twice.
const ENTRIES: &str = "SELECT e.*, h.purpose, h.work_ref, c.item_key, c.id AS checkout_id, r.title AS report_title, p.name AS project_name, \
  (SELECT count(*) FROM fix_task_findings ff WHERE ff.fix_task_id = h.work_ref) AS finding_count, s.status AS scan_status, \
  CASE WHEN l.source_ref LIKE '%/trial' THEN 1 ELSE 0 END AS trial, l.txn_id \
  FROM ledger_entries e LEFT JOIN credit_lots l ON l.account_id = e.account_id AND l.id = e.lot_id LEFT JOIN holds h ON h.account_id = e.account_id AND h.id = e.hold_id \
  LEFT JOIN checkouts c ON e.cause = 'checkout' AND (c.id = e.cause_ref \
  OR c.paddle_transaction_id = substr(e.cause_ref, 1, instr(e.cause_ref || '/', '/') - 1)) LEFT JOIN fix_tasks f ON f.id = h.work_ref LEFT JOIN reports r ON r.id = f.report_id \
  LEFT JOIN projects p ON p.id = e.project_id LEFT JOIN scan_runs s ON s.id = h.work_ref ";

const PAGE: &str = const_format::concatcp!(
    ENTRIES,
    "WHERE e.account_id = $1 AND ($2 IS NULL OR e.credit_type = $2) AND ($3 IS NULL OR e.kind = $3) \
     AND ($4 IS NULL OR e.project_id = $4) AND ($5 IS NULL OR e.seq < $5) ORDER BY e.seq DESC LIMIT $6"
);
const AFTER: &str = const_format::concatcp!(
    ENTRIES,
    "WHERE e.account_id = $1 AND e.seq > $2 ORDER BY e.seq LIMIT 500"
);

/// A page of the ledger, newest first.
pub async fn page(
    conn: &mut AnyConnection,
    account: &AccountRef,
    filter: &LedgerFilter,
) -> Result<LedgerPage, StoreError> {
    let limit = filter.limit.clamp(1, 200);
    let rows = sqlx::query(PAGE)
        .bind(account.id.as_str())
        .bind(filter.credit_type.map(CreditType::key))
        .bind(filter.kind.map(EntryKind::key))
        .bind(filter.project.as_ref().map(ProjectId::as_str))
        .bind(filter.before)
        .bind(limit + 1)
        .fetch_all(conn)
        .await?;
    let mut items = rows
        .iter()
        .map(entry)
        .collect::<Result<Vec<_>, StoreError>>()?;
    // One more row than asked for tells whether there are older ones.
    let more = i64::try_from(items.len()).unwrap_or(i64::MAX) > limit;
    if more {
        items.pop();
    }
    let next_cursor = if more {
        items.last().map(|entry| entry.seq)
    } else {
        None
    };
    Ok(LedgerPage {
        account: account.clone(),
        items,
        next_cursor,
    })
}

/// The newest entries.
pub async fn latest(
    conn: &mut AnyConnection,
    account: &AccountRef,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    Ok(page(
        conn,
        account,
        &LedgerFilter {
            limit,
            ..LedgerFilter::default()
        },
    )
    .await?
    .items)
}

/// Entries after a number, oldest first, at most 500.
pub async fn entries_after(
    conn: &mut AnyConnection,
    account: &AccountId,
    seq: i64,
) -> Result<Vec<Entry>, StoreError> {
    let rows = sqlx::query(AFTER)
        .bind(account.as_str())
        .bind(seq)
        .fetch_all(conn)
        .await?;
    rows.iter().map(entry).collect()
}

/// Holds that have not ended, newest first.
pub async fn open_holds(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<Hold>, StoreError> {
    let rows = sqlx::query(
        "SELECT h.*, h.id AS hold_id, r.title AS report_title, p.name AS project_name, s.status AS scan_status, \
         (SELECT count(*) FROM fix_task_findings ff WHERE ff.fix_task_id = h.work_ref) AS finding_count \
         FROM holds h LEFT JOIN fix_tasks f ON f.id = h.work_ref LEFT JOIN reports r ON r.id = f.report_id \
         LEFT JOIN projects p ON p.id = h.project_id LEFT JOIN scan_runs s ON s.id = h.work_ref \
         WHERE h.account_id = $1 AND h.status = 'held' ORDER BY h.created_at DESC, h.id",
    )
    .bind(account.as_str())
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Hold {
                hold_id: id::<HoldId>("hold", row.try_get("hold_id")?)?,
                credit_type: keyed(
                    "credit type",
                    row.try_get("credit_type")?,
                    CreditType::parse,
                )?,
                amount: row.try_get("amount")?,
                reference: work_reference(row)?,
                created_at: moment(row.try_get("created_at")?)?,
            })
        })
        .collect()
}

fn entry(row: &AnyRow) -> Result<Entry, StoreError> {
    let project: Option<String> = row.try_get("project_id")?;
    Ok(Entry {
        seq: row.try_get("seq")?,
        kind: keyed("entry kind", row.try_get("kind")?, EntryKind::parse)?,
        credit_type: keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?,
        amount: row.try_get("amount")?,
        delta: Delta {
            avail: row.try_get("d_avail")?,
            res: row.try_get("d_res")?,
            spent: row.try_get("d_spent")?,
        },
        after: Balance {
            avail: row.try_get("avail_after")?,
            res: row.try_get("res_after")?,
            spent: row.try_get("spent_after")?,
        },
        created_at: moment(row.try_get("created_at")?)?,
        reference: reference(row)?,
        project_id: project
            .as_deref()
            .map(|text| id("project", text))
            .transpose()?,
        actor: row.try_get("actor")?,
    })
}

fn reference(row: &AnyRow) -> Result<Reference, StoreError> {
    let cause: String = row.try_get("cause")?;
    let cause_ref: String = row.try_get("cause_ref")?;
    let plain = |kind: ReferenceKind, label: &str| Reference {
        kind,
        id: cause_ref.clone(),
        label: label.to_owned(),
        href: None,
    };
    // What becomes of credits is explained by the payment that brought them.
    let paid = |kind: ReferenceKind, label: &str| -> Result<Reference, StoreError> {
        let transaction: Option<String> = row.try_get("txn_id")?;
        let transaction = transaction.and_then(|id| TransactionId::parse(&id).ok());
        Ok(Reference {
            href: transaction.map(|id| Link::Transaction(id).href()),
            ..plain(kind, label)
        })
    };
    match cause.as_str() {
        "hold" => work_reference(row),
        "checkout" => {
            let item: Option<String> = row.try_get("item_key")?;
            let name = item
                .as_deref()
                .and_then(|key| catalogue().item(key))
                .map_or("Checkout", |item| &item.name);
            let checkout: Option<String> = row.try_get("checkout_id")?;
            let how = if row.try_get::<Flag, _>("trial")?.0 {
                "approved trial"
            } else {
                "payment confirmed"
            };
            let href = CheckoutId::parse(checkout.as_ref().unwrap_or(&cause_ref))
                .ok()
                .map(|id| Link::CheckoutSession(id).href());
            Ok(Reference {
                href,
                ..plain(ReferenceKind::Checkout, &format!("{name}, {how}"))
            })
        }
        "renewal" => paid(ReferenceKind::Renewal, "Plan renewal"),
        "expiry" => paid(ReferenceKind::Expiry, "Credits expired"),
        "refund" => paid(ReferenceKind::Refund, "Payment refunded"),
        "chargeback" => paid(ReferenceKind::Chargeback, "Payment disputed at the bank"),
        "reversal" => paid(ReferenceKind::Reversal, "Dispute or refund undone"),
        "debt" => Ok(plain(
            ReferenceKind::Debt,
            "Owed for a disputed payment that was used",
        )),
        "service_credit" => Ok(plain(ReferenceKind::ServiceCredit, "Service credit")),
        _ => Err(BadRow {
            what: "cause",
            value: cause,
        }
        .into()),
    }
}

/// The work behind a hold: a scan of a project or a fix task of a report.
fn work_reference(row: &AnyRow) -> Result<Reference, StoreError> {
    let purpose: String = row.try_get("purpose")?;
    let work: String = row.try_get("work_ref")?;
    let project: Option<String> = row.try_get("project_name")?;
    let project = project.unwrap_or_else(|| "account".to_owned());
    match purpose.as_str() {
        "fix" => {
            let title: Option<String> = row.try_get("report_title")?;
            let count: i64 = row.try_get("finding_count")?;
            let noun = if count == 1 { "finding" } else { "findings" };
            let label = format!(
                "{}, {count} {noun}",
                title.unwrap_or_else(|| "Fix task".to_owned())
            );
            let href = FixTaskId::parse(&work)
                .ok()
                .map(|id| Link::FixTask(id).href());
            Ok(Reference {
                kind: ReferenceKind::FixTask,
                id: work,
                label,
                href,
            })
        }
        "scan" => {
            let status: Option<String> = row.try_get("scan_status")?;
            let label = format!(
                "Scan of {project}, {}",
                status.unwrap_or_else(|| "queued".to_owned())
            );
            let project_id: Option<String> = row.try_get("project_id")?;
            let href = project_id
                .and_then(|id| ProjectId::parse(&id).ok())
                .map(|id| Link::Project(id).href());
            Ok(Reference {
                kind: ReferenceKind::ScanRun,
                id: work,
                label,
                href,
            })
        }
        "refund_review" => Ok(Reference {
            kind: ReferenceKind::Refund,
            id: work,
            label: "Refund in review".to_owned(),
            href: None,
        }),
        "ai" => {
            let label = format!("AI assistance for {project}");
            // A draft is held for as the task that it is about, and its own id.
            let task = work.split_once('/').map_or("", |(task, _)| task);
            let href = FixTaskId::parse(task)
                .ok()
                .map(|id| Link::FixTask(id).href());
            Ok(Reference {
                kind: ReferenceKind::Ai,
                id: work,
                label,
                href,
            })
        }
        _ => Err(BadRow {
            what: "purpose",
            value: purpose,
        }
        .into()),
    }
}

/// What a checkout session brought; for a plan the first of its credits.
pub async fn granted_by_checkout(
    conn: &mut AnyConnection,
    account: &AccountId,
    checkout: &CheckoutId,
    transaction: Option<&str>,
) -> Result<Option<GrantedCredits>, StoreError> {
    let row = sqlx::query(
        "SELECT seq, credit_type, amount, avail_after FROM ledger_entries WHERE account_id = $1 AND cause = 'checkout' \
         AND (cause_ref = $2 OR substr(cause_ref, 1, instr(cause_ref || '/', '/') - 1) = $3) ORDER BY seq LIMIT 1",
    )
    .bind(account.as_str())
    .bind(checkout.as_str())
    .bind(transaction)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (amount, avail_after): (i64, i64) = (row.try_get("amount")?, row.try_get("avail_after")?);
    Ok(Some(GrantedCredits {
        credit_type: keyed(
            "credit type",
            row.try_get("credit_type")?,
            CreditType::parse,
        )?,
        amount,
        avail_before: avail_after.saturating_sub(amount),
        avail_after,
        seq: row.try_get("seq")?,
    }))
}

/// What the plans of a subscription have granted for the period that begins at this microsecond.
pub async fn granted_in_period(
    conn: &mut AnyConnection,
    account: &AccountId,
    subscription: &str,
    start: i64,
) -> Result<Vec<(CreditType, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT credit_type, CAST(sum(amount) AS BIGINT) AS amount FROM credit_lots WHERE account_id = $1 AND source = $4 \
         AND substr(source_ref, 1, length($2)) = $2 AND substr(source_ref, length(source_ref) - length($3) + 1) = $3 GROUP BY credit_type",
    )
    .bind(account.as_str())
    .bind(format!("{subscription}/"))
    .bind(format!("/{start}"))
    .bind(LotSource::Plan.key())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = keyed(
                "credit type",
                row.try_get("credit_type")?,
                CreditType::parse,
            )?;
            Ok((kind, row.try_get("amount")?))
        })
        .collect()
}
