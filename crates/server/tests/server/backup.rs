//! Copies of everything: taken while people write, put back elsewhere, and made current again from what Paddle knows.

use crate::desk::{Desk, Give, account, folder, one_file, url};
use crate::house::{House, settle_inbox};
use domain::credits::CreditType;
use serde_json::json;
use server::backup::{BackupError, backup, restore};
use server::ledger::{self, Purpose};
use server::payments::sweep;
use server::store::Store;
use std::path::Path;

async fn busy(desk: &Desk, count: usize) {
    let owner = account("acc_a");
    for n in 0..count {
        let work = format!("work_{n}");
        let held = desk
            .reserve(&owner, Purpose::Scan, 1, &work, 1)
            .await
            .unwrap();
        desk.settle(&owner, &held.hold, 1, 2).await.unwrap();
    }
}

async fn stocked() -> Desk {
    let desk = Desk::with(&["acc_a"]).await;
    let give = Give::top_up(CreditType::Scan, 500, "txn_1");
    desk.grant(&account("acc_a"), give).await.unwrap();
    desk
}

fn leftovers(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_copy_taken_while_others_write_is_whole_and_private() {
    let desk = stocked().await;
    let place = folder();
    let file = place.path().join("copy.db");
    let address = url(&desk.folder);
    let (head, ()) = tokio::join!(backup(&address, &file), busy(&desk, 60));
    let head = head.unwrap();
    assert_eq!(leftovers(place.path()), ["copy.db"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // It opens as what it was at one moment, and the original went on.
    let store = Store::open(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    assert_eq!(ledger::head(store.reader()).await.unwrap(), head);
    assert_eq!(ledger::verify(store.reader()).await.unwrap(), []);
    let now = ledger::head(desk.store.reader()).await.unwrap();
    assert!(head.entries <= now.entries && now.entries == 121, "{now}");
    desk.assert_sound().await;
    // Nothing is written over.
    let again = backup(&address, &file).await.unwrap_err();
    assert!(matches!(again, BackupError::Taken(_)), "{again}");
}

#[tokio::test]
async fn a_restore_replaces_a_database_that_nobody_uses_and_keeps_the_old_one() {
    let desk = stocked().await;
    let address = url(&desk.folder);
    let copy = desk.folder.path().join("copy.db");
    let head = backup(&address, &copy).await.unwrap();
    busy(&desk, 3).await;
    let later = ledger::head(desk.store.reader()).await.unwrap();

    let refused = restore(&address, &copy).await.unwrap_err();
    assert!(matches!(refused, BackupError::InUse { .. }), "{refused}");
    assert_eq!(ledger::head(desk.store.reader()).await.unwrap(), later);

    desk.store.close().await;
    let restored = restore(&address, &copy).await.unwrap();
    assert_eq!(restored.head, head);
    let store = Store::open(&address).await.unwrap();
    assert_eq!(ledger::head(store.reader()).await.unwrap(), head);
    store.close().await;
    let kept = format!("sqlite:{}", restored.kept.unwrap().display());
    let kept = Store::open(&kept).await.unwrap();
    assert_eq!(ledger::head(kept.reader()).await.unwrap(), later);
}

#[tokio::test]
async fn a_copy_that_is_not_whole_replaces_nothing() {
    let desk = stocked().await;
    busy(&desk, 3).await;
    let address = url(&desk.folder);
    let copy = desk.folder.path().join("copy.db");
    let head = backup(&address, &copy).await.unwrap();
    desk.store.close().await;
    // One entry changed, with the means of somebody who has the file.
    let spoiled = Store::open(&format!("sqlite:{}", copy.display()))
        .await
        .unwrap();
    let mut tx = spoiled.begin().await.unwrap();
    sqlx::raw_sql(
        "DROP TRIGGER ledger_no_update; UPDATE ledger_entries SET actor = 'x' WHERE seq = 2",
    )
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    spoiled.close().await;
    one_file(&copy).await;
    let refused = restore(&address, &copy).await.unwrap_err();
    let BackupError::NotWhole { faults, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(faults, &["the hash chain is whole: 1 rows"]);
    // Half a file, and none at all.
    let whole = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    restore(&address, &copy).await.unwrap_err();
    restore(&address, Path::new("/nowhere/copy.db"))
        .await
        .unwrap_err();
    let store = Store::open(&address).await.unwrap();
    assert_eq!(ledger::head(store.reader()).await.unwrap(), head);
    assert_eq!(ledger::verify(store.reader()).await.unwrap(), []);
}

/// What was opened before the copy and paid after it comes back from Paddle, once. A payment for a checkout that the copy
/// does not know grants nothing to anybody. Sign-ins do not come back.
#[tokio::test]
async fn after_a_restore_paddle_says_what_was_paid_since() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let dana = house.dana().await;
    let (_, known) = dana.open("acc_harbor", "scan_credits", 1).await;
    let copy = house.folder.path().join("copy.db");
    let address = house.state.config.database_url.clone();
    backup(&address, &copy).await.unwrap();

    pay(&house, &known).await;
    let after = house.figures("acc_harbor").await;
    let (_, unknown) = dana.open("acc_harbor", "automated_fix_credits", 1).await;
    pay(&house, &unknown).await;
    assert_ne!(house.figures("acc_harbor").await, after);

    let elsewhere = folder();
    let new = format!("sqlite:{}", elsewhere.path().join("console.db").display());
    assert!(restore(&new, &copy).await.unwrap().kept.is_none());
    let store = Store::open(&new).await.unwrap();
    let config = server::config::Config {
        database_url: new,
        ..(*house.state.config).clone()
    };
    let state = server::AppState::new(config, store).unwrap();
    let count = async |sql: &'static str| -> i64 {
        let asked = sqlx::query_scalar(sql).fetch_one(state.store.reader());
        asked.await.unwrap()
    };
    assert_eq!(count("SELECT count(*) FROM sessions").await, 0);
    for _ in 0..2 {
        sweep::run(&state).await.unwrap();
        settle_inbox(&state).await;
    }
    let scan = "SELECT avail FROM credit_balances WHERE account_id = 'acc_harbor' AND credit_type = 'scan'";
    assert!(
        after[0].starts_with(&format!("{}/", count(scan).await)),
        "{after:?}"
    );
    let fix = "SELECT avail FROM credit_balances WHERE account_id = 'acc_harbor' AND credit_type = 'automated_fix'";
    assert!(
        after[1].starts_with(&format!("{}/", count(fix).await)),
        "{after:?}"
    );
    assert_eq!(ledger::verify(state.store.reader()).await.unwrap(), []);
}

async fn pay(house: &House, transaction: &str) {
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    sweep::run(&house.state).await.unwrap();
    settle_inbox(&house.state).await;
}
