//! What is true of PostgreSQL alone, in the run of these tests on it: it has the schema that SQLite has, and its processes hear
//! each other.

use crate::desk::{Desk, account, folder};
use crate::house::{House, rows};
use crate::place::{self, on_postgres};
use server::live::{Change, Heard, Live};
use server::store::Store;
use server::{AppState, demo, elsewhere, relocate};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// What a database has, one line for each thing.
type Inventory = BTreeSet<String>;

async fn lines(store: &Store, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(store.reader())
        .await
        .unwrap()
}

async fn of_sqlite(store: &Store) -> Inventory {
    let mut all = lines(
        store,
        "SELECT 'column ' || m.name || '.' || c.name || ' ' || lower(c.type) || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END \
         FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> '_sqlx_migrations' \
         UNION ALL SELECT 'foreign key ' || m.name || '.' || f.\"from\" || ' of ' || f.\"table\" \
         FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' \
         UNION ALL SELECT 'index ' || name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL \
         UNION ALL SELECT 'unique ' || m.name || '(' || (SELECT group_concat(i.name, ',') FROM pragma_index_info(x.name) i) || ')' \
         FROM sqlite_schema m, pragma_index_list(m.name) x WHERE m.type = 'table' AND x.origin IN ('pk', 'u') AND m.name <> '_sqlx_migrations' \
         UNION ALL SELECT 'guard ' || name FROM sqlite_schema WHERE type = 'trigger' \
         UNION ALL SELECT 'view ' || name FROM sqlite_schema WHERE type = 'view'",
    )
    .await;
    let tables = "SELECT name || ' ' || sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for table in lines(store, tables).await {
        let (name, sql) = table.split_once(' ').unwrap();
        let rules = sql.matches("CHECK (").count();
        all.push(format!("rules of {name}: {rules}"));
    }
    all.into_iter().collect()
}

async fn of_postgres(store: &Store) -> Inventory {
    let all = lines(
        store,
        "SELECT 'column ' || c.relname || '.' || a.attname || ' ' || CASE format_type(a.atttypid, a.atttypmod) WHEN 'bigint' THEN 'integer' ELSE format_type(a.atttypid, a.atttypmod) END \
         || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND a.attname <> 'rowid' AND c.relname <> '_sqlx_migrations' \
         UNION ALL SELECT 'foreign key ' || c.relname || '.' || a.attname || ' of ' || p.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         JOIN pg_class p ON p.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey) WHERE k.contype = 'f' \
         UNION ALL SELECT 'index ' || i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relnamespace = 'public'::regnamespace \
         AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u')) \
         UNION ALL SELECT 'unique ' || c.relname || '(' || (SELECT string_agg(a.attname, ',' ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(num, place) \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.num) || ')' FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         WHERE k.contype IN ('p', 'u') AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_sqlx_migrations' \
         UNION ALL SELECT 'guard ' || tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT LIKE '%_no_truncate' \
         UNION ALL SELECT 'view ' || relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace \
         UNION ALL SELECT 'rules of ' || c.relname || ': ' || (SELECT count(*) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') \
         FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    )
    .await;
    all.into_iter().collect()
}

/// Without a second engine there is nothing to compare: the run on PostgreSQL does it.
#[tokio::test]
async fn both_engines_have_the_same_tables_columns_keys_rules_and_guards() {
    if !on_postgres() {
        return;
    }
    let folder = folder();
    let file = format!("sqlite:{}", folder.path().join("inventory.db").display());
    let sqlite = of_sqlite(&Store::open(&file).await.unwrap()).await;
    let desk = Desk::new().await;
    let postgres = of_postgres(&desk.store).await;
    assert!(sqlite.len() > 400, "{}", sqlite.len());
    let only = |a: &Inventory, b: &Inventory| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(
        only(&sqlite, &postgres),
        Vec::<String>::new(),
        "on SQLite alone"
    );
    assert_eq!(
        only(&postgres, &sqlite),
        Vec::<String>::new(),
        "on PostgreSQL alone"
    );
}

#[tokio::test]
async fn what_is_append_only_is_not_emptied_at_once_either() {
    if !on_postgres() {
        return;
    }
    let desk = Desk::new().await;
    for table in ["ledger_entries", "fix_task_events", "scope_acceptances"] {
        let mut tx = desk.store.begin().await.unwrap();
        let refused = sqlx::raw_sql(AssertSqlSafe(format!("TRUNCATE {table} CASCADE")))
            .execute(&mut *tx)
            .await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("is append-only"), "{told}");
    }
}

#[tokio::test]
async fn what_one_process_changes_the_pages_of_another_hear_and_nothing_that_is_taken_back() {
    if !on_postgres() {
        return;
    }
    let house = House::new().await;
    let other = AppState {
        store: Store::open(&house.state.config.database_url).await.unwrap(),
        live: Live::default(),
        ..house.state.clone()
    };
    let mut heard = other.live.listen();
    let hearing = tokio::spawn(elsewhere::hear(other.clone()));
    // From when it listens; what was before, it knows that it missed.
    assert_eq!(heard.recv().await.unwrap(), Heard::Missed);
    let mut taken_back = house.state.write().await.unwrap();
    taken_back.changed(&account("acc_harbor"), Change::Ledger);
    taken_back.rollback().await.unwrap();
    let mut kept = house.state.write().await.unwrap();
    kept.changed(&account("acc_juniper"), Change::Ledger);
    kept.commit().await.unwrap();
    let told = Heard::Change(account("acc_juniper"), Change::Ledger);
    assert_eq!(heard.recv().await.unwrap(), told);

    // Whoever was cut off knows that too, as soon as it listens again.
    let cut = "WITH there AS MATERIALIZED (SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
               WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = 7404) \
               SELECT count(*) FROM there WHERE pg_terminate_backend(pid)";
    assert_eq!(house.count(cut).await, 1);
    assert_eq!(heard.recv().await.unwrap(), Heard::Missed);
    // It is there again, so nobody takes what it holds; when it is gone, everybody knows.
    let number = other.store.process().number;
    let is_gone = async || {
        let mut tx = house.state.store.begin().await.unwrap();
        let process = house.state.store.process();
        process.knows_gone(&mut tx, number).await.unwrap()
    };
    assert!(!is_gone().await);
    hearing.abort();
    let noticed = async {
        while !is_gone().await {
            tokio::task::yield_now().await;
        }
    };
    let noticed = tokio::time::timeout(std::time::Duration::from_secs(10), noticed);
    noticed
        .await
        .expect("a process that is gone is known to be");
}

/// Two processes on one database, each with its own pools: whoever has the turn has it alone.
#[tokio::test]
async fn writers_of_two_processes_take_turns() {
    if !on_postgres() {
        return;
    }
    let house = House::new().await;
    let other = Store::open(&house.state.config.database_url).await.unwrap();
    let stores = [house.state.store.clone(), other];
    let tasks = (0..40).map(|n| {
        let store = stores[n % 2].clone();
        tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            // Read, think, write: wrong as soon as two do it at once.
            let before: i64 =
                sqlx::query_scalar("SELECT created_at FROM accounts WHERE id = 'acc_juniper'")
                    .fetch_one(&mut *tx)
                    .await
                    .unwrap();
            tokio::task::yield_now().await;
            sqlx::query("UPDATE accounts SET created_at = $1 WHERE id = 'acc_juniper'")
                .bind(before + 1)
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        })
    });
    let asked = "SELECT created_at FROM accounts WHERE id = 'acc_juniper'";
    let before = house.count(asked).await;
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(house.count(asked).await, before + 40);
}

#[tokio::test]
async fn a_file_of_sqlite_is_copied_row_by_row_and_only_to_where_nothing_stands() {
    if !on_postgres() {
        return;
    }
    let here = folder();
    let file = format!("sqlite:{}", here.path().join("old.db").display());
    let house = House::with(&[("DATABASE_URL", &file)]).await;
    demo::seed(&house.state).await.unwrap();
    let there = folder();
    place::make(&there, None).await;
    let address = place::address(&there, "unused");
    assert!(relocate::copy(&address, &file).await.is_err());

    let copied = relocate::copy(&file, &address).await.unwrap();
    let new = Store::open(&address).await.unwrap();
    let but = ["_sqlx_migrations"];
    let mut was = rows(&house.state.store, &but).await;
    let mut is = rows(&new, &but).await;
    was.sort();
    is.sort();
    assert!(was.len() > 100, "{}", was.len());
    assert_eq!(copied.rows, was.len());
    assert_eq!(is, was);
    // The guards stand again.
    let mut tx = new.begin().await.unwrap();
    let refused = sqlx::query("DELETE FROM ledger_entries")
        .execute(&mut *tx)
        .await;
    assert!(refused.is_err());
    tx.rollback().await.unwrap();
    let twice = relocate::copy(&file, &address).await.unwrap_err();
    assert!(twice.to_string().contains("not empty"), "{twice}");
}
