//! Sources of temporary keys: what they are sent, and what comes of it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use huaweicloud_hss::{Agency, Client, Credentials, ErrorKind, OidcAgency};

use crate::client::{ACCESS_KEY, EMPTY, PROJECT_ID, SECRET_KEY, TOKEN, clock, list};
use crate::server::{Received, Server, json, json_with};

const ID_TOKEN: &str = "id-token-that-nobody-may-see";

fn key(access: &str) -> String {
    format!(
        r#"{{"credential":{{"access":"{access}","secret":"secret-that-nobody-may-see",
           "securitytoken":"token-that-nobody-may-see","expires_at":"2026-01-02T05:00:00.000000Z"}}}}"#
    )
}

/// A file with a token, in a folder that goes away with it.
fn token_file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, text).expect("a file");
    (folder, file)
}

fn oidc(file: &Path) -> Credentials {
    Credentials::oidc(
        OidcAgency::new("iam::1:oidc-provider:p", "iam::1:agency:a", file)
            .session_name("nightly")
            .duration_seconds(900)
            .policy(r#"{"Version":"5.0"}"#)
            .policy_ids(["one", "two"]),
    )
}

fn agency(own: Credentials) -> Credentials {
    own.assume_agency(
        Agency::new("auditor")
            .account_name("customer")
            .duration_seconds(900),
    )
}

/// A client for which HSS, IAM and STS are one scripted server.
fn client(server: &Server, credentials: Credentials) -> Client {
    let builder = server.builder(credentials).project_id(PROJECT_ID);
    builder.clock(&clock()).build().expect("a client")
}

/// All requests, as they were sent.
fn sent(server: &Server) -> String {
    let received = server.received();
    let texts: Vec<_> = received.iter().map(Received::render).collect();
    texts.join("\n--\n")
}

#[tokio::test]
async fn each_source_is_asked_as_the_official_sdk_asks_it() {
    let (_folder, file) = token_file(&format!("{ID_TOKEN}\n"));
    let page = || json(200, EMPTY);
    let pod = Server::start([json(200, &key("FIRST")), page()]).await;
    let uri = format!("{}/v1/credentials", pod.endpoint());
    let pod_credentials = Credentials::pod_identity(uri, &file);
    let cases = [
        (pod_credentials, Some(pod), vec![]),
        (oidc(&file), None, vec![json(201, &key("FIRST")), page()]),
        (
            Credentials::identity_provider("idp", &file),
            None,
            vec![
                json_with(201, ("X-Subject-Token", TOKEN), "{}"),
                json(201, &key("FIRST")),
                page(),
            ],
        ),
        (
            agency(Credentials::access_key(ACCESS_KEY, SECRET_KEY)),
            None,
            vec![json(201, &key("FIRST")), page()],
        ),
        (
            Credentials::token(TOKEN)
                .assume_agency(Agency::new("auditor").account_name("n").account_id("1")),
            None,
            vec![json(201, &key("FIRST")), page()],
        ),
    ];
    let mut texts = String::new();
    for (credentials, server, answers) in cases {
        let kind = credentials.kind();
        let server = match server {
            Some(server) => server,
            None => Server::start(answers).await,
        };
        list(&client(&server, credentials)).await.expect(kind);
        texts += &format!("=== {kind}\n{}\n\n", sent(&server));
    }
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn what_a_source_does_not_give_is_explained_without_a_secret() {
    let (_folder, file) = token_file(ID_TOKEN);
    let (_other, empty) = token_file("\n");
    let (_third, broken) = token_file("two\nlines");
    let denied = r#"{"error":{"code":403,"message":"Policy doesn't allow sts:agencies:assume to be performed.","title":"Forbidden"}}"#;
    let nowhere = Path::new("/nowhere/token");
    let pod = |server: &Server, file: &Path| {
        Credentials::pod_identity(format!("{}/key", server.endpoint()), file)
    };
    type Make<'a> = &'a dyn Fn(&Server) -> Credentials;
    let cases: [(Make<'_>, Vec<u8>); 13] = [
        (&|server| pod(server, nowhere), json(200, "")),
        (&|server| pod(server, &empty), json(200, "")),
        (&|server| pod(server, &broken), json(200, "")),
        (&|server| pod(server, &file), json(401, "")),
        (
            &|server| pod(server, &file),
            json(200, r#"{"secret":"secret-that-nobody-may-see"}"#),
        ),
        (&|_| oidc(nowhere), json(200, "")),
        (&|_| oidc(&file), json(403, denied)),
        (
            &|_| oidc(&file),
            json(
                200,
                &key("FIRST").replace("2026-01-02T05:00:00.000000Z", "nobody-may-see"),
            ),
        ),
        (
            &|_| Credentials::identity_provider("idp", &empty),
            json(200, ""),
        ),
        (
            &|_| Credentials::identity_provider("idp", &file),
            json(401, denied),
        ),
        (
            &|_| Credentials::identity_provider("idp", &file),
            json(201, "{}"),
        ),
        (
            &|_| agency(Credentials::access_key(ACCESS_KEY, SECRET_KEY)),
            json(403, denied),
        ),
        (
            &|_| agency(Credentials::token(TOKEN)),
            json(
                404,
                r#"{"error_code":"APIGW.0101","error_msg":"The API does not exist"}"#,
            ),
        ),
    ];
    let mut texts = String::new();
    for (credentials, answer) in cases {
        let server = Server::start([answer]).await;
        let error = list(&client(&server, credentials(&server))).await;
        let error = error.expect_err("no key");
        assert!(!error.is_retryable(), "{error:?}");
        let text = format!(
            "{:?}, {} attempts: {error}\n",
            error.kind(),
            error.attempts()
        );
        assert!(
            !format!("{text}{error:?}").contains("nobody-may-see"),
            "{text}"
        );
        texts += &text.replace(server.endpoint(), "URL");
    }
    let texts = [file, empty, broken].iter().fold(texts, |texts, file| {
        texts.replace(&file.display().to_string(), "FILE")
    });
    insta::assert_snapshot!(texts);
}

#[tokio::test]
async fn a_token_file_is_read_anew_for_each_renewal() {
    let (_folder, file) = token_file("first");
    let pod = Server::start([json(200, &key("FIRST")), json(200, &key("SECOND"))]).await;
    let hss = Server::start([
        json(200, EMPTY),
        json(
            401,
            r#"{"error_code":"APIGW.0301","error_msg":"ak FIRST not exist"}"#,
        ),
        json(200, EMPTY),
    ])
    .await;
    let credentials = Credentials::pod_identity(format!("{}/key", pod.endpoint()), &file);
    let client = client(&hss, credentials);
    list(&client).await.expect("a page");
    std::fs::write(&file, "second").expect("a file");
    list(&client).await.expect("a page");
    let received = pod.received();
    let shown: Vec<_> = received.iter().map(|r| r.header("authorization")).collect();
    assert_eq!(shown, [Some("first"), Some("second")]);
}

#[tokio::test]
async fn a_temporary_key_that_is_refused_is_renewed_once() {
    let refused = |key: &str| {
        let text = format!("Incorrect IAM authentication information: ak {key} not exist");
        json(
            401,
            &format!(r#"{{"error_code":"APIGW.0301","error_msg":"{text}"}}"#),
        )
    };
    let (_folder, file) = token_file("t");
    for (second, calls) in [("SECOND", 2), ("FIRST", 1)] {
        let pod = Server::start([json(200, &key("FIRST")), json(200, &key(second))]).await;
        let hss = Server::start([refused("FIRST"), refused("SECOND"), json(200, EMPTY)]).await;
        let credentials = Credentials::pod_identity(format!("{}/key", pod.endpoint()), &file);
        let error = list(&client(&hss, credentials)).await.expect_err("refused");
        assert!(error.is_auth());
        // The same key again would only count towards the lock.
        assert_eq!(hss.received().len(), calls, "{second}");
        assert_eq!(error.attempts(), u32::try_from(calls).expect("few"));
        assert_eq!(pod.received().len(), 2);
    }
}

#[tokio::test]
async fn a_source_that_fails_for_now_is_asked_again() {
    let (_folder, file) = token_file("t");
    let metadata_token = || json(200, "t");
    let html = || crate::server::answer(502, "text/html", "<html>bad gateway</html>");
    type Make<'a> = &'a dyn Fn(&Server) -> Credentials;
    let pod: Make<'_> =
        &|server| Credentials::pod_identity(format!("{}/key", server.endpoint()), &file);
    let metadata: Make<'_> = &|server| Credentials::ecs_metadata_at(server.endpoint());
    for (credentials, answers) in [
        (pod, vec![json(500, ""), html(), json(200, &key("FIRST"))]),
        (
            pod,
            vec![Vec::new(), json(429, ""), json(200, &key("FIRST"))],
        ),
        (
            metadata,
            vec![
                json(500, ""),
                metadata_token(),
                json(500, ""),
                json(200, &key("FIRST")),
            ],
        ),
        (
            metadata,
            vec![
                metadata_token(),
                json(429, ""),
                Vec::new(),
                json(200, &key("FIRST")),
            ],
        ),
    ] {
        let (source, count) = (Server::start(answers.clone()).await, answers.len());
        let hss = Server::start([json(200, EMPTY)]).await;
        list(&client(&hss, credentials(&source)))
            .await
            .expect("a page");
        assert_eq!(source.received().len(), count);
    }
    // It does so for a while only, and says that it is no wrong identity.
    for credentials in [pod, metadata] {
        let source = Server::start(vec![json(503, ""); 9]).await;
        let hss = Server::start([json(200, EMPTY)]).await;
        let error = list(&client(&hss, credentials(&source))).await;
        let error = error.expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.is_retryable() && !error.is_auth(), "{error}");
        assert_eq!((error.status(), error.attempts()), (Some(503), 3));
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read() {
    let (_folder, file) = token_file("t");
    let long = format!("{}{}", key("FIRST"), " ".repeat(70_000));
    let pod = Server::start(vec![json(200, &long); 9]).await;
    let hss = Server::start([json(200, EMPTY)]).await;
    let credentials = Credentials::pod_identity(format!("{}/key", pod.endpoint()), file);
    let error = list(&client(&hss, credentials))
        .await
        .expect_err("too long");
    assert!(
        error.to_string().contains("more than 65536 bytes"),
        "{error}"
    );
}

/// By a wrong clock, a key would have ended when it is given, and be asked for all the time.
#[tokio::test]
async fn the_end_of_a_key_is_judged_by_the_clock_of_its_service() {
    let (_folder, file) = token_file("t");
    let date = ("date", "Fri, 02 Jan 2026 02:04:05 GMT");
    let answers = vec![json_with(200, date, &key("FIRST").replace("T05:00", "T03:00")); 40];
    let pod = Server::start(answers).await;
    let hss = Server::start(vec![json(200, EMPTY); 40]).await;
    let credentials = Credentials::pod_identity(format!("{}/key", pod.endpoint()), file);
    let clock = clock();
    let builder = hss.builder(credentials).project_id(PROJECT_ID);
    let client = builder.clock(&clock).build().expect("a client");
    for _ in 0..40 {
        list(&client).await.expect("a page");
        clock.advance(Duration::from_secs(20));
    }
    assert_eq!(pod.received().len(), 1);
    let received = hss.received();
    assert_eq!(received[0].header("x-sdk-date"), Some("20260102T020405Z"));
}

#[test]
fn an_agent_is_on_this_machine_or_next_to_it() {
    let build = |uri: &str| {
        let credentials = Credentials::pod_identity(uri, "/token");
        let builder = Client::builder().region("r-1").project_id(PROJECT_ID);
        builder.credentials(credentials).build()
    };
    for near in ["http://169.254.170.23/v1/credentials", "http://[::1]:8/key"] {
        assert!(build(near).is_ok(), "{near}");
    }
    let error = build("http://192.0.2.1/key").expect_err("plain http to another machine");
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[cfg(feature = "rustls")]
mod tls {
    use super::*;
    use crate::cloud::Cloud;

    #[tokio::test]
    async fn iam_and_sts_are_those_of_the_region_and_the_cloud() {
        let (_folder, file) = token_file(ID_TOKEN);
        let mut texts = String::new();
        for (credentials, region, domain) in [
            (oidc(&file), "tr-west-1", None),
            (oidc(&file), "my-kualalumpur-1", None),
            (oidc(&file), "r-1", Some("cloud.example")),
            (
                Credentials::identity_provider("idp", &file),
                "r-1",
                Some("cloud.example"),
            ),
            (agency(Credentials::token(TOKEN)), "tr-west-1", None),
        ] {
            let hosts = [
                "sts.tr-west-1.myhuaweicloud.com",
                "iam.tr-west-1.myhuaweicloud.com",
                "sts.my-kualalumpur-1.alphaedge.tmone.com.my",
                "sts.r-1.cloud.example",
                "iam.r-1.cloud.example",
            ];
            let cloud = Cloud::start(&hosts, [json(403, "{}")]).await;
            let mut builder = cloud.builder().region(region).project_id(PROJECT_ID);
            if let Some(domain) = domain {
                builder = builder.cloud(domain);
            }
            let client = builder.credentials(credentials).build().expect("a client");
            let error = list(&client).await.expect_err("refused");
            texts += &format!("{region} {domain:?}: {error}\n");
        }
        insta::assert_snapshot!(texts);
    }
}
