//! Looking at what is stored, and waiting for it.

use super::House;
use crate::desk::{line, violations};
use server::AppState;
use server::payments::inbox;
use server::store::{Engine, Store};
use sqlx::Row;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(20);

impl House {
    /// `Avail/Res/Spent` of scan, fix and AI credits.
    pub(crate) async fn figures(&self, account: &str) -> [String; 3] {
        let mut figures = ["scan", "automated_fix", "ai"].map(|_| "0/0/0".to_owned());
        let rows = sqlx::query(
            "SELECT credit_type, avail, res, spent FROM credit_balances WHERE account_id = $1",
        )
        .bind(account)
        .fetch_all(self.state.store.reader())
        .await
        .unwrap();
        for row in rows {
            let place = match row.get::<String, _>(0).as_str() {
                "scan" => 0,
                "automated_fix" => 1,
                _ => 2,
            };
            figures[place] = format!(
                "{}/{}/{}",
                row.get::<i64, _>(1),
                row.get::<i64, _>(2),
                row.get::<i64, _>(3)
            );
        }
        figures
    }

    pub(crate) async fn seq(&self, account: &str) -> i64 {
        sqlx::query_scalar("SELECT ledger_seq FROM accounts WHERE id = $1")
            .bind(account)
            .fetch_one(self.state.store.reader())
            .await
            .unwrap()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.state.store.reader())
            .await
            .unwrap()
    }

    pub(crate) async fn text(&self, sql: &'static str, value: &str) -> String {
        sqlx::query_scalar(sql)
            .bind(value)
            .fetch_one(self.state.store.reader())
            .await
            .unwrap()
    }

    /// A write behind the console's back, to bring about a state.
    pub(crate) async fn write(&self, sql: &'static str) {
        let mut tx = self.state.store.begin().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every row of every table but sign-ins and remembered answers.
    pub(crate) async fn rows(&self) -> Vec<String> {
        rows(
            &self.state.store,
            &["sessions", "idempotency_keys", "_sqlx_migrations"],
        )
        .await
    }

    pub(crate) async fn assert_sound(&self) {
        assert_eq!(
            violations(self.state.store.reader()).await,
            Vec::<&str>::new()
        );
    }

    /// Asks until the answer is there; fails after the deadline.
    pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        ask: impl Fn() -> F,
    ) -> T {
        let waiting = async {
            loop {
                if let Some(found) = ask().await {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(DEADLINE, waiting)
            .await
            .unwrap_or_else(|_| panic!("never: {what}"))
    }

    /// The figures once they are these.
    pub(crate) async fn await_figures(&self, account: &str, wanted: [&str; 3]) {
        let wanted = wanted.map(str::to_owned);
        self.eventually(&format!("{account} with {wanted:?}"), || async {
            (self.figures(account).await == wanted).then_some(())
        })
        .await;
    }
}

/// Every row of every table but these, each as one line.
pub(crate) async fn rows(store: &Store, but: &[&str]) -> Vec<String> {
    let named = match store.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT relname::text COLLATE \"C\" FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        }
    };
    let tables: Vec<String> = sqlx::query_scalar(named)
        .fetch_all(store.reader())
        .await
        .unwrap();
    let mut lines = Vec::new();
    for table in tables.iter().filter(|table| !but.contains(&table.as_str())) {
        let query = sqlx::AssertSqlSafe(format!("SELECT * FROM {table} ORDER BY 1, 2"));
        let found = sqlx::query(query).fetch_all(store.reader()).await.unwrap();
        lines.extend(found.iter().map(|row| format!("{table}: {}", line(row))));
    }
    lines
}

/// Makes every event that waits for something due again, and processes what is due, until nothing moves.
pub(crate) async fn settle_inbox(state: &AppState) {
    loop {
        let waiting = "SELECT count(*) FROM paddle_events WHERE status = 'pending'";
        let before: i64 = sqlx::query_scalar(waiting)
            .fetch_one(state.store.reader())
            .await
            .unwrap();
        let mut tx = state.store.begin().await.unwrap();
        sqlx::query("UPDATE paddle_events SET next_attempt_at = 0 WHERE status = 'pending'")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        inbox::drain(state).await.unwrap();
        let after: i64 = sqlx::query_scalar(waiting)
            .fetch_one(state.store.reader())
            .await
            .unwrap();
        if after == before {
            return;
        }
    }
}
