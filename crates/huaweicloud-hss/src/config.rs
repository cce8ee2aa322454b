//! Setting up a client: what can be chosen.

use std::sync::Arc;
use std::time::Duration;

use crate::addresses::AddressSettings;
use crate::clock::SystemClock;
use crate::network::Network;
use crate::proxy::Proxies;
use crate::transport::{OnThrottle, Policy};
use crate::{Credentials, RateLimit, RetryPolicy, Settings, Throttle};

/// Sets up a [`Client`](crate::Client). Made by [`Client::builder`](crate::Client::builder) or
/// [`Client::from_env`](crate::Client::from_env).
///
/// Needed are credentials and either a region or an endpoint; and a project id, which
/// [`connect`](Self::connect) finds by itself.
#[derive(Debug, Clone)]
#[must_use]
pub struct ClientBuilder {
    pub(crate) credentials: Option<Credentials>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) iam_endpoint: Option<String>,
    pub(crate) sts_endpoint: Option<String>,
    pub(crate) cloud: Option<String>,
    pub(crate) address_settings: AddressSettings,
    pub(crate) project_id: Option<String>,
    pub(crate) project_name: Option<String>,
    pub(crate) network: Network,
    pub(crate) policy: Policy,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            credentials: None,
            region: None,
            endpoint: None,
            iam_endpoint: None,
            sts_endpoint: None,
            cloud: None,
            address_settings: AddressSettings::default(),
            project_id: None,
            project_name: None,
            network: Network::default(),
            policy: Policy {
                retry: RetryPolicy::default(),
                rate_limit: None,
                throttle_wait: Duration::from_secs(60 * 60),
                on_throttle: None,
                usage: Arc::default(),
                attempt_timeout: Duration::from_secs(30),
                timeout: Duration::from_secs(120),
                response_limit: 32 << 20,
                clock: Arc::new(SystemClock),
            },
        }
    }
}

/// What a client is and whom it asks.
impl ClientBuilder {
    /// The region to call, for example `ap-southeast-3`. Any id is taken, known to this crate or not.
    ///
    /// It gives the addresses that are not set, as [`addresses`](Self::addresses) tells, and is sent along, which
    /// some regions want. A region that the contract lists for a partner of Huawei, such as
    /// `my-kualalumpur-1`, is asked at the partner's domain.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The region that is set so far.
    #[must_use]
    pub fn chosen_region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The domain of the cloud that runs the region, for example `alphaedge.tmone.com.my`, where it is not the one
    /// that the contract has. HSS is `https://hss.REGION.DOMAIN` then, and IAM `https://iam.REGION.DOMAIN`.
    ///
    /// It is the `cloud` of the Terraform provider, whose variable `HW_CLOUD` is read by
    /// [`Settings::load`](crate::Settings::load). It does not go with an [`endpoint`](Self::endpoint).
    pub fn cloud(mut self, domain: impl Into<String>) -> Self {
        self.cloud = Some(domain.into());
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

    /// The address of IAM, in place of the one that follows from region and cloud. It is asked for the project id,
    /// and for tokens where the credentials are a password.
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }

    /// The address of STS, in place of the one beside IAM. It is asked where the credentials are
    /// [`oidc`](Credentials::oidc).
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.sts_endpoint = Some(endpoint.into());
        self
    }

    /// The id of the project whose images are meant.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// The name of the project whose images are meant, for IAM to tell its id. Where neither is set, it is the
    /// region: the project of a whole region has its id as name, and only projects within a region have others.
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project_name = Some(name.into());
        self
    }

    /// How to prove who calls.
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// Takes the credentials, the project and the region that `settings` has, and keeps what is set already for the rest.
    /// Of addresses, what is set on the builder comes first; see [`addresses`](Self::addresses).
    pub fn settings(mut self, mut settings: Settings) -> Self {
        self.credentials = settings.credentials.take().or(self.credentials);
        self.project_id = settings.project_id.take().or(self.project_id);
        self.project_name = self.project_name.or(settings.project_name.take());
        self.region = self.region.or(settings.region.take());
        self.address_settings = settings.into_addresses();
        self
    }
}

/// How calls are made.
impl ClientBuilder {
    /// How long it may take to connect; 10 seconds where this is not set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer; 30 seconds where this is
    /// not set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.policy.attempt_timeout = timeout;
        self
    }

    /// How long one call may take with all its attempts and the waits between them; 2 minutes where this is not
    /// set. A listing makes a call for each page. Time that the call waits because calls are limited does not count,
    /// and neither does time in which the program keeps its runtime from running.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.timeout = timeout;
        self
    }

    /// When requests that failed are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy.retry = policy;
        self
    }

    /// How often HSS may be called by this client, its clones, and all other clients with the same limit. Without
    /// it, as often as the service allows; see [`throttle_wait`](Self::throttle_wait).
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.policy.rate_limit = Some(limit);
        self
    }

    /// How long a call waits at most where the service, or the [`rate_limit`](Self::rate_limit), lets no other
    /// call go: an hour where this is not set. With [`Duration::ZERO`] it never waits.
    ///
    /// The service documents five calls of one operation a minute for each user and each address (`x-call-limits`
    /// in the contract). Nobody outside knows whether that is enforced, so the client finds out, without a call
    /// that does nothing else. Five calls go out at once, and the sixth one goes alone. Where the service takes
    /// it, there is no such limit, and everything goes at full speed. Where it is refused (429), the client learns
    /// the limit that the refusal names, and makes no call any more that would be refused. All clients of a
    /// program that call the same endpoint share what was learned.
    ///
    /// A call that would have to wait longer fails at once, with an error whose
    /// [`is_throttled`](crate::Error::is_throttled) holds and whose [`retry_after`](crate::Error::retry_after)
    /// tells the wait. So does a call after so long a time in which the service refused everything. Calls that
    /// wait for others to have their turn do not count that as their own wait.
    pub fn throttle_wait(mut self, longest: Duration) -> Self {
        self.policy.throttle_wait = longest;
        self
    }

    /// What to call whenever a call begins to wait because the service, or the [`rate_limit`](Self::rate_limit),
    /// lets no other call go. It should return soon. Of several calls only the one whose turn is next is told of.
    pub fn on_throttle(mut self, tell: impl Fn(&Throttle) + Send + Sync + 'static) -> Self {
        self.policy.on_throttle = Some(OnThrottle(Arc::new(tell)));
        self
    }

    /// How many bytes an answer may have, after decompression; 32 MiB where this is not set.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.policy.response_limit = bytes;
        self
    }

    /// The proxy for all requests, for example `http://user:password@proxy.example:3128`.
    ///
    /// Where this is not set, `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count, in capitals or small
    /// letters, except for addresses of this machine; one that cannot be understood is an error. The metadata service
    /// is never asked through a proxy.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.network.proxies = Proxies::Set(address.into().into());
        self
    }

    /// Certificates of authorities to trust besides those of the operating system, in PEM. Can be called several
    /// times. Those of the system are in its usual places, or where `SSL_CERT_FILE` and `SSL_CERT_DIR` say; they are
    /// loaded only where a server is asked over https.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// The name and the version of the program that calls, for example `inventory/1.4`. It goes before those of
    /// this crate in the header `User-Agent`.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.network.user_agent = Some(program.into());
        self
    }

    /// Lets credentials go over plain `http://` to other machines, where anyone on the way can read a token
    /// and what is listed.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.network.allow_plain_http = allow;
        self
    }

    /// Resolves the names of servers as a test says, and asks no proxy of the environment: to an address, such as
    /// one of this machine, or not at all. A port in the address counts where the endpoint has none.
    #[cfg(feature = "test-util")]
    pub fn resolver<R>(mut self, resolve: R) -> Self
    where
        R: Fn(&str) -> Option<std::net::SocketAddr> + Send + Sync + 'static,
    {
        self.network.resolver = Some(crate::test_util::Resolver(Arc::new(resolve)));
        // A proxy would resolve the names itself.
        if matches!(self.network.proxies, Proxies::Environment(_)) {
            self.network.proxies = Proxies::None;
        }
        self
    }

    /// Takes the time from a clock that a test moves.
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, clock: &crate::test_util::ManualClock) -> Self {
        self.policy.clock = Arc::new(clock.clone());
        self
    }
}
