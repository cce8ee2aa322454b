//! From pages to a listing, with servers that do not do as they are asked.

use crate::server::{Server, json};
use futures::TryStreamExt;
use huaweicloud_hss::{Client, Error, ErrorKind};

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

async fn ids(client: &Client, limit: Option<i32>) -> Result<Vec<i64>, Error> {
    let request = client
        .list_swr_image_repository()
        .image_type("private_image");
    let request = match limit {
        Some(limit) => request.limit(limit),
        None => request,
    };
    request
        .items()
        .map_ok(|record| record.id.expect("an id"))
        .try_collect()
        .await
}

/// What was asked for, as `offset+limit`.
fn asked(server: &Server) -> Vec<String> {
    let value = |line: &str, name: &str| {
        let (_, rest) = line.split_once(name).expect("the parameter");
        let end = rest.find(['&', ' ']).expect("an end");
        rest[..end].to_owned()
    };
    server
        .received()
        .iter()
        .map(|request| {
            format!(
                "{}+{}",
                value(&request.line, "offset="),
                value(&request.line, "limit=")
            )
        })
        .collect()
}

#[tokio::test]
async fn one_page_is_enough_where_it_has_all() {
    let server = Server::start([page(Some(3), 0..3)]).await;
    let found = ids(&server.client(), None).await.expect("a listing");
    assert_eq!(found, [0, 1, 2]);
    assert_eq!(asked(&server), ["0+200"]);
}

#[tokio::test]
async fn an_empty_listing_is_empty() {
    let server = Server::start([page(Some(0), [])]).await;
    let found = ids(&server.client(), None).await.expect("a listing");
    assert_eq!(found, [0_i64; 0]);
}

#[tokio::test]
async fn pages_that_are_smaller_than_asked_are_followed() {
    let server = Server::start([
        page(Some(25), 0..10),
        page(Some(25), 10..20),
        page(Some(25), 20..25),
    ])
    .await;
    let found = ids(&server.client(), Some(50)).await.expect("a listing");
    assert_eq!(found, (0..25).collect::<Vec<_>>());
    assert_eq!(asked(&server), ["0+50", "10+50", "20+50"]);
}

#[tokio::test]
async fn a_record_that_comes_twice_is_listed_once() {
    // A record was inserted in front between the two pages.
    let server = Server::start([page(Some(4), 0..2), page(Some(4), [1, 2])]).await;
    let found = ids(&server.client(), Some(10)).await.expect("a listing");
    assert_eq!(found, [0, 1, 2]);
}

#[tokio::test]
async fn without_a_total_a_page_that_is_not_full_is_the_last() {
    let server = Server::start([page(None, 0..10), page(None, 10..13)]).await;
    let found = ids(&server.client(), Some(10)).await.expect("a listing");
    assert_eq!(found, (0..13).collect::<Vec<_>>());
}

#[tokio::test]
async fn records_that_are_announced_and_do_not_come_are_missed() {
    let server = Server::start([page(Some(20), 0..10), page(Some(20), [])]).await;
    let error = ids(&server.client(), Some(10))
        .await
        .expect_err("incomplete");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn an_error_ends_the_listing_after_what_came_before() {
    let server = Server::start([page(Some(20), 0..10), json(503, "{}")]).await;
    let client = server.client();
    let request = client
        .list_swr_image_repository()
        .image_type("private_image")
        .limit(10);
    let mut pages = std::pin::pin!(request.pages());
    let first = pages.try_next().await.expect("a page").expect("a page");
    assert_eq!((first.total_num, first.records.len()), (Some(20), 10));
    let error = pages.try_next().await.expect_err("unavailable");
    assert_eq!(error.status(), Some(503));
    assert_eq!(pages.try_next().await.expect("the end"), None);
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_listing_can_start_later_and_ends_at_the_greatest_offset() {
    let server = Server::start([page(Some(3_000_000), 0..200)]).await;
    let client = server.client();
    let error = client
        .list_swr_image_repository()
        .image_type("private_image")
        .offset(1_999_999)
        .items()
        .try_collect::<Vec<_>>()
        .await
        .expect_err("too many records");
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    insta::assert_snapshot!(error.to_string());
    assert_eq!(asked(&server), ["1999999+200"]);
}

#[tokio::test]
async fn a_number_that_cannot_be_sent_is_reported() {
    let server = Server::start([page(Some(0), [])]).await;
    let client = server.client();
    let error = client
        .list_swr_image_repository()
        .image_type("private_image")
        .offset(i64::MAX)
        .items()
        .try_collect::<Vec<_>>()
        .await
        .expect_err("an offset beyond 32 bits");
    assert_eq!(error.kind(), ErrorKind::Request);
    insta::assert_snapshot!(error.to_string());
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn raw_records_keep_what_this_version_does_not_know() {
    let record = r#"{"id":1,"scan_status":null,"a_new_member":{"b":[1,2]}}"#;
    let body = format!(r#"{{"total_num":1,"data_list":[{record}]}}"#);
    let server = Server::start([json(200, &body)]).await;
    let client = server.client();
    let records: Vec<_> = client
        .list_swr_image_repository()
        .image_type("private_image")
        .items_json()
        .try_collect()
        .await
        .expect("a listing");
    assert_eq!(
        records,
        [serde_json::from_str::<serde_json::Value>(record).expect("JSON")]
    );
}
