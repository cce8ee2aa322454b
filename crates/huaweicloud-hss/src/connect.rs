//! Making a client of what was chosen.

use std::sync::Arc;

use url::Url;

use crate::credentials::metadata::{self, MetadataProvider};
use crate::credentials::password::{Password, PasswordProvider, Scope};
use crate::credentials::{Authenticator, Kind};
use crate::generated::{hss, iam};
use crate::transport::{Policy, Transport};
use crate::{Client, ClientBuilder, Credentials, Error, ErrorKind, endpoint, project};

/// Making the client.
impl ClientBuilder {
    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Of kind [`Project`](ErrorKind::Project): the project id is missing. Of kind
    /// [`Config`](ErrorKind::Config): the credentials, or region and endpoint are missing; an endpoint, the proxy
    /// or a root certificate cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        self.checked_credentials()?;
        self.hss_url()?;
        let project_id = self.project_id.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Project,
                "no project id: set HUAWEICLOUD_SDK_PROJECT_ID, or give it to the client; the console \
                 shows it under \"My Credentials\"",
            )
        })?;
        let scope = Scope::ProjectId(project_id.clone());
        let authenticator = self.authenticator(scope)?;
        self.client(authenticator, project_id)
    }

    /// Makes the client and, where no project id is set, asks IAM for it: for the project that has the name
    /// of the region or the [`project_name`](Self::project_name) or, without either, for the only project there
    /// is. Where the credentials are a password, the token tells it.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build); also what can go wrong in asking IAM, and [`Project`](ErrorKind::Project)
    /// where no project or more than one comes into question.
    pub async fn connect(self) -> Result<Client, Error> {
        if self.project_id.is_some() {
            return self.build();
        }
        let credentials = self.checked_credentials()?;
        self.hss_url()?;
        if let Kind::Password(password) = credentials.source() {
            return self.connect_with_password(password).await;
        }
        let Some(url) = self.iam_url()? else {
            return self.build();
        };
        let name = self.project_name.as_ref().or(self.region.as_ref());
        let scope = Scope::ProjectName(name.cloned().unwrap_or_default());
        let authenticator = self.authenticator(scope)?;
        let iam = self.iam_client(&url, Some(Arc::clone(&authenticator)))?;
        let found = project::discover(&iam, name.map(String::as_str)).await;
        let project_id = found.map_err(|error| self.explain(error))?;
        self.client(authenticator, project_id)
    }

    /// The token that is obtained here serves the first requests, too.
    async fn connect_with_password(&self, password: &Password) -> Result<Client, Error> {
        let Some(name) = self.project_name.as_ref().or(self.region.as_ref()) else {
            return Err(Error::new(
                ErrorKind::Project,
                "no project for the token: set the region, the project name or the project id",
            ));
        };
        let provider = self.password_provider(password, Scope::ProjectName(name.clone()))?;
        let issued = provider.issue().await?;
        let project_id = issued.project_id()?;
        let authenticator = Authenticator::renewed_from(
            issued.credential,
            Arc::new(provider),
            Arc::clone(&self.policy.clock),
        );
        self.client(Arc::new(authenticator), project_id)
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

    fn client(
        &self,
        authenticator: Arc<Authenticator>,
        project_id: String,
    ) -> Result<Client, Error> {
        let url = self.hss_url()?;
        let inner = hss::Client::new_with_client(
            &endpoint::base(&url),
            self.network.client(&url)?,
            self.transport(authenticator, &project_id),
        );
        Ok(Client::new(inner, project_id, Arc::new(self.clone())))
    }

    /// The transport for another project of the same account, in place of `transport`.
    pub(crate) fn transport_for(
        &self,
        transport: &Transport,
        project_id: &str,
    ) -> Result<Transport, Error> {
        let authenticator = match (
            self.checked_credentials()?.source(),
            &transport.authenticator,
        ) {
            // A token is for one project.
            (Kind::Password(_), _) | (_, None) => {
                self.authenticator(Scope::ProjectId(project_id.to_owned()))?
            }
            (_, Some(authenticator)) => Arc::clone(authenticator),
        };
        Ok(self.transport(authenticator, project_id))
    }

    fn transport(&self, authenticator: Arc<Authenticator>, project_id: &str) -> Transport {
        Transport {
            authenticator: Some(authenticator),
            project_id: Some(project_id.to_owned()),
            policy: self.policy.clone(),
            repeatable: false,
        }
    }

    fn checked_credentials(&self) -> Result<&Credentials, Error> {
        self.credentials.as_ref().ok_or_else(|| {
            Error::config(
                "no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or \
                 HUAWEICLOUD_SDK_AUTH_TOKEN, or write a profile file ~/.huaweicloud/credentials",
            )
        })
    }

    /// What proves requests. `scope` is for tokens that are obtained with a password.
    fn authenticator(&self, scope: Scope) -> Result<Arc<Authenticator>, Error> {
        let clock = Arc::clone(&self.policy.clock);
        Ok(Arc::new(match self.checked_credentials()?.source() {
            Kind::Fixed(credential) => Authenticator::fixed(credential.clone(), clock),
            Kind::Provider(provider) => Authenticator::renewed(Arc::clone(provider), clock),
            Kind::Password(password) => {
                let provider = self.password_provider(password, scope)?;
                Authenticator::renewed(Arc::new(provider), clock)
            }
            Kind::Metadata(address, last_resort) => {
                let address = address.as_deref().unwrap_or(metadata::ADDRESS);
                let provider = MetadataProvider {
                    client: self.network.metadata_client(metadata::TIMEOUT)?,
                    endpoint: endpoint::parse_metadata(address)?,
                    last_resort: *last_resort,
                };
                Authenticator::renewed(Arc::new(provider), clock)
            }
        }))
    }

    fn password_provider(
        &self,
        password: &Password,
        scope: Scope,
    ) -> Result<PasswordProvider, Error> {
        let url = self.iam_url()?.ok_or_else(|| {
            Error::config(
                "no address of IAM to obtain a token from: set the region or the IAM endpoint",
            )
        })?;
        Ok(PasswordProvider {
            client: self.iam_client(&url, None)?,
            password: password.clone(),
            scope,
            clock: Arc::clone(&self.policy.clock),
        })
    }

    /// A client for IAM, which counts no call against the rate limit of HSS.
    fn iam_client(
        &self,
        url: &Url,
        authenticator: Option<Arc<Authenticator>>,
    ) -> Result<iam::Client, Error> {
        Ok(iam::Client::new_with_client(
            &endpoint::base(url),
            self.network.client(url)?,
            Transport {
                authenticator,
                project_id: None,
                policy: Policy {
                    rate_limit: None,
                    ..self.policy.clone()
                },
                // A new token does not end the old one, so asking twice does no harm.
                repeatable: true,
            },
        ))
    }

    fn hss_url(&self) -> Result<Url, Error> {
        match (&self.endpoint, &self.region) {
            (Some(endpoint), _) => self.network.parse(endpoint),
            (None, Some(region)) => endpoint::of_region("hss", region),
            (None, None) => Err(Error::config(
                "no region and no endpoint: name one, for example the region my-kualalumpur-1",
            )),
        }
    }

    /// Where to ask for the project id and for tokens.
    ///
    /// A server on this machine stands for the whole cloud, so it is asked itself.
    fn iam_url(&self) -> Result<Option<Url>, Error> {
        if let Some(endpoint) = &self.iam_endpoint {
            return self.network.parse(endpoint).map(Some);
        }
        match (&self.endpoint, &self.region) {
            (Some(_), _) => Ok(Some(self.hss_url()?).filter(endpoint::is_loopback)),
            (None, Some(region)) => endpoint::of_region("iam", region).map(Some),
            (None, None) => Ok(None),
        }
    }
}
