//! Sources of credentials that a program brings along.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use huaweicloud_hss::{Client, Credential, CredentialProvider, Credentials, Error, ErrorKind};

use crate::client::{EMPTY, PROJECT_ID, clock, list};
use crate::server::{Server, json};

/// Gives a new token each time it is asked.
#[derive(Debug, Clone, Default)]
struct Numbered {
    asked: Arc<AtomicU32>,
    life: Option<Duration>,
}

impl CredentialProvider for Numbered {
    async fn credential(&self) -> Result<Credential, Error> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        if number == 7 {
            return Err(Error::credentials("the vault is sealed"));
        }
        let credential = Credential::token(format!("token-{number}"));
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        Ok(match self.life {
            Some(life) => credential.expires_at(start + life),
            None => credential,
        })
    }
}

fn client(
    server: &Server,
    provider: &Numbered,
    clock: &huaweicloud_hss::test_util::ManualClock,
) -> Client {
    server
        .builder(Credentials::provider(provider.clone()))
        .project_id(PROJECT_ID)
        .clock(clock)
        .build()
        .expect("a client")
}

#[tokio::test]
async fn a_credential_without_an_end_is_kept_until_it_is_refused() {
    let server = Server::start([
        json(200, EMPTY),
        json(200, EMPTY),
        json(401, r#"{"error_code":"APIGW.0307"}"#),
        json(200, EMPTY),
    ])
    .await;
    let (provider, clock) = (Numbered::default(), clock());
    let client = client(&server, &provider, &clock);
    list(&client).await.expect("a page");
    clock.advance(Duration::from_secs(1_000_000));
    list(&client).await.expect("a page");
    list(&client).await.expect("a page");
    assert_eq!(provider.asked.load(Ordering::Relaxed), 2);
    let received = server.received();
    let tokens: Vec<_> = received.iter().map(|r| r.header("x-auth-token")).collect();
    assert_eq!(
        tokens,
        ["token-0", "token-0", "token-0", "token-1"].map(Some)
    );
}

#[tokio::test]
async fn a_short_life_does_not_mean_a_question_for_each_request() {
    let server = Server::start(vec![json(200, EMPTY); 10]).await;
    let provider = Numbered {
        life: Some(Duration::from_secs(600)),
        ..Numbered::default()
    };
    let clock = clock();
    let client = client(&server, &provider, &clock);
    for _ in 0..10 {
        list(&client).await.expect("a page");
        clock.advance(Duration::from_secs(30));
    }
    // After the first third of its life, and not before.
    assert_eq!(provider.asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_failure_of_the_source_ends_the_call() {
    let server = Server::start([json(200, EMPTY)]).await;
    let provider = Numbered::default();
    provider.asked.store(7, Ordering::Relaxed);
    let client = client(&server, &provider, &clock());
    let error = list(&client).await.expect_err("sealed");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.to_string(), "the vault is sealed");
    list(&client).await.expect("it is asked again");
}
