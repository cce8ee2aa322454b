//! No text that this crate makes holds a secret: not `Debug`, not an error, not a span.

use std::panic::AssertUnwindSafe;

use futures::TryStreamExt;
use huaweicloud_hss::{
    Client, Credential, CredentialProvider, Credentials, Error, OidcAgency, RateLimit, RetryPolicy,
};

use crate::client::{ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOKEN, list};
use crate::server::{Server, json, json_with};
use crate::spans::Recorder;

const PASSWORD: &str = "password-that-nobody-may-see";
const PROXY: &str = "proxy-that-nobody-may-see";
const RECORD: &str = "record-that-no-log-may-have";

#[derive(Debug)]
struct Own;

impl CredentialProvider for Own {
    async fn credential(&self) -> Result<Credential, Error> {
        Ok(Credential::temporary_access_key(
            ACCESS_KEY, SECRET_KEY, TOKEN,
        ))
    }
}

fn leaks(text: &str) -> Vec<&'static str> {
    [TOKEN, ACCESS_KEY, SECRET_KEY, PASSWORD, PROXY]
        .into_iter()
        .filter(|secret| text.contains(secret))
        .collect()
}

#[tokio::test]
async fn no_text_of_this_crate_holds_a_secret() {
    let recorder = Recorder::start();
    for credentials in [
        Credentials::token(TOKEN),
        Credentials::access_key(ACCESS_KEY, SECRET_KEY),
        Credentials::temporary_access_key(ACCESS_KEY, SECRET_KEY, TOKEN),
        Credentials::password("sandbox", "user", PASSWORD),
        Credentials::provider(Own),
    ] {
        let page = format!(r#"{{"total_num":1,"data_list":[{{"id":1,"image_name":"{RECORD}"}}]}}"#);
        let mut answers = vec![
            json(401, "{}"),
            json(503, "<html>"),
            json(200, r#"{"total_num":1,"data_list":[{"id":"x"}]}"#),
            json(200, &page),
            Vec::new(),
        ];
        if credentials.kind() == "password" {
            let body = format!(r#"{{"token":{{"project":{{"id":"{PROJECT_ID}"}}}}}}"#);
            let token = json_with(201, ("x-subject-token", TOKEN), &body);
            // A token that is refused is renewed once, unless it is the same again.
            answers.insert(1, token.clone());
            answers.insert(0, token);
        }
        let server = Server::start(answers).await;
        let builder = server
            .builder(credentials.clone())
            .project_id(PROJECT_ID)
            .rate_limit(RateLimit::per_second(1_000));
        let proxied = builder
            .clone()
            .proxy(format!("http://user:{PROXY}@proxy.example"));
        let client = builder.build().expect("a client");
        let mut shown = format!("{credentials:?} {proxied:?} {client:?}");
        let request = client
            .list_swr_image_repository()
            .image_type("private_image")
            .namespace(RECORD);
        shown += &format!("{request:?}").replace(RECORD, "");
        for _ in 0..3 {
            let error = list(&client).await.expect_err("failed");
            shown += &format!("{error} {error:?}");
        }
        let mut items = Box::pin(request.items());
        items.try_next().await.expect("a record").expect("a record");
        let error = list(&client).await.expect_err("broken");
        shown += &format!("{error} {error:?}");
        assert_eq!(leaks(&shown), [""; 0], "{shown}");
        assert!(!shown.contains("Signature="), "{shown}");
    }
    let recorded = recorder.text();
    assert!(recorded.contains("hss.attempt"), "{recorded}");
    assert_eq!(leaks(&recorded), [""; 0]);
    assert!(!recorded.contains("Signature="));
    // Filters and records are nobody's business either.
    assert!(!recorded.contains(RECORD), "{recorded}");
}

#[tokio::test]
async fn a_panic_of_a_program_that_holds_a_client_shows_no_secret() {
    let client = Client::builder()
        .region("my-kualalumpur-1")
        .project_id(PROJECT_ID)
        .credentials(Credentials::access_key(ACCESS_KEY, SECRET_KEY))
        .retry(RetryPolicy::none())
        .build();
    let panicking = AssertUnwindSafe(|| client.expect_err("it is usable"));
    let panic = std::panic::catch_unwind(panicking).expect_err("panics");
    let text = panic.downcast_ref::<String>().expect("a text");
    assert!(text.contains("Client"), "{text}");
    assert_eq!(leaks(text), [""; 0], "{text}");
}

/// A server that says back what it was sent, as a proxy that explains itself might.
#[tokio::test]
async fn no_error_of_a_source_quotes_what_the_source_was_asked_with() {
    const ID_TOKEN: &str = "id-token-that-\"nobody\"-may-see";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, ID_TOKEN).expect("a file");
    let plain = format!("you sent {ID_TOKEN} {PASSWORD} {TOKEN}");
    let escaped = serde_json::json!({"error_code": "X.1", "error_msg": plain}).to_string();
    for body in [plain, escaped] {
        let denied = || json(403, &body);
        let server = Server::start([denied()]).await;
        let pod = format!("{}/key", server.endpoint());
        let oidc = OidcAgency::new("p", "a", &file);
        let unscoped = json_with(201, ("x-subject-token", TOKEN), "{}");
        for (credentials, answers) in [
            (Credentials::pod_identity(pod, &file), None),
            (Credentials::oidc(oidc.clone()), Some(vec![denied()])),
            (
                Credentials::oidc(oidc.id_token(ID_TOKEN)),
                Some(vec![denied()]),
            ),
            (
                Credentials::identity_provider("i", &file),
                Some(vec![denied()]),
            ),
            (
                Credentials::identity_provider("i", &file),
                Some(vec![unscoped, denied()]),
            ),
            (
                Credentials::password("sandbox", "user", PASSWORD),
                Some(vec![denied()]),
            ),
        ] {
            let kind = credentials.kind();
            let other = match answers {
                Some(answers) => Server::start(answers).await,
                None => Server::start([denied()]).await,
            };
            let builder = other.builder(credentials).project_id(PROJECT_ID);
            let error = list(&builder.build().expect("a client"))
                .await
                .expect_err(kind);
            let text = format!("{error} {error:?}");
            assert!(!text.contains("may-see"), "{kind}: {text}");
            assert_eq!(error.status(), Some(403), "{kind}");
        }
    }
}
