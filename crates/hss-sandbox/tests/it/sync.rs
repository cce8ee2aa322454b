//! Synchronizing really changes the inventory.

use std::time::{Duration, SystemTime};

use hss_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};

use crate::client::{Caller, IMAGE_TYPES};

const NOW: i64 = 1_800_000_000_000;

async fn start() -> Caller {
    let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(NOW.unsigned_abs()));
    Caller::start(Sandbox::builder().clock(clock)).await
}

async fn synchronize(caller: &Caller, image_type: &str) {
    let answer = caller.synchronize(&json!({"image_type": image_type})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"error_code": 0, "error_description": "success"})
    );
}

fn same_image(a: &Value, b: &Value) -> bool {
    ["image_type", "namespace", "image_name", "instance_id"]
        .iter()
        .all(|name| a[name] == b[name])
}

#[tokio::test]
async fn new_versions_turn_up_and_are_the_latest() {
    for image_type in ["private_image", "shared_image"] {
        let caller = start().await;
        let before = caller.everything().await;
        synchronize(&caller, image_type).await;
        let after = caller.everything().await;

        let known = |id: &Value| before.iter().find(|old| old["id"] == *id);
        let new: Vec<_> = after
            .iter()
            .filter(|record| known(&record["id"]).is_none())
            .collect();
        assert!((1..=3).contains(&new.len()), "{} new versions", new.len());
        assert_eq!(
            caller.sandbox.images(),
            before.len() as u64 + new.len() as u64
        );
        for record in &new {
            assert_eq!(record["image_type"], image_type);
            assert_eq!(record["scan_status"], "unscan");
            assert_eq!(record["latest_version"], true);
            assert_eq!(record["latest_update_time"], NOW);
            assert_eq!(record["vul_num"], 0);
            assert_eq!(record.get("latest_scan_time"), None);
            let older: Vec<_> = before
                .iter()
                .filter(|old| same_image(old, record))
                .collect();
            assert!(!older.is_empty());
            for old in older {
                assert_ne!(old["image_version"], record["image_version"]);
                assert_ne!(old["image_digest"], record["image_digest"]);
            }
        }
        // What was there is as it was, but that it may not be the latest any more.
        for record in after.iter().filter(|record| known(&record["id"]).is_some()) {
            let mut expected = known(&record["id"]).cloned().expect("an old record");
            if new.iter().any(|new| same_image(new, record)) {
                expected["latest_version"] = false.into();
            }
            assert_eq!(*record, expected);
        }
        // The filter sees the same as the records say.
        for image_type in IMAGE_TYPES {
            let latest = caller.all(image_type, "latest_version=true").await;
            let expected = after
                .iter()
                .filter(|r| r["image_type"] == image_type && r["latest_version"] == true);
            assert_eq!(latest, expected.cloned().collect::<Vec<_>>());
        }
    }
}

#[tokio::test]
async fn the_same_history_gives_the_same_inventory() {
    let (one, two) = (start().await, start().await);
    for image_type in [
        "private_image",
        "shared_image",
        "private_image",
        "private_image",
    ] {
        let before = one.sandbox.images();
        synchronize(&one, image_type).await;
        synchronize(&two, image_type).await;
        assert!(one.sandbox.images() > before);
    }
    assert_eq!(one.everything().await, two.everything().await);
}

#[tokio::test]
async fn a_record_without_a_latest_version_or_any_tag_gets_one() {
    let caller = Caller::start(Sandbox::builder().records(vec![
        json!({"id": i64::MAX, "image_type": "private_image", "nobody_knows": 1, "association_images": [null, {}]}),
    ]))
    .await;
    synchronize(&caller, "private_image").await;
    let records = caller.all("private_image", "latest_version=true").await;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["image_version"], "1");
    assert_eq!(records[0]["nobody_knows"], 1);
    assert_eq!(records[0]["association_images"][1]["scan_status"], "unscan");
    synchronize(&caller, "shared_image").await;
    assert_eq!(caller.sandbox.images(), 2);
}
