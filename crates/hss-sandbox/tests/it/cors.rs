//! What a page in a browser may do.

use hss_sandbox::{CorsOrigin, Sandbox, SandboxBuilder, account};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::client::{Answer, Caller, images_path, token_request};

const PAGE: &str = "https://docs.example";

fn open_to(origin: &str) -> SandboxBuilder {
    let origin: CorsOrigin = origin.parse().expect("an origin");
    Sandbox::builder().cors(origin)
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer
        .headers
        .get(name)
        .map(|value| value.to_str().expect("ASCII"))
}

/// What a browser asks before it sends a token.
async fn preflight(caller: &Caller, origin: &str) -> (StatusCode, Option<String>, Option<String>) {
    let url = caller.url(&images_path());
    let answer = caller
        .http
        .request(Method::OPTIONS, url)
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "x-auth-token,region")
        .send()
        .await
        .expect("an answer");
    let header = |name: &str| {
        let value = answer.headers().get(name);
        value.map(|value| value.to_str().expect("ASCII").to_owned())
    };
    (
        answer.status(),
        header("access-control-allow-origin"),
        header("access-control-allow-headers"),
    )
}

#[tokio::test]
async fn a_page_gets_a_token_and_a_listing_and_reads_errors() {
    let caller = Caller::start(open_to(PAGE)).await;
    assert_eq!(
        preflight(&caller, PAGE).await,
        (
            StatusCode::OK,
            Some(PAGE.to_owned()),
            Some("x-auth-token,region".to_owned())
        )
    );
    let scope = json!({"project": {"name": account::REGION}});
    let request = caller
        .request(Method::POST, "/v3/auth/tokens")
        .header("Origin", PAGE)
        .json(&token_request(&scope));
    let token = caller.send(request).await;
    assert_eq!(token.status, StatusCode::CREATED);
    assert_eq!(header(&token, "access-control-allow-origin"), Some(PAGE));
    let exposed = header(&token, "access-control-expose-headers").expect("some are exposed");
    assert!(exposed.contains("x-subject-token"), "{exposed}");
    // An error is read like any other answer.
    let request = caller
        .request(Method::GET, "/nowhere")
        .header("Origin", PAGE);
    let error = caller.send(request).await;
    assert_eq!(error.status, StatusCode::NOT_FOUND);
    assert_eq!(header(&error, "access-control-allow-origin"), Some(PAGE));
}

#[tokio::test]
async fn other_pages_read_nothing() {
    let caller = Caller::start(open_to(PAGE)).await;
    let (_, allowed, _) = preflight(&caller, "https://other.example").await;
    assert_eq!(allowed, None);
    let every = Caller::start(open_to("*")).await;
    let (_, allowed, _) = preflight(&every, "https://other.example").await;
    assert_eq!(allowed.as_deref(), Some("*"));
}

#[tokio::test]
async fn unless_it_is_asked_for_no_page_reads_anything() {
    let caller = Caller::start(Sandbox::builder()).await;
    let (status, allowed, _) = preflight(&caller, PAGE).await;
    assert_eq!((status, allowed), (StatusCode::NOT_FOUND, None));
    let request = caller
        .request(Method::GET, &images_path())
        .header("Origin", PAGE);
    let answer = caller.send(request).await;
    assert_eq!(header(&answer, "access-control-allow-origin"), None);
}
