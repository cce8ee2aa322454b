//! Credentials that are renewed while calls go on: what hangs, and who goes away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use huaweicloud_hss::{Client, Credential, CredentialProvider, Credentials, Error};
use tokio::sync::Semaphore;

use crate::client::{EMPTY, PROJECT_ID, clock, list};
use crate::server::{Server, json};

/// Gives a new token whenever the test lets it.
#[derive(Debug, Clone)]
struct Gated {
    asked: Arc<AtomicUsize>,
    allowed: Arc<Semaphore>,
}

impl Gated {
    fn new() -> Self {
        Self {
            asked: Arc::default(),
            allowed: Arc::new(Semaphore::new(0)),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl CredentialProvider for Gated {
    async fn credential(&self) -> Result<Credential, Error> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let permit = self.allowed.acquire().await.map_err(Error::credentials)?;
        permit.forget();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        let life = Duration::from_secs(3_600) * u32::try_from(number + 1).unwrap_or(1);
        Ok(Credential::token(format!("token-{number}")).expires_at(start + life))
    }
}

struct Setting {
    source: Gated,
    server: Server,
    client: Client,
    clock: huaweicloud_hss::test_util::ManualClock,
}

async fn setting() -> Setting {
    let (source, clock) = (Gated::new(), clock());
    let server = Server::start(vec![json(200, EMPTY); 1_000]).await;
    let builder = server.builder(Credentials::provider(source.clone()));
    let builder = builder.project_id(PROJECT_ID).clock(&clock);
    Setting {
        client: builder.build().expect("a client"),
        source,
        server,
        clock,
    }
}

impl Setting {
    /// Begins a call, and gives it up once the source was asked so often.
    async fn call_until_asked(&self, often: usize) {
        let asked = async {
            while self.source.asked() < often {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = list(&self.client) => {}
            () = asked => {}
        }
    }

    fn last_token(&self) -> Option<String> {
        let received = self.server.received();
        Some(received.last()?.header("x-auth-token")?.to_owned())
    }
}

#[tokio::test]
async fn a_renewal_that_hangs_holds_up_no_call_with_a_valid_credential() {
    let set = setting().await;
    set.source.allowed.add_permits(1);
    list(&set.client).await.expect("a page");
    set.clock.advance(Duration::from_secs(30 * 60));
    for _ in 0..20 {
        list(&set.client).await.expect("a page");
    }
    assert_eq!(set.source.asked(), 2);
    assert_eq!(set.last_token().as_deref(), Some("token-0"));
    // It is taken as soon as it is there.
    set.source.allowed.add_permits(1);
    while set.last_token().as_deref() == Some("token-0") {
        list(&set.client).await.expect("a page");
    }
    assert_eq!(set.source.asked(), 2);
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_the_renewal_to_the_others() {
    let set = setting().await;
    // Nobody waits any more when the credential comes.
    set.call_until_asked(1).await;
    set.source.allowed.add_permits(1);
    list(&set.client).await.expect("a page");
    assert_eq!(set.source.asked(), 1);
    assert_eq!(set.last_token().as_deref(), Some("token-0"));

    // The same with a renewal ahead of the end: the next one is not kept from being renewed in time.
    set.clock.advance(Duration::from_secs(30 * 60));
    set.call_until_asked(2).await;
    set.source.allowed.add_permits(1);
    while set.last_token().as_deref() == Some("token-0") {
        list(&set.client).await.expect("a page");
    }
    set.clock.advance(Duration::from_secs(65 * 60));
    set.source.allowed.add_permits(1);
    while set.last_token().as_deref() == Some("token-1") {
        list(&set.client).await.expect("a page");
    }
    assert_eq!(set.source.asked(), 3);
}

/// Each runtime of its own is one that a renewal can end with.
#[test]
fn a_renewal_that_ended_with_its_runtime_begins_anew() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let keeper = runtime();
    let set = keeper.block_on(setting());
    let keeper = std::thread::spawn(move || keeper.block_on(std::future::pending::<()>()));
    runtime().block_on(set.call_until_asked(1));
    set.source.allowed.add_permits(1);
    runtime().block_on(async { list(&set.client).await.expect("a page") });
    assert_eq!(set.source.asked(), 2);
    drop(keeper);
}

#[derive(Debug)]
struct Panicking;

impl CredentialProvider for Panicking {
    async fn credential(&self) -> Result<Credential, Error> {
        panic!("a fault of the program")
    }
}

#[tokio::test]
async fn a_source_that_panics_is_an_error_for_all_that_wait() {
    let server = Server::start([json(200, EMPTY)]).await;
    let builder = server.builder(Credentials::provider(Panicking));
    let client = builder.project_id(PROJECT_ID).build().expect("a client");
    let calls = futures::future::join_all((0..5).map(|_| list(&client))).await;
    for call in calls {
        let error = call.expect_err("no credential");
        assert_eq!(error.to_string(), "the source of the credentials panicked");
    }
}

/// What a program's own source fails with.
#[derive(Debug)]
struct Sealed;

impl std::fmt::Display for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the vault is sealed")
    }
}

impl std::error::Error for Sealed {}

impl CredentialProvider for Sealed {
    async fn credential(&self) -> Result<Credential, Error> {
        Err(Error::credentials(Sealed))
    }
}

#[tokio::test]
async fn the_cause_of_a_source_can_be_told_apart() {
    use std::error::Error as _;

    let server = Server::start([json(200, EMPTY)]).await;
    let builder = server.builder(Credentials::provider(Sealed));
    let client = builder.project_id(PROJECT_ID).build().expect("a client");
    let error = list(&client).await.expect_err("sealed");
    assert!(error.source().expect("a cause").is::<Sealed>());
}

#[tokio::test]
async fn a_credential_that_cannot_be_one_is_an_error_of_the_source() {
    #[derive(Debug)]
    struct Blank;

    impl CredentialProvider for Blank {
        async fn credential(&self) -> Result<Credential, Error> {
            Ok(Credential::access_key("A", "secret-that-nobody-may-see\n"))
        }
    }

    let server = Server::start([json(200, EMPTY)]).await;
    let builder = server.builder(Credentials::provider(Blank));
    let client = builder.project_id(PROJECT_ID).build().expect("a client");
    let error = list(&client).await.expect_err("a line break");
    let text = error.to_string();
    assert_eq!(
        text,
        "the secret key begins or ends with a blank or a line break"
    );
    assert!(server.received().is_empty());
}
