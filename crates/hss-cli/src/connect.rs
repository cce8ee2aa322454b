//! From the connection flags to a client: of the real service, or of a private sandbox.

use std::io::{self, Write};
use std::time::Duration;

use hss_sandbox::{Sandbox, account};
use huaweicloud_hss::{Client, ClientBuilder, Credentials, Settings};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::text;
use crate::progress::Progress;

/// A client, and what it talks to where that lives in this process.
pub(crate) struct Connected {
    pub(crate) client: Client,
    /// Serves until it is dropped.
    _sandbox: Option<Sandbox>,
}

/// Connects as the flags say, and asks IAM for the project id where none is given. With `verbose`, says on stderr
/// what it does before it does it.
pub(crate) async fn connect(
    flags: Connection,
    verbose: bool,
    progress: &Progress,
) -> Result<Connected, Failure> {
    let sandbox = if flags.sandbox {
        Some(Sandbox::builder().start().await.map_err(Failure::Sandbox)?)
    } else {
        None
    };
    let (mut builder, credentials) = match &sandbox {
        Some(sandbox) => of_sandbox(sandbox),
        None => of_service(&flags)?,
    };
    let usual = sandbox.is_some().then_some(account::REGION);
    let region = flags.region.as_deref().or(usual);
    if let Some(region) = region {
        builder = builder.region(region);
    }
    if let Some(id) = flags.project_id {
        builder = builder.project_id(id);
    }
    if let Some(limit) = flags.rate {
        builder = builder.rate_limit(limit);
    }
    if flags.no_wait {
        builder = builder.throttle_wait(Duration::ZERO);
    }
    let progress = progress.clone();
    builder = builder.on_throttle(move |throttle| progress.wait(throttle));
    if verbose {
        say_addresses(&builder, sandbox.is_some());
        say("region", region.unwrap_or("not given"));
        say("credentials", credentials);
    }
    let client = builder.connect().await.map_err(Failure::Client)?;
    if verbose {
        say("project id", client.project_id());
    }
    Ok(Connected {
        client,
        _sandbox: sandbox,
    })
}

/// The client of a private sandbox, and the kind of its credentials.
fn of_sandbox(sandbox: &Sandbox) -> (ClientBuilder, &'static str) {
    let credentials = Credentials::access_key(account::ACCESS_KEY, account::SECRET_KEY);
    let kind = credentials.kind();
    let builder = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(account::PROJECT_ID)
        .credentials(credentials);
    (builder, kind)
}

/// The client of the real service, and the kind of its credentials.
fn of_service(flags: &Connection) -> Result<(ClientBuilder, &'static str), Failure> {
    let settings = Settings::load(flags.profile.as_deref()).map_err(Failure::Client)?;
    let credentials = settings
        .credentials
        .as_ref()
        .map_or("none", Credentials::kind);
    if flags.region.is_none() && flags.endpoint.is_none() {
        return Err(Failure::Config(
            "no region and no endpoint: give --region, for example ap-southeast-3, or --endpoint; to try \
             without an account, use --sandbox"
                .to_owned(),
        ));
    }
    let mut builder = Client::builder().settings(settings);
    if let Some(domain) = &flags.cloud {
        builder = builder.cloud(domain);
    }
    if let Some(endpoint) = &flags.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if let Some(endpoint) = &flags.iam_endpoint {
        builder = builder.iam_endpoint(endpoint);
    }
    Ok((builder, credentials))
}

/// What cannot be used is told by the failure that follows.
fn say_addresses(builder: &ClientBuilder, is_private: bool) {
    let Ok(addresses) = builder.addresses() else {
        return;
    };
    let hss = &addresses.hss;
    if is_private {
        say("HSS", &format!("{} (a private sandbox)", hss.url()));
    } else {
        say("HSS", &format!("{} ({})", hss.url(), hss.source()));
    }
    match &addresses.iam {
        Some(iam) => say("IAM", &format!("{} ({})", iam.url(), iam.source())),
        None => say("IAM", "not known"),
    }
}

/// A line for people. Where stderr is closed there is no one to read it.
fn say(label: &str, text: &str) {
    let label = format!("{label}:");
    drop(writeln!(
        io::stderr(),
        "{label:<12} {}",
        text::visible(text)
    ));
}
