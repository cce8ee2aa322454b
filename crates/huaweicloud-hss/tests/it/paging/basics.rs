//! What is asked for, and where a listing ends.

use futures::TryStreamExt;
use huaweicloud_hss::{Doubt, ErrorKind};

use super::{all, asked, drain, request};
use crate::inventory_server::{InventoryServer, Script};
use crate::server::{Server, json};

fn page(total: Option<u32>, ids: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let records: Vec<_> = ids
        .into_iter()
        .map(|id| serde_json::json!({ "id": id }))
        .collect();
    json(
        200,
        &serde_json::json!({ "total_num": total, "data_list": records }).to_string(),
    )
}

fn counted(end: i64) -> Vec<i64> {
    (0..end).collect()
}

#[tokio::test]
async fn one_page_is_enough_where_it_has_all() {
    let server = Server::start([page(Some(3), 0..3)]).await;
    let found = all(&mut request(&server.client()).items()).await;
    assert_eq!(found, counted(3));
    assert_eq!(asked(&server), ["0+200"]);
}

#[tokio::test]
async fn an_empty_listing_is_one_empty_page() {
    for tells_total in [true, false] {
        let script = Script {
            tells_total,
            ..Script::with(0)
        };
        let server = InventoryServer::start(script).await;
        let client = server.client();
        let pages: Vec<_> = request(&client)
            .pages()
            .try_collect()
            .await
            .expect("a listing");
        assert_eq!(pages.len(), 1);
        assert!(pages[0].records.is_empty());
        assert_eq!(server.offsets(), [0]);
    }
}

#[tokio::test]
async fn each_page_begins_where_the_one_before_it_ended() {
    let server = InventoryServer::start(Script::with(25)).await;
    let client = server.client();
    let found = all(&mut request(&client).limit(10).items()).await;
    assert_eq!(found, counted(25));
    assert_eq!(server.offsets(), [0, 9, 18]);
}

#[tokio::test]
async fn a_record_for_each_page_leaves_no_room_to_compare() {
    let server = InventoryServer::start(Script::with(4)).await;
    let client = server.client();
    let mut images = request(&client).limit(1).items();
    let (found, error) = drain(&mut images).await;
    assert_eq!(found, counted(4));
    assert_eq!(error.expect("no proof").doubt(), Some(Doubt::NotCompared));
    // The last page came full, so one more is asked for.
    assert_eq!(server.offsets(), [0, 1, 2, 3, 4]);
    assert_eq!(images.summary().unchecked, 3);

    // Two passes that have the same need no comparison of pages.
    let mut images = request(&client).limit(1).items().verify();
    assert_eq!(all(&mut images).await, counted(4));
    assert_eq!(
        (images.summary().passes, images.summary().stable),
        (2, true)
    );
}

#[tokio::test]
async fn pages_that_are_smaller_than_asked_are_followed() {
    let script = Script {
        clamps: vec![10],
        ..Script::with(25)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    assert_eq!(
        all(&mut request(&client).limit(50).items()).await,
        counted(25)
    );
    assert_eq!(server.record().asked, [(0, 50), (9, 50), (18, 50)]);
}

#[tokio::test]
async fn a_page_that_comes_back_short_later_is_filled() {
    let script = Script {
        clamps: vec![10, 4, 10, 1, 10],
        ..Script::with(28)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items().concurrency(1);
    let (found, error) = drain(&mut images).await;
    assert_eq!(found, counted(28));
    assert_eq!(error.expect("no proof").doubt(), Some(Doubt::NotCompared));
    // The page that begins at 9 has 4 records, and is filled from the last of them on. Of the page that begins
    // at 18 only the shared record comes, so that is left out of the next try.
    assert_eq!(server.offsets(), [0, 9, 12, 18, 19]);
    let summary = images.summary();
    assert_eq!((summary.stable, summary.unchecked), (false, 1));
}

#[tokio::test]
async fn a_server_that_gives_single_records_is_read_to_the_end() {
    for tells_total in [true, false] {
        let script = Script {
            clamps: vec![1],
            tells_total,
            ..Script::with(5)
        };
        let server = InventoryServer::start(script).await;
        let client = server.client();
        let mut images = request(&client).items().accept_changes();
        assert_eq!(all(&mut images).await, counted(5));
        let summary = images.summary();
        assert_eq!(
            (summary.doubt, summary.unchecked),
            (Some(Doubt::NotCompared), 4)
        );
    }
}

#[tokio::test]
async fn without_a_total_only_an_empty_page_is_the_last() {
    let script = Script {
        clamps: vec![10, 4, 10, 10, 10],
        tells_total: false,
        ..Script::with(13)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut images = request(&client).limit(10).items();
    assert_eq!(all(&mut images).await, counted(13));
    // Only the shared record comes from 12 on. That could be all that the server gives, so it is left out.
    assert_eq!(server.offsets(), [0, 9, 12, 13]);
    assert_eq!(images.summary().total_num, None);
    assert!(images.summary().stable);
}

#[tokio::test]
async fn a_total_that_only_the_first_page_tells_is_no_end() {
    let server = Server::start([
        page(Some(4), 0..3),
        page(None, 2..4),
        page(None, 3..5),
        page(None, 4..5),
        page(None, []),
    ])
    .await;
    let client = server.client();
    let found = all(&mut request(&client).limit(3).items()).await;
    assert_eq!(found, counted(5));
    assert_eq!(asked(&server), ["0+3", "2+3", "3+3", "4+3", "5+3"]);
}

#[tokio::test]
async fn a_server_that_knows_no_offset_is_not_asked_for_ever() {
    let server = Server::start((0..6).map(|_| page(None, 0..10))).await;
    let client = server.client();
    let (found, error) = drain(&mut request(&client).limit(10).items()).await;
    assert_eq!(found, counted(10));
    assert_eq!(error.expect("incomplete").kind(), ErrorKind::Incomplete);
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn nothing_is_asked_for_beyond_the_greatest_offset() {
    // The records are there, but no page that can be asked for has the ones behind 2,000,004.
    let server = Server::start([
        page(Some(3_000_000), 1_999_995..2_000_000),
        page(Some(3_000_000), 1_999_999..2_000_004),
        page(Some(3_000_000), 2_000_000..2_000_005),
    ])
    .await;
    let client = server.client();
    let mut images = request(&client).offset(1_999_995).limit(5).items();
    let (found, error) = drain(&mut images).await;
    assert_eq!(found, (1_999_995..2_000_005).collect::<Vec<_>>());
    let error = error.expect("too many records");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    insta::assert_snapshot!(error.to_string());
    assert_eq!(asked(&server), ["1999995+5", "1999999+5", "2000000+5"]);
    assert_eq!(images.summary().next_offset, 2_000_005);

    let (found, error) = drain(&mut request(&client).offset(2_000_005).items()).await;
    assert!(found.is_empty());
    assert_eq!(error.expect("too far").kind(), ErrorKind::Incomplete);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn the_greatest_offset_may_be_the_end() {
    let server = Server::start([
        page(Some(2_000_002), 1_999_998..2_000_001),
        page(Some(2_000_002), 2_000_000..2_000_002),
    ])
    .await;
    let client = server.client();
    let mut images = request(&client).offset(1_999_998).limit(3).items();
    assert_eq!(all(&mut images).await.len(), 4);
    assert_eq!(asked(&server), ["1999998+3", "2000000+3"]);
    assert!(images.summary().stable);
}

#[tokio::test]
async fn a_number_that_cannot_be_sent_is_reported() {
    let server = Server::start([page(Some(0), [])]).await;
    let client = server.client();
    let (_, error) = drain(&mut request(&client).offset(i64::MAX).items()).await;
    let error = error.expect("an offset beyond 32 bits");
    assert_eq!(error.kind(), ErrorKind::Request);
    insta::assert_snapshot!(error.to_string());
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn numbers_that_make_no_sense_are_left_to_the_service() {
    let server = Server::start([page(Some(3), 0..3), json(400, "{}")]).await;
    let client = server.client();
    // This server takes them, and gives what it has.
    let (found, _) = drain(&mut request(&client).offset(-2).limit(-1).items()).await;
    assert_eq!(found, counted(3));
    assert_eq!(asked(&server)[0], "-2+-1");
}

#[tokio::test]
async fn raw_records_stay_as_they_came() {
    let record = r#"{"id":18446744073709551617, "scan_status":null,"size":1.10,"a_new_member":{"b":[-0,1e3,"\u0061"]}}"#;
    let body = format!(r#"{{"total_num":1,"data_list":[{record}]}}"#);
    let server = Server::start([json(200, &body)]).await;
    let client = server.client();
    let records: Vec<_> = request(&client)
        .items_json()
        .try_collect()
        .await
        .expect("a listing");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].get(), record);
    let server = Server::start([json(200, &body)]).await;
    let page = request(&server.client()).send_json().await.expect("a page");
    assert_eq!(page.get(), body);
}
