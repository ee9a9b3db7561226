//! Where things stand in the house: statements in `store` and `ledger` only.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect()
}

#[test]
fn sql_stands_in_store_and_ledger_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut inside, mut outside) = (0, Vec::new());
    for path in sources(&src) {
        let text = fs::read_to_string(&path).unwrap();
        let statements =
            text.matches("sqlx::query").count() + text.matches("sqlx::raw_sql").count();
        let place = path.strip_prefix(&src).unwrap();
        if ["store", "store.rs", "ledger", "ledger.rs"]
            .iter()
            .any(|room| place.starts_with(room))
        {
            inside += statements;
        } else if statements > 0 {
            outside.push(place.to_owned());
        }
    }
    assert!(inside > 100, "the search finds the statements: {inside}");
    assert!(
        outside.is_empty(),
        "SQL outside of store and ledger: {outside:?}"
    );
}

#[test]
fn one_file_writes_the_mirror_of_subscriptions() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let writes = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        ["INSERT INTO", "UPDATE", "DELETE FROM"]
            .iter()
            .any(|verb| text.contains(&format!("{verb} paddle_subscriptions ")))
    };
    let writers: Vec<PathBuf> = sources(&src).into_iter().filter(writes).collect();
    assert_eq!(writers, [src.join("store/subscriptions.rs")]);
}
