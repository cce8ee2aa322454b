//! Making a client of what was chosen.

use std::sync::Arc;

use crate::addresses::{Address, AddressSource, HSS, IAM, Service};
use crate::credentials::metadata::{self, MetadataProvider};
use crate::credentials::password::{Password, PasswordProvider, Scope};
use crate::credentials::{Authenticator, Kind};
use crate::generated::{hss, iam};
use crate::pace::Paces;
use crate::transport::{Policy, Transport};
use crate::{Client, ClientBuilder, Credentials, Error, ErrorKind, endpoint, project};

/// Making the client.
impl ClientBuilder {
    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Of kind [`Project`](ErrorKind::Project): the project id is missing. Of kind
    /// [`Config`](ErrorKind::Config): the credentials, or region and endpoint are missing; an endpoint, a cloud,
    /// the proxy or a root certificate cannot be used.
    pub fn build(self) -> Result<Client, Error> {
        self.checked_credentials()?;
        let address = self.hss_address()?;
        let project_id = self.project_id.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Project,
                "no project id: set HUAWEICLOUD_SDK_PROJECT_ID, or give it to the client; the console \
                 shows it under \"My Credentials\"",
            )
        })?;
        let scope = Scope::ProjectId(project_id.clone());
        let authenticator = self.authenticator(scope)?;
        self.client(&address, authenticator, project_id)
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
        let hss = self.hss_address()?;
        if let Kind::Password(password) = credentials.source() {
            return self.connect_with_password(&hss, password).await;
        }
        let Some(iam) = self.iam_address(&hss)? else {
            return Err(Error::new(
                ErrorKind::Project,
                format!(
                    "no project id, and no address of IAM to ask for it, since {} does not tell the cloud: set the \
                     project id (HUAWEICLOUD_SDK_PROJECT_ID; the console shows it under \"My Credentials\"), or \
                     the address of IAM (HUAWEICLOUD_SDK_IAM_ENDPOINT)",
                    hss.url()
                ),
            ));
        };
        let name = self.project_name.as_ref().or(self.region.as_ref());
        let scope = Scope::ProjectName(name.cloned().unwrap_or_default());
        let authenticator = self.authenticator(scope)?;
        let client = self.iam_client(&iam, Some(Arc::clone(&authenticator)))?;
        let found = project::discover(&client, name.map(String::as_str)).await;
        let project_id = found.map_err(|error| explain(error, &iam))?;
        self.client(&hss, authenticator, project_id)
    }

    /// The token that is obtained here serves the first requests, too.
    async fn connect_with_password(
        &self,
        hss: &Address,
        password: &Password,
    ) -> Result<Client, Error> {
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
        self.client(hss, Arc::new(authenticator), project_id)
    }

    fn client(
        &self,
        address: &Address,
        authenticator: Arc<Authenticator>,
        project_id: String,
    ) -> Result<Client, Error> {
        let inner = hss::Client::new_with_client(
            address.url(),
            self.network.client(address.as_url())?,
            Transport {
                authenticator: Some(authenticator),
                project_id: Some(project_id.clone()),
                policy: self.policy.clone(),
                paces: Paces::of(address.url(), &self.policy.clock),
                repeatable: false,
                unresolved_advice: self.unresolved_advice(&HSS, address),
            },
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
        Ok(Transport {
            authenticator: Some(authenticator),
            project_id: Some(project_id.to_owned()),
            ..transport.clone()
        })
    }

    fn unresolved_advice(&self, service: &Service, address: &Address) -> Option<String> {
        let region = self.region.as_deref()?;
        Some(service.unresolved_advice(region, address))
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
        let address = self.iam_address(&self.hss_address()?)?.ok_or_else(|| {
            Error::config(
                "no address of IAM to obtain a token from: set the region, the cloud, or the address of IAM \
                 (HUAWEICLOUD_SDK_IAM_ENDPOINT)",
            )
        })?;
        Ok(PasswordProvider {
            client: self.iam_client(&address, None)?,
            password: password.clone(),
            scope,
            clock: Arc::clone(&self.policy.clock),
        })
    }

    /// A client for IAM, which counts no call against the rate limit of HSS.
    fn iam_client(
        &self,
        address: &Address,
        authenticator: Option<Arc<Authenticator>>,
    ) -> Result<iam::Client, Error> {
        Ok(iam::Client::new_with_client(
            address.url(),
            self.network.client(address.as_url())?,
            Transport {
                authenticator,
                project_id: None,
                policy: Policy {
                    rate_limit: None,
                    usage: Arc::default(),
                    ..self.policy.clone()
                },
                paces: Paces::of(address.url(), &self.policy.clock),
                // A new token does not end the old one, so asking twice does no harm.
                repeatable: true,
                unresolved_advice: self.unresolved_advice(&IAM, address),
            },
        ))
    }
}

/// Where nobody chose the address of IAM and it cannot be reached, the missing project id is what the caller can
/// do something about.
fn explain(error: Error, address: &Address) -> Error {
    let unreachable = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout);
    let chosen = !matches!(
        address.source(),
        AddressSource::Listed | AddressSource::Pattern
    );
    if !unreachable || chosen {
        return error;
    }
    Error::new(
        ErrorKind::Project,
        format!(
            "{error}; IAM was asked because no project id is set: to go without, set HUAWEICLOUD_SDK_PROJECT_ID, or \
             give it to the client"
        ),
    )
}
