//! Several requests at a time.

use std::collections::HashMap;

use futures::TryStreamExt;
use huaweicloud_hss::DEFAULT_CONCURRENCY;

use super::{all, request};
use crate::inventory_server::{InventoryServer, Script};

/// 40 pages of 10 records and one of 4.
const RECORDS: usize = 9 * 40 + 4;

/// The answers to the requests from 1 on are held until as many as `at_once` are waiting.
fn holding(at_once: usize) -> Script {
    let holds = (1..=40).map(|n| (n, (n - 1) / at_once * at_once + at_once));
    Script {
        holds: holds.map(|(n, other)| (n, other.min(40))).collect(),
        ..Script::with(RECORDS)
    }
}

#[tokio::test]
async fn as_many_requests_are_under_way_as_may_be_and_no_more() {
    for concurrency in [1, 3, DEFAULT_CONCURRENCY] {
        let server = InventoryServer::start(holding(concurrency)).await;
        let client = server.client();
        server.open(&client).await;
        let mut images = request(&client).limit(10).items();
        if concurrency != DEFAULT_CONCURRENCY {
            images = images.concurrency(concurrency);
        }
        assert_eq!(
            all(&mut images).await,
            (0..RECORDS as i64).collect::<Vec<_>>()
        );
        assert_eq!(server.record().most_at_once, concurrency);
        assert_eq!(server.offsets().len(), 41);
    }
}

#[tokio::test]
async fn pages_come_in_their_order_whichever_is_answered_first() {
    // Each answer of a group of four is held until the next request has come; the last one is not held.
    let holds = (1..=4).map(|n| (n, 4));
    let script = Script {
        holds: holds.chain([(5, 6)]).collect::<HashMap<_, _>>(),
        ..Script::with(9 * 7)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    server.open(&client).await;
    let mut pages = request(&client).limit(10).pages().concurrency(4);
    let mut places = Vec::new();
    while let Some(page) = pages.try_next().await.expect("a page") {
        let ids: Vec<_> = page.records.iter().filter_map(|image| image.id).collect();
        let first = i64::from(page.offset);
        assert_eq!(ids, (first..).take(ids.len()).collect::<Vec<_>>());
        places.push(page.offset);
    }
    assert_eq!(places, [0, 10, 19, 28, 37, 46, 55]);
}

#[tokio::test]
async fn what_is_not_polled_is_not_sent() {
    let server = InventoryServer::start(Script::with(RECORDS)).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(2);
    assert!(server.offsets().is_empty());
    for _ in 0..10 {
        images.try_next().await.expect("a record");
    }
    // The first page went alone, and all of it is given.
    assert_eq!(server.offsets(), [0]);
    images.try_next().await.expect("a record");
    assert!(server.record().most_at_once <= 2);
    drop(images);
}

#[test]
fn the_streams_can_be_moved_between_threads() {
    fn check<T: Send + Unpin>(_: &T) {}
    let client = huaweicloud_hss::Client::builder()
        .endpoint("http://127.0.0.1:1")
        .project_id("p")
        .credentials(huaweicloud_hss::Credentials::token("t"))
        .build()
        .expect("a client");
    check(&request(&client).items());
    check(&request(&client).items_json());
    check(&request(&client).pages());
    check(&request(&client).pages_json());
}
