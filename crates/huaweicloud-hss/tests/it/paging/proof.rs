//! What a listing takes for true, and what it does not.

use futures::TryStreamExt;
use huaweicloud_hss::{Doubt, ErrorKind, Summary};

use super::{all, drain, drain_pages, request};
use crate::inventory_server::{Change, Ids, InventoryServer, Script, Total};
use crate::server::{Server, json};

#[tokio::test]
async fn a_total_that_is_too_low_ends_nothing() {
    for (records, total) in [
        (500, Total::Always(0)),
        (500, Total::Always(-1)),
        (500, Total::Always(150)),
        (500, Total::Always(300)),
        (500, Total::Always(499)),
        (500, Total::Always(i64::from(i32::MIN))),
        (500, Total::OfThePage),
        (1_000, Total::OfThePage),
        (200, Total::Always(0)),
    ] {
        let script = Script {
            wrong_total: Some(total),
            ..Script::with(records)
        };
        let server = InventoryServer::start(script).await;
        let client = server.client();
        let mut images = request(&client).items();
        let found = all(&mut images).await;
        assert_eq!(found, (0..records as i64).collect::<Vec<_>>(), "{total:?}");
        let summary = images.summary();
        assert!(summary.stable && summary.wrong_total, "{summary:?}");
    }
}

#[tokio::test]
async fn a_total_that_is_too_great_leaves_a_doubt() {
    for total in [501, i32::MAX] {
        let script = Script {
            wrong_total: Some(Total::Always(total.into())),
            ..Script::with(500)
        };
        let server = InventoryServer::start(script).await;
        let client = server.client();
        let (found, error) = drain(&mut request(&client).items()).await;
        assert_eq!(found.len(), 500);
        assert_eq!(error.expect("in doubt").doubt(), Some(Doubt::Total));
    }
}

/// One plus as many pages of 199 as come after the first 200, and one where the last page comes full.
#[tokio::test]
async fn a_listing_takes_no_call_too_many() {
    for (records, calls) in [
        (0, 1),
        (1, 1),
        (199, 1),
        (200, 2),
        (201, 2),
        (398, 2),
        (399, 3),
        (400, 3),
        (10_000, 51),
    ] {
        let server = InventoryServer::start(Script::with(records)).await;
        let client = server.client();
        assert_eq!(all(&mut request(&client).items()).await.len(), records);
        assert_eq!(server.offsets().len(), calls, "{records}");
    }
}

async fn listed(
    ids: Ids,
    changes: &[(usize, Change)],
) -> (usize, Option<huaweicloud_hss::Error>, Summary) {
    let script = Script {
        ids,
        changes: changes.to_vec(),
        ..Script::with(25)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut pages = request(&client).limit(10).pages_json().concurrency(1);
    let (records, error) = drain_pages(&mut pages).await;
    (records, error, pages.summary())
}

#[tokio::test]
async fn records_are_told_apart_by_whatever_does() {
    for ids in [
        Ids::Numbers,
        Ids::Texts,
        Ids::Great,
        Ids::Same,
        Ids::Names,
        Ids::Pairs,
    ] {
        let (records, error, summary) = listed(ids, &[]).await;
        assert!(error.is_none(), "{ids:?} {error:?}");
        assert_eq!(
            (records, summary.stable, summary.passes),
            (25, true, 1),
            "{ids:?}"
        );
        // One goes, and another one comes. What stands at the seam is found in the second pass.
        let change = [(1, Change::Delete(3)), (1, Change::Insert(25))];
        let (records, error, summary) = listed(ids, &change).await;
        assert!(error.is_none(), "{ids:?} {error:?}");
        assert_eq!((records, summary.vanished), (26, 1), "{ids:?}");
    }
    for (ids, doubt) in [
        (Ids::OnlyTheSame, Doubt::NotUnique),
        (Ids::Nothing, Doubt::NotCompared),
    ] {
        let (records, error, summary) = listed(ids, &[]).await;
        // What stands in one answer is given. Pages of 10 share a record, and only that is left out.
        assert!(records >= 10, "{ids:?} {records}");
        assert_eq!(error.expect("in doubt").doubt(), Some(doubt), "{ids:?}");
        assert_eq!((summary.stable, summary.doubt), (false, Some(doubt)));
    }
}

#[tokio::test]
async fn whoever_accepts_doubt_gets_what_came_also_twice() {
    let script = Script {
        ids: Ids::OnlyTheSame,
        ..Script::with(25)
    };
    let server = InventoryServer::start(script).await;
    let client = server.client();
    let mut pages = request(&client).limit(10).pages_json().accept_changes();
    let (records, error) = drain_pages(&mut pages).await;
    assert!(error.is_none());
    assert_eq!(
        (records, pages.summary().doubt),
        (25, Some(Doubt::NotUnique))
    );
}

/// The order is that of the last scan, and the one that is never scanned comes last: an image that was there all the
/// time moves from a page that is not read to one that is.
#[tokio::test]
async fn a_record_that_moves_is_missed_in_one_pass_and_not_in_two() {
    let page = |total: usize, ids: Vec<i64>| {
        let records: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
        json(
            200,
            &serde_json::json!({"total_num": total, "data_list": records}).to_string(),
        )
    };
    let before = || page(15, (0..10).collect());
    // 12 was scanned and stands in front; 3 is deleted, and 15 is new.
    let moved: Vec<i64> = [12]
        .into_iter()
        .chain(0..3)
        .chain(4..12)
        .chain(13..16)
        .collect();
    let first = moved[..10].to_vec();
    let second = moved[9..].to_vec();
    for verify in [false, true] {
        let server = Server::start([
            before(),
            page(15, second.clone()),
            page(15, first.clone()),
            page(15, second.clone()),
            page(15, first.clone()),
            page(15, second.clone()),
        ])
        .await;
        let client = server.client();
        let mut images = request(&client).limit(10).items().concurrency(1);
        if verify {
            images = images.verify();
        }
        let mut found = all(&mut images).await;
        found.sort_unstable();
        let missed = !found.contains(&12);
        assert_eq!(missed, !verify);
        assert_eq!(images.summary().passes, if verify { 3 } else { 1 });
    }
}

#[tokio::test]
async fn no_more_is_asked_for_than_is_wanted() {
    for (wanted, calls) in [
        (1, 1),
        (200, 1),
        (201, 2),
        (399, 2),
        (400, 3),
        (2_000, 11),
        (3_000, 11),
    ] {
        let server = InventoryServer::start(Script::with(2_000)).await;
        let client = server.client();
        let found = all(&mut request(&client).items().max_records(wanted)).await;
        assert_eq!(found.len() as u64, wanted.min(2_000));
        assert_eq!(server.offsets().len(), calls, "{wanted}");
    }
}

/// Whatever says that it is no listing is none, in both forms of decoding.
#[tokio::test]
async fn an_answer_is_a_listing_or_an_error() {
    let mut said = String::new();
    for (body, kind) in [
        (
            r#"{"error_code":"HSS.1013","error_msg":"internal","total_num":0,"data_list":[]}"#,
            ErrorKind::Service,
        ),
        (
            r#"{"error_code":"HSS.1013","error_msg":"internal"}"#,
            ErrorKind::Service,
        ),
        (
            r#"{"errorCode":7,"total_num":0,"data_list":[]}"#,
            ErrorKind::Service,
        ),
        (
            r#"{"error":{"code":"1","message":"m"},"total_num":0}"#,
            ErrorKind::Service,
        ),
        (r#"{"total_num":0,"data_list":"x"}"#, ErrorKind::Response),
        (r#"{"total_num":0,"data_list":{}}"#, ErrorKind::Response),
        (
            r#"{"total_num":3,"data_list":[{"id":1},null,{"id":2}]}"#,
            ErrorKind::Response,
        ),
        (
            r#"{"total_num":3,"data_list":[{"id":1},1]}"#,
            ErrorKind::Response,
        ),
        (
            r#"{"total_num":3,"data_list":[{"id":1}, [] ]}"#,
            ErrorKind::Response,
        ),
        (
            r#"{"total_num":1,"data_list":[{"id":1}],"data_list":[]}"#,
            ErrorKind::Response,
        ),
        (
            r#"{"total_num":1,"data_list":[{"id":1,"id":2}]}"#,
            ErrorKind::Response,
        ),
        (
            r#"{"total_num":"none","data_list":[]}"#,
            ErrorKind::Response,
        ),
    ] {
        let server = Server::start([json(200, body), json(200, body)]).await;
        let client = server.client();
        let typed = request(&client)
            .items()
            .try_collect::<Vec<_>>()
            .await
            .expect_err(body);
        let sent = request(&client)
            .items_json()
            .try_collect::<Vec<_>>()
            .await
            .expect_err(body);
        assert_eq!((typed.kind(), sent.kind()), (kind, kind), "{body}");
        said += &format!("{body}\n  {typed}\n  {sent}\n");
    }
    insta::assert_snapshot!(said);
    // These are none of that.
    for body in [
        r#"{"error_code":0,"total_num":0,"data_list":[]}"#,
        r#"{"error_code":"0","error_msg":"ok","total_num":0,"data_list":[]}"#,
        r#"{"error_code":null,"error":null,"total_num":0}"#,
        r#"{"total_num":1,"data_list":[{"id":1,"image_name":"[[,[\"error_code\":1","x":[[1]]}]}"#,
    ] {
        let server = Server::start([json(200, body), json(200, body)]).await;
        let client = server.client();
        request(&client)
            .items()
            .try_collect::<Vec<_>>()
            .await
            .expect(body);
        request(&client)
            .items_json()
            .try_collect::<Vec<_>>()
            .await
            .expect(body);
    }
}
