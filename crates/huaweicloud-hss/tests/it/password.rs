//! Tokens for a user name and a password.

use std::time::Duration;

use futures::future::join_all;
use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::{Client, ClientBuilder, Credentials, Error, ErrorKind, RetryPolicy};

use crate::client::{EMPTY, PROJECT_ID, clock, list};
use crate::server::{Server, json, json_with};

const PASSWORD: &str = "password-that-nobody-may-see";
const EXPIRED: &str = r#"{"error_msg":"The token must be updated","error_code":"APIGW.0307"}"#;
const HOUR: Duration = Duration::from_secs(3_600);

fn builder(server: &Server, clock: &ManualClock) -> ClientBuilder {
    server
        .builder(Credentials::password("sandbox", "user", PASSWORD))
        .clock(clock)
}

/// An answer of IAM. By its clock it is another day, which must not matter.
fn token(token: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"token":{{"methods":["password"],"issued_at":"2025-12-24T00:00:00.000000Z",
           "expires_at":"2025-12-25T00:00:00.000000Z","project":{{"id":"{PROJECT_ID}","name":"my-kualalumpur-1"}}}}}}"#
    );
    json_with(201, ("X-Subject-Token", token), &body)
}

/// The requests as method and token.
fn summary(server: &Server) -> Vec<String> {
    let received = server.received();
    received
        .iter()
        .map(|request| {
            let method = request.line.split(' ').next().unwrap_or_default();
            let token = request.header("x-auth-token").unwrap_or("-");
            format!("{method} {token}")
        })
        .collect()
}

#[tokio::test]
async fn the_token_tells_the_project_and_is_kept() {
    let server = Server::start([token("first"), json(200, EMPTY), json(200, EMPTY)]).await;
    let client = builder(&server, &clock())
        .connect()
        .await
        .expect("a client");
    assert_eq!(client.project_id(), PROJECT_ID);
    list(&client).await.expect("a page");
    list(&client.clone()).await.expect("a page");
    assert_eq!(summary(&server), ["POST -", "GET first", "GET first"]);
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn the_token_is_for_the_project_that_is_named() {
    let scope = async |prepare: fn(ClientBuilder) -> ClientBuilder| {
        let server = Server::start([token("first"), json(200, EMPTY)]).await;
        let client = prepare(builder(&server, &clock())).connect().await;
        list(&client.expect("a client")).await.expect("a page");
        let body = &server.received()[0].body;
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        body["auth"]["scope"].to_string()
    };
    assert_eq!(
        scope(|builder| builder).await,
        r#"{"project":{"name":"my-kualalumpur-1"}}"#
    );
    assert_eq!(
        scope(|builder| builder.project_name("my-kualalumpur-1_team")).await,
        r#"{"project":{"name":"my-kualalumpur-1_team"}}"#
    );
    assert_eq!(
        scope(|builder| builder.project_id("0123")).await,
        r#"{"project":{"id":"0123"}}"#
    );
}

#[tokio::test]
async fn one_token_is_asked_for_however_many_wait() {
    let mut answers = vec![token("first")];
    answers.resize(21, json(200, EMPTY));
    let server = Server::start(answers).await;
    let client = builder(&server, &clock())
        .project_id(PROJECT_ID)
        .build()
        .expect("a client");
    let pages = join_all((0..20).map(|_| list(&client))).await;
    assert!(pages.iter().all(Result::is_ok));
    let asked = summary(&server);
    assert_eq!(
        asked.iter().filter(|request| *request == "POST -").count(),
        1
    );
    assert_eq!(asked[0], "POST -");
}

#[tokio::test]
async fn a_failure_is_one_failure_for_all_that_wait() {
    let denied = json(
        401,
        r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#,
    );
    let server = Server::start(vec![denied; 20]).await;
    let client = builder(&server, &clock())
        .project_id(PROJECT_ID)
        .build()
        .expect("a client");
    let results = join_all((0..20).map(|_| list(&client))).await;
    let errors: Vec<Error> = results.into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 20);
    assert!(errors.iter().all(Error::is_auth));
    assert_eq!(summary(&server), ["POST -"]);
    let text = errors[7].to_string().replace(server.endpoint(), "URL");
    insta::assert_snapshot!(text, @"KeystoneCreateUserTokenByPassword at URL: 401 Unauthorized, 401: The username or password is wrong; check the credentials (with password set by the program, request id id-of-the-call)");
}

/// IAM and HSS apart: IAM answers as scripted, and HSS with an empty page each time.
async fn apart(iam: Vec<Vec<u8>>, clock: &ManualClock) -> (Server, Server, Client) {
    let iam = Server::start(iam).await;
    let hss = Server::start(vec![json(200, EMPTY); 1_000]).await;
    let client = builder(&hss, clock)
        .iam_endpoint(iam.endpoint())
        .retry(RetryPolicy::none())
        .connect()
        .await
        .expect("a client");
    (iam, hss, client)
}

/// The tokens of the requests, each as often as it followed another.
fn tokens(server: &Server) -> Vec<String> {
    let mut tokens = summary(server);
    tokens.dedup();
    tokens
}

#[tokio::test]
async fn the_token_is_renewed_before_it_ends() {
    let clock = clock();
    let (iam, hss, client) = apart(vec![token("first"), token("second")], &clock).await;
    list(&client).await.expect("a page");
    clock.advance(23 * HOUR);
    list(&client).await.expect("a page");
    assert_eq!(iam.received().len(), 1);
    clock.advance(HOUR / 2);
    // Nobody waits for the renewal: the first token is still valid.
    while tokens(&hss) == ["GET first"] {
        list(&client).await.expect("a page");
    }
    assert_eq!(tokens(&hss), ["GET first", "GET second"]);
    assert_eq!(iam.received().len(), 2);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_serves_to_its_end() {
    let clock = clock();
    let failures = vec![token("first"), json(503, ""), json(503, "")];
    let (iam, hss, client) = apart(failures, &clock).await;
    clock.advance(24 * HOUR - Duration::from_secs(100));
    while iam.received().len() < 2 {
        list(&client).await.expect("a page");
    }
    // IAM is not asked again on each request.
    for _ in 0..10 {
        list(&client).await.expect("a page");
    }
    assert_eq!(iam.received().len(), 2);
    assert_eq!(tokens(&hss), ["GET first"]);
    clock.advance(Duration::from_secs(100));
    let error = list(&client).await.expect_err("the token has ended");
    assert_eq!(error.operation(), Some("KeystoneCreateUserTokenByPassword"));
    assert_eq!(error.status(), Some(503));
    assert_eq!(error.attempts(), 1);
    assert!(error.is_retryable() && !error.is_auth());
    assert_eq!(iam.received().len(), 3);
}

#[tokio::test]
async fn a_wrong_password_is_not_sent_again_and_again() {
    let denied = json(
        401,
        r#"{"error":{"code":401,"message":"The username or password is wrong.","title":"Unauthorized"}}"#,
    );
    let mut answers = vec![denied];
    answers.push(token("first"));
    answers.push(json(200, EMPTY));
    let server = Server::start(answers).await;
    let clock = clock();
    let client = builder(&server, &clock).project_id(PROJECT_ID).build();
    let client = client.expect("a client");
    let first = list(&client).await.expect_err("wrong");
    assert_eq!((first.status(), first.attempts()), (Some(401), 1));
    let other = client.for_project("0123").expect("a client");
    for client in [&client, &other].into_iter().cycle().take(9) {
        let error = list(client).await.expect_err("wrong");
        assert!(error.is_auth() && !error.is_retryable());
        assert_eq!((error.status(), error.attempts()), (Some(401), 0));
        assert!(error.retry_after() > Some(Duration::from_secs(800)));
        assert!(error.to_string().contains("IAM locks a user"), "{error}");
    }
    assert_eq!(summary(&server), ["POST -"]);
    clock.advance(Duration::from_secs(900));
    list(&client).await.expect("a page");
}

#[tokio::test]
async fn a_token_that_the_service_refuses_is_renewed_once() {
    let server = Server::start([
        token("first"),
        json(401, EXPIRED),
        token("second"),
        json(200, EMPTY),
        json(401, EXPIRED),
        token("third"),
        json(401, EXPIRED),
    ])
    .await;
    let clock = clock();
    let client = builder(&server, &clock).connect().await.expect("a client");
    list(&client).await.expect("a page");
    let error = list(&client).await.expect_err("refused twice");
    assert_eq!(error.error_code(), Some("APIGW.0307"));
    assert_eq!(error.attempts(), 2);
    assert_eq!(
        summary(&server),
        [
            "POST -",
            "GET first",
            "POST -",
            "GET second",
            "GET second",
            "POST -",
            "GET third"
        ]
    );
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn one_token_replaces_the_one_that_many_calls_were_refused_with() {
    let mut answers = vec![token("first")];
    answers.resize(6, json(401, EXPIRED));
    answers.push(token("second"));
    answers.resize(12, json(200, EMPTY));
    let server = Server::start(answers).await;
    let client = builder(&server, &clock())
        .connect()
        .await
        .expect("a client");
    let pages = join_all((0..5).map(|_| list(&client))).await;
    assert!(pages.iter().all(Result::is_ok), "{pages:?}");
    let posts = summary(&server);
    assert_eq!(
        posts.iter().filter(|request| *request == "POST -").count(),
        2
    );
}

#[tokio::test]
async fn a_token_that_was_given_is_not_renewed() {
    let server = Server::start([json(401, EXPIRED), json(200, EMPTY)]).await;
    let error = list(&server.client()).await.expect_err("refused");
    assert_eq!(error.status(), Some(401));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn another_project_has_a_token_of_its_own() {
    let server = Server::start([
        token("first"),
        json(200, EMPTY),
        token("second"),
        json(200, EMPTY),
    ])
    .await;
    let client = builder(&server, &clock())
        .connect()
        .await
        .expect("a client");
    list(&client).await.expect("a page");
    let other = client.for_project("0123").expect("a client");
    assert_eq!(other.project_id(), "0123");
    list(&other).await.expect("a page");
    assert_eq!(
        summary(&server),
        ["POST -", "GET first", "POST -", "GET second"]
    );
    assert!(server.received()[2].body.contains(r#"{"id":"0123"}"#));
    assert!(server.received()[3].line.starts_with("GET /v5/0123/"));
}

#[tokio::test]
async fn an_answer_without_a_token_is_explained() {
    let without = json(201, r#"{"token":{}}"#);
    let elsewhere = json_with(
        201,
        ("X-Subject-Token", "t"),
        r#"{"token":{"domain":{"id":"1"}}}"#,
    );
    let mut texts = String::new();
    for answer in [without, elsewhere] {
        let server = Server::start([answer]).await;
        let error = builder(&server, &clock())
            .connect()
            .await
            .expect_err("no use");
        texts += &format!("{error}\n").replace(server.endpoint(), "URL");
    }
    let error = Client::builder()
        .endpoint("http://127.0.0.1:1")
        .credentials(Credentials::password("a", "b", PASSWORD))
        .connect()
        .await
        .expect_err("no project");
    assert_eq!(error.kind(), ErrorKind::Project);
    texts += &error.to_string();
    insta::assert_snapshot!(texts, @r"
    KeystoneCreateUserTokenByPassword at URL: unusable response (status 201): the header X-Subject-Token is missing (request id id-of-the-call)
    the token that IAM issued is for no project: set the project id
    no project for the token: set the region, the project name or the project id
    ");
}
