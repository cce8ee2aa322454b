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
async fn of_more_than_was_asked_for_the_exact_name_counts() {
    let body = r#"{"projects":[{"id":"1","name":"my-kualalumpur-1_team"},{"id":"2","name":"my-kualalumpur-1"},
        {"id":"3","name":"MOS"},{"id":"4","name":"my-kualalumpur-1_other"}]}"#;
    for (name, id) in [(None, "2"), (Some("my-kualalumpur-1_team"), "1")] {
        let server = Server::start([json(200, body)]).await;
        let mut builder = server.builder(Credentials::token(TOKEN));
        if let Some(name) = name {
            builder = builder.project_name(name);
        }
        let client = builder.connect().await.expect("a client");
        assert_eq!(client.project_id(), id);
    }
    let many: Vec<_> = (0..1_000)
        .map(|id| format!(r#"{{"id":"{id}","name":"my-kualalumpur-1"}}"#))
        .collect();
    let body = format!(r#"{{"projects":[{}]}}"#, many.join(","));
    let server = Server::start([json(200, &body)]).await;
    let error = server.builder(Credentials::token(TOKEN)).connect().await;
    let text = error.expect_err("which one?").to_string();
    assert!(
        text.contains("has 1000 projects") && text.len() < 1_500,
        "{text}"
    );
    let server = Server::start([json(
        200,
        r#"{"projects":[{"id":"../x","name":"my-kualalumpur-1"}]}"#,
    )])
    .await;
    let error = server.builder(Credentials::token(TOKEN)).connect().await;
    assert_eq!(error.expect_err("no id").kind(), ErrorKind::Config);
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
