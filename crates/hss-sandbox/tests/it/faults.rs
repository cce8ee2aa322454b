//! Misbehaviour on demand.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hss_sandbox::{Fault, Rule, Sandbox, account};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{Caller, images_path};
use crate::raw::{self, Raw};

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
        (403, "403 common.01010013 "),
        (404, "404 APIGW.0101 "),
        (405, "405 APIGW.0501 "),
        (413, "413 APIGW.0201 "),
        (414, "414 APIGW.0201 "),
        (494, "494 APIGW.0201 "),
        (418, "418 HSS.0001 "),
        (429, "429 APIGW.0308 "),
        (500, "500 APIGW.0601 "),
        (502, "502 APIGW.0201 "),
        (503, "503 APIGW.0613 "),
        (504, "504 APIGW.0201 "),
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

fn request(caller: &Caller) -> String {
    format!(
        "GET {}?{QUERY} HTTP/1.1\r\nHost: a\r\nX-Auth-Token: {}\r\nConnection: close\r\n\r\n",
        images_path(),
        caller.token
    )
}

async fn raw_answer(faults: &[&str]) -> Raw {
    let caller = with(faults).await;
    raw::exchange(caller.sandbox.addr(), request(&caller)).await
}

#[tokio::test]
async fn a_connection_can_be_reset_before_and_in_the_middle_of_the_body() {
    for faults in [&["reset"][..], &["slow-body=1ms", "truncate=5", "reset"]] {
        let nothing = raw_answer(faults).await;
        assert!(nothing.reset && nothing.bytes.is_empty(), "{nothing:?}");
    }

    let whole = raw_answer(&[]).await;
    let half = raw_answer(&["reset-body=1000"]).await;
    assert!(half.reset && !whole.reset);
    assert_eq!(half.parts().1, whole.parts().1[..1000]);
}

#[tokio::test]
async fn a_body_can_end_too_early_or_take_its_time() {
    let whole = raw_answer(&[]).await;
    let length = format!("content-length: {}", whole.parts().1.len());
    for bytes in [0, 1, 777] {
        let cut = raw_answer(&[&format!("truncate={bytes}")]).await;
        let (head, body) = cut.parts();
        assert!(!cut.reset && head.contains(&length), "{head}");
        assert_eq!(body, whole.parts().1[..bytes]);
    }
    // Of several, the first decides.
    let first = raw_answer(&["truncate=10", "reset-body=5", "slow-body=1ms"]).await;
    assert_eq!(first.parts().1, whole.parts().1[..10]);
    assert!(!first.reset);
    // What fits is left as it is.
    let fits = raw_answer(&["truncate=4000000000"]).await;
    assert_eq!(fits.parts().1, whole.parts().1);

    let start = Instant::now();
    let slow = raw_answer(&["slow-body=160ms"]).await;
    assert!(start.elapsed() >= Duration::from_millis(160));
    assert_eq!(slow.parts().1, whole.parts().1);
}

#[tokio::test]
async fn an_answer_can_come_later() {
    let start = Instant::now();
    with(&["delay=60ms"]).await.list(QUERY).await;
    assert!(start.elapsed() >= Duration::from_millis(60));
    let caller = with(&["jitter=40ms"]).await;
    let mut times = Vec::new();
    for _ in 0..8 {
        let start = Instant::now();
        assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
        times.push(start.elapsed().as_millis());
    }
    times.sort_unstable();
    // The seed decides, so that it is always the same times at least.
    assert!(times[7] >= 20, "{times:?}");
}

#[tokio::test]
async fn errors_can_come_without_a_body_or_with_a_time_to_wait() {
    for code in [200, 500, 502, 503, 504] {
        let answer = with(&[&format!("empty={code}")]).await.list(QUERY).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (code, ""));
    }
    let caller = with(&["retry-after=7@1", "throttle=1"]).await;
    let answer = caller.list(QUERY).await;
    assert!(answer.error().starts_with("429 APIGW.0308 "), "{answer:?}");
    assert_eq!(answer.headers["retry-after"], "7");
    let answer = caller.list(QUERY).await;
    assert_eq!(answer.status, 429);
    assert!(!answer.headers.contains_key("retry-after"));
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_redirect_leads_to_the_same_path_elsewhere() {
    let answer = with(&["redirect=127.0.0.2:81"]).await.list(QUERY).await;
    assert_eq!(answer.status, 302);
    let expected = format!("http://127.0.0.2:81{}?{QUERY}", images_path());
    assert_eq!(answer.headers["location"], expected);
}

#[tokio::test]
async fn json_can_be_called_plain_text() {
    let answer = with(&["wrong-type"]).await.list(QUERY).await;
    assert_eq!(answer.headers["content-type"], "text/plain");
    assert!(answer.json()["data_list"].is_array());
}

#[tokio::test]
async fn every_documented_field_can_be_null() {
    let right = with(&[]).await.list(QUERY).await.json();
    let fields = right["data_list"][0].as_object().expect("a record").keys();
    for field in fields {
        let mut expected = right.clone();
        for record in expected["data_list"].as_array_mut().expect("a list") {
            record[field] = Value::Null;
        }
        let wrong = with(&[&format!("null={field}")]).await.list(QUERY).await;
        assert_eq!(wrong.json(), expected, "{field}");
    }
    for field in ["total_num", "data_list"] {
        let mut expected = right.clone();
        expected[field] = Value::Null;
        let wrong = with(&[&format!("null={field}")]).await.list(QUERY).await;
        assert_eq!(wrong.json(), expected, "{field}");
    }
}

#[tokio::test]
async fn numbers_can_be_strings() {
    let right = with(&[]).await.list(QUERY).await.json();
    let wrong = with(&["text-numbers"]).await.list(QUERY).await.json();
    assert_eq!(wrong["total_num"], right["total_num"]);
    let (right, wrong) = (&right["data_list"][3], &wrong["data_list"][3]);
    for (name, value) in right.as_object().expect("a record") {
        match value {
            Value::Number(number) => assert_eq!(wrong[name], number.to_string()),
            other => assert_eq!(&wrong[name], other),
        }
    }
}

#[tokio::test]
async fn images_turn_up_and_vanish_between_pages() {
    let caller = with(&["insert=2@3", "delete=1@2"]).await;
    let ids = |records: &[Value]| -> BTreeSet<i64> {
        let ids = records.iter().map(|record| record["id"].as_i64());
        ids.map(|id| id.expect("an id")).collect()
    };
    let mut before = ids(&caller.sandbox.records().await);
    for (inserted, deleted) in [(2, 1), (2, 1), (2, 0), (0, 0)] {
        let total = caller.list(QUERY).await.json()["total_num"].clone();
        let records = caller.sandbox.records().await;
        let after = ids(&records);
        assert_eq!(after.difference(&before).count(), inserted);
        assert_eq!(before.difference(&after).count(), deleted);
        let listed = records
            .iter()
            .filter(|record| record["image_type"] == "private_image")
            .count();
        assert_eq!(total, listed);
        before = after;
    }
    let struck = caller.sandbox.struck();
    assert_eq!(struck["insert"], 3);
    assert_eq!(struck["delete"], 2);
}

#[tokio::test]
async fn tokens_can_expire_in_the_middle_of_a_listing() {
    let mut caller = with(&["expire-tokens@1"]).await;
    let answer = caller.list(QUERY).await;
    assert!(
        answer.error().contains("token expires, expires_at: "),
        "{answer:?}"
    );
    caller.token = caller.new_token().await;
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_calls() {
    let statuses = async |seed: u64| {
        let rule: Rule = "status=503@40%".parse().expect("a rule");
        let caller = Caller::start(Sandbox::builder().seed(seed).fault(rule)).await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(caller.list(QUERY).await.status.as_u16());
        }
        statuses
    };
    let first = statuses(1).await;
    assert_eq!(statuses(1).await, first);
    assert_ne!(statuses(2).await, first);
    let struck = first.iter().filter(|status| **status == 503).count();
    assert!((6..=26).contains(&struck), "{struck}");
}

/// The ids of a page, as they were sent.
fn ids(answer: &crate::client::Answer) -> Vec<Value> {
    let records = answer.json()["data_list"]
        .as_array()
        .expect("records")
        .clone();
    records.iter().map(|record| record["id"].clone()).collect()
}

#[tokio::test]
async fn a_total_can_be_wrong_in_every_way() {
    let right = with(&[]).await.list(QUERY).await.json()["total_num"]
        .as_i64()
        .expect("a total");
    for (fault, total) in [
        ("total=0", 0),
        ("total=-1", -1),
        ("total=300", 300),
        ("total=+5", right + 5),
        ("total=page", 50),
    ] {
        let answer = with(&[fault]).await.list(QUERY).await;
        assert_eq!(answer.json()["total_num"], total, "{fault}");
        assert_eq!(ids(&answer).len(), 50);
    }
}

#[tokio::test]
async fn images_move_and_stay_the_same() {
    let caller = with(&["move=3@1"]).await;
    let ids = |records: Vec<Value>| -> Vec<i64> {
        let ids = records.iter().map(|record| record["id"].as_i64());
        ids.map(|id| id.expect("an id")).collect()
    };
    caller.list(QUERY).await;
    let listed = ids(caller.all("private_image", "").await);
    assert!(!listed.is_sorted());
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    let mut truth = caller.sandbox.records().await;
    truth.retain(|record| record["image_type"] == "private_image");
    assert_eq!(sorted, ids(truth));
    // Where they moved to they stay.
    assert_eq!(ids(caller.all("private_image", "").await), listed);
}

#[tokio::test]
async fn without_an_order_each_call_has_its_own() {
    let caller = with(&["unordered"]).await;
    let first = ids(&caller.list(QUERY).await);
    assert_ne!(ids(&caller.list(QUERY).await), first);
}

#[tokio::test]
async fn ids_can_be_shared_or_texts() {
    let right = ids(&with(&[]).await.list(QUERY).await);
    let tens = ids(&with(&["same-id=10"]).await.list(QUERY).await);
    let texts = ids(&with(&["text-id"]).await.list(QUERY).await);
    for ((id, ten), text) in right.iter().zip(tens).zip(texts) {
        let id = id.as_i64().expect("an id");
        assert_eq!(
            (ten, text),
            (json!(id / 10 * 10), json!(format!("img-{id}")))
        );
    }
}

#[tokio::test]
async fn an_error_can_have_the_status_of_a_success() {
    let answer = with(&["error-200"]).await.list(QUERY).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!(
        (&body["error_code"], &body["data_list"]),
        (&json!("HSS.1013"), &json!([]))
    );
}

/// Whatever faults would do, a call that is too many is refused in the words of the gateway.
#[tokio::test]
async fn calls_are_limited_for_each_operation() {
    let builder = Sandbox::builder()
        .call_limit("2/minute,retry-after".parse().expect("a limit"))
        .fault("status=503@1".parse::<Rule>().expect("a fault"));
    let caller = Caller::start(builder).await;
    assert_eq!(caller.list(QUERY).await.status, 503);
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
    let refused = caller.list(QUERY).await;
    assert_eq!(refused.status, 429);
    let wait: u32 = refused.headers["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    let body = refused.json();
    assert_eq!(body["error_code"], "APIGW.0308");
    assert_eq!(
        body["error_msg"],
        "The throttling threshold has been reached: policy user over ratelimit,limit:2,time:1 minute"
    );
    assert!(body["request_id"].is_string());
    let other = caller
        .synchronize(&json!({"image_type": "private_image"}))
        .await;
    assert_eq!(other.status, StatusCode::OK);
    assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
    assert_eq!(caller.sandbox.calls(), (4, 1));
}

#[tokio::test]
async fn iam_has_a_fault_of_its_own() {
    let caller = with(&["status=503@1"]).await;
    caller
        .sandbox
        .script([Fault::Iam(403), Fault::Iam(401), Fault::Status(404)]);
    assert_eq!(caller.list(QUERY).await.status, 503);
    let denied = caller.get("/v3/projects").await;
    assert_eq!(denied.status, 403);
    assert_eq!(
        denied.json(),
        json!({"error": {
            "code": 403,
            "message": "Policy doesn't allow iam:projects:listProjects to be performed.",
            "title": "Forbidden",
        }})
    );
    // A fault of IAM that was scripted waits for a call to IAM.
    assert_eq!(caller.list(QUERY).await.status, 200);
    let refused = caller.get("/v3/auth/projects").await.json();
    assert_eq!(refused["error"]["message"], "Unauthorized.");
    assert_eq!(caller.list(QUERY).await.status, 404);
    assert_eq!(caller.get("/v3/projects").await.status, 200);
}
