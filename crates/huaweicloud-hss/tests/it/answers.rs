//! What becomes of the answers of a service, good and bad.

use std::fmt::Write as _;

use crate::client::{PROJECT_ID, TOKEN, list};
use crate::server::{Server, answer, json};
use huaweicloud_hss::types::{ImageSynchronizationRequest, PrivateImageRepositoryInfo, ScanStatus};
use huaweicloud_hss::{Client, Credentials, Error, ErrorKind};

/// Everything that a caller can learn from an error.
fn facts(error: &Error) -> String {
    format!(
        "{error}\n  kind {:?}, status {:?}, code {:?}, message {:?}, request id {:?}\n  auth {}, throttled {}, \
         retryable {}, attempts {}\n",
        error.kind(),
        error.status(),
        error.error_code(),
        error.error_msg(),
        error.request_id(),
        error.is_auth(),
        error.is_throttled(),
        error.is_retryable(),
        error.attempts(),
    )
}

#[tokio::test]
async fn error_answers_keep_what_they_say() {
    let html = "<html><head><title>502 Bad Gateway</title></head></html>";
    let answers = [
        json(
            400,
            r#"{"error_code":"HSS.0001","error_description":"Invalid parameter.","error_msg":"Invalid parameter."}"#,
        ),
        json(
            401,
            r#"{"error_msg":"Incorrect IAM authentication information","error_code":"APIGW.0301","request_id":"of the gateway"}"#,
        ),
        json(
            403,
            r#"{"error_code":"00000010","error_description":"denied"}"#,
        ),
        json(404, ""),
        json(
            429,
            r#"{"error_msg":"The throttling threshold has been reached","error_code":"APIG.0308"}"#,
        ),
        json(500, r#"{"error_code":500,"error_msg":null}"#),
        answer(502, "text/html", html),
        json(503, "[]"),
        json(504, r#"{"error_code":"AP"#),
    ];
    let server = Server::start(answers.clone()).await;
    let client = server.client();
    let mut text = String::new();
    for _ in answers {
        let error = list(&client).await.expect_err("an error answer");
        text.push_str(&facts(&error));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_success_that_is_no_listing_is_an_error() {
    let answers = [
        answer(200, "text/html", "<html>please log in</html>"),
        json(200, "{}"),
        json(200, r#"{"total_num":null,"data_list":null}"#),
        json(200, "[]"),
        json(200, ""),
        json(200, r#"{"total_num":1,"data_list":[{"id":1},{"id":"x"}]}"#),
        json(200, r#"{"total_num":1,"data_list":[{"id":1}]"#),
        json(201, r#"{"total_num":0,"data_list":[]}"#),
        json(204, ""),
    ];
    let server = Server::start(answers.clone()).await;
    let client = server.client();
    let mut text = String::new();
    for _ in answers {
        let error = list(&client).await.expect_err("no listing");
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.request_id(), Some("id-of-the-call"));
        writeln!(text, "{error}").expect("text takes all");
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Server::start([json(200, r#"{"total_num":0,"data_list":[]}"#)]).await;
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        other.client().endpoint()
    );
    let server = Server::start([answer]).await;
    let error = list(&server.client()).await.expect_err("a redirect");
    insta::assert_snapshot!(error.to_string());
    assert_eq!(error.status(), Some(302));
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error() {
    let whole = json(200, r#"{"total_num":0,"data_list":[]}"#);
    let server = Server::start([b"".as_slice(), &whole[..whole.len() - 5]]).await;
    let error = list(&server.client()).await.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.is_retryable());
    assert_eq!((error.status(), error.request_id()), (None, None));
    let error = list(&server.client()).await.expect_err("half an answer");
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    assert!(error.is_retryable());
    assert_eq!(error.status(), Some(200));
    assert_eq!(error.request_id(), Some("id-of-the-call"));
}

#[tokio::test]
async fn of_an_error_answer_that_breaks_off_its_status_counts() {
    let whole = json(403, r#"{"error_code":"HSS.0010","error_msg":"denied"}"#);
    let server = Server::start([&whole[..whole.len() - 5]]).await;
    let error = list(&server.client()).await.expect_err("half an error");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert_eq!(error.status(), Some(403));
    assert_eq!(error.request_id(), Some("id-of-the-call"));
    assert!(!error.is_retryable());
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let client = Client::builder()
        .endpoint(format!("http://127.0.0.1:{port}"))
        .project_id(PROJECT_ID)
        .credentials(Credentials::token(TOKEN))
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("nobody is there");
    assert_eq!(error.kind(), ErrorKind::Connection);
    insta::assert_snapshot!(error.to_string().replace(&port.to_string(), "PORT"));
}

#[tokio::test]
async fn a_synchronization_can_fail_with_status_200() {
    let server = Server::start([
        json(200, r#"{"error_code":0,"error_description":"success"}"#),
        json(200, r#"{"error_code":3,"error_description":"busy"}"#),
        json(200, "{}"),
    ])
    .await;
    let client = server.client();
    let sync = || {
        client
            .run_image_synchronize()
            .body(ImageSynchronizationRequest::builder().image_type("private_image"))
            .send()
    };
    let accepted = sync().await.expect("accepted");
    assert_eq!(accepted.error_description.as_deref(), Some("success"));
    assert_eq!(accepted.request_id(), Some("id-of-the-call"));
    let failed = sync().await.expect_err("refused");
    let empty = sync().await.expect_err("empty");
    insta::assert_snapshot!(format!("{}{}", facts(&failed), facts(&empty)));
}

#[tokio::test]
async fn unknown_values_members_and_nulls_cost_nothing() {
    let server = Server::start([json(
        200,
        r#"{"total_num":2,"new":1,"data_list":[
            {"id":1,"scan_status":"quantum_scanned","image_type":"moon_image","new":{"a":1}},
            {"id":null,"scan_status":null,"association_images":null,"image_size":9007199254740993}]}"#,
    )])
    .await;
    let page = list(&server.client()).await.expect("a page");
    let records = page.data_list.as_deref().expect("records");
    let status = records[0].scan_status.as_ref().expect("a status");
    assert_eq!(status, &"quantum_scanned");
    assert!(!status.is_known());
    assert_eq!(records[1].scan_status, None::<ScanStatus>);
    assert_eq!(records[1].image_size, Some(9_007_199_254_740_993));
}

/// Every field of a record that the contract knows may be `null`.
#[test]
fn every_field_takes_null() {
    let contract = hss_spec::Contract::hss_image();
    let fields =
        contract.value()["components"]["schemas"]["PrivateImageRepositoryInfo"]["properties"]
            .as_object()
            .expect("properties");
    assert!(fields.len() > 20);
    for field in fields.keys() {
        let record = serde_json::json!({ field: null });
        let record: PrivateImageRepositoryInfo =
            serde_json::from_value(record).unwrap_or_else(|error| panic!("{field}: {error}"));
        assert_eq!(record, PrivateImageRepositoryInfo::default(), "{field}");
    }
}
