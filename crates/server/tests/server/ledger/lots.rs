//! Which credits are drawn first, and where they go when the work does not use them.

use crate::desk::{Desk, Give, account};
use domain::credits::CreditType;
use server::ledger::{LedgerError, Purpose, Resolved};

const SCAN: CreditType = CreditType::Scan;

#[tokio::test]
async fn s0_15_inv_11_plan_before_top_up_then_soonest_end_then_arrival() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    // In an order that is not the burn order.
    desk.grant(&owner, Give::top_up(SCAN, 1, "top_old"))
        .await
        .unwrap();
    desk.grant(&owner, Give::top_up(SCAN, 1, "top_new"))
        .await
        .unwrap();
    desk.grant(&owner, Give::plan(SCAN, 1, "plan_never"))
        .await
        .unwrap();
    desk.grant(&owner, Give::plan(SCAN, 1, "plan_late").until(200))
        .await
        .unwrap();
    desk.grant(&owner, Give::plan(SCAN, 1, "plan_soon").until(100))
        .await
        .unwrap();
    desk.grant(&owner, Give::top_up(SCAN, 1, "top_ends").until(150))
        .await
        .unwrap();
    for (n, next) in [
        "plan_soon",
        "plan_late",
        "plan_never",
        "top_ends",
        "top_old",
        "top_new",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(desk.lot_figures(next).await[0], 1, "{next} is still there");
        desk.reserve(&owner, Purpose::Scan, 1, &format!("run_{n}"), 1)
            .await
            .unwrap();
        assert_eq!(
            desk.lot_figures(next).await[..2],
            [0, 1],
            "{next} is drawn as number {n}"
        );
    }
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_11_an_expired_credit_is_never_reserved() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::plan(SCAN, 5, "plan").until(100))
        .await
        .unwrap();
    desk.grant(&owner, Give::top_up(SCAN, 1, "top"))
        .await
        .unwrap();
    let short = desk.reserve(&owner, Purpose::Scan, 2, "run_1", 100).await;
    assert!(
        matches!(short, Err(LedgerError::Short(short)) if short.have == 1),
        "{short:?}"
    );
    desk.reserve(&owner, Purpose::Scan, 1, "run_2", 100)
        .await
        .unwrap();
    assert_eq!(desk.lot_figures("plan").await, [0, 0, 0, 0, 5]);
    assert_eq!(desk.lot_figures("top").await, [0, 1, 0, 0, 0]);
    desk.assert_sound().await;
}

#[tokio::test]
async fn s1_26_inv_10_what_is_not_used_goes_back_to_the_lots_it_came_from() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::plan(SCAN, 2, "plan"))
        .await
        .unwrap();
    desk.grant(&owner, Give::top_up(SCAN, 2, "top"))
        .await
        .unwrap();
    let held = desk
        .reserve(&owner, Purpose::Scan, 3, "run", 0)
        .await
        .unwrap();
    assert_eq!(
        (
            desk.lot_figures("plan").await[1],
            desk.lot_figures("top").await[1]
        ),
        (2, 1)
    );

    // First drawn, first spent: one of the plan's credits is used, the rest goes home.
    desk.settle(&owner, &held.hold, 1, 1).await.unwrap();
    assert_eq!(desk.lot_figures("plan").await, [1, 0, 1, 0, 0]);
    assert_eq!(desk.lot_figures("top").await, [2, 0, 0, 0, 0]);
    assert_eq!(desk.figures(&owner, SCAN).await, (3, 0, 1));

    let again = desk
        .reserve(&owner, Purpose::Scan, 3, "run_2", 2)
        .await
        .unwrap();
    desk.restore(&owner, &again.hold, 3).await.unwrap();
    assert_eq!(desk.lot_figures("plan").await, [1, 0, 1, 0, 0]);
    assert_eq!(desk.lot_figures("top").await, [2, 0, 0, 0, 0]);
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_10_a_restore_to_an_expired_lot_expires() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::plan(SCAN, 3, "plan").until(100))
        .await
        .unwrap();
    let held = desk
        .reserve(&owner, Purpose::Scan, 2, "run", 50)
        .await
        .unwrap();
    desk.restore(&owner, &held.hold, 150).await.unwrap();
    assert_eq!(
        desk.figures(&owner, SCAN).await,
        (0, 0, 0),
        "nothing of it is usable again"
    );
    assert_eq!(desk.lot_figures("plan").await, [0, 0, 0, 0, 3]);
    let kinds: Vec<String> = sqlx::query_scalar("SELECT kind FROM ledger_entries ORDER BY seq")
        .fetch_all(desk.store.reader())
        .await
        .unwrap();
    assert_eq!(kinds, ["grant", "reserve", "restore", "expire"]);
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_10_a_restore_to_a_refunded_lot_is_refunded() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::top_up(SCAN, 5, "top"))
        .await
        .unwrap();
    let held = desk
        .reserve(&owner, Purpose::Scan, 3, "run", 0)
        .await
        .unwrap();
    let lot = desk.lot("top").await;
    // Two are free and go at once; the running work keeps its three.
    assert_eq!(desk.refund(&owner, &lot, 5, "adj_1", 1).await.unwrap(), 2);
    assert_eq!(desk.lot_figures("top").await, [0, 3, 0, 2, 0]);
    desk.settle(&owner, &held.hold, 1, 2).await.unwrap();
    assert_eq!(
        desk.lot_figures("top").await,
        [0, 0, 1, 4, 0],
        "what the work did not use is refunded, never free"
    );
    assert_eq!(desk.figures(&owner, SCAN).await, (0, 0, 1));
    desk.assert_sound().await;
}

#[tokio::test]
async fn inv_07_a_hold_ends_once_and_the_same_end_again_changes_nothing() {
    let desk = Desk::with(&["acc_a"]).await;
    let owner = account("acc_a");
    desk.grant(&owner, Give::top_up(SCAN, 2, "top"))
        .await
        .unwrap();
    let spent = desk
        .reserve(&owner, Purpose::Scan, 1, "run_1", 0)
        .await
        .unwrap()
        .hold;
    let given_back = desk
        .reserve(&owner, Purpose::Scan, 1, "run_2", 0)
        .await
        .unwrap()
        .hold;
    desk.settle(&owner, &spent, 1, 1).await.unwrap();
    desk.restore(&owner, &given_back, 1).await.unwrap();
    let rows = desk.rows_of("acc_a").await;

    assert!(matches!(
        desk.settle(&owner, &spent, 1, 2).await,
        Ok(Resolved::Before)
    ));
    assert!(matches!(
        desk.restore(&owner, &given_back, 2).await,
        Ok(Resolved::Before)
    ));
    assert!(matches!(
        desk.restore(&owner, &spent, 2).await,
        Err(LedgerError::Resolved)
    ));
    assert!(matches!(
        desk.settle(&owner, &given_back, 1, 2).await,
        Err(LedgerError::Resolved)
    ));
    assert_eq!(desk.rows_of("acc_a").await, rows);
}
