//! Every row of one database into another that is empty: from a file of SQLite to PostgreSQL.

use super::{BadRow, Store, StoreError};
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::BTreeSet;

/// The most values that one statement may carry; the engine's limit is 65,535.
const MOST_VALUES: usize = 30_000;

/// A table with its columns, each with whether it holds text.
struct Table {
    name: String,
    columns: Vec<(String, bool)>,
}

/// Whether nobody and nothing stands in a database yet.
///
/// # Errors
/// When it does not answer.
pub async fn is_empty(store: &Store) -> Result<bool, StoreError> {
    let rows: i64 =
        sqlx::query_scalar("SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM users)")
            .fetch_one(store.reader())
            .await?;
    Ok(rows == 0)
}

/// Copies every row, as they are at one moment, in one transaction: all of them or none. Answers how many.
///
/// The guards of the target are off meanwhile: entries come without the commands that made them. Who calls holds the whole
/// against the rules afterwards.
///
/// # Errors
/// When one of the two does not answer, or the target is no PostgreSQL.
pub async fn copy_rows(from: &Store, to: &Store) -> Result<usize, StoreError> {
    let mut source = from.reader().begin().await?;
    let mut target = to.begin().await?;
    let mut copied = 0;
    for table in in_order(&mut target).await? {
        guards(&mut target, &table, "DISABLE").await?;
        copied += copy_table(&mut source, &mut target, &table).await?;
        guards(&mut target, &table, "ENABLE").await?;
    }
    target.commit().await?;
    Ok(copied)
}

async fn guards(conn: &mut AnyConnection, table: &Table, turn: &str) -> Result<(), sqlx::Error> {
    let sql = format!("ALTER TABLE {} {turn} TRIGGER USER", table.name);
    sqlx::query(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

/// The tables of the target, each after those that it names.
async fn in_order(conn: &mut AnyConnection) -> Result<Vec<Table>, StoreError> {
    let mut names: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace \
         AND relname <> '_sqlx_migrations' ORDER BY relname",
    )
    .fetch_all(&mut *conn)
    .await?;
    let pairs: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.relname::text, p.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
         JOIN pg_class p ON p.oid = k.confrelid WHERE k.contype = 'f' AND k.conrelid <> k.confrelid",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut placed = BTreeSet::new();
    let mut tables = Vec::with_capacity(names.len());
    while !names.is_empty() {
        let ready = |name: &String| {
            pairs
                .iter()
                .all(|(of, needs)| of != name || placed.contains(needs))
        };
        // A circle of tables could not be filled one after the other; there is none, and a new one would be told here.
        let place = names.iter().position(ready).ok_or_else(|| BadRow {
            what: "order of tables",
            value: names.join(", "),
        })?;
        let name = names.remove(place);
        placed.insert(name.clone());
        let columns = columns(conn, &name).await?;
        tables.push(Table { name, columns });
    }
    Ok(tables)
}

async fn columns(
    conn: &mut AnyConnection,
    table: &str,
) -> Result<Vec<(String, bool)>, sqlx::Error> {
    // The place of arrival is given anew, in the same order.
    let rows = sqlx::query(
        "SELECT attname::text AS name, CASE WHEN format_type(atttypid, atttypmod) = 'text' THEN 1 ELSE 0 END AS is_text FROM pg_attribute \
         WHERE attrelid = CAST($1 AS regclass) AND attnum > 0 AND NOT attisdropped AND attidentity = '' ORDER BY attnum",
    )
    .bind(table)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("name")?, row.try_get::<i64, _>("is_text")? != 0)))
        .collect()
}

async fn copy_table(
    source: &mut AnyConnection,
    target: &mut AnyConnection,
    table: &Table,
) -> Result<usize, StoreError> {
    let names: Vec<&str> = table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let names = names.join(", ");
    // Agencies come before the clients that name them; everything else in the order in which it was written.
    let first = match table.name.as_str() {
        "accounts" => "agency_account_id IS NOT NULL, ",
        _ => "",
    };
    let read = format!("SELECT {names} FROM {} ORDER BY {first}rowid", table.name);
    let rows = sqlx::query(AssertSqlSafe(read)).fetch_all(source).await?;
    let width = table.columns.len();
    for part in rows.chunks((MOST_VALUES / width).max(1)) {
        let places = (0..part.len()).map(|row| {
            let of_row = (1..=width).map(|column| format!("${}", row * width + column));
            format!("({})", of_row.collect::<Vec<_>>().join(","))
        });
        let places = places.collect::<Vec<_>>().join(",");
        let write = format!("INSERT INTO {} ({names}) VALUES {places}", table.name);
        let mut insert = sqlx::query(AssertSqlSafe(write)).persistent(false);
        for row in part {
            for (n, (_, is_text)) in table.columns.iter().enumerate() {
                insert = if *is_text {
                    insert.bind(row.try_get::<Option<String>, _>(n)?)
                } else {
                    insert.bind(row.try_get::<Option<i64>, _>(n)?)
                };
            }
        }
        insert.execute(&mut *target).await?;
    }
    Ok(rows.len())
}
