//! The client keeps the pace of the service, whatever that is.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::TryStreamExt;
use futures::future::join_all;
use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Error, ErrorKind, RateLimit, list_all};

use crate::client::{clock, list};
use crate::gateway::{Gateway, Refusal, Window};
use crate::inventory_server::{InventoryServer, Script};
use crate::server::{Server, json};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const FIVE: (usize, Duration) = (5, MINUTE);

/// 11 calls.
const RECORDS: usize = 2_000;

fn images(client: &Client) -> huaweicloud_hss::builder::ListSwrImageRepository {
    client
        .list_swr_image_repository()
        .image_type("private_image")
}

async fn count(client: &Client) -> Result<usize, Error> {
    let pages: Vec<_> = images(client).pages().try_collect().await?;
    Ok(pages.iter().map(|page| page.records.len()).sum())
}

async fn server(gateway: &Arc<Gateway>, records: usize) -> InventoryServer {
    InventoryServer::start(Script {
        gateway: Some(Arc::clone(gateway)),
        ..Script::with(records)
    })
    .await
}

fn gateways(clock: &ManualClock, limit: (usize, Duration), refusal: &Refusal) -> Vec<Arc<Gateway>> {
    let kinds = [Window::Sliding, Window::Fixed].into_iter();
    let all = kinds.flat_map(|kind| [(kind, false), (kind, true)]);
    all.map(|(kind, counts)| Arc::new(Gateway::new(clock, limit, kind, counts, refusal.clone())))
        .collect()
}

/// Whatever the service counts and however it says so: at most one call is refused, and the listing takes hardly more
/// than the least time.
#[tokio::test]
async fn a_listing_takes_the_time_that_the_limit_asks_for() {
    let refusals = [
        Refusal::named("limit:5,time:1 minute"),
        Refusal::saying(r#"{"error_code":"APIG.0308","error_msg":"已达到流控阈值"}"#),
        Refusal::saying("<html><title>429</title></html>"),
        Refusal::saying(""),
        Refusal::named("limit:0,time:1 minute"),
        Refusal::saying("").with("X-Apig-RateLimit-User", "remain:0,limit:5,time:1 minute"),
        Refusal::named("limit:5,time:1 minute").with("Retry-After", "60"),
    ];
    for refusal in &refusals {
        let clock = clock();
        for gateway in gateways(&clock, FIVE, refusal) {
            let server = server(&gateway, RECORDS).await;
            let client = server.builder(&clock).build().expect("a client");
            let start = clock.elapsed();
            assert_eq!(count(&client).await.expect("a listing"), RECORDS);
            // Five calls at once, five a minute later, and one more.
            let took = clock.elapsed() - start;
            assert!(
                took >= 2 * MINUTE && took < MINUTE.mul_f64(2.1),
                "{took:?} {refusal:?}"
            );
            let (taken, refused) = gateway.counts();
            assert_eq!(taken, 11);
            assert!(refused <= 1, "{refused} {refusal:?}");
            let calls = client.calls();
            assert_eq!((calls.sent, calls.refused), (12, 1));
            assert!(calls.waited <= took);
        }
    }
}

#[tokio::test]
async fn a_limit_that_is_not_there_costs_nothing() {
    let clock = clock();
    let server = InventoryServer::start(Script::with(RECORDS)).await;
    let client = server.builder(&clock).build().expect("a client");
    assert_eq!(count(&client).await.expect("a listing"), RECORDS);
    assert_eq!(clock.elapsed(), Duration::ZERO);
    assert!(clock.waits().is_empty());
    assert_eq!(server.offsets().len(), 11);
}

/// The limits that other parts of the gateway are known for.
#[tokio::test]
async fn a_higher_limit_is_found_out_and_kept() {
    for (calls, window, named) in [
        (70, SECOND, "limit:70,time:1 second"),
        (200, SECOND, "limit:200,time:1 second"),
        (40, MINUTE, "limit:40,time:1 minute"),
        (200, 5 * MINUTE, "limit:200,time:5 minute"),
    ] {
        let clock = clock();
        for gateway in gateways(&clock, (calls, window), &Refusal::named(named)) {
            let server = server(&gateway, 100_000).await;
            let client = server.builder(&clock).build().expect("a client");
            let start = clock.elapsed();
            assert_eq!(count(&client).await.expect("a listing"), 100_000);
            let took = clock.elapsed() - start;
            // 503 calls. This clock jumps while up to seven of them are under way, so they count as made later.
            let windows = u32::try_from(503_usize.div_ceil(calls - 7)).expect("few");
            assert!(took <= (window * windows).mul_f64(1.05), "{took:?} {named}");
            let (taken, refused) = gateway.counts();
            assert_eq!(taken, 503);
            // Those that were under way when the first was refused are refused with it.
            assert!(refused <= 8, "{refused} {named}");
        }
    }
}

#[tokio::test]
async fn clients_of_one_endpoint_share_what_was_learned() {
    let clock = clock();
    for gateway in gateways(&clock, FIVE, &Refusal::named("limit:5,time:1 minute")) {
        let server = server(&gateway, 400).await;
        let first = server.builder(&clock).build().expect("a client");
        // Another project, and a client that was made by itself.
        let script = Script {
            gateway: Some(Arc::clone(&gateway)),
            ..Script::with(400)
        };
        server.project("other", script);
        let other = server
            .builder(&clock)
            .project_id("other")
            .build()
            .expect("a client");
        let clients = [
            first.clone(),
            other,
            first.for_project("other").expect("a client"),
        ];
        let counts = join_all(clients.iter().map(count)).await;
        assert!(
            counts.iter().all(|count| count.as_ref().ok() == Some(&400)),
            "{counts:?}"
        );
        // Three calls for each, and none is refused but the one that showed the limit.
        let (taken, refused) = gateway.counts();
        assert_eq!(taken, 9);
        assert!(refused <= 1, "{refused}");
        let all: Vec<_> = list_all(&clients)
            .image_types([ImageType::PrivateImage])
            .items()
            .try_collect()
            .await
            .expect("all");
        assert_eq!(all.len(), 1_200);
        assert_eq!(gateway.counts(), (18, refused));
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_counts_and_blocks_nobody() {
    let clock = clock();
    for gateway in gateways(&clock, FIVE, &Refusal::named("limit:5,time:1 minute")) {
        let server = server(&gateway, RECORDS).await;
        let client = server.builder(&clock).build().expect("a client");
        // Given up while calls are under way, and while others wait for their turn.
        for pages in [1, 3, 6] {
            let mut listing = images(&client).pages();
            for _ in 0..pages {
                listing.try_next().await.expect("a page");
            }
            drop(listing);
        }
        assert_eq!(count(&client).await.expect("a listing"), RECORDS);
        let (_, refused) = gateway.counts();
        assert!(refused <= 1, "{refused}");
    }
}

/// Somebody else uses the limit up.
#[tokio::test]
async fn a_call_of_others_is_waited_for() {
    let clock = clock();
    for gateway in gateways(&clock, FIVE, &Refusal::named("limit:5,time:1 minute")) {
        let server = server(&gateway, 100).await;
        for _ in 0..5 {
            assert!(gateway.refusal().is_none());
        }
        let client = server.builder(&clock).build().expect("a client");
        let start = clock.elapsed();
        assert_eq!(count(&client).await.expect("a listing"), 100);
        assert!(clock.elapsed() - start <= MINUTE.mul_f64(1.05));
        assert_eq!(gateway.counts(), (6, 1));
    }
}

#[tokio::test]
async fn whoever_does_not_want_to_wait_is_told_how_long_it_would_take() {
    let clock = clock();
    let refusal = Refusal::named("limit:5,time:1 minute");
    let gateway = Arc::new(Gateway::new(&clock, FIVE, Window::Sliding, true, refusal));
    let server = server(&gateway, RECORDS).await;
    let client = server
        .builder(&clock)
        .throttle_wait(Duration::ZERO)
        .build()
        .expect("a client");
    let error = count(&client).await.expect_err("five calls are not enough");
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Service, Some(429))
    );
    assert!(error.is_throttled() && !error.is_auth());
    let wait = error.retry_after().expect("a time");
    assert!(wait > 59 * SECOND && wait < 62 * SECOND, "{wait:?}");
    insta::assert_snapshot!(error.to_string());
    // The next one is not even sent.
    let sent = gateway.counts();
    let error = list(&client).await.expect_err("too early");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Throttled, 0));
    insta::assert_snapshot!(error.to_string());
    assert_eq!(gateway.counts(), sent);
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn a_time_beyond_what_the_caller_waits_ends_the_call_at_once() {
    for (asked, least) in [
        ("7200", 7_200),
        ("99999999999999999999", u64::MAX),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 200_000_000_000),
    ] {
        let clock = clock();
        let refusal = Refusal::saying("").with("Retry-After", asked);
        let gateway = Arc::new(Gateway::new(
            &clock,
            (0, MINUTE),
            Window::Sliding,
            false,
            refusal,
        ));
        let server = server(&gateway, 1).await;
        let client = server.builder(&clock).build().expect("a client");
        let error = count(&client).await.expect_err("not today");
        assert!(error.is_throttled());
        assert!(
            error.retry_after() >= Some(Duration::from_secs(least)),
            "{error:?}"
        );
        assert_eq!(gateway.counts(), (0, 1));
        assert!(clock.waits().is_empty());
    }
    // A window of a day is no better.
    let clock = clock();
    let refusal = Refusal::named("limit:5,time:1 day");
    let gateway = Arc::new(Gateway::new(
        &clock,
        (5, 1_440 * MINUTE),
        Window::Fixed,
        false,
        refusal,
    ));
    let server = server(&gateway, RECORDS).await;
    let client = server.builder(&clock).build().expect("a client");
    let error = count(&client).await.expect_err("not today");
    assert!(error.retry_after() > Some(1_439 * MINUTE), "{error:?}");
    assert_eq!(gateway.counts(), (5, 1));
}

#[tokio::test]
async fn a_time_that_the_service_names_is_waited_for() {
    let clock = clock();
    let refusal = Refusal::saying("").with("Retry-After", "34");
    let gateway = Arc::new(Gateway::new(
        &clock,
        (5, 34 * SECOND),
        Window::Fixed,
        false,
        refusal,
    ));
    let server = server(&gateway, RECORDS).await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&told);
    let client = server
        .builder(&clock)
        .on_throttle(move |throttle| {
            kept.lock()
                .expect("not poisoned")
                .push(throttle.to_string());
        })
        .build()
        .expect("a client");
    assert_eq!(count(&client).await.expect("a listing"), RECORDS);
    insta::assert_debug_snapshot!(told.lock().expect("not poisoned"));
}

#[tokio::test]
async fn a_server_that_refuses_for_ever_is_given_up_after_an_hour() {
    for refusal in [
        Refusal::named("limit:5,time:1 minute"),
        Refusal::saying("<html>"),
        Refusal::saying("").with("Retry-After", "0"),
        Refusal::named("limit:200,time:1 second").with("Retry-After", "0"),
        Refusal::named("limit:200,time:1 second"),
    ] {
        let clock = clock();
        let gateway = Arc::new(Gateway::new(
            &clock,
            (0, MINUTE),
            Window::Sliding,
            true,
            refusal,
        ));
        let server = server(&gateway, 1).await;
        let client = server.builder(&clock).build().expect("a client");
        let error = count(&client).await.expect_err("never");
        assert_eq!(error.status(), Some(429));
        assert!(
            error
                .to_string()
                .contains("has refused every call for 60 min"),
            "{error}"
        );
        let waited = clock.elapsed();
        assert!(waited > 58 * MINUTE && waited <= 60 * MINUTE, "{waited:?}");
        let (_, refused) = gateway.counts();
        // At most about one a minute.
        assert!(refused < 75, "{refused}");
    }
}

#[tokio::test]
async fn a_caller_can_set_a_pace_of_its_own() {
    let clock = clock();
    let server = InventoryServer::start(Script::with(RECORDS)).await;
    let limit = RateLimit::per(5, MINUTE);
    let client = server
        .builder(&clock)
        .rate_limit(limit)
        .build()
        .expect("a client");
    assert_eq!(count(&client).await.expect("a listing"), RECORDS);
    assert!(clock.elapsed() >= 2 * MINUTE && clock.elapsed() < MINUTE.mul_f64(2.1));
    assert_eq!(client.calls().refused, 0);
}

/// The wait for a turn is none of the retry policy, and the time of a call is none of the wait.
#[tokio::test]
async fn a_refused_call_is_no_attempt() {
    let clock = clock();
    let mut answers = vec![json(429, "{}"); 20];
    answers.push(json(200, crate::client::EMPTY));
    let server = Server::start(answers).await;
    let client = Client::builder()
        .endpoint(server.endpoint())
        .credentials(huaweicloud_hss::Credentials::token("t"))
        .project_id("p")
        .retry(huaweicloud_hss::RetryPolicy::none())
        .timeout(SECOND)
        .clock(&clock)
        .build()
        .expect("a client");
    list(&client).await.expect("a page");
    assert_eq!(client.calls().refused, 20);
}
