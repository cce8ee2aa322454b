//! The id of the project, where it is not given.

use huaweicloud_hss::{Credentials, ErrorKind};

use crate::client::TOKEN;
use crate::server::{Server, json};

#[tokio::test]
async fn the_project_has_to_be_the_only_one() {
    let mut texts = String::new();
    for body in [
        r#"{"projects":[]}"#,
        r#"{"projects":[{"id":"1","name":"my-kualalumpur-1"},{"id":"2","name":"my-kualalumpur-1"}]}"#,
    ] {
        let server = Server::start([json(200, body)]).await;
        let connecting = server.builder(Credentials::token(TOKEN)).connect();
        let error = connecting.await.expect_err("no project");
        assert_eq!(error.kind(), ErrorKind::Project);
        texts += &format!("{error}\n").replace(server.endpoint(), "URL");
    }
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn a_project_within_a_region_is_found_by_its_name() {
    let server = Server::start([json(200, r#"{"projects":[{"id":"3"}]}"#)]).await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_name("my-kualalumpur-1_team")
        .connect()
        .await
        .expect("a client");
    assert_eq!(client.project_id(), "3");
    let line = &server.received()[0].line;
    assert!(line.contains("?name=my-kualalumpur-1_team "), "{line}");
}

#[tokio::test]
async fn an_error_with_the_status_of_a_success_is_no_lack_of_projects() {
    for body in [
        r#"{"error_code":"APIGW.0601","error_msg":"Internal server error","projects":[]}"#,
        r#"{"error":{"code":"500","message":"Internal server error"}}"#,
    ] {
        let server = Server::start([json(200, body)]).await;
        let connecting = server.builder(Credentials::token(TOKEN)).connect();
        let error = connecting.await.expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(error.error_msg(), Some("Internal server error"));
    }
}
