//! From the credentials that were chosen to what proves requests.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::agency::AgencyProvider;
use super::federation::{FederationProvider, OidcProvider};
use super::metadata::{self, MetadataProvider};
use super::password::{Password, PasswordProvider, Scope};
use super::pod::PodProvider;
use super::source::{RESPONSE_LIMIT, Server};
use super::{Authenticator, Credentials, DynProvider, Kind};
use crate::addresses::{Address, AddressSource};
use crate::network::Network;
use crate::pace::Paces;
use crate::transport::{Policy, Transport};
use crate::{ClientBuilder, Error, RetryPolicy, endpoint};

/// For so long a call waits for a service of the machine that refuses it because there are too many.
const LOCAL_PATIENCE: Duration = Duration::from_secs(5);

impl ClientBuilder {
    /// What proves requests. `scope` is for tokens that are obtained with a password.
    pub(crate) fn authenticator(&self, scope: Scope) -> Result<Arc<Authenticator>, Error> {
        self.authenticator_of(self.checked_credentials()?, scope)
    }

    fn authenticator_of(
        &self,
        credentials: &Credentials,
        scope: Scope,
    ) -> Result<Arc<Authenticator>, Error> {
        let clock = Arc::clone(&self.policy.clock);
        let described = credentials.to_string();
        let provider: Arc<dyn DynProvider> = match &credentials.kind {
            Kind::Fixed(credential) => {
                let fixed = Authenticator::fixed(credential.clone(), described, clock)?;
                return Ok(Arc::new(fixed));
            }
            Kind::Provider(provider) => Arc::clone(provider),
            Kind::Password(password) => Arc::new(self.password_provider(password, scope)?),
            Kind::Metadata { endpoint, before } => {
                let address = endpoint.as_deref().unwrap_or(metadata::ADDRESS);
                Arc::new(MetadataProvider {
                    server: self.local_server(endpoint::parse_metadata(address)?)?,
                    before: before.clone(),
                })
            }
            Kind::Pod { uri, token_file } => Arc::new(PodProvider {
                server: self.local_server(endpoint::parse_metadata(uri)?)?,
                token_file: token_file.clone(),
            }),
            Kind::IdentityProvider(identity_provider) => Arc::new(FederationProvider {
                iam: self.iam_server(None)?,
                identity_provider: identity_provider.clone(),
            }),
            Kind::Oidc(agency) => Arc::new(OidcProvider {
                sts: self.sts_server()?,
                agency: agency.clone(),
            }),
            Kind::Agency(own, agency) => Arc::new(AgencyProvider {
                iam: self.iam_server(Some(self.authenticator_of(own, scope)?))?,
                agency: agency.checked()?.clone(),
            }),
        };
        let renewed = Authenticator::renewed(provider, None, described, clock);
        Ok(Arc::new(renewed))
    }

    pub(crate) fn password_provider(
        &self,
        password: &Password,
        scope: Scope,
    ) -> Result<PasswordProvider, Error> {
        Ok(PasswordProvider {
            client: self.iam_client(&self.needed_iam()?, None)?,
            password: password.clone(),
            scope,
            clock: Arc::clone(&self.policy.clock),
        })
    }

    fn needed_iam(&self) -> Result<Address, Error> {
        self.iam_address(&self.hss_address()?)?.ok_or_else(|| {
            Error::config(
                "no address of IAM to obtain credentials from: set the region, the cloud, or the address of IAM \
                 (HUAWEICLOUD_SDK_IAM_ENDPOINT)",
            )
        })
    }

    fn iam_server(&self, authenticator: Option<Arc<Authenticator>>) -> Result<Server, Error> {
        self.server_at(&self.needed_iam()?, authenticator)
    }

    fn sts_server(&self) -> Result<Server, Error> {
        let url = self.sts_url(|| self.needed_iam())?;
        self.server_at(&Address::new(url, AddressSource::Endpoint(None)), None)
    }

    fn server_at(
        &self,
        address: &Address,
        authenticator: Option<Arc<Authenticator>>,
    ) -> Result<Server, Error> {
        let (client, mut transport) = self.route_to_iam(address, authenticator)?;
        transport.policy.response_limit = RESPONSE_LIMIT;
        Ok(Server {
            client,
            transport,
            address: address.as_url().clone(),
        })
    }

    /// A service of the machine itself, which answers soon or not at all.
    fn local_server(&self, address: Url) -> Result<Server, Error> {
        let policy = Policy {
            retry: RetryPolicy::default().attempts(metadata::ATTEMPTS),
            rate_limit: None,
            throttle_wait: LOCAL_PATIENCE,
            on_throttle: None,
            usage: Arc::default(),
            attempt_timeout: metadata::TIMEOUT,
            timeout: metadata::LONGEST,
            response_limit: RESPONSE_LIMIT,
            clock: Arc::clone(&self.policy.clock),
        };
        Ok(Server {
            client: Network::local_client(metadata::CONNECT_TIMEOUT)?,
            transport: Transport {
                authenticator: None,
                project_id: None,
                paces: Paces::of(address.as_str(), &policy.clock),
                policy,
                repeatable: true,
                proxy: None,
                unresolved_advice: None,
            },
            address,
        })
    }
}
