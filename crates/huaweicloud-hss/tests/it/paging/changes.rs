//! A listing that changes while it is read.

use huaweicloud_hss::{Doubt, ErrorKind};

use super::{all, drain, request};
use crate::inventory_server::{Change, Ids, InventoryServer, Script};

/// 20 records in pages of 10, and what happens before which request.
fn changing(changes: impl IntoIterator<Item = (usize, Change)>) -> Script {
    Script {
        changes: changes.into_iter().collect(),
        ..Script::with(20)
    }
}

#[tokio::test]
async fn a_record_that_a_deletion_hid_is_found_in_another_pass() {
    // Request 1 is the second page. The total stays as it is, so only the shared record shows the change:
    // 10 has moved to place 9.
    let changes = [(1, Change::Delete(3)), (1, Change::Insert(20))];
    let server = InventoryServer::start(changing(changes)).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    let found = all(&mut images).await;
    let expected: Vec<i64> = (0..10).chain(11..21).chain([10]).collect();
    assert_eq!(found, expected);
    let summary = images.summary();
    assert!(summary.stable);
    assert_eq!((summary.passes, summary.duplicates), (2, 0));
    // The record 3 was given and is gone.
    assert_eq!(summary.vanished, 1);
    assert_eq!(server.offsets()[..4], [0, 9, 18, 0]);
}

#[tokio::test]
async fn a_record_that_an_insertion_repeats_is_given_once() {
    let server = InventoryServer::start(changing([(1, Change::Insert(0))])).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items();
    let found = all(&mut images).await;
    assert_eq!(found, (0..21).collect::<Vec<_>>());
    let summary = images.summary();
    assert_eq!((summary.passes, summary.vanished), (2, 0));
    // The page from place 10 on had 9 again, besides the shared 8.
    assert_eq!(summary.duplicates, 1);
    assert_eq!(summary.total_num, Some(21));
}

#[tokio::test]
async fn a_listing_that_shrinks_is_read_to_its_new_end() {
    let changes = (0..15).map(|_| (1, Change::Delete(0)));
    let server = InventoryServer::start(changing(changes)).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    // The second page is asked for from 9 on, and there are 5 records left.
    assert_eq!(
        all(&mut images).await,
        (0..10).chain(15..20).collect::<Vec<_>>()
    );
    let summary = images.summary();
    assert_eq!((summary.passes, summary.vanished), (2, 10));
    assert_eq!(server.offsets(), [0, 9, 0]);
}

#[tokio::test]
async fn a_listing_that_grows_is_read_to_its_new_end() {
    let changes = (0..15).map(|_| (1, Change::Insert(99)));
    let server = InventoryServer::start(changing(changes)).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    assert_eq!(all(&mut images).await, (0..35).collect::<Vec<_>>());
    assert_eq!(server.offsets(), [0, 9, 18, 27, 0, 9, 18, 27]);
    assert_eq!(images.summary().passes, 2);
}

#[tokio::test]
async fn a_third_pass_can_be_the_first_undisturbed_one() {
    // Requests 1 and 4 are the second pages of the first two passes, which have three pages each.
    let server =
        InventoryServer::start(changing([(1, Change::Insert(0)), (4, Change::Insert(0))])).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    // The first pass has 9 twice, and the second one 8, besides the records that neighbours share.
    let found = all(&mut images).await;
    assert_eq!(found, (0..22).collect::<Vec<_>>());
    let summary = images.summary();
    assert_eq!((summary.passes, summary.duplicates), (3, 2));
    assert_eq!((summary.stable, summary.vanished), (true, 0));
}

/// Changes before each request, for ever.
fn restless() -> Script {
    changing((1..100).flat_map(|n| [(n, Change::Delete(0)), (n, Change::Insert(99))]))
}

#[tokio::test]
async fn a_listing_that_changes_in_each_pass_is_incomplete() {
    for passes in [1, 3] {
        let server = InventoryServer::start(restless()).await;
        let client = server.client();
        let mut images = request(&client)
            .limit(10)
            .items()
            .concurrency(1)
            .passes(passes);
        let (found, error) = drain(&mut images).await;
        let error = error.expect("incomplete");
        assert_eq!(error.kind(), ErrorKind::Incomplete);
        insta::assert_snapshot!(format!("{passes}_passes"), error.to_string());
        let summary = images.summary();
        assert_eq!((summary.passes, summary.stable), (passes, false));
        assert_eq!(summary.yielded, found.len() as u64);
        assert!(drain(&mut images).await.0.is_empty());
    }
}

#[tokio::test]
async fn a_caller_can_accept_that_a_listing_changes() {
    let server = InventoryServer::start(restless()).await;
    let client = server.client();
    let mut images = request(&client)
        .limit(10)
        .items()
        .passes(2)
        .accept_changes();
    let found = all(&mut images).await;
    let summary = images.summary();
    assert_eq!((summary.passes, summary.stable), (2, false));
    assert_eq!(summary.yielded, found.len() as u64);
}

#[tokio::test]
async fn records_that_are_announced_and_do_not_come_are_missed() {
    let script = Script {
        phantoms: 5,
        ..Script::with(20)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    let (found, error) = drain(&mut images).await;
    assert_eq!(found, (0..20).collect::<Vec<_>>());
    let error = error.expect("incomplete");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    insta::assert_snapshot!(error.to_string());
    // From 19 on only the shared record comes, from 20 on none, and then no more are asked for.
    assert_eq!(server.offsets()[..6], [0, 9, 18, 19, 20, 0]);
    assert_eq!(server.offsets().len(), 15);
    assert_eq!(images.summary().next_offset, 20);
}

#[tokio::test]
async fn records_without_an_id_are_not_read_again() {
    let undisturbed = Script {
        ids: Ids::Nothing,
        ..Script::with(25)
    };
    let disturbed = Script {
        changes: vec![(2, Change::Delete(0))],
        ..undisturbed.clone()
    };
    for script in [undisturbed, disturbed] {
        let changes = !script.changes.is_empty();
        let server = InventoryServer::start(script).await;
        let client = server.client();
        let mut images = request(&client).limit(10).pages().concurrency(1);
        let (records, error) = super::drain_pages(&mut images).await;
        let summary = images.summary();
        assert_eq!((summary.passes, summary.unchecked), (1, 2));
        assert_eq!(
            (summary.stable, summary.doubt),
            (false, Some(Doubt::NotCompared))
        );
        assert_eq!(records, if changes { 24 } else { 25 });
        let name = if changes { "disturbed" } else { "undisturbed" };
        insta::assert_snapshot!(
            format!("nameless_{name}"),
            error.expect("no proof").to_string()
        );
    }
}
