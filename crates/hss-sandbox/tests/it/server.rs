//! Starting and stopping.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use hss_sandbox::{Error, Sandbox, account};
use reqwest::Method;
use serde_json::json;

use crate::client::{Caller, images_path, token_request};

/// How long a test waits for what should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn it_listens_on_a_free_port_of_loopback_unless_told_otherwise() {
    // Starting one is possible from any task.
    let one = tokio::spawn(Sandbox::builder().start())
        .await
        .expect("no panic")
        .expect("it starts");
    let two = Sandbox::builder().start().await.expect("it starts");
    assert!(one.addr().ip().is_loopback());
    assert_ne!(one.addr(), two.addr());
    assert_eq!(
        one.endpoint(),
        format!("http://127.0.0.1:{}", one.addr().port())
    );
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let caller = Caller::start(Sandbox::builder()).await;
    let addr = caller.sandbox.addr();
    let error = Sandbox::builder()
        .listen(addr)
        .start()
        .await
        .expect_err("the address is taken");
    assert!(matches!(error, Error::Listen { addr: named, .. } if named == addr));
    let message = error.to_string().replace(&addr.port().to_string(), "PORT");
    insta::assert_snapshot!(message, @"cannot listen on 127.0.0.1:PORT: Address already in use (os error 98); stop the program that uses the address or choose another, port 0 for any free one");
}

#[tokio::test]
async fn what_is_dropped_or_shut_down_frees_its_address() {
    let addr = Caller::start(Sandbox::builder()).await.sandbox.addr();
    // The caller is dropped here. The address is free as soon as the server has noticed.
    let deadline = Instant::now() + PATIENCE;
    loop {
        tokio::task::yield_now().await;
        assert!(Instant::now() < deadline, "the address is still taken");
        match Sandbox::builder().listen(addr).start().await {
            Ok(sandbox) => break sandbox.shutdown().await,
            Err(error) => assert!(matches!(error, Error::Listen { .. }), "{error}"),
        }
    }
    let again = Sandbox::builder()
        .listen(addr)
        .start()
        .await
        .expect("the address is free");
    assert_eq!(again.addr(), addr);
}

#[tokio::test]
async fn an_open_request_is_finished_before_the_end() {
    let caller = Caller::start(Sandbox::builder()).await;
    let addr = caller.sandbox.addr();
    let body = token_request(&json!({"project": {"id": account::PROJECT_ID}})).to_string();
    let (in_flight, wait) = tokio::sync::oneshot::channel();
    let (go_on, proceed) = std::sync::mpsc::channel::<()>();
    let request = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(addr).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let length = body.len();
        write!(
            stream,
            "POST /v3/auth/tokens HTTP/1.1\r\nHost: {addr}\r\nContent-Length: {length}\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n"
        )
        .expect("the head is sent");
        let mut interim = [0; 25];
        stream
            .read_exact(&mut interim)
            .expect("the sandbox waits for the body");
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        in_flight.send(()).expect("the test waits");
        proceed.recv().expect("the test goes on");
        stream.write_all(body.as_bytes()).expect("the body is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    });
    wait.await.expect("the request is under way");
    let stopping = tokio::spawn(caller.sandbox.shutdown());
    let deadline = Instant::now() + PATIENCE;
    while accepts(addr).await {
        assert!(
            Instant::now() < deadline,
            "the address still takes connections"
        );
        tokio::task::yield_now().await;
    }
    go_on.send(()).expect("the request waits");
    let answer = request.await.expect("no panic");
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    stopping.await.expect("no panic");
}

/// Whether the address still takes connections.
async fn accepts(addr: SocketAddr) -> bool {
    let outcome = tokio::task::spawn_blocking(move || TcpStream::connect(addr))
        .await
        .expect("no panic");
    !outcome.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let caller = Caller::start(Sandbox::builder()).await;
    let path = format!("{}?image_type=private_image", images_path());
    let (get, head) = (
        caller.get(&path).await,
        caller.send(caller.request(Method::HEAD, &path)).await,
    );
    assert_eq!((head.status, head.text.as_str()), (get.status, ""));
    assert_eq!(head.headers["content-length"], get.text.len().to_string());
}

#[tokio::test]
async fn many_requests_at_once_are_all_answered() {
    let caller = std::sync::Arc::new(Caller::start(Sandbox::builder()).await);
    let expected = caller.list("image_type=private_image&limit=200").await.text;
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let caller = caller.clone();
            tokio::spawn(
                async move { caller.list("image_type=private_image&limit=200").await.text },
            )
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.expect("no panic"), expected);
    }
}
