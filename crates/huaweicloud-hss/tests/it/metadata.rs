//! Temporary keys from the metadata service of a virtual machine.

use std::time::Duration;

use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::{Client, Credentials, ErrorKind, RetryPolicy};

use crate::client::{EMPTY, PROJECT_ID, clock, list};
use crate::server::{Received, Server, answer, json};

fn key(access: &str, expires_at: &str) -> Vec<u8> {
    json(
        200,
        &format!(
            r#"{{"credential":{{"access":"{access}","secret":"secret-that-nobody-may-see",
               "securitytoken":"token-that-nobody-may-see","expires_at":"{expires_at}"}}}}"#
        ),
    )
}

fn token() -> Vec<u8> {
    answer(200, "text/plain", "metadata-token-that-nobody-may-see\n")
}

fn client(metadata: &Server, hss: &Server, clock: &ManualClock) -> Client {
    hss.builder(Credentials::ecs_metadata_at(metadata.endpoint()))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::none())
        .clock(clock)
        .build()
        .expect("a client")
}

/// Which keys signed the requests.
fn signed_by(hss: &Server) -> Vec<String> {
    let received = hss.received();
    received
        .iter()
        .map(|request| {
            let value = request.header("authorization").expect("signed");
            let (_, rest) = value.split_once("Access=").expect("a key");
            rest.split(',').next().unwrap_or_default().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn the_key_of_the_machine_signs() {
    let metadata = Server::start([token(), key("FIRST", "2026-01-02T05:00:00.000000Z")]).await;
    let hss = Server::start(vec![json(200, EMPTY); 2]).await;
    let client = client(&metadata, &hss, &clock());
    list(&client).await.expect("a page");
    list(&client).await.expect("a page");
    assert_eq!(signed_by(&hss), ["FIRST", "FIRST"]);
    let signed = hss.received()[0].render();
    assert!(signed.contains("x-security-token: token-that"), "{signed}");
    let received = metadata.received();
    let asked: Vec<_> = received.iter().map(Received::render).collect();
    insta::assert_snapshot!(asked.join("\n"));
}

#[tokio::test]
async fn the_key_is_renewed_before_it_ends() {
    let metadata = Server::start([
        token(),
        key("FIRST", "2026-01-02T05:00:00.000000Z"),
        token(),
        key("SECOND", "2026-01-02T07:00:00.000000Z"),
    ])
    .await;
    let hss = Server::start(vec![json(200, EMPTY); 1_000]).await;
    let clock = clock();
    let client = client(&metadata, &hss, &clock);
    list(&client).await.expect("a page");
    clock.advance(Duration::from_secs(75 * 60));
    list(&client).await.expect("a page");
    assert_eq!(metadata.received().len(), 2);
    clock.advance(Duration::from_secs(60));
    // Nobody waits for the renewal: the first key is still valid.
    while signed_by(&hss).last().is_some_and(|key| key == "FIRST") {
        list(&client).await.expect("a page");
    }
    assert_eq!(metadata.received().len(), 4);
}

#[tokio::test]
async fn an_older_service_needs_no_token() {
    for status in [404, 405, 503] {
        // 503 may mean something else, so it is asked again before that.
        let mut answers = vec![json(status, ""); if status == 503 { 3 } else { 1 }];
        answers.push(key("FIRST", "2026-01-02T05:00:00Z"));
        let metadata = Server::start(answers).await;
        let hss = Server::start([json(200, EMPTY)]).await;
        list(&client(&metadata, &hss, &clock()))
            .await
            .expect("a page");
        let received = metadata.received();
        let last = received.last().expect("a request");
        assert_eq!(last.header("x-metadata-token"), None);
        assert!(last.line.starts_with("GET "));
    }
}

#[tokio::test]
async fn what_the_service_does_not_give_is_explained_without_a_secret() {
    let agency = "Please configure Cloud Service Agency first";
    let mut texts = String::new();
    for answers in [
        vec![token(), answer(401, "text/plain", agency)],
        vec![token(), json(404, "")],
        vec![json(403, "")],
        vec![
            token(),
            json(
                200,
                r#"{"credential":{"access":"a","secret":"secret-that-nobody-may-see"}}"#,
            ),
        ],
        vec![token(), key("FIRST", "secret-that-nobody-may-see")],
        vec![
            token(),
            answer(200, "text/html", "<html>secret-that-nobody-may-see"),
        ],
    ] {
        let metadata = Server::start(answers).await;
        let hss = Server::start([json(200, EMPTY)]).await;
        let error = list(&client(&metadata, &hss, &clock()))
            .await
            .expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.is_auth() && !error.is_retryable(), "{error:?}");
        assert!(!format!("{error:?}").contains("nobody-may-see"));
        assert!(hss.received().is_empty());
        texts += &format!("{error}\n");
    }
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn the_service_has_to_be_on_this_machine_or_next_to_it() {
    let build = |address: &str| {
        Client::builder()
            .region("my-kualalumpur-1")
            .project_id(PROJECT_ID)
            .credentials(Credentials::ecs_metadata_at(address))
            .build()
    };
    for near in [
        "http://169.254.169.254",
        "http://127.0.0.1:1",
        "http://[fe80::a9fe:a9fe]",
    ] {
        assert!(build(near).is_ok(), "{near}");
    }
    for far in ["http://192.0.2.1", "http://metadata.example"] {
        let error = build(far).expect_err(far);
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}
