//! Setting up a client: what can be chosen.

use std::sync::Arc;
use std::time::Duration;

use crate::addresses::AddressSettings;
use crate::clock::SystemClock;
use crate::network::Network;
use crate::proxy::Proxies;
use crate::transport::{OnThrottle, Policy};
use crate::{Credentials, RateLimit, RetryPolicy, Settings, Throttle};

/// Configures a [`Client`](crate::Client). Made by [`Client::builder`](crate::Client::builder) or
/// [`Client::from_env`](crate::Client::from_env).
///
/// Credentials are required, and either a region or an endpoint; also a project id, which [`connect`](Self::connect)
/// looks up if it is not set.
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
    /// It determines the addresses that are not set (see [`addresses`](Self::addresses)), and is sent in the `region`
    /// header, which some regions require. For a region that the contract lists for a partner of Huawei, such as
    /// `my-kualalumpur-1`, requests go to the partner's domain.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The region that has been set, if any.
    #[must_use]
    pub fn chosen_region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The domain of the cloud that runs the region, for example `alphaedge.tmone.com.my`, if it differs from the one
    /// in the contract. HSS is then `https://hss.REGION.DOMAIN`, and IAM `https://iam.REGION.DOMAIN`.
    ///
    /// It is the `cloud` of the Terraform provider, whose variable `HW_CLOUD` is read by
    /// [`Settings::load`](crate::Settings::load). It does not go with an [`endpoint`](Self::endpoint).
    pub fn cloud(mut self, domain: impl Into<String>) -> Self {
        self.cloud = Some(domain.into());
        self
    }

    /// The HSS endpoint; overrides the one that follows from the region.
    ///
    /// Plain `http://` works for addresses of this machine only; see
    /// [`allow_plain_http`](Self::allow_plain_http).
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The IAM endpoint; overrides the one that follows from region and cloud. IAM is used to look up the project id,
    /// and to obtain tokens if the credentials are a password.
    pub fn iam_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.iam_endpoint = Some(endpoint.into());
        self
    }

    /// The STS endpoint; overrides the one beside IAM. STS is used if the credentials are [`oidc`](Credentials::oidc).
    pub fn sts_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.sts_endpoint = Some(endpoint.into());
        self
    }

    /// The project id.
    pub fn project_id(mut self, id: impl Into<String>) -> Self {
        self.project_id = Some(id.into());
        self
    }

    /// The name of the project to look up in IAM. If neither id nor name is set, the region is used as name: the
    /// project of a whole region is named like the region, and only projects within a region have other names.
    pub fn project_name(mut self, name: impl Into<String>) -> Self {
        self.project_name = Some(name.into());
        self
    }

    /// The credentials to authenticate with.
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        self.credentials = Some(credentials.into());
        self
    }

    /// Applies the credentials, project and region in `settings`; values that it does not contain stay as they are.
    /// Addresses set on the builder take precedence; see [`addresses`](Self::addresses).
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
    /// The connect timeout. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.network.connect_timeout = timeout;
        self
    }

    /// The timeout of one attempt, from connecting to the last byte of the response. Default: 30 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.policy.attempt_timeout = timeout;
        self
    }

    /// The timeout of one call, with all its attempts and the waits between them. Default: 2 minutes. A listing makes a
    /// call for each page. Waits for a limit of calls do not count, and neither does time in which the program blocks
    /// its runtime.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.timeout = timeout;
        self
    }

    /// The retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy.retry = policy;
        self
    }

    /// The maximum rate of calls by this client, its clones, and all other clients with the same limit. Default: as
    /// many as the service allows; see [`throttle_wait`](Self::throttle_wait).
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.policy.rate_limit = Some(limit);
        self
    }

    /// The longest wait of a call while the service, or the [`rate_limit`](Self::rate_limit), allows no further call.
    /// Default: an hour. With [`Duration::ZERO`] it never waits.
    ///
    /// The vendor documents five calls of one operation per minute for each user and each address (`x-call-limits` in
    /// the contract). Nobody outside knows whether that is enforced, so the client finds out, without any extra call.
    /// Five calls go out at once, and the sixth goes alone. If the service accepts it, there is no such limit, and
    /// everything runs at full speed. If it is refused (429), the client learns the limit that the refusal names, and
    /// makes no further call that would be refused. All clients of a program that call the same endpoint share what was
    /// learned.
    ///
    /// A call that would have to wait longer fails at once, with an error whose
    /// [`is_throttled`](crate::Error::is_throttled) returns true and whose [`retry_after`](crate::Error::retry_after)
    /// returns the wait. So does a call if the service has refused everything for that long. Queueing behind other
    /// calls does not count as a wait.
    pub fn throttle_wait(mut self, longest: Duration) -> Self {
        self.policy.throttle_wait = longest;
        self
    }

    /// A callback for each wait for the service or the [`rate_limit`](Self::rate_limit). It should return quickly. If
    /// several calls wait, it is called only for the one that is next.
    pub fn on_throttle(mut self, tell: impl Fn(&Throttle) + Send + Sync + 'static) -> Self {
        self.policy.on_throttle = Some(OnThrottle(Arc::new(tell)));
        self
    }

    /// The maximum size of a response in bytes, after decompression. Default: 32 MiB.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.policy.response_limit = bytes;
        self
    }

    /// The proxy for all requests, for example `http://user:password@proxy.example:3128`.
    ///
    /// Default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in upper or lower case, except for addresses
    /// of this machine; an invalid value is an error. The metadata service is never reached through a proxy.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.network.proxies = Proxies::Set(address.into().into());
        self
    }

    /// Additional CA certificates to trust, in PEM; can be called several times. Those of the operating system are in
    /// its usual places, or in `SSL_CERT_FILE` and `SSL_CERT_DIR`; they are loaded only if a server is reached over
    /// https.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.network.root_certificates.push(pem.into());
        self
    }

    /// Name and version of your program, for example `inventory/1.4`. They precede those of this crate in the
    /// `User-Agent` header.
    pub fn user_agent(mut self, program: impl Into<String>) -> Self {
        self.network.user_agent = Some(program.into());
        self
    }

    /// Allows plain `http://` to other machines, where anyone on the way can read a token and what is listed.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.network.allow_plain_http = allow;
        self
    }

    /// Resolves the names of servers as a test wants, and ignores proxies of the environment: to an address, such as
    /// one of this machine, or not at all. A port in the address is used if the endpoint has none.
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

    /// Takes the time from a clock that a test advances.
    #[cfg(feature = "test-util")]
    pub fn clock(mut self, clock: &crate::test_util::ManualClock) -> Self {
        self.policy.clock = Arc::new(clock.clone());
        self
    }
}
