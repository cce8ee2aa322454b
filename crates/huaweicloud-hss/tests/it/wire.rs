//! What a request looks like on the wire.

use crate::client::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN};
use crate::server::{Server, json};
use huaweicloud_hss::types::{ImageSynchronizationRequest, ImageType, ScanStatus};
use huaweicloud_hss::{Credentials, ErrorKind};

const EMPTY: &str = r#"{"total_num":0,"data_list":[]}"#;

#[tokio::test]
async fn a_listing_with_every_parameter() {
    let server = Server::start([json(200, EMPTY)]).await;
    server
        .client()
        .list_swr_image_repository()
        .enterprise_project_id("all_granted_eps")
        .namespace("组织")
        .image_name("a b+c*d~e")
        .image_version("1.0-rc_1/α%")
        .latest_version(false)
        .offset(0)
        .limit(50)
        .image_type(ImageType::PrivateImage)
        .scan_status(ScanStatus::Success)
        .instance_name("instance")
        .image_size(1000)
        .start_latest_update_time(1_687_664_346_000_i64)
        .end_latest_update_time(1_687_664_346_001_i64)
        .start_latest_scan_time(1_691_748_641_788_i64)
        .end_latest_scan_time(1_691_748_641_789_i64)
        .has_malicious_file(true)
        .has_unsafe_setting(false)
        .has_vul(true)
        .instance_id("id")
        .send()
        .await
        .expect("an answer");
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn a_listing_with_the_least() {
    let server = Server::start([json(200, EMPTY)]).await;
    server
        .client()
        .list_swr_image_repository()
        .image_type(ImageType::other("a_type_of_tomorrow"))
        .send()
        .await
        .expect("an answer");
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn a_synchronization() {
    let server = Server::start([json(200, r#"{"error_code":0}"#)]).await;
    server
        .client()
        .run_image_synchronize()
        .enterprise_project_id("all_granted_eps")
        .body(ImageSynchronizationRequest::builder().image_type("shared_image"))
        .send()
        .await
        .expect("an answer");
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn a_search_for_the_project_id() {
    let projects = format!(r#"{{"projects":[{{"id":"{PROJECT_ID}"}}]}}"#);
    let server = Server::start([json(200, &projects)]).await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .connect()
        .await
        .expect("a client");
    assert_eq!(client.project_id(), PROJECT_ID);
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn a_signed_request() {
    let server = Server::start([json(200, EMPTY)]).await;
    server
        .client_with(Credentials::access_key(ACCESS_KEY, SECRET_KEY))
        .list_swr_image_repository()
        .image_type(ImageType::PrivateImage)
        .send()
        .await
        .expect("an answer");
    let received = server.received().remove(0);
    insta::assert_snapshot!(received.render());
    assert!(received.header("x-auth-token").is_none());
}

#[tokio::test]
async fn a_request_signed_with_a_temporary_key() {
    let server = Server::start([json(200, r#"{"error_code":0}"#)]).await;
    server
        .client_with(Credentials::temporary_access_key(
            ACCESS_KEY,
            SECRET_KEY,
            "security-token",
        ))
        .run_image_synchronize()
        .body(ImageSynchronizationRequest::builder().image_type("private_image"))
        .send()
        .await
        .expect("an answer");
    insta::assert_snapshot!(server.received()[0].render());
}

#[tokio::test]
async fn a_request_that_lacks_a_parameter_is_not_sent() {
    let server = Server::start([json(200, EMPTY)]).await;
    let error = server
        .client()
        .list_swr_image_repository()
        .send()
        .await
        .expect_err("no image type");
    insta::assert_snapshot!(error.to_string());
    assert_eq!(error.kind(), huaweicloud_hss::ErrorKind::Request);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn credentials_that_cannot_be_any_are_not_sent() {
    let server = Server::start([json(200, EMPTY)]).await;
    let mut texts = String::new();
    for credentials in [
        Credentials::token(format!("{TOKEN}\n")),
        Credentials::token(""),
        Credentials::token(format!("{TOKEN}\u{fc}")),
        Credentials::access_key(format!(" {ACCESS_KEY}"), SECRET_KEY),
        Credentials::access_key(ACCESS_KEY, format!("{SECRET_KEY}\r")),
        Credentials::access_key(ACCESS_KEY, ""),
        Credentials::temporary_access_key(ACCESS_KEY, SECRET_KEY, format!("a\n{TOKEN}")),
    ] {
        let builder = server.builder(credentials).project_id(PROJECT_ID);
        let error = builder.build().expect_err("no credentials");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.is_auth() && !error.is_retryable());
        let text = format!("{error}");
        assert!(
            !format!("{text} {error:?}").contains("nobody-may-see"),
            "{text}"
        );
        texts += &format!("{text}\n");
    }
    insta::assert_snapshot!(texts);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn no_project_id_leads_to_another_path() {
    let server = Server::start([json(200, EMPTY)]).await;
    for id in ["..", ".", "a\\b", "a/b", "", "a?b", "a\nb", "%2e%2e"] {
        let built = server
            .builder(Credentials::token(TOKEN))
            .project_id(id)
            .build();
        assert_eq!(built.expect_err(id).kind(), ErrorKind::Config, "{id:?}");
        let other = server.client().for_project(id);
        assert_eq!(other.expect_err(id).kind(), ErrorKind::Config, "{id:?}");
    }
    let client = server.client();
    for id in ["..", ".", "a\\b", ""] {
        let request = client.list_swr_image_repository().project_id(id);
        let error = request.image_type("private_image").send().await;
        assert_eq!(error.expect_err(id).kind(), ErrorKind::Request, "{id:?}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_misspelt_value_is_not_sent_by_accident() {
    let server = Server::start([json(200, EMPTY), json(200, EMPTY)]).await;
    let client = server.client();
    let request = client.list_swr_image_repository();
    let error = request.clone().image_type("privat").send().await;
    let error = error.expect_err("no such type");
    assert_eq!(error.kind(), ErrorKind::Request);
    insta::assert_snapshot!(error.to_string(), @r#"ListSwrImageRepository: the request cannot be sent: image_type: "privat" is not a known ImageType: expected one of private_image, shared_image, local_image, instance_image, or ImageType::other"#);
    let error = client
        .run_image_synchronize()
        .body_map(|body| body.image_type("local_image"));
    let error = error.send().await.expect_err("no such type");
    insta::assert_snapshot!(error.to_string(), @r#"RunImageSynchronize: the request cannot be sent: error converting supplied value for image_type: "local_image" is not a known SynchronizeImageType: expected one of private_image, shared_image, or SynchronizeImageType::other"#);
    assert!(server.received().is_empty());

    // What the contract does not know yet can be meant all the same.
    let new = ImageType::other("quantum_image");
    assert!(
        matches!(&new, ImageType::Unknown(value) if value.as_str() == "quantum_image" && value.to_string() == "quantum_image")
    );
    request.image_type(new).send().await.expect("a page");
    assert!(
        server.received()[0]
            .line
            .contains("image_type=quantum_image")
    );
    let error = ScanStatus::try_from("a\nb").expect_err("unknown");
    assert_eq!(error.value().as_str(), "a\nb");
    assert!(
        error
            .to_string()
            .starts_with("\"a b\" is not a known ScanStatus: expected one of unscan,"),
        "{error}"
    );
}
