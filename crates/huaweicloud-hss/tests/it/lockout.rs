//! A wrong secret key must not lock the access key for everybody.

use std::time::Duration;

use futures::future::join_all;
use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::{Client, Credentials, ErrorKind};

use crate::client::{ACCESS_KEY, EMPTY, PROJECT_ID, SECRET_KEY, clock, list};
use crate::server::{Server, json};

const REFUSED: &str = r#"{"error_msg":"Incorrect IAM authentication information: verify aksk signature fail","error_code":"APIGW.0301"}"#;

fn client(server: &Server, credentials: &Credentials, clock: &ManualClock) -> Client {
    server
        .builder(credentials.clone())
        .project_id(PROJECT_ID)
        .clock(clock)
        .build()
        .expect("a client")
}

fn key() -> Credentials {
    Credentials::access_key(ACCESS_KEY, SECRET_KEY)
}

#[tokio::test]
async fn after_three_refusals_nothing_is_sent() {
    let server = Server::start(vec![json(401, REFUSED); 9]).await;
    let client = client(&server, &key(), &clock());
    for _ in 0..3 {
        let error = list(&client).await.expect_err("refused");
        assert_eq!(error.status(), Some(401));
    }
    let error = list(&client).await.expect_err("not sent");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_auth());
    assert!(!error.is_retryable());
    assert_eq!(error.attempts(), 0);
    insta::assert_snapshot!(error.to_string(), @"not sent: the service refused 3 signatures with this access key in a row, and locks a key for five minutes after five; check the secret key and the clock of this machine, then make a new client (with access key set by the program)");
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn many_calls_at_once_do_not_lock_it_either() {
    let server = Server::start(vec![json(401, REFUSED); 20]).await;
    let credentials = key();
    // Two clients, as for two regions, that share the key.
    let clients = [(); 2].map(|()| client(&server, &credentials, &clock()));
    let calls = (0..10).flat_map(|_| clients.iter().map(list));
    let errors = join_all(calls).await;
    assert!(errors.iter().all(Result::is_err));
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_success_in_between_starts_the_count_anew() {
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.extend([json(401, REFUSED), json(401, REFUSED), json(200, EMPTY)]);
    }
    let server = Server::start(answers).await;
    let client = client(&server, &key(), &clock());
    for call in 1..=9 {
        assert_eq!(list(&client).await.is_ok(), call % 3 == 0, "{call}");
    }
}

#[tokio::test]
async fn what_comes_before_the_signature_is_looked_at_proves_nothing() {
    let server = Server::start([
        json(401, REFUSED),
        json(401, REFUSED),
        json(503, ""),
        json(429, ""),
        json(401, REFUSED),
        json(200, EMPTY),
    ])
    .await;
    let clock = clock();
    let client = client(&server, &key(), &clock);
    for _ in 0..6 {
        list(&client).await.expect_err("refused");
        // After the 429 it takes a minute until a call goes at all.
        clock.advance(Duration::from_secs(61));
    }
    assert_eq!(server.received().len(), 5);
}

#[tokio::test]
async fn after_five_minutes_it_may_try_again() {
    let mut answers = vec![json(401, REFUSED); 3];
    answers.push(json(200, EMPTY));
    let server = Server::start(answers).await;
    let clock = clock();
    let client = client(&server, &key(), &clock);
    for _ in 0..4 {
        list(&client).await.expect_err("refused");
    }
    clock.advance(Duration::from_secs(299));
    list(&client).await.expect_err("not yet");
    clock.advance(Duration::from_secs(1));
    list(&client).await.expect("a page");
}

#[tokio::test]
async fn a_locked_key_is_left_alone_until_it_opens() {
    const LOCKED: &str = r#"{"error_msg":"Incorrect IAM authentication information: AK access failed to reach the limit,forbidden","error_code":"APIGW.0301"}"#;
    let server = Server::start([json(401, LOCKED), json(200, EMPTY)]).await;
    let clock = clock();
    let client = client(&server, &key(), &clock);
    let error = list(&client).await.expect_err("locked");
    insta::assert_snapshot!(error.to_string(), @"ListSwrImageRepository: 401 Unauthorized, APIGW.0301: Incorrect IAM authentication information: AK access failed to reach the limit,forbidden; the access key is locked for five minutes, since more than five signatures in a row were wrong; nothing is sent with it meanwhile, so check the secret key (with access key set by the program, request id id-of-the-call)");
    clock.advance(Duration::from_secs(60));
    let error = list(&client).await.expect_err("not sent");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(240)));
    assert!(error.is_auth());
    insta::assert_snapshot!(error.to_string(), @"not sent: the service has locked this access key because too many signatures with it were wrong; it opens again in 4 min (with access key set by the program)");
    assert_eq!(server.received().len(), 1);
    clock.advance(Duration::from_secs(241));
    list(&client).await.expect("a page");
}

#[tokio::test]
async fn a_refusal_by_the_service_itself_is_no_wrong_key() {
    let denied = r#"{"error_code":"HSS.0013","error_msg":"Insufficient permissions"}"#;
    let server = Server::start(vec![json(401, denied); 9]).await;
    let client = client(&server, &key(), &clock());
    for _ in 0..9 {
        let error = list(&client).await.expect_err("not permitted");
        assert!(
            error.to_string().contains("the credentials were accepted"),
            "{error}"
        );
    }
}
