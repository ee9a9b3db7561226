//! The demonstration data itself.

use crate::house::House;
use server::demo;

#[tokio::test]
async fn the_demonstration_is_written_through_the_ledger_and_only_once() {
    let house = House::new().await;
    house.assert_sound().await;
    let before = house.rows().await;
    demo::seed(&house.state).await.unwrap();
    demo::seed(&house.state).await.unwrap();
    assert_eq!(house.rows().await, before);
    // Every credit was bought: each grant has a confirmed checkout and a completed transaction behind it.
    let loose = house
        .count("SELECT count(*) FROM ledger_entries e WHERE e.kind = 'grant' AND NOT EXISTS (SELECT 1 FROM checkouts c JOIN paddle_transactions t ON t.id = c.paddle_transaction_id WHERE c.id = e.cause_ref AND c.state = 'confirmed' AND t.status = 'completed')")
        .await;
    assert_eq!(loose, 0);
    // Every reserved credit belongs to work that is under way.
    let idle = house
        .count("SELECT count(*) FROM holds h WHERE h.status = 'held' AND NOT EXISTS (SELECT 1 FROM scan_runs s WHERE s.hold_id = h.id AND s.status = 'queued') AND NOT EXISTS (SELECT 1 FROM fix_tasks f WHERE f.hold_id = h.id AND f.status NOT IN ('completed','cancelled'))")
        .await;
    assert_eq!(idle, 0);
}
