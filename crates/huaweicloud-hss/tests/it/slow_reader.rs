//! Time in which nobody reads does not count.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use huaweicloud_hss::blocking::Blocking;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials, list_all};
use tokio::time::{advance, pause, resume};

use crate::client::{PROJECT_ID, TOKEN};
use crate::inventory_server::{InventoryServer, Script};

/// 40 pages of 10 records and one of 4.
const RECORDS: usize = 9 * 40 + 4;

/// The answers from the second page on are held until eight requests are waiting, so that they are under way while a
/// page is read.
fn held() -> Script {
    let holds = (1..=40).map(|n| (n, ((n - 1) / 8 * 8 + 8).min(40)));
    Script {
        holds: holds.collect::<HashMap<_, _>>(),
        ..Script::with(RECORDS)
    }
}

/// A client with the time limits that it has by default, and the clock of this machine.
fn client(server: &InventoryServer) -> Client {
    Client::builder()
        .endpoint(server.endpoint())
        .credentials(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .build()
        .expect("a client")
}

/// The clock of the runtime goes on by an hour, in which the runtime does nothing: as if the reader kept its thread.
async fn an_hour() {
    pause();
    advance(Duration::from_secs(3_600)).await;
    resume();
}

#[tokio::test]
async fn a_stream_waits_for_its_reader() {
    let server = InventoryServer::start(held()).await;
    let client = client(&server);
    server.open(&client).await;
    let request = client
        .list_swr_image_repository()
        .image_type("private_image");
    let mut images = request.limit(10).items();
    let mut found = 0;
    while images.try_next().await.expect("a record").is_some() {
        found += 1;
        if found % 9 == 0 {
            an_hour().await;
        }
    }
    assert_eq!(found, RECORDS);
    assert_eq!((server.offsets().len(), client.calls().sent), (41, 47));
}

#[tokio::test]
async fn many_listings_wait_for_their_reader() {
    let server = InventoryServer::start(held()).await;
    let client = client(&server);
    server.open(&client).await;
    let mut images = list_all([&client])
        .image_types([ImageType::PrivateImage])
        .filter(|request| request.limit(10))
        .items();
    let mut found = 0;
    while let Some(image) = images.next().await {
        image.expect("a record");
        found += 1;
        if found % 9 == 0 {
            an_hour().await;
        }
    }
    assert_eq!(found, RECORDS);
}

/// While a thread works on a record, the answers to what is under way are read, without that thread.
#[test]
fn a_blocking_listing_goes_on_while_its_thread_is_busy() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    // More than the system keeps for a connection.
    let script = Script {
        padding: 16 << 20,
        ..Script::with(40)
    };
    let server = runtime.block_on(InventoryServer::start(script));
    let blocking = Blocking::new().expect("a runtime");
    let client = client(&server);
    blocking.wait(server.open(&client));
    let request = client
        .list_swr_image_repository()
        .image_type("private_image");
    let mut images = blocking.iter(request.limit(10).items());
    let begun: Vec<_> = images.by_ref().take(11).collect();
    assert!(begun.iter().all(Result::is_ok));
    // All five pages were asked for, and this thread only looks on.
    let patience = Instant::now() + Duration::from_secs(30);
    while server.written() < 5 {
        assert!(Instant::now() < patience, "nothing goes on");
        std::thread::yield_now();
    }
    let rest: Vec<_> = images.collect::<Result<_, _>>().expect("records");
    assert_eq!(begun.len() + rest.len(), 40);
}
