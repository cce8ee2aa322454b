//! Every documented filter narrows to exactly what it says. The expectation is computed from the unfiltered
//! listing, which `inventory` compares with what is known of it.

use hss_sandbox::Sandbox;
use serde_json::Value;

use crate::client::{Caller, IMAGE_TYPES};

/// Lists with a filter and without, and compares. The filter has to keep something and to drop something.
async fn narrows(image_type: &str, filter: &str, keep: impl Fn(&Value) -> bool) {
    let caller = Caller::start(Sandbox::builder()).await;
    let all = caller.all(image_type, "").await;
    let expected: Vec<_> = all.iter().filter(|record| keep(record)).cloned().collect();
    assert!(
        !expected.is_empty() && expected.len() < all.len(),
        "{filter} would keep {} of {}",
        expected.len(),
        all.len()
    );
    assert_eq!(caller.all(image_type, filter).await, expected, "{filter}");
}

/// The value of a field in some record in the middle of the unfiltered listing.
async fn some(image_type: &str, field: &str) -> Value {
    let caller = Caller::start(Sandbox::builder()).await;
    let mut values: Vec<_> = caller
        .all(image_type, "")
        .await
        .iter()
        .filter_map(|record| record.get(field).cloned())
        .collect();
    values.sort_by_key(serde_json::Value::as_i64);
    values.swap_remove(values.len() / 2)
}

#[tokio::test]
async fn image_type() {
    let caller = Caller::start(Sandbox::builder()).await;
    for image_type in IMAGE_TYPES {
        let records = caller.all(image_type, "").await;
        assert!(records.len() > 20, "{} of {image_type}", records.len());
        assert!(
            records
                .iter()
                .all(|record| record["image_type"] == image_type)
        );
    }
}

#[tokio::test]
async fn namespace() {
    narrows("private_image", "namespace=payments", |r| {
        r["namespace"] == "payments"
    })
    .await;
}

#[tokio::test]
async fn image_name() {
    let name = some("private_image", "image_name").await;
    let name = name.as_str().expect("a text");
    narrows("private_image", &format!("image_name={name}"), |r| {
        r["image_name"] == name
    })
    .await;
}

#[tokio::test]
async fn image_version() {
    narrows("private_image", "image_version=common", |r| {
        r["image_version"] == "common"
    })
    .await;
}

#[tokio::test]
async fn texts_match_exactly() {
    let caller = Caller::start(Sandbox::builder()).await;
    for filter in [
        "namespace=aa",
        "namespace=aaaa",
        "namespace=AAA",
        "namespace=a%25",
        "namespace=%20aaa",
        "image_name=centos",
        "image_name=centos_",
        "image_version=Common",
        "namespace=aaa%27%20OR%201=1--",
        "namespace=aaa%00",
    ] {
        assert!(
            caller.all("private_image", filter).await.is_empty(),
            "{filter}"
        );
    }
    assert_eq!(caller.all("private_image", "namespace=aaa").await.len(), 1);
}

#[tokio::test]
async fn latest_version() {
    narrows("private_image", "latest_version=true", |r| {
        r["latest_version"] == true
    })
    .await;
}

#[tokio::test]
async fn latest_version_false_means_every_version() {
    let caller = Caller::start(Sandbox::builder()).await;
    assert_eq!(
        caller.all("private_image", "latest_version=false").await,
        caller.all("private_image", "").await
    );
}

#[tokio::test]
async fn scan_status() {
    for status in [
        "unscan",
        "success",
        "scanning",
        "failed",
        "download_failed",
        "image_oversized",
        "waiting_for_scan",
    ] {
        narrows("private_image", &format!("scan_status={status}"), |r| {
            r["scan_status"] == status
        })
        .await;
    }
}

#[tokio::test]
async fn instance_name() {
    narrows("instance_image", "instance_name=regulated", |r| {
        r["instance_name"] == "regulated"
    })
    .await;
}

#[tokio::test]
async fn instance_id() {
    let id = some("instance_image", "instance_id").await;
    let id = id.as_str().expect("a text");
    narrows("instance_image", &format!("instance_id={id}"), |r| {
        r["instance_id"] == id
    })
    .await;
}

#[tokio::test]
async fn an_empty_instance_is_no_restriction() {
    let caller = Caller::start(Sandbox::builder()).await;
    assert_eq!(
        caller
            .all("instance_image", "instance_name=&instance_id=")
            .await,
        caller.all("instance_image", "").await
    );
}

#[tokio::test]
async fn image_size() {
    narrows("private_image", "image_size=1000", |r| {
        r["image_size"] == 1000
    })
    .await;
}

#[tokio::test]
async fn update_times_are_bounds_that_include_themselves() {
    let bound = some("private_image", "latest_update_time")
        .await
        .as_i64()
        .expect("a number");
    let time = |r: &Value| r["latest_update_time"].as_i64().expect("a number");
    narrows(
        "private_image",
        &format!("start_latest_update_time={bound}"),
        |r| time(r) >= bound,
    )
    .await;
    narrows(
        "private_image",
        &format!("end_latest_update_time={bound}"),
        |r| time(r) <= bound,
    )
    .await;
    let exact = format!("start_latest_update_time={bound}&end_latest_update_time={bound}");
    narrows("private_image", &exact, |r| time(r) == bound).await;
}

#[tokio::test]
async fn scan_times_are_bounds_that_include_themselves_and_leave_out_what_was_not_scanned() {
    let bound = some("private_image", "latest_scan_time")
        .await
        .as_i64()
        .expect("a number");
    let time = |r: &Value| r.get("latest_scan_time").and_then(Value::as_i64);
    let start = format!("start_latest_scan_time={bound}");
    narrows("private_image", &start, |r| {
        time(r).is_some_and(|t| t >= bound)
    })
    .await;
    let end = format!("end_latest_scan_time={bound}");
    narrows("private_image", &end, |r| {
        time(r).is_some_and(|t| t <= bound)
    })
    .await;
    narrows("private_image", &format!("{start}&{end}"), |r| {
        time(r) == Some(bound)
    })
    .await;
    narrows("private_image", "start_latest_scan_time=0", |r| {
        time(r).is_some()
    })
    .await;
}

async fn has(filter: &str, field: &str) {
    let scanned = |r: &Value| r["scan_status"] == "success";
    let number = |r: &Value| r[field].as_i64().expect("a number");
    narrows("private_image", &format!("{filter}=true"), |r| {
        scanned(r) && number(r) > 0
    })
    .await;
    narrows("private_image", &format!("{filter}=false"), |r| {
        scanned(r) && number(r) == 0
    })
    .await;
}

#[tokio::test]
async fn has_vul() {
    has("has_vul", "vul_num").await;
}

#[tokio::test]
async fn has_unsafe_setting() {
    has("has_unsafe_setting", "unsafe_setting_num").await;
}

#[tokio::test]
async fn has_malicious_file() {
    has("has_malicious_file", "malicious_file_num").await;
}

#[tokio::test]
async fn filters_have_to_hold_together() {
    narrows(
        "private_image",
        "namespace=web&has_vul=true&scan_status=success&latest_version=true",
        |r| {
            r["namespace"] == "web"
                && r["vul_num"].as_i64() > Some(0)
                && r["scan_status"] == "success"
                && r["latest_version"] == true
        },
    )
    .await;
}

#[tokio::test]
async fn enterprise_project_id() {
    let caller = Caller::start(Sandbox::builder()).await;
    let all = caller.all("private_image", "").await;
    for same in [
        "enterprise_project_id=0",
        "enterprise_project_id=all_granted_eps",
    ] {
        assert_eq!(caller.all("private_image", same).await, all, "{same}");
    }
    let other = "enterprise_project_id=b4c1f6b2-0d3e-4f51-8a57-cd1f0e9a7d11";
    assert!(caller.all("private_image", other).await.is_empty());
}

#[tokio::test]
async fn limit_and_offset_cut_the_ordered_listing() {
    let caller = Caller::start(Sandbox::builder()).await;
    let all = caller.all("private_image", "").await;
    let ids: Vec<_> = all
        .iter()
        .map(|r| r["id"].as_i64().expect("a number"))
        .collect();
    assert!(ids.is_sorted_by(|a, b| a < b));
    let page = async |query: &str| {
        let page = caller
            .list(&format!("image_type=private_image&{query}"))
            .await
            .json();
        assert_eq!(page["total_num"], all.len(), "{query}");
        page["data_list"].as_array().cloned().expect("an array")
    };
    assert_eq!(page("").await, all[..10]);
    assert_eq!(page("limit=33").await, all[..33]);
    assert_eq!(page("offset=7").await, all[7..17]);
    assert_eq!(
        page("limit=200&offset=50").await,
        all[50..all.len().min(250)]
    );
    assert_eq!(
        page(&format!("offset={}", all.len() - 3)).await,
        all[all.len() - 3..]
    );
    assert!(page(&format!("offset={}", all.len())).await.is_empty());
    assert!(page("offset=2000000").await.is_empty());
}
