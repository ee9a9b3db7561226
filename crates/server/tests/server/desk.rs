//! A ledger of its own for each test: a database file in a folder that vanishes, and accounts without people.

use crate::place;
use chrono::{DateTime, Duration, Utc};
use domain::Timestamp;
use domain::adjustment::{Claims, Settlement};
use domain::credits::{Balance, CreditType};
use domain::id::{AccountId, HoldId, LotId};
use domain::lots::{LotSource, Shortfall};
use server::ledger::{
    self, ClaimOrder, GrantCause, GrantOrder, GrantOutcome, Held, HoldOrder, LedgerError, Purpose,
    Resolved,
};
use server::store::Store;
use sqlx::AnyPool;
use sqlx::{Column, Row, ValueRef};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A folder for databases, inside one that belongs to this run.
pub(crate) fn folder() -> TempDir {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    tempfile::Builder::new()
        .tempdir_in(ROOT.get_or_init(root))
        .unwrap()
}

/// The folder of this run: in memory where there is such a place, because these tests write thousands of commits.
///
/// A background task that still writes while a test ends can leave a file behind, so each run clears up after those
/// that are over.
fn root() -> PathBuf {
    const NAME: &str = "webriskops-tests-";
    let memory = PathBuf::from("/dev/shm");
    let place = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    for entry in std::fs::read_dir(&place).unwrap().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if process.is_some_and(|id| {
            Path::new("/proc/self").exists() && !Path::new("/proc").join(id).exists()
        }) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let root = place.join(format!("{NAME}{}", std::process::id()));
    std::fs::create_dir_all(&root).unwrap();
    root
}

/// Waits until a database that was closed is one file: its connections end a little later than their pool says.
pub(crate) async fn one_file(file: &Path) {
    let patience = std::time::Duration::from_secs(20);
    server::store::backup::into_one_file(file, patience)
        .await
        .unwrap();
}

pub(crate) fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

/// Moments of a made-up clock, in seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    DateTime::<Utc>::from_timestamp(1_790_000_000, 0).unwrap() + Duration::seconds(seconds)
}

/// What a ledger command answered, in a form that a prediction can be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done(i64),
    Again,
    Short { need: i64, have: i64 },
    AlreadyHeld,
    Resolved,
    NoHold,
    BadAmount,
    NoSuchRow,
}

impl Answer {
    pub(crate) fn of(error: &LedgerError) -> Self {
        match error {
            LedgerError::Short(Shortfall { need, have }) => Self::Short {
                need: *need,
                have: *have,
            },
            LedgerError::AlreadyHeld => Self::AlreadyHeld,
            LedgerError::Resolved => Self::Resolved,
            LedgerError::NoHold => Self::NoHold,
            LedgerError::Balance(_) => Self::BadAmount,
            LedgerError::Store(server::store::StoreError::Sql(sqlx::Error::RowNotFound)) => {
                Self::NoSuchRow
            }
            LedgerError::Store(error) => panic!("the database: {error}"),
        }
    }
}

/// A ledger with its file.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = folder();
        place::make(&folder, None).await;
        let store = Store::open(&place::address(&folder, "ledger.db"))
            .await
            .unwrap();
        Self { store, folder }
    }

    /// On a file, whatever the other tests run on.
    pub(crate) async fn on_file() -> Self {
        let folder = folder();
        let store = Store::open(&url(&folder)).await.unwrap();
        Self { store, folder }
    }

    /// With these accounts.
    pub(crate) async fn with(accounts: &[&str]) -> Self {
        let desk = Self::new().await;
        for id in accounts {
            desk.add_account(id).await;
        }
        desk
    }

    pub(crate) async fn add_account(&self, id: &str) {
        self.write(
            "INSERT INTO accounts (id, name, account_type, billing_email, created_at) VALUES ($1, $1, 'owner', 'a@example.com', 0)",
            id,
        )
        .await
        .unwrap();
    }

    /// A write of one statement with one value.
    pub(crate) async fn write(&self, sql: &'static str, value: &str) -> Result<u64, sqlx::Error> {
        let mut tx = self.store.begin().await?;
        let done = sqlx::query(sql).bind(value).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn grant(
        &self,
        account: &AccountId,
        give: Give<'_>,
    ) -> Result<GrantOutcome, LedgerError> {
        let mut tx = self.store.begin().await?;
        let order = give.order(account);
        let granted = ledger::grant(&mut tx, &order, at(give.now)).await?;
        tx.commit().await?;
        Ok(granted)
    }

    pub(crate) async fn reserve(
        &self,
        account: &AccountId,
        purpose: Purpose,
        amount: i64,
        work_ref: &str,
        now: i64,
    ) -> Result<Held, LedgerError> {
        let mut tx = self.store.begin().await?;
        let order = HoldOrder {
            account,
            purpose,
            amount,
            project: None,
            work_ref,
            actor: "test",
        };
        let held = ledger::reserve(&mut tx, &order, at(now)).await?;
        tx.commit().await?;
        Ok(held)
    }

    pub(crate) async fn settle(
        &self,
        account: &AccountId,
        hold: &HoldId,
        spent: i64,
        now: i64,
    ) -> Result<Resolved, LedgerError> {
        let mut tx = self.store.begin().await?;
        let done = ledger::settle(&mut tx, account, hold, spent, "test", at(now)).await?;
        tx.commit().await?;
        Ok(done)
    }

    pub(crate) async fn restore(
        &self,
        account: &AccountId,
        hold: &HoldId,
        now: i64,
    ) -> Result<Resolved, LedgerError> {
        let mut tx = self.store.begin().await?;
        let done = ledger::restore(&mut tx, account, hold, "test", at(now)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Refunds so many more credits of a lot; answers how many were taken at once.
    pub(crate) async fn refund(
        &self,
        account: &AccountId,
        lot: &LotId,
        amount: i64,
        cause_ref: &str,
        now: i64,
    ) -> Result<i64, LedgerError> {
        let mut claims = self.claims(lot).await;
        let most: Option<i64> = sqlx::query_scalar("SELECT amount FROM credit_lots WHERE id = $1")
            .bind(lot.as_str())
            .fetch_optional(self.store.reader())
            .await?;
        let most = most.unwrap_or(i64::MAX) - claims.disputed;
        claims.refunded = (claims.refunded + amount).min(most);
        let done = self.claim(account, lot, claims, cause_ref, now).await?;
        Ok(done.map_or(0, |done| done.take))
    }

    /// Everything that is claimed of a lot from now on.
    pub(crate) async fn claim(
        &self,
        account: &AccountId,
        lot: &LotId,
        claims: Claims,
        by: &str,
        now: i64,
    ) -> Result<Option<Settlement>, LedgerError> {
        let mut tx = self.store.begin().await?;
        let order = ClaimOrder {
            account,
            lot,
            claims,
            by,
            dispute: (claims.disputed > 0).then_some(by),
            review: (claims.in_review > 0).then_some(by),
        };
        let done = ledger::claim(&mut tx, &order, at(now)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// What is claimed of a lot.
    pub(crate) async fn claims(&self, lot: &LotId) -> Claims {
        let row =
            sqlx::query("SELECT refunded, disputed, in_review FROM lot_claims WHERE lot_id = $1")
                .bind(lot.as_str())
                .fetch_optional(self.store.reader())
                .await
                .unwrap();
        row.map_or_else(Claims::default, |row| Claims {
            refunded: row.get(0),
            disputed: row.get(1),
            in_review: row.get(2),
        })
    }

    pub(crate) async fn balance(&self, account: &AccountId, kind: CreditType) -> Balance {
        let mut conn = self.store.reader().acquire().await.unwrap();
        ledger::balance(&mut conn, account, kind).await.unwrap()
    }

    pub(crate) async fn figures(&self, account: &AccountId, kind: CreditType) -> (i64, i64, i64) {
        let balance = self.balance(account, kind).await;
        (balance.avail, balance.res, balance.spent)
    }

    /// The lot that a reference brought.
    pub(crate) async fn lot(&self, source_ref: &str) -> LotId {
        let id: String = sqlx::query_scalar("SELECT id FROM credit_lots WHERE source_ref = $1")
            .bind(source_ref)
            .fetch_one(self.store.reader())
            .await
            .unwrap();
        LotId::parse(&id).unwrap()
    }

    /// Avail, Res, Spent, Refunded, Expired of a lot.
    pub(crate) async fn lot_figures(&self, source_ref: &str) -> [i64; 5] {
        let row = sqlx::query(
            "SELECT avail, res, spent, refunded, expired FROM credit_lots WHERE source_ref = $1",
        )
        .bind(source_ref)
        .fetch_one(self.store.reader())
        .await
        .unwrap();
        [row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)]
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.store.reader())
            .await
            .unwrap()
    }

    /// Fails with the names of the invariants that do not hold.
    pub(crate) async fn assert_sound(&self) {
        assert_eq!(violations(self.store.reader()).await, Vec::<&str>::new());
    }

    /// Every row of the ledger's tables that belongs to an account, as text.
    pub(crate) async fn rows_of(&self, account: &str) -> Vec<String> {
        const QUERIES: [&str; 6] = [
            "SELECT * FROM accounts WHERE id = $1",
            "SELECT * FROM credit_balances WHERE account_id = $1 ORDER BY credit_type",
            "SELECT * FROM credit_lots WHERE account_id = $1 ORDER BY id",
            "SELECT * FROM holds WHERE account_id = $1 ORDER BY id",
            "SELECT * FROM hold_lots WHERE account_id = $1 ORDER BY hold_id, lot_id",
            "SELECT * FROM ledger_entries WHERE account_id = $1 ORDER BY seq",
        ];
        let mut lines = Vec::new();
        for query in QUERIES {
            let rows = sqlx::query(query)
                .bind(account)
                .fetch_all(self.store.reader())
                .await
                .unwrap();
            lines.extend(rows.iter().map(line));
        }
        lines
    }
}

pub(crate) fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("ledger.db").display())
}

/// The names of the invariants that do not hold.
pub(crate) async fn violations(pool: &AnyPool) -> Vec<&'static str> {
    ledger::verify(pool)
        .await
        .unwrap()
        .into_iter()
        .map(|violation| violation.invariant)
        .collect()
}

/// A row as text, whatever its columns.
pub(crate) fn line(row: &sqlx::any::AnyRow) -> String {
    // PostgreSQL names the place of arrival, which SQLite has unnamed.
    let told = row.columns().iter().filter(|it| it.name() != "rowid");
    let cells = told.map(|column| {
        let n = column.ordinal();
        let null = row.try_get_raw(n).unwrap().is_null();
        let text = if null {
            "NULL".to_owned()
        } else {
            row.try_get::<String, _>(n)
                .or_else(|_| row.try_get::<i64, _>(n).map(|number| number.to_string()))
                .unwrap()
        };
        format!("{}={text}", column.name())
    });
    cells.collect::<Vec<_>>().join(" ")
}

/// Credits to grant.
#[derive(Clone, Copy)]
pub(crate) struct Give<'a> {
    pub(crate) kind: CreditType,
    pub(crate) amount: i64,
    pub(crate) source: LotSource,
    pub(crate) source_ref: &'a str,
    /// Seconds of the made-up clock.
    pub(crate) expires: Option<i64>,
    pub(crate) now: i64,
}

impl<'a> Give<'a> {
    pub(crate) fn top_up(kind: CreditType, amount: i64, source_ref: &'a str) -> Self {
        Self {
            kind,
            amount,
            source: LotSource::TopUp,
            source_ref,
            expires: None,
            now: 0,
        }
    }

    pub(crate) fn plan(kind: CreditType, amount: i64, source_ref: &'a str) -> Self {
        Self {
            source: LotSource::Plan,
            ..Self::top_up(kind, amount, source_ref)
        }
    }

    pub(crate) fn until(self, expires: i64) -> Self {
        Self {
            expires: Some(expires),
            ..self
        }
    }

    fn order(&self, account: &'a AccountId) -> GrantOrder<'a> {
        GrantOrder {
            account,
            credit_type: self.kind,
            amount: self.amount,
            source: self.source,
            source_ref: self.source_ref,
            txn_id: None,
            expires_at: self.expires.map(at),
            // Each source has a cause of its own, because an effect is unique by its cause.
            cause: match self.source {
                LotSource::Plan => GrantCause::Renewal,
                LotSource::TopUp | LotSource::Reversal => GrantCause::Checkout,
                LotSource::ServiceCredit => GrantCause::ServiceCredit,
            },
            cause_ref: self.source_ref,
            actor: "test",
        }
    }
}
