//! What a listing says of itself, and where another one goes on.

use futures::TryStreamExt;
use huaweicloud_hss::Summary;

use super::{all, drain, request};
use crate::inventory_server::{Fault, InventoryServer, Script};

#[tokio::test]
async fn a_summary_can_be_had_at_any_time() {
    let server = InventoryServer::start(Script::with(25)).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items();
    assert_eq!(images.summary(), Summary::default());
    for _ in 0..12 {
        images.try_next().await.expect("a record");
    }
    let summary = images.summary();
    assert_eq!((summary.yielded, summary.next_offset), (12, 12));
    assert_eq!((summary.total_num, summary.passes), (Some(25), 1));
    assert!(!summary.stable);
    assert_eq!(all(&mut images).await.len(), 13);
    insta::assert_debug_snapshot!(images.summary());
    insta::assert_debug_snapshot!("the_stream_itself", images);
}

#[tokio::test]
async fn an_error_ends_the_listing_after_what_came_before() {
    let script = Script {
        refused_from: 27,
        ..Script::with(100)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut pages = request(&client).limit(10).pages().concurrency(3);
    let mut places = Vec::new();
    let error = loop {
        match pages.try_next().await {
            Ok(page) => places.push(page.expect("an error").offset),
            Err(error) => break error,
        }
    };
    assert_eq!(places, [0, 10, 19]);
    assert_eq!(error.status(), Some(403));
    assert_eq!(pages.summary().next_offset, 28);
    assert_eq!(pages.try_next().await.expect("the end"), None);
}

#[tokio::test]
async fn a_listing_goes_on_where_another_broke_off() {
    for fault in [Fault::Status(400), Fault::Break] {
        // Not even the core's own attempts to get over it help.
        let script = Script {
            faults: (4..40).map(|n| (n, fault)).collect(),
            ..Script::with(60)
        };
        let broken = InventoryServer::start(script).await;
        let client = broken.client();
        let mut images = request(&client).limit(10).items().concurrency(1);
        let (mut found, error) = drain(&mut images).await;
        assert!(error.is_some());
        let next = images.summary().next_offset;
        assert_eq!(next, 37);

        let whole = InventoryServer::start(Script::with(60)).await;
        let client = whole.client();
        let mut rest = request(&client).limit(10).offset(next).items();
        found.append(&mut all(&mut rest).await);
        assert_eq!(found, (0..60).collect::<Vec<_>>());
        assert_eq!(whole.offsets()[0], 37);
        assert_eq!(rest.summary().next_offset, 60);
    }
}
