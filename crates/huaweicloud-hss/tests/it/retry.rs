//! Which calls are tried again, when, and how often.

use std::time::Duration;

use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::types::ImageSynchronizationRequest;
use huaweicloud_hss::{Client, Credentials, Error, ErrorKind, RetryPolicy};

use crate::client::{EMPTY, PROJECT_ID, TOKEN, clock, list};
use crate::server::{Server, json, json_with};

const SECOND: Duration = Duration::from_secs(1);

/// A client that retries as it does by default, and waits by a clock of the test.
fn client(server: &Server, clock: &ManualClock) -> Client {
    server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default())
        .throttle_wait(120 * SECOND)
        .clock(clock)
        .build()
        .expect("a client")
}

async fn synchronize(client: &Client) -> Result<(), Error> {
    client
        .run_image_synchronize()
        .body(ImageSynchronizationRequest::builder().image_type("private_image"))
        .send()
        .await
        .map(drop)
}

#[tokio::test]
async fn a_call_is_tried_again_after_a_growing_wait() {
    let server = Server::start([
        json(503, "<html>"),
        json(500, ""),
        json(502, "{}"),
        json(200, EMPTY),
    ])
    .await;
    let clock = clock();
    list(&client(&server, &clock)).await.expect("a page");
    let ms = Duration::from_millis;
    assert_eq!(clock.waits(), [ms(200), ms(400), ms(800)]);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn the_wait_is_a_random_part() {
    let server = Server::start([json(503, ""), json(503, ""), json(200, EMPTY)]).await;
    let clock = clock();
    clock.set_jitter(0.25);
    list(&client(&server, &clock)).await.expect("a page");
    let ms = Duration::from_millis;
    assert_eq!(clock.waits(), [ms(50), ms(100)]);
}

#[tokio::test]
async fn every_status_that_may_pass_is_tried_again_and_no_other() {
    let answers = (400..600).flat_map(|status| [json(status, "{}"), json(200, EMPTY)]);
    let server = Server::start(answers).await;
    let client = client(&server, &clock());
    let mut again = Vec::new();
    for status in 400..600 {
        match list(&client).await {
            Ok(_) => again.push(status),
            Err(error) => {
                assert_eq!(error.status(), Some(status));
                list(&client).await.expect("the answer that is left");
            }
        }
    }
    // Whoever is throttled waits for a turn, which is another matter.
    assert_eq!(again, [408, 429, 500, 502, 503, 504]);
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let whole = json(200, EMPTY);
    let server = Server::start([b"".as_slice(), &whole[..whole.len() - 3], &whole]).await;
    list(&client(&server, &clock())).await.expect("a page");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn after_the_last_attempt_the_last_answer_is_the_error() {
    let answers = ["HSS.0001", "HSS.0002", "HSS.0003", "HSS.0041"].map(|code| {
        json(
            500,
            &format!(r#"{{"error_code":"{code}","error_msg":"m"}}"#),
        )
    });
    let server = Server::start(answers).await;
    let error = list(&client(&server, &clock())).await.expect_err("failed");
    assert_eq!(error.attempts(), 4);
    assert_eq!(server.received().len(), 4);
    insta::assert_snapshot!(error.to_string(), @"ListSwrImageRepository: 500 Internal Server Error, HSS.0041: m; try again later (4 attempts, last request id id-of-the-call)");
}

#[tokio::test]
async fn the_service_says_how_long_to_wait() {
    let server = Server::start([
        json_with(503, ("retry-after", "7"), ""),
        json_with(503, ("Retry-After", "Fri, 02 Jan 2026 03:04:22 GMT"), ""),
        json_with(503, ("retry-after", "later"), ""),
        json(200, EMPTY),
    ])
    .await;
    let clock = clock();
    list(&client(&server, &clock)).await.expect("a page");
    let ms = Duration::from_millis;
    // The date is 17 seconds after the start, of which 7 have passed.
    assert_eq!(clock.waits(), [7 * SECOND, 10 * SECOND, ms(800)]);
}

#[tokio::test]
async fn a_longer_wait_than_the_longest_ends_the_call() {
    for (asked, least) in [
        ("31", 31),
        ("3600", 3_600),
        ("99999999999999999999", u64::MAX),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 200_000_000_000),
    ] {
        let server = Server::start([json_with(503, ("retry-after", asked), "")]).await;
        let clock = clock();
        let error = list(&client(&server, &clock)).await.expect_err("too long");
        assert_eq!((error.status(), error.attempts()), (Some(503), 1));
        assert!(
            error.retry_after() >= Some(Duration::from_secs(least)),
            "{error:?}"
        );
        assert!(clock.waits().is_empty());
    }
}

#[tokio::test]
async fn no_attempt_begins_after_the_time_of_the_call() {
    let server = Server::start([json_with(503, ("retry-after", "20"), ""), json(200, EMPTY)]).await;
    let clock = clock();
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default())
        .timeout(10 * SECOND)
        .clock(&clock)
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("too late");
    assert_eq!((error.status(), error.attempts()), (Some(503), 1));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn a_change_is_repeated_only_where_nothing_was_done() {
    let success = json(200, r#"{"error_code":0,"error_description":"success"}"#);
    let throttled = json(429, r#"{"error_code":"APIGW.0308"}"#);
    let server = Server::start([throttled, success.clone()]).await;
    synchronize(&client(&server, &clock()))
        .await
        .expect("accepted");
    assert_eq!(server.received().len(), 2);

    let broken = success[..success.len() - 3].to_vec();
    for answer in [json(503, ""), json(500, ""), Vec::new(), broken] {
        let server = Server::start([answer, success.clone()]).await;
        let error = synchronize(&client(&server, &clock()))
            .await
            .expect_err("who knows what was done");
        assert_eq!(error.attempts(), 1, "{error}");
        assert!(error.is_retryable(), "{error}");
    }

    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port");
    let client = Client::builder()
        .endpoint(format!("http://{nobody}"))
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .clock(&clock())
        .build()
        .expect("a client");
    let error = synchronize(&client).await.expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert_eq!(error.attempts(), 4);
}

#[tokio::test]
async fn retries_can_be_switched_off() {
    let server = Server::start([json(503, ""), json(200, EMPTY)]).await;
    let error = list(&server.client()).await.expect_err("unavailable");
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let server = Server::start([json_with(503, ("retry-after", "5"), ""), json(200, EMPTY)]).await;
    let client = server
        .builder(Credentials::access_key(
            "SANDBOX-ACCESS-KEY",
            "sandbox-secret-key",
        ))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default())
        .clock(&clock())
        .build()
        .expect("a client");
    list(&client).await.expect("a page");
    let received = server.received();
    let dates: Vec<_> = received.iter().map(|r| r.header("x-sdk-date")).collect();
    assert_eq!(dates, [Some("20260102T030405Z"), Some("20260102T030410Z")]);
    assert_ne!(
        received[0].header("authorization"),
        received[1].header("authorization")
    );
}
