//! Who may call, and what the others are told.

use std::time::{Duration, SystemTime};

use hss_sandbox::{Clock, Sandbox, account};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::client::{Caller, Signer, images_path, token_request};

const QUERY: &str = "image_type=private_image&limit=20";

async fn signed(caller: &Caller, signer: &Signer<'_>) -> crate::client::Answer {
    caller
        .send(signer.sign(caller, Method::GET, &images_path(), QUERY, ""))
        .await
}

#[tokio::test]
async fn a_signed_request_gets_what_one_with_a_token_gets() {
    let caller = Caller::start(Sandbox::builder()).await;
    let by_signature = signed(&caller, &Signer::default()).await;
    assert_eq!(by_signature.status, StatusCode::OK, "{by_signature:?}");
    assert_eq!(by_signature.json(), caller.list(QUERY).await.json());
}

#[tokio::test]
async fn further_signed_headers_and_an_odd_query_are_covered() {
    let caller = Caller::start(Sandbox::builder()).await;
    let signer = Signer {
        headers: vec![
            ("content-type", "application/json"),
            ("x-project-id", account::PROJECT_ID),
            ("x-security-token", "any+token=="),
        ],
        ..Signer::default()
    };
    let query =
        "image_name=a%20b%2Bc%2Ad~e&image_type=shared_image&image_version=1.0-rc_1%2F%CE%B1%25";
    let answer = caller
        .send(signer.sign(&caller, Method::GET, &images_path(), query, ""))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json()["total_num"], 0);
}

#[tokio::test]
async fn a_signature_covers_query_header_and_body() {
    let caller = Caller::start(Sandbox::builder()).await;
    let signer = Signer {
        headers: vec![("region", account::REGION)],
        ..Signer::default()
    };
    let path = format!("/v5/{}/image/synchronize", account::PROJECT_ID);
    let body = r#"{"image_type":"private_image"}"#;
    let send = async |change: &dyn Fn(&mut reqwest::Request)| {
        let request = signer.sign(
            &caller,
            Method::POST,
            &path,
            "enterprise_project_id=0",
            body,
        );
        let mut request = request.build().expect("a request");
        change(&mut request);
        let response = caller.http.execute(request).await.expect("an answer");
        (
            response.status().as_u16(),
            response.text().await.expect("a whole answer"),
        )
    };
    assert_eq!(send(&|_| ()).await.0, 200);

    let changes: [&dyn Fn(&mut reqwest::Request); 4] = [
        &|r| {
            r.url_mut()
                .set_query(Some("enterprise_project_id=all_granted_eps"));
        },
        &|r| {
            _ = r
                .headers_mut()
                .insert("region", "cn-north-4".parse().expect("a value"));
        },
        &|r| *r.body_mut() = Some(r#"{"image_type":"shared_image" }"#.into()),
        &|r| *r.method_mut() = Method::PUT,
    ];
    for change in &changes[..3] {
        let (status, text) = send(change).await;
        assert_eq!(status, 401);
        assert!(text.contains("information: Unauthorized"), "{text}");
    }
    assert_eq!(send(changes[3]).await.0, 404);
}

#[tokio::test]
async fn a_body_may_be_left_unsigned() {
    let caller = Caller::start(Sandbox::builder()).await;
    let signer = Signer {
        sign_body: false,
        ..Signer::default()
    };
    let path = format!("/v5/{}/image/synchronize", account::PROJECT_ID);
    let request = signer.sign(
        &caller,
        Method::POST,
        &path,
        "",
        r#"{"image_type":"private_image"}"#,
    );
    assert_eq!(caller.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_keys_and_dates_are_refused() {
    let caller = Caller::start(Sandbox::builder()).await;
    let error = async |signer: Signer<'_>| signed(&caller, &signer).await.error();
    let wrong_secret = Signer {
        secret: "another-secret-key",
        ..Signer::default()
    };
    insta::assert_snapshot!(error(wrong_secret).await, @"401 APIGW.0301 Incorrect IAM authentication information: Unauthorized");
    let wrong_access = Signer {
        access: "ANOTHER-ACCESS-KEY",
        ..Signer::default()
    };
    insta::assert_snapshot!(error(wrong_access).await, @"401 APIGW.0301 Incorrect IAM authentication information: ak ANOTHER-ACCESS-KEY not exist");
}

#[tokio::test]
async fn a_signature_of_another_time_is_told_both_times() {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    let clock = Clock::fixed(start);
    let caller = Caller::start(Sandbox::builder().clock(clock)).await;
    let error = async |date: SystemTime| {
        let signer = Signer {
            date,
            ..Signer::default()
        };
        signed(&caller, &signer).await.error()
    };
    let minutes = Duration::from_secs(16 * 60);
    insta::assert_snapshot!(error(start - minutes).await, @"401 APIGW.0301 Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature time:20260102T024805Z,server time:20260102T030405Z");
    insta::assert_snapshot!(error(start + minutes).await, @"401 APIGW.0301 Incorrect IAM authentication information: calc aksk signature fail:signature expired, signature time:20260102T032005Z,server time:20260102T030405Z");
}

#[tokio::test]
async fn a_key_is_locked_after_more_than_five_wrong_signatures_in_a_row() {
    let clock = Clock::fixed(SystemTime::now());
    let caller = Caller::start(Sandbox::builder().clock(clock.clone())).await;
    let wrong = |caller| async move {
        let signer = Signer {
            secret: "another-secret-key",
            date: SystemTime::now(),
            ..Signer::default()
        };
        signed(caller, &signer).await.error()
    };
    let right = async || signed(&caller, &Signer::default()).await.status;
    const REFUSED: &str = "401 APIGW.0301 Incorrect IAM authentication information: Unauthorized";
    const LOCKED: &str = "401 APIGW.0301 Incorrect IAM authentication information: AK access failed to reach the limit,forbidden";
    for _ in 0..5 {
        assert_eq!(wrong(&caller).await, REFUSED);
    }
    // A right one begins the count anew.
    assert_eq!(right().await, StatusCode::OK);
    for _ in 0..5 {
        assert_eq!(wrong(&caller).await, REFUSED);
    }
    assert_eq!(wrong(&caller).await, LOCKED);
    assert_eq!(signed(&caller, &Signer::default()).await.error(), LOCKED);
    // Tokens have nothing to do with it.
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
    clock.advance(Duration::from_secs(299));
    assert_eq!(signed(&caller, &Signer::default()).await.error(), LOCKED);
    clock.advance(Duration::from_secs(1));
    assert_eq!(right().await, StatusCode::OK);
}

#[tokio::test]
async fn a_temporary_key_is_unknown_without_its_security_token() {
    let caller = Caller::start(Sandbox::builder()).await;
    let send = async |token: Option<&str>| {
        let signer = Signer {
            access: account::TEMPORARY_ACCESS_KEY,
            secret: account::TEMPORARY_SECRET_KEY,
            headers: token
                .map(|token| ("x-security-token", token))
                .into_iter()
                .collect(),
            ..Signer::default()
        };
        signed(&caller, &signer).await
    };
    assert_eq!(
        send(Some(account::SECURITY_TOKEN)).await.status,
        StatusCode::OK
    );
    for token in [None, Some("another")] {
        let error = send(token).await.error();
        assert_eq!(
            error,
            "401 APIGW.0301 Incorrect IAM authentication information: ak SANDBOX-TEMPORARY-ACCESS-KEY not exist"
        );
    }
}

#[tokio::test]
async fn the_window_of_a_signature_follows_the_clock_of_the_sandbox() {
    let start = SystemTime::now();
    let clock = Clock::fixed(start);
    let caller = Caller::start(Sandbox::builder().clock(clock.clone())).await;
    let signer = Signer {
        date: start,
        ..Signer::default()
    };
    clock.advance(Duration::from_secs(14 * 60));
    assert_eq!(signed(&caller, &signer).await.status, StatusCode::OK);
    clock.advance(Duration::from_secs(2 * 60));
    assert_eq!(
        signed(&caller, &signer).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn missing_and_malformed_credentials_are_told_apart() {
    let caller = Caller::start(Sandbox::builder()).await;
    let error = async |name: &'static str, value: &str| {
        let url = caller.url(&format!("{}?{QUERY}", images_path()));
        caller
            .send(caller.http.get(url).header(name, value))
            .await
            .error()
    };
    insta::assert_snapshot!(error("accept", "*/*").await, @"401 APIGW.0301 Incorrect IAM authentication information: x-auth-token not found");
    insta::assert_snapshot!(error("x-auth-token", "").await, @"401 APIGW.0301 Incorrect IAM authentication information: x-auth-token not found");
    insta::assert_snapshot!(error("x-auth-token", "MIInobodyissuedthis").await, @"401 APIGW.0301 Incorrect IAM authentication information: decrypt token fail");
    insta::assert_snapshot!(error("authorization", "Basic c2FuZGJveDpzYW5kYm94").await, @r#"401 APIGW.0301 Incorrect IAM authentication information: the Authorization header has to begin with "SDK-HMAC-SHA256 ""#);
    insta::assert_snapshot!(error("authorization", "SDK-HMAC-SHA256 Access=SANDBOX-ACCESS-KEY").await, @"401 APIGW.0301 Incorrect IAM authentication information: the Authorization header needs Access, SignedHeaders and Signature");
    let without_date =
        "SDK-HMAC-SHA256 Access=SANDBOX-ACCESS-KEY, SignedHeaders=host;x-sdk-date, Signature=00";
    insta::assert_snapshot!(error("authorization", without_date).await, @r#"401 APIGW.0301 Incorrect IAM authentication information: the signed header "x-sdk-date" is missing"#);
}

#[tokio::test]
async fn a_security_token_that_is_sent_has_to_be_signed() {
    let caller = Caller::start(Sandbox::builder()).await;
    let request = Signer::default().sign(&caller, Method::GET, &images_path(), QUERY, "");
    let error = caller
        .send(request.header("x-security-token", "any"))
        .await
        .error();
    insta::assert_snapshot!(error, @"401 APIGW.0301 Incorrect IAM authentication information: the header x-security-token must be signed if it is sent");
}

#[tokio::test]
async fn every_operation_but_the_token_wants_credentials() {
    let caller = Caller::start(Sandbox::builder()).await;
    let sync = format!("/v5/{}/image/synchronize", account::PROJECT_ID);
    for (method, path) in [
        (Method::GET, images_path()),
        (Method::POST, sync),
        (Method::GET, "/v3/projects".to_owned()),
    ] {
        let answer = caller
            .send(caller.http.request(method, caller.url(&path)))
            .await;
        assert!(
            answer.error().starts_with("401 APIGW.0301 "),
            "{path}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_token_ends_after_a_day() {
    let clock = Clock::fixed(SystemTime::now());
    let mut caller = Caller::start(Sandbox::builder().clock(clock.clone())).await;
    clock.advance(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
    clock.advance(Duration::from_secs(1));
    let ended = caller.list(QUERY).await.error();
    let (text, end) = ended.split_once("expires_at: ").expect("its end");
    assert_eq!(
        text,
        "401 APIGW.0301 Incorrect IAM authentication information: token expires, "
    );
    assert!(end.ends_with('Z') && end.len() == "2026-01-02T03:04:05.000000Z".len());
    caller.token = caller.new_token().await;
    assert_eq!(caller.list(QUERY).await.status, StatusCode::OK);
}

#[tokio::test]
async fn hss_wants_the_project_of_the_account_and_a_token_for_it() {
    let mut caller = Caller::start(Sandbox::builder()).await;
    let foreign = caller
        .get(&format!(
            "/v5/{}/image/swr-repository?{QUERY}",
            "f".repeat(32)
        ))
        .await;
    insta::assert_snapshot!(foreign.error(), @"403 common.01010013 Access denied. The project in the path is not the one of the credentials.");

    let scope = json!({"domain": {"name": account::ACCOUNT}});
    let answer = caller.post("/v3/auth/tokens", &token_request(&scope)).await;
    caller.token = answer.headers["x-subject-token"]
        .to_str()
        .expect("ASCII")
        .to_owned();
    insta::assert_snapshot!(caller.list(QUERY).await.error(), @"403 common.01010013 Access denied. The token is scoped to an account; get one with the scope of a project.");
    assert_eq!(caller.get("/v3/projects").await.status, StatusCode::OK);
}
