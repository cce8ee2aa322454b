//! Runs one case.

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use futures::{Stream, TryStreamExt as _};
use hss_test_util::{Account, Clock, Fault, Rule, SandboxBuilder, account};
use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::types::ImageType;
use huaweicloud_hss::{Client, Credentials, Error, ErrorKind, RetryPolicy};
use serde_json::Value;
use tokio::time::timeout;

use super::case::{Case, Login};
use super::judge::{Evidence, difference};

/// No run takes nearly so long; one that does hangs.
const HANG: Duration = Duration::from_secs(120);

/// How a listing ended, where it was right or said that it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Whole, in one pass.
    Exact,
    /// Whole, in several passes.
    Repaired,
    /// Without proof that it is whole, as the caller had allowed.
    Accepted,
    /// With an error of this kind.
    Failed(&'static str),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact => f.write_str("exact"),
            Self::Repaired => f.write_str("exact after another pass"),
            Self::Accepted => f.write_str("reported as unproven"),
            Self::Failed(kind) => write!(f, "error: {kind}"),
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Ran {
    /// How it ended, or what was wrong with it.
    pub outcome: Result<Outcome, String>,
    /// How often each fault struck, by its name.
    pub struck: BTreeMap<&'static str, u64>,
}

/// Runs a case. A panic and a hang are differences, too.
pub(super) async fn run(case: Case) -> Ran {
    let failed = |reason: String| Ran {
        outcome: Err(reason),
        struck: BTreeMap::new(),
    };
    match timeout(HANG, tokio::spawn(listing(case))).await {
        Ok(Ok(ran)) => ran,
        Ok(Err(panic)) => failed(format!("it panicked: {panic}")),
        Err(_) => failed(format!("it did not end within {} s", HANG.as_secs())),
    }
}

async fn listing(case: Case) -> Ran {
    // Whoever follows a redirect comes here.
    let trap = TcpListener::bind("127.0.0.1:0").expect("a free port");
    trap.set_nonblocking(true).expect("a loopback socket");
    let elsewhere = trap.local_addr().expect("an address");
    let secrets = secrets(case.seed);
    let mut builder = SandboxBuilder::default()
        .images(case.images)
        .seed(case.seed)
        .account(secrets.clone());
    // The waits of the client are those that the sandbox counts.
    let clock = ManualClock::new(SystemTime::now());
    let followed = clock.clone();
    builder = builder.clock(Clock::following(move || followed.time()));
    if let Some(limit) = case.limit_of_calls {
        builder = builder.call_limit(limit);
    }
    for rule in &case.rules {
        builder = builder.fault(aimed(*rule, elsewhere));
    }
    let sandbox = builder.start().await.expect("the sandbox starts");
    let of_type = |records: Vec<Value>| -> Vec<Value> {
        let kept = records.into_iter();
        kept.filter(|record| record["image_type"] == case.image_type)
            .collect()
    };
    let before = of_type(sandbox.records().await);

    let client = client(&case, &secrets, &clock, &sandbox.endpoint());
    let mut request = client
        .list_swr_image_repository()
        .image_type(ImageType::other(case.image_type));
    if let Some(limit) = case.limit {
        request = request.limit(limit);
    }
    let (found, error, summary) = if case.json {
        let mut items = request
            .items_json()
            .concurrency(case.concurrency)
            .passes(case.passes);
        if case.accept_changes {
            items = items.accept_changes();
        }
        if case.verify {
            items = items.verify();
        }
        let mut as_json = (&mut items)
            .map_ok(|image| serde_json::from_str(image.get()).expect("a record is JSON"));
        let (found, error) = drain(&mut as_json).await;
        (found, error, items.summary())
    } else {
        let mut items = request
            .items()
            .concurrency(case.concurrency)
            .passes(case.passes);
        if case.accept_changes {
            items = items.accept_changes();
        }
        if case.verify {
            items = items.verify();
        }
        let mut as_json =
            (&mut items).map_ok(|image| serde_json::to_value(image).expect("a record is JSON"));
        let (found, error) = drain(&mut as_json).await;
        (found, error, items.summary())
    };

    let after = of_type(sandbox.records().await);
    let struck = sandbox.struck();
    let any_struck = !struck.is_empty();
    let evidence = Evidence {
        case: &case,
        inserted: inserts(&case, &struck),
        before,
        after,
        found,
        summary,
        failed: error.is_some(),
    };
    let outcome = difference(&evidence).and_then(|()| match &error {
        Some(error) => blame(error, &secrets, any_struck),
        None if !evidence.summary.stable => Ok(Outcome::Accepted),
        None if evidence.summary.passes > 1 => Ok(Outcome::Repaired),
        None => Ok(Outcome::Exact),
    });
    let outcome = match trap.accept() {
        Ok(_) => Err("it followed a redirect to another host".to_owned()),
        Err(_) => outcome,
    };
    sandbox.shutdown().await;
    Ran { outcome, struck }
}

/// Credentials that occur nowhere else, so that they are found wherever they should not be.
fn secrets(seed: u64) -> Account {
    let mut rng = Rng::with_seed(seed);
    let mut word = |name: &str| format!("{name}-{:032x}", rng.u128(..));
    Account {
        access_key: word("key"),
        secret_key: word("secret"),
        password: word("password"),
    }
}

/// The security token of a temporary key.
fn security_token(account: &Account) -> String {
    format!("temporary-{}", account.access_key)
}

/// The rule with the address that a redirect really leads to.
fn aimed(rule: Rule, elsewhere: std::net::SocketAddr) -> Rule {
    match rule.fault() {
        Fault::Redirect(_) => rule.with(Fault::Redirect(elsewhere)),
        _ => rule,
    }
}

fn client(case: &Case, secrets: &Account, clock: &ManualClock, endpoint: &str) -> Client {
    let (access_key, secret_key) = (&secrets.access_key, &secrets.secret_key);
    let credentials = match case.login {
        Login::Key => Credentials::access_key(access_key, secret_key),
        Login::TemporaryKey => {
            Credentials::temporary_access_key(access_key, secret_key, security_token(secrets))
        }
        Login::Password => {
            Credentials::password(account::ACCOUNT, account::USER, &secrets.password)
        }
    };
    Client::builder()
        .endpoint(endpoint)
        .region(account::REGION)
        .project_id(account::PROJECT_ID)
        .credentials(credentials)
        .retry(RetryPolicy::default().attempts(case.attempts))
        .attempt_timeout(case.attempt_timeout)
        .clock(clock)
        .build()
        .expect("a client")
}

async fn drain(
    items: &mut (impl Stream<Item = Result<Value, Error>> + Unpin),
) -> (Vec<Value>, Option<Error>) {
    let mut found = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(record)) => found.push(record),
            Ok(None) => return (found, None),
            Err(error) => return (found, Some(error)),
        }
    }
}

/// How many images faults can have added at most.
fn inserts(case: &Case, struck: &BTreeMap<&'static str, u64>) -> usize {
    let most = case.rules.iter().map(|rule| match rule.fault() {
        Fault::Insert(n) => n as usize,
        _ => 0,
    });
    let times = struck.get("insert").copied().unwrap_or(0);
    most.max().unwrap_or(0) * usize::try_from(times).unwrap_or(usize::MAX)
}

/// Whether an error is of a kind that a misbehaving service can cause, and tells nothing that is secret.
fn blame(error: &Error, secrets: &Account, any_struck: bool) -> Result<Outcome, String> {
    let mut said = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        said += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    let token = security_token(secrets);
    for secret in [&secrets.secret_key, &secrets.password, &token, "MIISANDBOX"] {
        if said.contains(secret) {
            return Err(format!(
                "an error of kind {:?} tells a credential",
                error.kind()
            ));
        }
    }
    if !any_struck {
        return Err(format!("it failed though nothing went wrong: {error}"));
    }
    let kind = match error.kind() {
        ErrorKind::Connection => "connection",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Service => "service",
        ErrorKind::Response => "response",
        ErrorKind::Incomplete => "incomplete",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Credentials => "credentials",
        kind => return Err(format!("an error of the unexpected kind {kind:?}: {error}")),
    };
    Ok(Outcome::Failed(kind))
}
