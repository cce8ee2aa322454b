//! Requests that break the contract, or are none of ours.

use hss_sandbox::{Sandbox, account};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{Caller, images_path};

#[tokio::test]
async fn an_unknown_path_does_not_exist() {
    let caller = Caller::start(Sandbox::builder()).await;
    for path in [
        "/",
        "/v5",
        "/v4/p/image/swr-repository",
        "/v5/p/image/swr-repository/more",
        "/v3/auth/tokens/",
    ] {
        let error = caller.get(path).await.error();
        assert_eq!(
            error,
            "404 APIGW.0101 The API does not exist or has not been published in the environment"
        );
    }
}

#[tokio::test]
async fn a_known_path_wants_its_method() {
    let caller = Caller::start(Sandbox::builder()).await;
    for (method, path) in [
        (Method::POST, images_path().as_str()),
        (Method::DELETE, "/v3/projects"),
        (Method::GET, "/v3/auth/tokens"),
        (Method::OPTIONS, "/v3/auth/tokens"),
        (
            Method::from_bytes(b"BREW").expect("a method"),
            "/v3/auth/tokens",
        ),
    ] {
        let answer = caller.send(caller.request(method, path)).await;
        assert_eq!(
            answer.error(),
            "404 APIGW.0101 The API does not exist or has not been published in the environment",
            "{path}"
        );
        assert!(!answer.headers.contains_key("allow"), "{path}");
    }
}

#[tokio::test]
async fn a_violation_of_the_contract_names_the_parameter() {
    let caller = Caller::start(Sandbox::builder()).await;
    let error = async |query: &str| caller.list(query).await.error();
    insta::assert_snapshot!(error("").await, @"400 HSS.0001 Parameter image_type is required: expected one of private_image, shared_image, local_image, instance_image.");
    insta::assert_snapshot!(error("image_type=public_image").await, @"400 HSS.0001 Parameter image_type is invalid: expected one of private_image, shared_image, local_image, instance_image.");
    insta::assert_snapshot!(error("image_type=private_image&limit=201").await, @"400 HSS.0001 Parameter limit is invalid: expected a 32-bit whole number from 10 to 200.");
    insta::assert_snapshot!(error("image_type=private_image&has_vul=1").await, @"400 HSS.0001 Parameter has_vul is invalid: expected true or false.");
    insta::assert_snapshot!(error("image_type=private_image&image_type=private_image").await, @"400 HSS.0001 Parameter image_type is given more than once.");
    insta::assert_snapshot!(error("image_type=private_image&namespace=%zz").await, @"400 HSS.0001 Parameter namespace is not valid percent-encoded UTF-8.");
    insta::assert_snapshot!(error("image_type=private_image&namespace=%c3%28").await, @"400 HSS.0001 Parameter namespace is not valid percent-encoded UTF-8.");
}

#[tokio::test]
async fn a_malformed_path_or_header_is_a_bad_request() {
    let caller = Caller::start(Sandbox::builder()).await;
    let path = "/v5/%zz/image/swr-repository?image_type=private_image";
    insta::assert_snapshot!(caller.get(path).await.error(), @"400 HSS.0001 Parameter project_id is not valid percent-encoded UTF-8.");
    let request = caller
        .request(
            Method::GET,
            &format!("{}?image_type=private_image", images_path()),
        )
        .header("region", "r".repeat(129));
    insta::assert_snapshot!(caller.send(request).await.error(), @"400 HSS.0001 Parameter region is invalid: expected a text of at most 128 characters.");
}

#[tokio::test]
async fn nothing_that_a_caller_sends_is_an_error_of_the_server() {
    let caller = Caller::start(Sandbox::builder()).await;
    let odd = [
        "%00",
        "%27",
        "%22%3B--",
        "%F0%9F%90%B3",
        "-1",
        "9223372036854775808",
        "1e3",
        "NaN",
        "%",
        "%2",
        "+",
        "",
        "=",
        "null",
    ];
    for name in [
        "enterprise_project_id",
        "namespace",
        "image_name",
        "image_version",
        "latest_version",
        "offset",
        "limit",
        "image_type",
        "scan_status",
        "instance_name",
        "image_size",
        "start_latest_update_time",
        "end_latest_update_time",
        "start_latest_scan_time",
        "end_latest_scan_time",
        "has_malicious_file",
        "has_unsafe_setting",
        "has_vul",
        "instance_id",
        "nobody_knows",
    ] {
        for value in odd {
            let answer = caller
                .list(&format!("image_type=private_image&{name}={value}"))
                .await;
            assert!(
                answer.status == StatusCode::OK
                    || answer.error().starts_with("400 HSS.0001 Parameter "),
                "{name}={value}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_ignored() {
    let caller = Caller::start(Sandbox::builder()).await;
    let plain = caller.list("image_type=private_image").await.json();
    let more = caller
        .list("image_type=private_image&nobody_knows=1&nobody_knows=2&&=")
        .await
        .json();
    assert_eq!(plain, more);
}

#[tokio::test]
async fn a_body_to_synchronize_is_checked() {
    let caller = Caller::start(Sandbox::builder()).await;
    let error = async |body: Value| caller.synchronize(&body).await.error();
    insta::assert_snapshot!(error(json!({"image_type": "local_image"})).await, @r#"400 HSS.0001 Member image_type of the body is invalid: expected one of private_image, shared_image, found the text "local_image"."#);
    insta::assert_snapshot!(error(json!({"image_type": 5})).await, @"400 HSS.0001 Member image_type of the body is invalid: expected one of private_image, shared_image, found the number 5.");
    insta::assert_snapshot!(error(json!({})).await, @"400 HSS.0001 Member image_type of the body is invalid: expected one of private_image, shared_image, found nothing.");
    insta::assert_snapshot!(error(json!([])).await, @"400 HSS.0001 The request body is invalid: expected an object, found an array.");
    let path = format!("/v5/{}/image/synchronize", account::PROJECT_ID);
    let broken = caller.request(Method::POST, &path).body("{");
    insta::assert_snapshot!(caller.send(broken).await.error(), @"400 HSS.0002 The request body is not JSON: EOF while parsing an object at line 1 column 1.");
    assert_eq!(caller.sandbox.images(), 500);
}

#[tokio::test]
async fn a_body_may_not_be_larger_than_documented() {
    let caller = Caller::start(Sandbox::builder()).await;
    let path = format!("/v5/{}/image/synchronize", account::PROJECT_ID);
    let most = 12 * 1024 * 1024;
    let json = r#"{"image_type":"private_image"}"#;
    let body = |size: usize| format!("{json}{}", " ".repeat(size - json.len()));
    let fits = caller.request(Method::POST, &path).body(body(most));
    assert_eq!(caller.send(fits).await.status, StatusCode::OK);
    let too_large = caller.request(Method::POST, &path).body(body(most + 1));
    insta::assert_snapshot!(caller.send(too_large).await.error(), @"413 APIGW.0201 Request entity too large.");
}
