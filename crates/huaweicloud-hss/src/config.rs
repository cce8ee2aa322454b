//! Setting up a client.

use std::time::Duration;

use url::Url;

use crate::client::Client;
use crate::transport::Transport;
use crate::{Credentials, Error, ErrorKind, Settings, endpoint, generated, project};

/// How long it may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one request may take in all.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Sets up a [`Client`]. Made by [`Client::builder`] or [`Client::from_env`].
///
/// Needed are credentials and either a region or an endpoint; and a project id, which
/// [`connect`](Self::connect) finds by itself.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct ClientBuilder {
    credentials: Option<Credentials>,
    region: Option<String>,
    endpoint: Option<String>,
    iam_endpoint: Option<String>,
    project_id: Option<String>,
    allow_plain_http: bool,
    timeout: Option<Duration>,
}

impl ClientBuilder {
    /// The region to call, for example `my-kualalumpur-1`. Any id is taken, known to this crate or not.
    ///
    /// It gives the endpoints that are not set, and is sent along, which some regions want.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The address of HSS, in place of the one that follows from the region.
    ///
    /// Plain `http://` works for addresses of this machine only; see
    /// [`allow_plain_http`](Self::allow_plain_http).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The address of IAM, in place of the one that follows from the region. It is asked for the project id
    /// only.
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }

    /// The id of the project whose images are meant.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// How to prove who calls.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Takes what `settings` has, and keeps what is set already for the rest.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.credentials = settings.credentials.or(self.credentials);
        self.project_id = settings.project_id.or(self.project_id);
        self.iam_endpoint = settings.iam_endpoint.or(self.iam_endpoint);
        self
    }

    /// How long one request may take in all; 60 seconds where this is not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Lets credentials go over plain `http://` to other machines, where anyone on the way can read a token
    /// and what is listed.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Of kind [`Project`](ErrorKind::Project): the project id is missing. Of kind
    /// [`Config`](ErrorKind::Config): the credentials, or region and endpoint are missing; an endpoint is no
    /// usable address.
    pub fn build(self) -> Result<Client, Error> {
        let credentials = self.checked_credentials()?;
        let url = self.hss_url()?;
        let project_id = self.project_id.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Project,
                "no project id: set HUAWEICLOUD_SDK_PROJECT_ID, or give it to the client; the console \
                 shows it under \"My Credentials\"",
            )
        })?;
        let inner = generated::hss::Client::new_with_client(
            &endpoint::base(&url),
            self.http_client(&url)?,
            Transport {
                credentials,
                project_id: Some(project_id.clone()),
            },
        );
        Ok(Client::new(inner, project_id, self.region))
    }

    /// Makes the client and, where no project id is set, asks IAM for it: for the project that has the name
    /// of the region or, without a region, for the only project there is.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build); also what can go wrong in asking IAM, and [`Project`](ErrorKind::Project)
    /// where no project or more than one comes into question.
    pub async fn connect(mut self) -> Result<Client, Error> {
        if self.project_id.is_none() {
            let credentials = self.checked_credentials()?;
            self.hss_url()?;
            if let Some(url) = self.iam_url()? {
                let iam = generated::iam::Client::new_with_client(
                    &endpoint::base(&url),
                    self.http_client(&url)?,
                    Transport {
                        credentials,
                        project_id: None,
                    },
                );
                let found = project::discover(&iam, self.region.as_deref()).await;
                self.project_id = Some(found.map_err(|error| self.explain(error))?);
            }
        }
        self.build()
    }

    /// Where only the region led to IAM and it cannot be reached, the missing project id is what the caller
    /// can do something about.
    fn explain(&self, error: Error) -> Error {
        let unreachable = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout);
        if unreachable && self.iam_endpoint.is_none() && self.endpoint.is_none() {
            let message = format!(
                "no project id, and IAM cannot be asked for it ({error}): set HUAWEICLOUD_SDK_PROJECT_ID, or \
                 give it to the client"
            );
            return Error::new(ErrorKind::Project, message);
        }
        error
    }

    fn checked_credentials(&self) -> Result<Credentials, Error> {
        self.credentials.clone().ok_or_else(|| {
            Error::config(
                "no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or \
                 HUAWEICLOUD_SDK_AUTH_TOKEN, or write a profile file ~/.huaweicloud/credentials",
            )
        })
    }

    fn hss_url(&self) -> Result<Url, Error> {
        match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => endpoint::parse(endpoint, self.allow_plain_http),
            (None, Some(region)) => endpoint::of_region("hss", region),
            (None, None) => Err(Error::config(
                "no region and no endpoint: name one, for example the region my-kualalumpur-1",
            )),
        }
    }

    /// Where to ask for the project id.
    ///
    /// A server on this machine stands for the whole cloud, so it is asked itself.
    fn iam_url(&self) -> Result<Option<Url>, Error> {
        if let Some(endpoint) = &self.iam_endpoint {
            return endpoint::parse(endpoint, self.allow_plain_http).map(Some);
        }
        match (&self.endpoint, &self.region) {
            (Some(_), _) => Ok(Some(self.hss_url()?).filter(endpoint::is_loopback)),
            (None, Some(region)) => endpoint::of_region("iam", region).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn http_client(&self, url: &Url) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder();
        if endpoint::is_loopback(url) {
            // A proxy from the environment would be asked for its own loopback, and be shown the credentials.
            builder = builder.no_proxy();
        }
        builder
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(self.timeout.unwrap_or(REQUEST_TIMEOUT))
            // A redirect could take the credentials to another host.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::transport)
    }
}
