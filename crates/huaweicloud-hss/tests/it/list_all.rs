//! Many listings in one stream.

use std::collections::{BTreeMap, HashMap};

use futures::StreamExt;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Error, ErrorKind, ListAll, RetryPolicy, list_all};

use crate::inventory_server::{Fault, InventoryServer, Script};

fn client(server: &InventoryServer, region: &str) -> Client {
    server.client_in(region, RetryPolicy::none())
}

/// The ids of each listing, and the errors.
async fn drain(all: ListAll<'_>) -> (BTreeMap<String, Vec<i64>>, Vec<String>) {
    let mut images = all.items();
    let (mut ids, mut errors) = (BTreeMap::<String, Vec<i64>>::new(), Vec::new());
    while let Some(image) = images.next().await {
        match image {
            Ok(image) => {
                let listing = ids.entry(image.origin.to_string()).or_default();
                listing.push(image.id.expect("an id"));
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    assert!(images.next().await.is_none());
    (ids, errors)
}

#[tokio::test]
async fn every_type_of_every_project_is_listed_in_its_order() {
    let servers = [
        InventoryServer::start(Script::with(45)).await,
        InventoryServer::start(Script::with(3)).await,
    ];
    let clients = [
        client(&servers[0], "my-kualalumpur-1"),
        client(&servers[1], "cn-north-4"),
    ];
    let all = list_all(&clients)
        .filter(|request| request.limit(10))
        .filter(|request| request.has_vul(true).image_type("set_afterwards"));
    let (ids, errors) = drain(all).await;
    assert_eq!(errors, [""; 0]);
    assert_eq!(ids.len(), 2 * ImageType::KNOWN.len());
    for (origin, ids) in &ids {
        let end = if origin.starts_with("cn-north-4/") {
            3
        } else {
            45
        };
        assert_eq!(*ids, (0..end).collect::<Vec<_>>(), "{origin}");
    }
    insta::assert_debug_snapshot!(ids.keys().collect::<Vec<_>>());
    for server in servers {
        let lines = server.record().lines.clone();
        assert!(lines.iter().all(|line| line.contains("has_vul=true")));
    }
}

#[tokio::test]
async fn a_listing_that_fails_leaves_the_others_alone() {
    let script = Script {
        faults: (2..99).map(|n| (n, Fault::Status(403))).collect(),
        ..Script::with(45)
    };
    let servers = [
        InventoryServer::start(script).await,
        InventoryServer::start(Script::with(45)).await,
    ];
    let clients = [
        client(&servers[0], "cn-north-4"),
        client(&servers[1], "my-kualalumpur-1"),
    ];
    let mut images = list_all(&clients)
        .image_types([ImageType::LocalImage])
        .filter(|request| request.limit(10))
        .page_concurrency(1)
        .items_json();
    let (mut of_the_other, mut failed) = (0, None);
    while let Some(image) = images.next().await {
        match image {
            Ok(image) if image.origin.region.as_deref() == Some("cn-north-4") => {
                assert!(failed.is_none());
            }
            Ok(image) => {
                let json = serde_json::to_value(&image).expect("JSON");
                assert_eq!(
                    json["origin"]["image_type"],
                    image.origin.image_type.as_str()
                );
                let value = json["value"].to_string();
                assert_eq!(value, image.value.get());
                of_the_other += 1;
            }
            Err(error) => failed = Some(error),
        }
    }
    assert_eq!(of_the_other, 45);
    let failed = failed.expect("an error");
    insta::assert_snapshot!(failed.to_string());
    // Whoever prints the causes as well says the listing once.
    let mut report = failed.to_string();
    let mut cause = std::error::Error::source(&failed);
    while let Some(error) = cause {
        report += &format!(": {error}");
        cause = error.source();
    }
    assert_eq!(
        report.matches(&failed.origin.to_string()).count(),
        1,
        "{report}"
    );
    let origin = serde_json::to_string(&*failed.origin).expect("JSON");
    assert_eq!(
        origin,
        r#"{"region":"cn-north-4","project_id":"0123456789abcdef0123456789abcdef","image_type":"local_image"}"#
    );
    assert_eq!(failed.status(), Some(403));
    assert_eq!(Error::from(failed).kind(), ErrorKind::Service);

    let summaries = images.summaries();
    assert_eq!(summaries.len(), 2);
    for (origin, summary) in summaries {
        let fine = origin.region.as_deref() == Some("my-kualalumpur-1");
        assert_eq!(summary.stable, fine);
        assert_eq!(summary.yielded, if fine { 45 } else { 19 });
    }
}

#[tokio::test]
async fn as_many_listings_are_read_at_once_as_may_be() {
    for concurrency in [1, 3] {
        // The listings have a page each, and the answers to each group are held until all of it have come.
        let holds: HashMap<_, _> = (0..6)
            .map(|n| (n, n / concurrency * concurrency + concurrency - 1))
            .collect();
        let script = Script {
            holds,
            ..Script::with(5)
        };
        let server = InventoryServer::start(script).await;
        let client = client(&server, "my-kualalumpur-1");
        let all = list_all([&client, &client, &client])
            .image_types([ImageType::PrivateImage, ImageType::SharedImage])
            .concurrency(concurrency);
        let (ids, errors) = drain(all).await;
        assert_eq!(errors, [""; 0]);
        assert_eq!(ids.values().map(Vec::len).sum::<usize>(), 30);
        assert_eq!(server.record().most_at_once, concurrency);
    }
}

#[tokio::test]
async fn nobody_has_nothing() {
    assert_eq!(drain(list_all([])).await, Default::default());
    fn check<T: Send + Unpin>(_: &T) {}
    check(&list_all([]).items());
}
