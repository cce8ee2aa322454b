//! The inventory that a sandbox invents.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use hss_sandbox::Sandbox;
use hss_spec::Contract;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::client::{Caller, IMAGE_TYPES};

async fn default_inventory() -> Vec<Value> {
    Caller::start(Sandbox::builder()).await.everything().await
}

fn documented() -> Vec<Value> {
    let response = "/components/examples/ListSwrImageRepositoryDocumented/value/data_list";
    let records = Contract::hss_image()
        .value()
        .pointer(response)
        .and_then(Value::as_array);
    records.cloned().expect("the documented records")
}

fn invented(records: &[Value]) -> Vec<&Value> {
    let documented = documented();
    records
        .iter()
        .filter(|record| !documented.contains(record))
        .collect()
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} of {record}"))
}

#[tokio::test]
async fn there_are_500_records_the_documented_ones_among_them() {
    let caller = Caller::start(Sandbox::builder()).await;
    assert_eq!(caller.sandbox.images(), 500);
    let records = caller.everything().await;
    let ids: BTreeSet<_> = records.iter().map(|r| r["id"].as_i64()).collect();
    assert_eq!(ids.len(), 500);
    // The texts are compared, so that the order of the members counts too.
    let texts: BTreeSet<_> = records.iter().map(Value::to_string).collect();
    for record in documented() {
        assert!(texts.contains(&record.to_string()), "{record}");
    }
}

#[tokio::test]
async fn it_is_the_same_every_time() {
    let records = default_inventory().await;
    assert_eq!(records, default_inventory().await);

    let mut summary = String::new();
    for field in ["image_type", "scan_status", "namespace", "shared_status"] {
        let mut counts = BTreeMap::new();
        for record in &records {
            *counts
                .entry(record[field].as_str().unwrap_or("(none)"))
                .or_insert(0) += 1;
        }
        writeln!(summary, "{field}: {counts:?}").expect("a string takes all");
    }
    let bytes = serde_json::to_vec(&records).expect("records are JSON");
    write!(summary, "SHA-256: {}", hex::encode(Sha256::digest(bytes))).expect("a string takes all");
    insta::assert_snapshot!(summary, @r#"
    image_type: {"instance_image": 86, "local_image": 50, "private_image": 268, "shared_image": 96}
    scan_status: {"download_failed": 22, "failed": 76, "image_oversized": 27, "scanning": 16, "success": 284, "unscan": 49, "waiting_for_scan": 26}
    namespace: {"aaa": 3, "ci": 56, "data-science": 71, "edge.iot": 61, "legacy": 84, "mobile_backend": 46, "observability": 41, "payments": 45, "platform": 49, "web": 44}
    shared_status: {"(none)": 404, "effective": 82, "expired": 14}
    SHA-256: 3346efc2af28580bfc5ade496e4fbc246f4cce36a331cc44ffbeb6c13de0fb38
    "#);
}

#[tokio::test]
async fn another_seed_gives_others_and_another_size_the_same_to_begin_with() {
    let other = Caller::start(Sandbox::builder().seed(1))
        .await
        .everything()
        .await;
    assert_ne!(other, default_inventory().await);
    assert_eq!(other.len(), 500);

    for images in [0, 1, 2, 3, 4, 40] {
        let caller = Caller::start(Sandbox::builder().images(images)).await;
        assert_eq!(caller.everything().await.len(), images);
    }
}

#[tokio::test]
async fn every_documented_value_occurs_whatever_the_seed() {
    for seed in [0, 1, 2, 3, u64::MAX] {
        let records = Caller::start(Sandbox::builder().seed(seed))
            .await
            .everything()
            .await;
        for (field, schema) in [
            ("image_type", "ImageType"),
            ("scan_status", "ScanStatus"),
            ("scan_failed_desc", "ScanFailedReason"),
            ("shared_status", "SharedStatus"),
        ] {
            let found: BTreeSet<_> = records.iter().filter_map(|r| r[field].as_str()).collect();
            let known = Contract::hss_image()
                .enum_values(schema)
                .expect("an open enum");
            assert_eq!(
                found,
                known.into_iter().collect(),
                "{field} with seed {seed}"
            );
        }
    }
}

#[tokio::test]
async fn every_field_of_the_contract_occurs_and_no_other() {
    let records = default_inventory().await;
    for (pointer, found) in [
        ("PrivateImageRepositoryInfo", fields(&records)),
        (
            "AssociateImages",
            fields(
                records
                    .iter()
                    .filter_map(|r| r["association_images"].as_array())
                    .flatten(),
            ),
        ),
    ] {
        let schema = Contract::hss_image()
            .value()
            .pointer(&format!("/components/schemas/{pointer}/properties"));
        let known = fields(schema.into_iter());
        assert_eq!(found, known, "{pointer}");
    }
}

fn fields<'a>(records: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    let members = records.into_iter().filter_map(Value::as_object).flatten();
    members.map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn exactly_one_version_of_every_image_is_the_latest_and_none_is_newer() {
    for images in [500, 77] {
        let records = Caller::start(Sandbox::builder().images(images))
            .await
            .everything()
            .await;
        let mut versions: HashMap<_, Vec<&Value>> = HashMap::new();
        for record in invented(&records) {
            let key = ["image_type", "namespace", "image_name", "instance_id"]
                .map(|name| text(record, name));
            versions.entry(key).or_default().push(record);
        }
        for (key, versions) in versions {
            let latest: Vec<_> = versions
                .iter()
                .filter(|v| v["latest_version"] == true)
                .collect();
            assert_eq!(latest.len(), 1, "{key:?}");
            let newest = versions
                .iter()
                .map(|v| v["latest_update_time"].as_i64())
                .max();
            assert_eq!(
                newest,
                Some(latest[0]["latest_update_time"].as_i64()),
                "{key:?}"
            );
            let tags: BTreeSet<_> = versions.iter().map(|v| text(v, "image_version")).collect();
            assert_eq!(tags.len(), versions.len(), "{key:?}");
        }
    }
}

#[tokio::test]
async fn the_fields_of_a_record_agree_with_each_other() {
    let records = default_inventory().await;
    for record in invented(&records) {
        let hex = text(record, "image_id");
        assert!(
            hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()),
            "{record}"
        );
        assert_eq!(text(record, "image_digest"), format!("sha256:{hex}"));

        let (kind, status) = (text(record, "image_type"), text(record, "scan_status"));
        for name in ["instance_name", "instance_id", "instance_url"] {
            assert_eq!(
                text(record, name).is_empty(),
                kind != "instance_image",
                "{name} of {record}"
            );
        }
        for name in ["domain_name", "shared_status"] {
            assert_eq!(
                record.get(name).is_some(),
                kind == "shared_image",
                "{name} of {record}"
            );
        }
        let failed = ["failed", "download_failed", "image_oversized"].contains(&status);
        assert_eq!(record.get("scan_failed_desc").is_some(), failed, "{record}");
        assert_eq!(
            record.get("latest_scan_time").is_some(),
            failed || status == "success",
            "{record}"
        );
        if let Some(scanned) = record.get("latest_scan_time") {
            assert!(
                scanned.as_i64() >= record["latest_update_time"].as_i64(),
                "{record}"
            );
        }
        if status != "success" {
            assert_eq!(record["vul_num"], 0, "{record}");
        }
    }
    let several = records
        .iter()
        .filter(|r| r.get("association_images").is_some())
        .count();
    assert!(
        (20..200).contains(&several),
        "{several} of several architectures"
    );
    assert!(
        IMAGE_TYPES
            .iter()
            .all(|kind| records.iter().any(|r| r["image_type"] == *kind))
    );
}

#[tokio::test]
async fn older_images_have_more_vulnerabilities() {
    let records = default_inventory().await;
    let mut scanned: Vec<_> = invented(&records)
        .into_iter()
        .filter(|record| record["scan_status"] == "success")
        .map(|record| {
            (
                record["latest_update_time"].as_i64(),
                record["vul_num"].as_i64().expect("a number"),
            )
        })
        .collect();
    scanned.sort_unstable();
    let (old, new) = scanned.split_at(scanned.len() / 2);
    let sum = |half: &[(_, i64)]| {
        half.iter()
            .map(|(_, vulnerabilities)| vulnerabilities)
            .sum::<i64>()
    };
    assert!(sum(old) > 2 * sum(new), "{} and {}", sum(old), sum(new));
}
