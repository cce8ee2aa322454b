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
    if let Some(region) = flags.region {
        builder = builder.region(region);
    }
    // The project that was chosen on the command line is the one that is meant.
    if let Some(id) = flags.project_id {
        builder = builder.project_id(id);
    }
    if let Some(timeout) = flags.timeout {
        builder = builder.timeout(timeout);
    }
    if let Some(timeout) = flags.connect_timeout {
        builder = builder.connect_timeout(timeout);
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
        say("region", builder.chosen_region().unwrap_or("not given"));
        say("credentials", &credentials);
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

/// The client of a private sandbox, and what its credentials are.
fn of_sandbox(sandbox: &Sandbox) -> (ClientBuilder, String) {
    let credentials = Credentials::access_key(account::ACCESS_KEY, account::SECRET_KEY);
    let kind = credentials.kind().to_owned();
    let builder = Client::builder()
        .endpoint(sandbox.endpoint())
        .region(account::REGION)
        .project_id(account::PROJECT_ID)
        .credentials(credentials);
    (builder, kind)
}

/// The client of the real service, and what its credentials are.
fn of_service(flags: &Connection) -> Result<(ClientBuilder, String), Failure> {
    let mut settings = Settings::load(flags.profile.as_deref()).map_err(Failure::Client)?;
    let credentials = settings.credentials.as_ref();
    let credentials = credentials.map_or_else(|| "none".to_owned(), Credentials::to_string);
    let region = flags.region.is_some() || settings.region.is_some();
    if !region && flags.endpoint.is_none() {
        return Err(Failure::Config(
            "no region and no endpoint: give --region, for example ap-southeast-3, or --endpoint; to try \
             without an account, use --sandbox"
                .to_owned(),
        ));
    }
    if let Some(name) = &flags.project_name {
        settings.project_name = Some(name.clone());
        settings.project_id = None;
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
    if let Some(address) = &flags.proxy {
        builder = builder.proxy(address);
    }
    if let Some(file) = &flags.ca_file {
        let pem = std::fs::read(file).map_err(|error| {
            Failure::Config(format!("cannot read --ca-file {}: {error}", file.display()))
        })?;
        builder = builder.root_certificates(pem);
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
    if let Some(proxy) = hss.proxy() {
        say("proxy", proxy);
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
