//! Proxies, certificates, and what may be spoken to.

use huaweicloud_hss::{Client, Credentials, ErrorKind};

use crate::client::{EMPTY, PROJECT_ID, TOKEN, list};
use crate::server::{Server, answer, json};

#[tokio::test]
async fn an_explicit_proxy_is_used() {
    let proxy = Server::start([json(200, EMPTY)]).await;
    let address = proxy
        .endpoint()
        .replace("http://", "http://user:proxy-password@");
    let client = Client::builder()
        .endpoint("http://hss.example")
        .allow_plain_http(true)
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .proxy(address)
        .build()
        .expect("a client");
    list(&client).await.expect("a page");
    let received = &proxy.received()[0];
    assert!(
        received.line.starts_with("GET http://hss.example/v5/"),
        "{}",
        received.line
    );
    assert!(received.header("proxy-authorization").is_some());
}

#[tokio::test]
async fn nothing_but_the_name_of_the_server_goes_to_a_proxy_for_https() {
    let proxy = Server::start([answer(403, "text/html", "no")]).await;
    let address = proxy
        .endpoint()
        .replace("http://", "http://user:proxy-password@");
    let client = Client::builder()
        .endpoint("https://hss.example")
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .retry(huaweicloud_hss::RetryPolicy::none())
        .proxy(address)
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("no tunnel");
    assert_eq!(error.kind(), ErrorKind::Connection);
    let text = format!("{error} {error:?} {client:?}");
    assert!(!text.contains("proxy-password"), "{text}");
    let received = &proxy.received()[0];
    assert_eq!(received.line, "CONNECT hss.example:443 HTTP/1.1");
    assert_eq!(received.header("x-auth-token"), None);
}

#[test]
fn what_cannot_be_used_is_said_without_a_secret() {
    let builder = || {
        Client::builder()
            .region("my-kualalumpur-1")
            .project_id(PROJECT_ID)
            .credentials(Credentials::token(TOKEN))
    };
    let errors = [
        builder().proxy("http://user:proxy-password@").build(),
        builder().root_certificates("no certificate").build(),
        builder().endpoint("http://hss.example").build(),
        builder().user_agent("line\nbreak").build(),
    ]
    .map(|result| result.expect_err("unusable"));
    let mut texts = String::new();
    for error in errors {
        texts += &format!("{:?}: {error}\n", error.kind());
    }
    assert!(!texts.contains("proxy-password"));
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn what_a_server_sends_is_shown_in_bounds_and_without_its_tricks() {
    let id = "x".repeat(60_000);
    let kind = format!("text/{}", "y".repeat(60_000));
    let text = format!("<h1>denied</h1>\x1b[2J\u{202e}{}", "z".repeat(60_000));
    let headers = [
        ("x-request-id", id.as_str()),
        ("content-type", kind.as_str()),
    ];
    let server = Server::start([
        crate::server::with_headers(418, &headers, text.as_bytes()),
        crate::server::with_headers(200, &headers, text.as_bytes()),
        crate::server::with_headers(
            502,
            &[("content-type", "text/html")],
            b"<title>Error</title>The backend server is unreachable.",
        ),
        answer(
            403,
            "text/plain",
            &format!("your token {TOKEN} is not accepted"),
        ),
    ])
    .await;
    let client = server.client();
    for _ in 0..2 {
        let error = list(&client).await.expect_err("no page");
        let shown = error.to_string();
        assert!(shown.chars().count() < 800, "{}", shown.len());
        assert!(!shown.contains(['\x1b', '\u{202e}']), "{shown}");
        assert!(error.request_id().is_some_and(|id| id.len() < 140));
    }
    let error = list(&client).await.expect_err("no page");
    insta::assert_snapshot!(error.to_string(), @r#"ListSwrImageRepository: 502 Bad Gateway: "Error The backend server is unreachable." (text/html, 54 bytes); try again later (request id id-of-the-call)"#);
    // A server that says a secret back is not quoted.
    let error = list(&client).await.expect_err("no page");
    assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    assert_eq!(error.status(), Some(403));
}

#[tokio::test]
async fn the_program_can_name_itself() {
    let server = Server::start([json(200, EMPTY)]).await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .user_agent("inventory/1.4")
        .build()
        .expect("a client");
    list(&client).await.expect("a page");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        server.received()[0].header("user-agent"),
        Some(format!("inventory/1.4 huaweicloud-hss/{version}").as_str())
    );
}

#[cfg(feature = "rustls")]
mod tls {
    use super::*;
    use crate::cloud::Cloud;

    #[tokio::test]
    async fn a_token_of_thirty_kilobytes_arrives() {
        let cloud = Cloud::start(&["localhost"], [json(200, EMPTY)]).await;
        let token = "t".repeat(30_000);
        let client = Client::builder()
            .endpoint(format!("https://localhost:{}", cloud.address.port()))
            .project_id(PROJECT_ID)
            .credentials(Credentials::token(&token))
            .root_certificates(&*cloud.authority)
            .build()
            .expect("a client");
        list(&client).await.expect("a page");
        assert_eq!(
            cloud.received()[0].header("x-auth-token"),
            Some(token.as_str())
        );
    }

    #[tokio::test]
    async fn a_private_authority_has_to_be_trusted_first() {
        let cloud = Cloud::start(&["localhost"], [json(200, EMPTY)]).await;
        let builder = Client::builder()
            .endpoint(format!("https://localhost:{}", cloud.address.port()))
            .project_id(PROJECT_ID)
            .credentials(Credentials::token(TOKEN));
        let trusting = builder.clone().root_certificates(&*cloud.authority).build();
        list(&trusting.expect("a client")).await.expect("a page");

        let error = list(&builder.build().expect("a client"))
            .await
            .expect_err("not trusted");
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.is_certificate() && error.is_connection() && !error.is_retryable());
        // Another attempt would meet the same certificate.
        assert_eq!(error.attempts(), 1);
        let text = error
            .to_string()
            .replace(&cloud.address.port().to_string(), "PORT");
        insta::assert_snapshot!(text, @"ListSwrImageRepository: the certificate of https://localhost:PORT is not trusted: invalid peer certificate: UnknownIssuer; if the server, or a proxy on the way, has a certificate of an authority of your own, give that authority's certificate to the client (or name its file in SSL_CERT_FILE)");
    }
}
