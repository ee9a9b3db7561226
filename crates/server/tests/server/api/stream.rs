//! The event stream: it begins with where the ledger is, and misses and repeats nothing.

use crate::house::House;
use serde_json::{Value, json};
use std::time::Duration;

/// An open stream.
struct Stream {
    response: reqwest::Response,
    text: String,
}

/// One message.
#[derive(Debug)]
struct Message {
    event: String,
    id: Option<i64>,
    data: Value,
}

impl Stream {
    async fn open(
        house: &House,
        user: &str,
        account: &str,
        query: &str,
        last: Option<i64>,
    ) -> Self {
        let cookie = house.person(user).await.cookie;
        let mut request = house
            .http
            .get(format!(
                "{}/api/v1/accounts/{account}/events{query}",
                house.base
            ))
            .header("cookie", cookie);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self {
            response,
            text: String::new(),
        }
    }

    async fn next(&mut self) -> Message {
        let reading = async {
            loop {
                if let Some((message, rest)) = self.text.split_once("\n\n") {
                    let field = |name: &str| {
                        message
                            .lines()
                            .find_map(|line| line.strip_prefix(name))
                            .map(|value| value.trim().to_owned())
                    };
                    let message = field("event:").map(|event| Message {
                        event,
                        id: field("id:").map(|id| id.parse().unwrap()),
                        data: serde_json::from_str(&field("data:").unwrap()).unwrap(),
                    });
                    self.text = rest.into();
                    if let Some(message) = message {
                        return message;
                    }
                    continue;
                }
                let chunk = self
                    .response
                    .chunk()
                    .await
                    .unwrap()
                    .expect("the stream ended");
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading)
            .await
            .expect("no message came")
    }

    /// The numbers of the next ledger messages; other messages are passed over.
    async fn ledger(&mut self, count: usize) -> Vec<i64> {
        let mut numbers = Vec::new();
        while numbers.len() < count {
            let message = self.next().await;
            if message.event == "ledger" {
                assert_eq!(message.id, message.data["seq"].as_i64());
                numbers.push(message.id.unwrap());
            }
        }
        numbers
    }
}

#[tokio::test]
async fn inv_27_a_stream_begins_with_a_snapshot_and_tells_what_is_written() {
    let house = House::new().await;
    let newest = house.seq("acc_northwind").await;
    let mut stream = Stream::open(&house, "usr_viewer", "acc_northwind", "", None).await;
    let first = stream.next().await;
    assert_eq!(
        (first.event.as_str(), &first.data["ledger_seq"]),
        ("snapshot", &json!(newest))
    );
    house
        .dana()
        .await
        .scan("acc_northwind", "prj_shop")
        .await
        .ok();
    let told = stream.next().await;
    assert_eq!((told.event.as_str(), told.id), ("ledger", Some(newest + 1)));
    assert_eq!(
        (&told.data["kind"], &told.data["after"]),
        (
            &json!("reserve"),
            &json!({ "avail": 2, "res": 2, "spent": 4 })
        )
    );
    let billing = stream.next().await;
    assert_eq!((billing.event.as_str(), billing.id), ("billing", None));
}

#[tokio::test]
async fn inv_27_a_stream_that_breaks_anywhere_resumes_without_gap_or_repeat() {
    let house = House::new().await;
    let newest = house.seq("acc_northwind").await;
    let expected = |after: i64| (after + 1..=newest).collect::<Vec<_>>();
    for after in [0, 1, newest - 1] {
        let count = usize::try_from(newest - after).unwrap();
        let mut by_header =
            Stream::open(&house, "usr_dana", "acc_northwind", "", Some(after)).await;
        assert_eq!(by_header.ledger(count).await, expected(after));
        let mut by_query = Stream::open(
            &house,
            "usr_dana",
            "acc_northwind",
            &format!("?after={after}"),
            None,
        )
        .await;
        assert_eq!(by_query.ledger(count).await, expected(after));
    }
    // The header of a reconnecting browser is newer than the query it began with.
    let mut both = Stream::open(
        &house,
        "usr_dana",
        "acc_northwind",
        "?after=1",
        Some(newest - 2),
    )
    .await;
    assert_eq!(both.ledger(2).await, expected(newest - 2));
    // Numbers that cannot be are no reason to fail or to skip what comes next.
    for odd in [-5, newest + 1000] {
        let mut stream = Stream::open(
            &house,
            "usr_dana",
            "acc_northwind",
            &format!("?after={odd}"),
            None,
        )
        .await;
        assert_eq!(stream.next().await.event, "snapshot");
        if odd < 0 {
            assert_eq!(stream.ledger(1).await, [1]);
        }
    }
}

#[tokio::test]
async fn inv_27_a_client_that_keeps_reconnecting_sees_every_entry_once() {
    let house = House::new().await;
    let dana = house.dana().await;
    let mut last = house.seq("acc_northwind").await;
    let first = last;
    let mut seen = Vec::new();
    for round in 0..3 {
        let mut stream = Stream::open(&house, "usr_dana", "acc_northwind", "", Some(last)).await;
        let started = dana.scan("acc_northwind", "prj_shop").await.ok();
        let failed =
            json!({ "scan_run_id": started["scan_run"]["scan_run_id"], "status": "failed" });
        seen.extend(stream.ledger(1).await);
        // It breaks off here; what is written meanwhile comes after the reconnect.
        drop(stream);
        house
            .scanner(
                crate::house::SCANNER,
                &format!("result-key-{round}"),
                &failed,
            )
            .await
            .ok();
        last = *seen.last().unwrap();
        let mut stream = Stream::open(&house, "usr_dana", "acc_northwind", "", Some(last)).await;
        seen.extend(stream.ledger(1).await);
        last = *seen.last().unwrap();
    }
    assert_eq!(seen, (first + 1..=first + 6).collect::<Vec<_>>());
}

/// So many entries at once.
pub(super) async fn service_credits(house: &House, owner: &domain::id::AccountId, count: u32) {
    let mut tx = house.state.store.begin().await.unwrap();
    for n in 0..count {
        let name = format!("svc_{n}");
        let order = server::ledger::GrantOrder {
            account: owner,
            credit_type: domain::credits::CreditType::Ai,
            amount: 1,
            source: domain::lots::LotSource::ServiceCredit,
            source_ref: &name,
            txn_id: None,
            expires_at: None,
            cause: server::ledger::GrantCause::ServiceCredit,
            cause_ref: &name,
            actor: "test",
        };
        server::ledger::grant(&mut tx, &order, crate::desk::at(0))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn inv_27_more_than_one_portion_of_entries_is_sent_whole() {
    let house = House::new().await;
    let owner = crate::desk::account("acc_juniper");
    service_credits(&house, &owner, 1100).await;
    let mut stream = Stream::open(&house, "usr_dana", "acc_juniper", "", Some(0)).await;
    assert_eq!(stream.ledger(1100).await, (1..=1100).collect::<Vec<_>>());
}

#[tokio::test]
async fn s3_35_a_stream_tells_nothing_of_another_account() {
    let house = House::new().await;
    house.sim("/faults", json!({ "hold": true })).await;
    let mut harbor = Stream::open(&house, "usr_dana", "acc_harbor", "", None).await;
    let mut northwind = Stream::open(&house, "usr_dana", "acc_northwind", "", None).await;
    assert_eq!(harbor.next().await.event, "snapshot");
    assert_eq!(northwind.next().await.event, "snapshot");
    let dana = house.dana().await;
    dana.scan("acc_northwind", "prj_shop").await.ok();
    dana.open("acc_northwind", "scan_credits", 1).await;
    // The next thing that Harbor hears is its own, although Northwind's came first.
    let (checkout, _) = dana.open("acc_harbor", "scan_credits", 1).await;
    let heard = harbor.next().await;
    assert_eq!(
        (heard.event.as_str(), &heard.data["checkout_session_id"]),
        ("checkout", &json!(checkout))
    );
    assert_eq!(northwind.next().await.event, "ledger");
    let stranger = house.ana().await;
    stranger
        .get("/accounts/acc_northwind/events")
        .await
        .problem(404, "NOT_FOUND");
}

#[tokio::test]
async fn s0_18_a_confirmation_reaches_an_open_page_by_itself() {
    let house = House::new().await;
    house.work();
    let dana = house.dana().await;
    let (checkout, transaction) = dana.open("acc_northwind", "scan_credits", 1).await;
    let newest = house.seq("acc_northwind").await;
    let mut stream = Stream::open(&house, "usr_dana", "acc_northwind", "", None).await;
    house
        .sim(&format!("/transactions/{transaction}/pay"), json!({}))
        .await;
    assert_eq!(stream.ledger(1).await, [newest + 1]);
    let mut stream = Stream::open(
        &house,
        "usr_dana",
        "acc_northwind",
        &format!("?after={newest}"),
        None,
    )
    .await;
    stream.next().await;
    let told = stream.next().await;
    assert_eq!(
        (&told.data["kind"], &told.data["reference"]["id"]),
        (&json!("grant"), &json!(checkout))
    );
}
