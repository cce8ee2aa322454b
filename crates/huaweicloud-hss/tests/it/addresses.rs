//! Where requests go: to the cloud that runs the region, and to no other.

use std::net::SocketAddr;

use huaweicloud_hss::{Client, ClientBuilder, Credentials, ErrorKind};

use crate::client::{ACCESS_KEY, EMPTY, PROJECT_ID, SECRET_KEY, TOKEN, list};
use crate::cloud::Cloud;
use crate::server::{json, json_with};

const KUALA_LUMPUR: [&str; 2] = [
    "iam.my-kualalumpur-1.alphaedge.tmone.com.my",
    "hss.my-kualalumpur-1.alphaedge.tmone.com.my",
];
const PROJECT: &str = r#"{"projects":[{"id":"0123","name":"my-kualalumpur-1"}]}"#;
const UNPUBLISHED: &str = r#"{"error_msg":"The API does not exist or has not been published in the environment","error_code":"APIGW.0101"}"#;

fn region(region: &str) -> ClientBuilder {
    Client::builder().region(region)
}

/// The addresses and who said so, or the error.
fn addresses(builder: &ClientBuilder) -> String {
    match builder.addresses() {
        Ok(addresses) => {
            let shown = [Some(&addresses.hss), addresses.iam.as_ref()].map(|address| {
                address.map_or_else(
                    || "not known".to_owned(),
                    |address| format!("{} ({})", address.url(), address.source()),
                )
            });
            shown.join("\n  ")
        }
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}

#[test]
fn each_region_has_its_cloud() {
    let mut texts = String::new();
    for id in [
        "my-kualalumpur-1",
        "MY-KualaLumpur-1",
        "ae-ad-1",
        "ru-moscow-1",
        "eu-de",
        "eu-west-101",
        "ap-southeast-3",
        "a-region-of-2030",
    ] {
        texts += &format!("{id}\n  {}\n", addresses(&region(id)));
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn what_was_set_comes_first() {
    let kl = || region("my-kualalumpur-1");
    let cases = [
        ("a cloud", kl().cloud("cloud.example")),
        (
            "a cloud and an IAM",
            kl().cloud("cloud.example")
                .iam_endpoint("https://iam.example"),
        ),
        ("an IAM", kl().iam_endpoint("https://iam.example")),
        (
            "an endpoint of another form",
            kl().endpoint("https://hss.example"),
        ),
        (
            "an endpoint of a cloud",
            kl().endpoint("https://hss.my-kualalumpur-1.cloud.example"),
        ),
        (
            "an endpoint of another region",
            kl().endpoint("https://hss.cn-north-4.cloud.example"),
        ),
        (
            "an endpoint behind a port",
            kl().endpoint("https://hss.my-kualalumpur-1.cloud.example:8443"),
        ),
        (
            "an endpoint of this machine",
            kl().endpoint("http://127.0.0.1:8085"),
        ),
    ];
    let mut texts = String::new();
    for (what, builder) in cases {
        texts += &format!("{what}\n  {}\n", addresses(&builder));
    }
    insta::assert_snapshot!(texts);
}

#[test]
fn what_cannot_be_used_is_explained() {
    let in_cloud = |domain: &str| region("my-kualalumpur-1").cloud(domain);
    let mut texts = String::new();
    for builder in [
        in_cloud("https://cloud.example"),
        in_cloud("cloud.example/v3"),
        in_cloud("cloud.example:443"),
        in_cloud(" cloud.example"),
        in_cloud(""),
        in_cloud("cloud..example"),
        in_cloud("user@cloud.example"),
        in_cloud("-cloud.example"),
        in_cloud("云.example"),
        Client::builder().cloud("cloud.example"),
        in_cloud("cloud.example").endpoint("https://hss.example"),
        region(""),
        region("my.kualalumpur"),
        region("evil.example/"),
        region("a@b"),
        region("x?y"),
        region("x#"),
        region("-x"),
        region("ap-southeast-3 "),
        region("evil.example/").endpoint("https://hss.example"),
        Client::builder(),
    ] {
        texts += &format!("{}\n", addresses(&builder));
    }
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn the_documented_region_is_reached_by_its_name() {
    let cloud = Cloud::start(&KUALA_LUMPUR, [json(200, PROJECT), json(200, EMPTY)]).await;
    let client = cloud.builder().region("my-kualalumpur-1").connect().await;
    list(&client.expect("a client")).await.expect("a page");
    assert_eq!(
        cloud.asked(),
        [
            "iam.my-kualalumpur-1.alphaedge.tmone.com.my GET /v3/projects",
            "hss.my-kualalumpur-1.alphaedge.tmone.com.my GET /v5/0123/image/swr-repository",
        ]
    );
}

#[tokio::test]
async fn tokens_come_from_the_same_cloud() {
    let hosts = ["iam.r-1.cloud.example", "hss.r-1.cloud.example"];
    let body = format!(r#"{{"token":{{"project":{{"id":"{PROJECT_ID}"}}}}}}"#);
    let token = json_with(201, ("X-Subject-Token", TOKEN), &body);
    let cloud = Cloud::start(&hosts, [token, json(200, EMPTY)]).await;
    let client = cloud
        .builder()
        .credentials(Credentials::password("a", "b", "c"))
        .region("r-1")
        .cloud("cloud.example")
        .connect()
        .await
        .expect("a client");
    list(&client).await.expect("a page");
    let asked = cloud.asked();
    assert_eq!(asked[0], "iam.r-1.cloud.example POST /v3/auth/tokens");
    assert!(
        asked[1].starts_with("hss.r-1.cloud.example GET /v5/"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn where_the_projects_are_not_served_those_of_the_caller_are() {
    for status in [404, 405] {
        let several = r#"{"projects":[{"id":"1","name":"my-kualalumpur-1_team"},
            {"id":"2","name":"my-kualalumpur-1"},{"id":"3","name":"MOS"}]}"#;
        let answers = [json(status, UNPUBLISHED), json(200, several)];
        let cloud = Cloud::start(&KUALA_LUMPUR, answers).await;
        let client = cloud.builder().region("my-kualalumpur-1").connect().await;
        assert_eq!(client.expect("a client").project_id(), "2");
        let iam = KUALA_LUMPUR[0];
        assert_eq!(
            cloud.asked(),
            [
                format!("{iam} GET /v3/projects"),
                format!("{iam} GET /v3/auth/projects"),
            ]
        );
    }
}

#[tokio::test]
async fn a_failure_of_iam_names_the_iam_that_was_asked() {
    let trace = ("X-IAM-Trace-Id", "token_cn-north-4_null_0123456789abcdef");
    let denied = r#"{"error_msg":"You are not authorized to perform the requested action.","error_code":"IAM.0002"}"#;
    let mut texts = String::new();
    for answers in [
        vec![json_with(403, trace, denied)],
        vec![json_with(200, trace, r#"{"projects":[]}"#)],
        vec![
            json(404, UNPUBLISHED),
            json(200, r#"{"projects":[{"id":"1","name":"other"}]}"#),
        ],
        vec![json(404, UNPUBLISHED), json(404, UNPUBLISHED)],
        vec![json(
            401,
            r#"{"error_msg":"Unauthorized","error_code":"APIGW.0301"}"#,
        )],
        vec![json_with(
            403,
            ("X-IAM-Trace-Id", "token_null_null_0123456789"),
            denied,
        )],
        vec![json(200, "[]")],
        vec![Vec::new()],
    ] {
        let password = Credentials::password("a", "b", "c");
        for credentials in [Credentials::access_key(ACCESS_KEY, SECRET_KEY), password] {
            let cloud = Cloud::start(&KUALA_LUMPUR, answers.clone()).await;
            let builder = cloud.builder().credentials(credentials);
            let connecting = builder.region("my-kualalumpur-1").connect();
            let error = connecting.await.expect_err("no project");
            assert!(error.to_string().contains(KUALA_LUMPUR[0]), "{error}");
            texts += &format!("{:?}: {error}\n", error.kind());
        }
    }
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn an_operation_that_the_cloud_does_not_offer_is_explained() {
    let cloud = Cloud::start(&KUALA_LUMPUR, [json(404, UNPUBLISHED)]).await;
    let client = cloud
        .builder()
        .region("my-kualalumpur-1")
        .project_id("0123")
        .build()
        .expect("a client");
    let error = list(&client).await.expect_err("not offered");
    insta::assert_snapshot!(error.to_string());
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_leads_to_the_setting() {
    let nowhere = |_: &str| -> Option<SocketAddr> { None };
    let mut texts = String::new();
    for builder in [
        region("my-kualalumpur-1"),
        region("ru-moscow-1"),
        region("a-region-of-2030"),
        region("my-kualalumpur-1").cloud("cloud.example"),
        Client::builder().endpoint("https://hss.example"),
    ] {
        let builder = builder
            .resolver(nowhere)
            .credentials(Credentials::token(TOKEN))
            .retry(huaweicloud_hss::RetryPolicy::none());
        if let Err(error) = builder.clone().connect().await {
            texts += &format!("{:?}: {error}\n", error.kind());
        }
        let client = builder.project_id(PROJECT_ID).build().expect("a client");
        let error = list(&client).await.expect_err("nowhere");
        assert_eq!(error.kind(), ErrorKind::Connection);
        texts += &format!("{error}\n");
    }
    insta::assert_snapshot!(texts);
}
