//! The clock of this machine is off.

use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::{Client, Credentials, ErrorKind};

use crate::client::{ACCESS_KEY, EMPTY, PROJECT_ID, SECRET_KEY, TOKEN, clock, list};
use crate::server::{Server, json, json_with};

/// As the gateway has been seen to say it.
const EXPIRED: &str = r#"{"error_msg":"Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature time:20260102T030405Z,server time:20260102T040405Z","error_code":"APIGW.0301","request_id":"r"}"#;
/// As some say it whatever the reason is.
const UNAUTHORIZED: &str = r#"{"error_msg":"Incorrect IAM authentication information: Unauthorized","error_code":"APIGW.0301"}"#;
const OF_AN_APP: &str = r#"{"error_msg":"Incorrect app authentication information: Signature expired","error_code":"APIGW.0303"}"#;

fn client(server: &Server, credentials: Credentials, clock: &ManualClock) -> Client {
    server
        .builder(credentials)
        .project_id(PROJECT_ID)
        .clock(clock)
        .build()
        .expect("a client")
}

fn dates(server: &Server) -> Vec<String> {
    let received = server.received();
    let date = |request: &crate::server::Received| request.header("x-sdk-date").map(str::to_owned);
    received.iter().filter_map(date).collect()
}

#[tokio::test]
async fn the_time_of_the_service_is_taken_and_kept() {
    let server = Server::start([
        json_with(401, ("date", "Fri, 02 Jan 2026 04:04:05 GMT"), EXPIRED),
        json(200, EMPTY),
        json(200, EMPTY),
    ])
    .await;
    let clock = clock();
    let client = client(
        &server,
        Credentials::access_key(ACCESS_KEY, SECRET_KEY),
        &clock,
    );
    list(&client).await.expect("a page");
    clock.advance(std::time::Duration::from_secs(60));
    list(&client).await.expect("a page");
    assert_eq!(
        dates(&server),
        ["20260102T030405Z", "20260102T040405Z", "20260102T040505Z"]
    );
    // It is no failure that wants a wait.
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn the_reason_is_found_whatever_the_answer_calls_it() {
    let date = ("date", "Fri, 02 Jan 2026 04:04:05 GMT");
    for answer in [
        // The text alone has the time, too.
        json(401, EXPIRED),
        json_with(401, date, UNAUTHORIZED),
        json_with(401, date, OF_AN_APP),
        json_with(401, date, ""),
    ] {
        let server = Server::start([answer, json(200, EMPTY)]).await;
        let credentials = Credentials::access_key(ACCESS_KEY, SECRET_KEY);
        let client = client(&server, credentials, &clock());
        list(&client).await.expect("a page");
        assert_eq!(dates(&server), ["20260102T030405Z", "20260102T040405Z"]);
    }
}

#[tokio::test]
async fn a_clock_that_is_off_locks_no_key() {
    // The answers have no time to learn from, so all are refused.
    let refused = json(401, &EXPIRED.replace("server time:20260102T040405Z", "x"));
    let server = Server::start(vec![refused; 9]).await;
    let credentials = Credentials::access_key(ACCESS_KEY, SECRET_KEY);
    let client = client(&server, credentials, &clock());
    for _ in 0..9 {
        let error = list(&client).await.expect_err("refused");
        assert_eq!(error.attempts(), 1);
        assert!(
            error
                .to_string()
                .contains("; check the clock of this machine ("),
            "{error}"
        );
    }
    assert_eq!(server.received().len(), 9);
}

#[tokio::test]
async fn the_time_is_corrected_once_in_a_call() {
    let answer = |date| json_with(401, ("date", date), EXPIRED);
    let server = Server::start([
        answer("Fri, 02 Jan 2026 04:04:05 GMT"),
        answer("Fri, 02 Jan 2026 05:04:05 GMT"),
        json(200, EMPTY),
    ])
    .await;
    let client = client(
        &server,
        Credentials::access_key(ACCESS_KEY, SECRET_KEY),
        &clock(),
    );
    let error = list(&client).await.expect_err("still wrong");
    assert_eq!(error.error_code(), Some("APIGW.0301"));
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn a_clock_that_is_right_is_no_reason_to_try_again() {
    let right = ("date", "Fri, 02 Jan 2026 03:04:35 GMT");
    for header in [right, ("date", "no date"), ("x", "y")] {
        let answer = json_with(401, header, UNAUTHORIZED);
        let server = Server::start([answer, json(200, EMPTY)]).await;
        let client = client(
            &server,
            Credentials::access_key(ACCESS_KEY, SECRET_KEY),
            &clock(),
        );
        let error = list(&client).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_token_has_no_time() {
    let wrong = ("date", "Fri, 02 Jan 2026 04:04:05 GMT");
    let server = Server::start([json_with(401, wrong, EXPIRED), json(200, EMPTY)]).await;
    let client = client(&server, Credentials::token(TOKEN), &clock());
    list(&client).await.expect_err("refused");
    assert_eq!(server.received().len(), 1);
}
