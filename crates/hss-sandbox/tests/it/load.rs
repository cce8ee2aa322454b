//! Many connections, slow ones, and large inventories.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use hss_sandbox::Sandbox;
use reqwest::StatusCode;

use crate::client::{Caller, images_path};
use crate::raw;

/// A thousand clients that keep their connections are all answered, though no more than 200 connections are open at
/// once: a process may have only so many files.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_connections_are_served_in_turn() {
    let caller = Arc::new(Caller::start(Sandbox::builder().images(20)).await);
    let addr = caller.sandbox.addr();
    let (path, token) = (images_path(), caller.token.clone());
    let clients: Vec<TcpStream> = tokio::task::spawn_blocking(move || {
        let request = format!(
            "GET {path}?image_type=private_image HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {token}\r\n\r\n"
        );
        let mut clients: Vec<_> = (0..1000).map(|_| raw::connect(addr)).collect();
        for client in &mut clients {
            client.write_all(request.as_bytes()).expect("it is sent");
        }
        for client in &mut clients {
            let mut start = [0; 15];
            client.read_exact(&mut start).expect("an answer");
            assert_eq!(&start, b"HTTP/1.1 200 OK");
        }
        clients
    })
    .await
    .expect("no panic");
    // All of them are still held, and somebody else gets an answer, too.
    assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
    drop(clients);
}

/// Clients that do not read what they asked for wait alone.
#[tokio::test]
async fn a_slow_client_does_not_hold_up_others() {
    let caller = Caller::start(Sandbox::builder().images(2000)).await;
    let request = format!(
        "GET {}?image_type=private_image&limit=200 HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {}\r\n\r\n",
        images_path(),
        caller.token
    );
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = raw::connect(caller.sandbox.addr());
            // So much that the answers fit in no buffer between the two.
            stream
                .write_all(request.repeat(20).as_bytes())
                .expect("it is sent");
            stream
        })
        .collect();
    // Checks on its way that all records are there.
    assert!(!caller.all("private_image", "has_vul=true").await.is_empty());
    drop(slow);
}

/// A page is found by its place in what the filter lets through; how fast is a matter for the benchmark.
#[tokio::test]
async fn the_last_page_of_many_is_right() {
    let caller = Caller::start(Sandbox::builder().images(20_000)).await;
    let first = caller
        .list("image_type=private_image&limit=10")
        .await
        .json();
    let total = first["total_num"].as_i64().expect("a total");
    let last = caller
        .list(&format!(
            "image_type=private_image&limit=10&offset={}",
            total - 3
        ))
        .await
        .json();
    let ids: Vec<_> = caller
        .sandbox
        .records()
        .await
        .iter()
        .filter(|record| record["image_type"] == "private_image")
        .map(|record| record["id"].clone())
        .collect();
    let listed = |page: &serde_json::Value| -> Vec<_> {
        let records = page["data_list"].as_array().expect("a list");
        records.iter().map(|record| record["id"].clone()).collect()
    };
    assert_eq!(listed(&first), ids[..10]);
    assert_eq!(listed(&last), ids[ids.len() - 3..]);
    let behind = caller
        .list(&format!("image_type=private_image&offset={total}"))
        .await;
    assert_eq!(behind.json()["total_num"], total);
    assert_eq!(listed(&behind.json()), Vec::<serde_json::Value>::new());
}
