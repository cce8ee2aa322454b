//! What is no request, too large, or meant to do harm: a documented error, and never a hang.

use std::io::Write as _;

use hss_sandbox::{Sandbox, account};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Caller, images_path};
use crate::raw::{self, Raw};

/// Status line, code and message of an answer of the gateway. Checks that it is complete.
fn refusal(answer: &Raw) -> String {
    let (head, body) = answer.parts();
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {head}"))
            .trim()
            .to_owned()
    };
    assert_eq!(field("content-type:"), "application/json");
    assert_eq!(field("content-length:"), body.len().to_string());
    let body: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(body["request_id"], field("x-request-id:"));
    format!(
        "{} | {} {}",
        head.lines().next().unwrap_or_default(),
        body["error_code"].as_str().unwrap_or_default(),
        body["error_msg"].as_str().unwrap_or_default()
    )
}

#[tokio::test]
async fn what_is_not_http_gets_a_documented_error() {
    let sandbox = Sandbox::builder()
        .images(3)
        .start()
        .await
        .expect("it starts");
    let send = async |request: String| refusal(&raw::exchange(sandbox.addr(), request).await);
    let mut answers = Vec::new();
    for request in [
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET /\u{1}x HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n",
    ] {
        answers.push(format!("{request:?}\n  {}", send(request.to_owned()).await));
    }
    let many: String = (0..600).map(|n| format!("x-{n}: 1\r\n")).collect();
    answers.push(format!(
        "600 headers\n  {}",
        send(format!("GET / HTTP/1.1\r\n{many}\r\n")).await
    ));
    let endless = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(600 * 1024));
    answers.push(format!("a head of 600 KiB\n  {}", send(endless).await));
    insta::assert_snapshot!(answers.join("\n"));
}

#[tokio::test]
async fn what_is_too_large_gets_a_documented_error() {
    let caller = Caller::start(Sandbox::builder().images(3)).await;
    let get = || {
        caller.request(
            Method::GET,
            &format!("{}?image_type=private_image", images_path()),
        )
    };
    let large = caller
        .send(get().header("x-large", "y".repeat(65 * 1024)))
        .await;
    assert_eq!(large.error(), "494 APIGW.0201 Request headers too large.");
    let long = caller
        .list(&format!(
            "image_type=private_image&x={}",
            "y".repeat(33 * 1024)
        ))
        .await;
    assert_eq!(long.error(), "414 APIGW.0201 Request URI too large.");

    // The body is refused by its announced length; nothing of it has to be sent.
    let head = format!(
        "POST /v5/{}/image/synchronize HTTP/1.1\r\nHost: a\r\nContent-Length: 13000000\r\n\r\n",
        account::PROJECT_ID
    );
    let answer = raw::exchange(caller.sandbox.addr(), head).await;
    assert!(
        refusal(&answer).contains("413 payload too large | APIGW.0201"),
        "{answer:?}"
    );
    assert_eq!(caller.send(get()).await.status, StatusCode::OK);
}

/// Every text of a caller is bound or compared, never put together with SQL, a path or a header.
#[tokio::test]
async fn nothing_is_injected() {
    let caller = Caller::start(Sandbox::builder().images(60)).await;
    let before = caller.everything().await;
    for attack in [
        "' OR '1'='1",
        "'; DROP TABLE image; --",
        "\" OR 1=1 --",
        "x' UNION SELECT record FROM image --",
        "%",
        "_",
        "*",
        "../../etc/passwd",
        "a\r\nX-Injected: 1",
        "\0",
    ] {
        for name in [
            "namespace",
            "image_name",
            "image_version",
            "instance_name",
            "instance_id",
            "enterprise_project_id",
        ] {
            let value = utf8_percent_encode(attack, NON_ALPHANUMERIC);
            let answer = caller
                .list(&format!("image_type=private_image&{name}={value}"))
                .await;
            assert_eq!(
                answer.status,
                StatusCode::OK,
                "{name}={attack:?}: {answer:?}"
            );
            assert_eq!(answer.json()["total_num"], 0, "{name}={attack:?}");
            assert!(!answer.headers.contains_key("x-injected"));
        }
    }
    for path in [
        "/../../etc/passwd",
        "/v5/..%2F..%2Fetc/image/swr-repository?image_type=private_image",
        "/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let answer = caller.get(path).await;
        assert!(
            matches!(answer.status.as_u16(), 403 | 404),
            "{path}: {answer:?}"
        );
    }
    let answer = caller
        .synchronize(&json!({"image_type": "private_image'; DROP TABLE image; --"}))
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(caller.everything().await, before);
}

/// Two requests in one piece, the second hidden in the body of the first, are what their lengths say.
#[tokio::test]
async fn a_body_is_not_taken_for_a_request() {
    let sandbox = Sandbox::builder()
        .images(3)
        .start()
        .await
        .expect("it starts");
    let hidden = "GET /v5/hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let request = format!(
        "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{hidden}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        hidden.len()
    );
    let answer = raw::exchange(sandbox.addr(), request).await;
    assert_eq!(
        answer.text().matches("HTTP/1.1 404").count(),
        2,
        "{answer:?}"
    );

    let both = format!(
        "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
    );
    let answer = raw::exchange(sandbox.addr(), both).await;
    // Chunked wins over the length, and the connection is not used again or the rest is a request of its own.
    assert!(answer.text().starts_with("HTTP/1.1 4"), "{answer:?}");
}

/// A sandbox with half a request in its ears goes on serving others, and stops when it is told to.
#[tokio::test]
async fn half_a_request_holds_nobody_up() {
    let caller = Caller::start(Sandbox::builder().images(3)).await;
    let addr = caller.sandbox.addr();
    let mut halves: Vec<_> = (0..20).map(|_| raw::connect(addr)).collect();
    for half in &mut halves {
        half.write_all(b"GET / HTTP/1.1\r\nHo").expect("it is sent");
    }
    assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
    caller.sandbox.shutdown().await;
}
