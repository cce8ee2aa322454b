//! From the connection flags to a client: of the real service, or of a private sandbox.

use std::fmt;

use hss_sandbox::{Sandbox, account};
use huaweicloud_hss::{Client, Credentials, Settings};

use crate::args::Connection;
use crate::failure::Failure;
use crate::output::text;

/// A client, and what it talks to where that lives in this process.
pub(crate) struct Connected {
    pub(crate) client: Client,
    region: Option<String>,
    credentials: &'static str,
    /// Serves until it is dropped.
    sandbox: Option<Sandbox>,
}

/// Connects as the flags say, and asks IAM for the project id where none is given.
pub(crate) async fn connect(flags: Connection) -> Result<Connected, Failure> {
    if flags.sandbox {
        private_sandbox(flags).await
    } else {
        service(flags).await
    }
}

async fn private_sandbox(flags: Connection) -> Result<Connected, Failure> {
    let sandbox = Sandbox::builder().start().await.map_err(Failure::Sandbox)?;
    let region = flags.region.unwrap_or_else(|| account::REGION.to_owned());
    let credentials = Credentials::access_key(account::ACCESS_KEY, account::SECRET_KEY);
    let kind = credentials.kind();
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .region(&region)
        .project_id(
            flags
                .project_id
                .unwrap_or_else(|| account::PROJECT_ID.to_owned()),
        )
        .credentials(credentials)
        .build()
        .map_err(Failure::Client)?;
    Ok(Connected {
        client,
        region: Some(region),
        credentials: kind,
        sandbox: Some(sandbox),
    })
}

async fn service(flags: Connection) -> Result<Connected, Failure> {
    let settings = Settings::load(flags.profile.as_deref()).map_err(Failure::Client)?;
    let kind = settings
        .credentials
        .as_ref()
        .map_or("none", Credentials::kind);
    if flags.region.is_none() && flags.endpoint.is_none() {
        return Err(Failure::Config(
            "no region and no endpoint: give --region, for example my-kualalumpur-1, or --endpoint; to try \
             without an account, use --sandbox"
                .to_owned(),
        ));
    }
    let mut builder = Client::builder().settings(settings);
    if let Some(region) = &flags.region {
        builder = builder.region(region);
    }
    if let Some(endpoint) = flags.endpoint {
        builder = builder.endpoint(endpoint);
    }
    if let Some(endpoint) = flags.iam_endpoint {
        builder = builder.iam_endpoint(endpoint);
    }
    if let Some(id) = flags.project_id {
        builder = builder.project_id(id);
    }
    let client = builder.connect().await.map_err(Failure::Client)?;
    Ok(Connected {
        client,
        region: flags.region,
        credentials: kind,
        sandbox: None,
    })
}

impl fmt::Display for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let private = if self.sandbox.is_some() {
            " (a private sandbox)"
        } else {
            ""
        };
        writeln!(f, "endpoint:    {}{private}", self.client.endpoint())?;
        let project_id = text::visible(self.client.project_id());
        writeln!(f, "project id:  {project_id}")?;
        let region = self.region.as_deref().unwrap_or("not given");
        writeln!(f, "region:      {region}")?;
        write!(f, "credentials: {}", self.credentials)
    }
}
