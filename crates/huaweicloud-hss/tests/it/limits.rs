//! Limits of time, size and frequency.

use std::io::Write as _;
use std::time::Duration;

use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::{Client, Credentials, ErrorKind, RateLimit, RetryPolicy};

use crate::client::{EMPTY, PROJECT_ID, TOKEN, clock, list};
use crate::server::{Server, json, with_headers};

const MS: Duration = Duration::from_millis(1);

/// A client that takes no time for anything but its turn, for which it waits a second at most.
fn client(server: &Server, clock: &ManualClock, limit: &RateLimit) -> Client {
    server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .rate_limit(limit.clone())
        .retry(RetryPolicy::default())
        .timeout(MS)
        .throttle_wait(1_000 * MS)
        .clock(clock)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn the_rate_limit_is_one_for_all_that_share_it() {
    let first = Server::start(vec![json(200, EMPTY); 3]).await;
    let second = Server::start([json(200, EMPTY)]).await;
    let (clock, limit) = (clock(), RateLimit::per(2, 100 * MS));
    let one = client(&first, &clock, &limit);
    list(&one).await.expect("a page");
    list(&one.clone()).await.expect("a page");
    list(&one).await.expect("a page");
    list(&client(&second, &clock, &limit))
        .await
        .expect("a page");
    // A hundredth more than the window, and then two can go.
    assert_eq!(clock.waits(), [101 * MS]);
    assert_eq!(one.calls().waited, 101 * MS);
}

#[tokio::test]
async fn retries_count_against_the_rate_limit() {
    let server = Server::start([json(503, ""), json(200, EMPTY)]).await;
    let (clock, limit) = (clock(), RateLimit::per(1, 500 * MS));
    clock.set_jitter(0.0);
    list(&client(&server, &clock, &limit))
        .await
        .expect("a page");
    assert_eq!(clock.waits(), [Duration::ZERO, 505 * MS]);
}

#[tokio::test]
async fn what_the_service_said_counts_more_than_the_wait_for_another_attempt() {
    let server = Server::start(vec![json(503, ""); 2]).await;
    let (clock, limit) = (clock(), RateLimit::per(1, 2_000 * MS));
    clock.set_jitter(0.0);
    let error = list(&client(&server, &clock, &limit))
        .await
        .expect_err("unavailable");
    assert_eq!((error.status(), error.attempts()), (Some(503), 1));
}

#[tokio::test]
async fn no_limit_is_too_great() {
    let server = Server::start([json(503, ""), json(200, EMPTY)]).await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default().longest_wait(Duration::MAX))
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .response_limit(usize::MAX)
        .rate_limit(RateLimit::per(u32::MAX, Duration::MAX))
        .clock(&clock())
        .build()
        .expect("a client");
    list(&client).await.expect("a page");
}

#[tokio::test]
async fn a_call_that_would_wait_too_long_for_its_turn_fails_at_once() {
    let server = Server::start(vec![json(200, EMPTY); 3]).await;
    let (clock, limit) = (clock(), RateLimit::per(2, 2_000 * MS));
    let client = client(&server, &clock, &limit);
    list(&client).await.expect("a page");
    list(&client).await.expect("a page");
    let error = list(&client).await.expect_err("not in this second");
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(error.is_throttled() && error.is_retryable());
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (0, Some(2_020 * MS))
    );
    insta::assert_snapshot!(error.to_string());
    assert_eq!(server.received().len(), 2);
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn an_attempt_ends_when_its_time_is_over() {
    // Connections wait in the queue of a listener that never takes them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let client = |attempts| {
        Client::builder()
            .endpoint(format!("http://{address}"))
            .project_id(PROJECT_ID)
            .credentials(Credentials::token(TOKEN))
            .attempt_timeout(Duration::from_millis(20))
            .retry(RetryPolicy::default().attempts(attempts))
            .clock(&clock())
            .build()
            .expect("a client")
    };
    let error = list(&client(1)).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.status(), None);
    let text = error.to_string().replace(&address.to_string(), "ADDRESS");
    insta::assert_snapshot!(text, @"ListSwrImageRepository: the request to http://ADDRESS timed out");
    let error = list(&client(2)).await.expect_err("no answer");
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn a_call_does_not_wait_longer_for_a_credential_than_it_may_take() {
    // IAM is a listener that never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let client = Client::builder()
        .endpoint(format!("http://{address}"))
        .project_id(PROJECT_ID)
        .credentials(Credentials::password("account", "user", "password"))
        .timeout(Duration::from_millis(20))
        .attempt_timeout(Duration::from_secs(60))
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("no token");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.attempts(), 0);
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    let body = format!(
        r#"{{"total_num":0,"data_list":[],"x":"{}"}}"#,
        "x".repeat(5_000)
    );
    for (length, fits) in [(body.len(), true), (body.len() - 1, false)] {
        let server = Server::start([json(200, &body)]).await;
        let client = server
            .builder(Credentials::token(TOKEN))
            .project_id(PROJECT_ID)
            .response_limit(length)
            .build()
            .expect("a client");
        match list(&client).await {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert!(!fits);
                assert_eq!(error.kind(), ErrorKind::Response);
                assert_eq!(error.request_id(), Some("id-of-the-call"));
                let text = error.to_string().replace(&length.to_string(), "N");
                insta::assert_snapshot!(text, @"ListSwrImageRepository: unusable response (status 200): it has more than N bytes; request smaller pages, or raise the limit (request id id-of-the-call)");
            }
        }
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).expect("memory takes all");
    let body = encoder.finish().expect("memory takes all");
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    with_headers(200, &headers, &body)
}

#[tokio::test]
async fn compressed_answers_are_read() {
    let server = Server::start([gzip(EMPTY.as_bytes())]).await;
    let page = list(&server.client()).await.expect("a page");
    assert_eq!(page.total_num, Some(0));
    assert_eq!(server.received()[0].header("accept-encoding"), Some("gzip"));
}

#[tokio::test]
async fn the_limit_is_for_what_comes_out_of_the_compression() {
    let body = format!(r#"{{"total_num":0,"x":"{}"}}"#, " ".repeat(10 << 20));
    let answer = gzip(body.as_bytes());
    assert!(answer.len() < 20_000, "{}", answer.len());
    let server = Server::start([answer]).await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .response_limit(1 << 20)
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("a bomb");
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(
        error.to_string().contains("more than 1048576 bytes"),
        "{error}"
    );
}
