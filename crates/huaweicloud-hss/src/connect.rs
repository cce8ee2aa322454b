//! Making a client of what was chosen.

use std::sync::Arc;

use crate::addresses::{Address, AddressSource, HSS, IAM, Service};
use crate::credentials::{Authenticator, Password, Scope};
use crate::generated::{hss, iam};
use crate::network::Route;
use crate::pace::Paces;
use crate::transport::{Policy, Transport};
use crate::{Client, ClientBuilder, Credentials, Error, ErrorKind, endpoint, project};

/// Making the client.
impl ClientBuilder {
    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Of kind [`Project`](ErrorKind::Project): the project id is missing. Of kind
    /// [`Config`](ErrorKind::Config): the credentials, or region and endpoint are missing; an endpoint, a cloud, the
    /// project id, the proxy or a root certificate cannot be used. Of kind
    /// [`Credentials`](ErrorKind::Credentials): the credentials cannot be any, such as an empty token.
    pub fn build(self) -> Result<Client, Error> {
        self.with_network_of_its_own().make()
    }

    fn make(self) -> Result<Client, Error> {
        self.checked_credentials()?;
        let address = self.hss_address()?;
        let project_id = self.project_id.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Project,
                "no project id: set HUAWEICLOUD_SDK_PROJECT_ID, or pass it to the client; the console \
                 shows it under \"My Credentials\"",
            )
        })?;
        endpoint::check_project_id(&project_id)?;
        let scope = Scope::ProjectId(project_id.clone());
        let authenticator = self.authenticator(scope)?;
        self.client(&address, authenticator, project_id)
    }

    /// Builds the client. If no project id is set, looks it up in IAM: the project named like the region, or the
    /// [`project_name`](Self::project_name), or, without either, the only project there is. If the credentials are a
    /// password, the token contains it.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build); also the errors of a call to IAM, and [`Project`](ErrorKind::Project) if no project
    /// matches, or more than one.
    pub async fn connect(self) -> Result<Client, Error> {
        self.with_network_of_its_own().make_and_ask().await
    }

    fn with_network_of_its_own(mut self) -> Self {
        self.network = self.network.with_own_clients();
        self
    }

    async fn make_and_ask(self) -> Result<Client, Error> {
        if self.project_id.is_some() {
            return self.make();
        }
        let credentials = self.checked_credentials()?;
        let hss = self.hss_address()?;
        if let Some(password) = credentials.as_password() {
            return self.connect_with_password(&hss, password).await;
        }
        let Some(iam) = self.iam_address(&hss)? else {
            return Err(Error::new(
                ErrorKind::Project,
                format!(
                    "no project id, and no IAM endpoint to look it up, since {} does not tell the cloud: set the \
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
        endpoint::check_project_id(&project_id)?;
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
        let described = self.checked_credentials()?.to_string();
        let issued = provider.issue().await;
        let issued = issued.map_err(|error| error.with_credential(&described))?;
        let project_id = issued.project_id()?;
        endpoint::check_project_id(&project_id)?;
        let authenticator = Authenticator::renewed(
            Arc::new(provider),
            Some(issued.credential),
            described,
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
        let Route { client, proxy } = self.network.route_to(address.as_url())?;
        let inner = hss::Client::new_with_client(
            address.url(),
            client,
            Transport {
                authenticator: Some(authenticator),
                project_id: Some(project_id.clone()),
                policy: self.policy.clone(),
                paces: Paces::of(address.url(), &self.policy.clock),
                repeatable: false,
                proxy,
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
        endpoint::check_project_id(project_id)?;
        let credentials = self.checked_credentials()?;
        let authenticator = match (credentials.as_password(), &transport.authenticator) {
            // A token is for one project.
            (Some(_), _) | (_, None) => {
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

    pub(crate) fn checked_credentials(&self) -> Result<&Credentials, Error> {
        self.credentials.as_ref().ok_or_else(|| {
            Error::config(
                "no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or \
                 HUAWEICLOUD_SDK_AUTH_TOKEN, or write the credentials file ~/.huaweicloud/credentials",
            )
        })
    }

    /// A client for IAM.
    pub(crate) fn iam_client(
        &self,
        address: &Address,
        authenticator: Option<Arc<Authenticator>>,
    ) -> Result<iam::Client, Error> {
        let (client, transport) = self.route_to_iam(address, authenticator)?;
        Ok(iam::Client::new_with_client(
            address.url(),
            client,
            transport,
        ))
    }

    /// How IAM is asked, which counts no call against the rate limit of HSS.
    pub(crate) fn route_to_iam(
        &self,
        address: &Address,
        authenticator: Option<Arc<Authenticator>>,
    ) -> Result<(reqwest::Client, Transport), Error> {
        let Route { client, proxy } = self.network.route_to(address.as_url())?;
        let transport = Transport {
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
            proxy,
            unresolved_advice: self.unresolved_advice(&IAM, address),
        };
        Ok((client, transport))
    }
}

/// Where nobody chose the address of IAM and it cannot be reached, the missing project id is what the caller can
/// do something about.
fn explain(error: Error, address: &Address) -> Error {
    let chosen = !matches!(
        address.source(),
        AddressSource::Listed | AddressSource::Pattern
    );
    let unreachable = matches!(error.kind(), ErrorKind::Connection | ErrorKind::Timeout);
    if chosen || !unreachable || error.is_proxy() || error.is_certificate() {
        return error;
    }
    error.advising(
        "IAM was called because no project id is set: to avoid that, set HUAWEICLOUD_SDK_PROJECT_ID, or pass it to the \
         client",
    )
}
