//! Misbehaviour on demand.

use std::time::{Duration, Instant};

use hss_sandbox::{Fault, Rule, Sandbox, account};
use reqwest::StatusCode;
use serde_json::json;

use crate::client::Caller;

const QUERY: &str = "image_type=private_image&limit=50";

async fn with(faults: &[&str]) -> Caller {
    let builder = faults.iter().fold(Sandbox::builder(), |builder, fault| {
        builder.fault(fault.parse::<Rule>().expect("a known fault"))
    });
    Caller::start(builder).await
}

#[tokio::test]
async fn status_answers_every_operation_of_hss_with_the_error_of_its_kind() {
    for (code, expected) in [
        (400, "400 HSS.0001 "),
        (401, "401 APIGW.0301 "),
        (403, "403 HSS.0013 "),
        (404, "404 APIGW.0101 "),
        (418, "418 HSS.0001 "),
        (429, "429 APIGW.0308 "),
        (500, "500 APIGW.0601 "),
        (502, "502 APIGW.0202 "),
        (503, "503 APIGW.0801 "),
        (504, "504 APIGW.0203 "),
        (599, "599 APIGW.0601 "),
    ] {
        let caller = with(&[&format!("status={code}")]).await;
        let answers = [
            caller.list(QUERY).await,
            caller.list(QUERY).await,
            caller
                .synchronize(&json!({"image_type": "private_image"}))
                .await,
        ];
        for answer in answers {
            assert!(answer.error().starts_with(expected), "{answer:?}");
        }
        assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn throttle_refuses_so_many_calls_and_no_more() {
    let caller = with(&["throttle=2"]).await;
    for _ in 0..2 {
        let answer = caller.list(QUERY).await;
        assert!(answer.error().starts_with("429 APIGW.0308 "), "{answer:?}");
    }
    for _ in 0..3 {
        assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn html_answers_with_a_page() {
    for code in [200, 302, 502] {
        let caller = with(&[&format!("html={code}")]).await;
        let answer = caller.list(QUERY).await;
        assert_eq!(answer.status, code);
        assert_eq!(answer.headers["content-type"], "text/html");
        assert!(answer.text.starts_with("<html>"), "{answer:?}");
    }
}

#[tokio::test]
async fn unknown_enum_changes_every_status_and_nothing_else() {
    let (right, wrong) = (with(&[]).await, with(&["unknown-enum"]).await);
    let mut expected = right.all("private_image", "").await;
    for record in &mut expected {
        record["scan_status"] = Fault::UNKNOWN_SCAN_STATUS.into();
    }
    assert_eq!(wrong.all("private_image", "").await, expected);
}

#[tokio::test]
async fn clamp_shortens_pages_and_loses_nothing() {
    let caller = with(&["clamp=7"]).await;
    for limit in ["", "limit=10", "limit=200"] {
        let page = caller
            .list(&format!("image_type=private_image&{limit}"))
            .await
            .json();
        assert_eq!(
            page["data_list"].as_array().map(Vec::len),
            Some(7),
            "{limit}"
        );
    }
    assert_eq!(
        caller.all("private_image", "").await,
        with(&[]).await.all("private_image", "").await
    );
}

#[tokio::test]
async fn faults_strike_in_the_order_in_which_they_were_asked_for() {
    let caller = with(&["throttle=1", "status=503"]).await;
    assert_eq!(caller.list(QUERY).await.status, 429);
    assert_eq!(caller.list(QUERY).await.status, 503);
}

#[tokio::test]
async fn latency_holds_every_answer_back() {
    let latency = Duration::from_millis(60);
    let caller = Caller::start(Sandbox::builder().latency(latency)).await;
    let projects = format!("/v5/{}/nowhere", account::PROJECT_ID);
    for path in ["/v3/projects", &projects] {
        let start = Instant::now();
        caller.get(path).await;
        assert!(start.elapsed() >= latency, "{path}");
    }
}

#[tokio::test]
async fn a_script_strikes_one_call_each_and_ends() {
    let caller = with(&[]).await;
    caller.sandbox.script([
        Fault::Throttle(2),
        Fault::Html(502),
        Fault::Clamp(3),
        Fault::UnknownEnum,
    ]);
    let mut answers = Vec::new();
    for _ in 0..6 {
        let answer = caller.list(QUERY).await;
        // A page of a proxy is no JSON.
        let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let records = body["data_list"].as_array();
        let records: &[_] = records.map_or(&[], Vec::as_slice);
        let status = records.first().map(|record| &record["scan_status"]);
        let unknown = status.is_some_and(|status| status == Fault::UNKNOWN_SCAN_STATUS);
        answers.push((answer.status.as_u16(), records.len(), unknown));
    }
    assert_eq!(
        answers,
        [
            (429, 0, false),
            (429, 0, false),
            (502, 0, false),
            (200, 3, false),
            (200, 50, true),
            (200, 50, false),
        ]
    );
}

#[tokio::test]
async fn a_script_leaves_the_operations_of_iam_alone() {
    let caller = with(&[]).await;
    caller.sandbox.script([Fault::Status(503)]);
    assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
    assert_eq!(
        caller.list(QUERY).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}
