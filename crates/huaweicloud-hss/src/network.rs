//! How servers are reached: proxies, certificates, time limits for connecting.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use reqwest::redirect::Policy;
use url::Url;

use crate::proxy::{Proxies, Proxy};
use crate::{Error, endpoint};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The settings of the HTTP client.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxies: Proxies,
    /// PEM texts, each with one certificate or more.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) user_agent: Option<String>,
    pub(crate) allow_plain_http: bool,
    #[cfg(feature = "test-util")]
    pub(crate) resolver: Option<crate::test_util::Resolver>,
    made: Arc<Made>,
}

/// The HTTP clients that were made, each of which serves all servers of its kind: to load the certificates of the
/// system takes longer than a listing.
#[derive(Default)]
struct Made {
    /// For servers that are spoken to without TLS. It needs no certificates, which some machines do not have.
    plain: Mutex<Option<reqwest::Client>>,
    secure: Mutex<Option<reqwest::Client>>,
}

/// How one server is reached.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) client: reqwest::Client,
    pub(crate) proxy: Option<Proxy>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxies: Proxies::default(),
            root_certificates: Vec::new(),
            user_agent: None,
            allow_plain_http: false,
            #[cfg(feature = "test-util")]
            resolver: None,
            made: Arc::default(),
        }
    }
}

impl Network {
    /// The address that a user gave.
    pub(crate) fn parse(&self, endpoint: &str) -> Result<Url, Error> {
        endpoint::parse(endpoint, self.allow_plain_http)
    }

    /// The same settings, with HTTP clients of their own. Changes of the settings have no effect on those that were
    /// made already.
    pub(crate) fn with_own_clients(&self) -> Self {
        Self {
            made: Arc::default(),
            ..self.clone()
        }
    }

    /// The route to one server.
    pub(crate) fn route_to(&self, server: &Url) -> Result<Route, Error> {
        let proxy = self.proxies.for_server(server)?;
        let tls = |url: &Url| url.scheme() == "https";
        let secure = tls(server) || proxy.as_ref().is_some_and(|proxy| tls(proxy.url()));
        let made = if secure {
            &self.made.secure
        } else {
            &self.made.plain
        };
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        let client = match &*made {
            Some(client) => client.clone(),
            None => made.insert(self.client(secure)?).clone(),
        };
        Ok(Route { client, proxy })
    }

    fn client(&self, secure: bool) -> Result<reqwest::Client, Error> {
        let proxies = self.proxies.clone();
        // Whether the proxy can be used was found out when the server became known.
        let choose = move |server: &Url| {
            let proxy = proxies.for_server(server).ok().flatten()?;
            Some(proxy.url().clone())
        };
        let builder = reqwest::Client::builder().proxy(reqwest::Proxy::custom(choose));
        #[cfg(feature = "test-util")]
        let builder = match &self.resolver {
            Some(resolver) => builder.dns_resolver(Arc::new(resolver.clone())),
            None => builder,
        };
        self.trust(builder, secure)?
            .user_agent(self.user_agent()?)
            .connect_timeout(self.connect_timeout)
            // A redirect could take the credentials to another host.
            .redirect(Policy::none())
            // There is one place that repeats requests, and it counts them.
            .retry(reqwest::retry::never())
            // No service of the cloud is known to speak HTTP/2, whose usual limit for headers is less than a token.
            .http1_only()
            .build()
            .map_err(unusable)
    }

    fn user_agent(&self) -> Result<HeaderValue, Error> {
        let Some(program) = &self.user_agent else {
            return Ok(HeaderValue::from_static(USER_AGENT));
        };
        HeaderValue::try_from(format!("{program} {USER_AGENT}")).map_err(|_| {
            Error::config(format!(
                "the user agent {program:?} contains characters not allowed in an HTTP header"
            ))
        })
    }

    /// A client for a service of the machine itself, such as the metadata service, which no proxy can reach.
    pub(crate) fn local_client(connect_timeout: Duration) -> Result<reqwest::Client, Error> {
        without_trust(reqwest::Client::builder())
            .no_proxy()
            .user_agent(USER_AGENT)
            .connect_timeout(connect_timeout)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .build()
            .map_err(unusable)
    }

    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    fn trust(
        &self,
        builder: reqwest::ClientBuilder,
        secure: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let mut certificates = Vec::new();
        for pem in &self.root_certificates {
            let found = reqwest::Certificate::from_pem_bundle(pem)
                .ok()
                .filter(|found| !found.is_empty())
                .ok_or_else(|| {
                    Error::config(
                        "the root certificates cannot be read: PEM is expected, from -----BEGIN \
                         CERTIFICATE----- to -----END CERTIFICATE-----",
                    )
                })?;
            certificates.extend(found);
        }
        Ok(match (secure, certificates.is_empty()) {
            (false, _) => without_trust(builder),
            (true, true) => builder,
            (true, false) => builder.tls_certs_merge(certificates),
        })
    }

    #[cfg(not(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    )))]
    fn trust(
        &self,
        builder: reqwest::ClientBuilder,
        _secure: bool,
    ) -> Result<reqwest::ClientBuilder, Error> {
        if self.root_certificates.is_empty() {
            return Ok(builder);
        }
        Err(Error::config(
            "root certificates need TLS, but the crate was built without it",
        ))
    }
}

/// The HTTP client cannot be made. On a small container, that is for want of certificates.
fn unusable(error: reqwest::Error) -> Error {
    let error = Error::transport(error, None);
    let text = error.to_string();
    if !text.contains("CA certificates") {
        return error;
    }
    Error::config(
        "https needs certificates of authorities, and this machine has none: install them (the package \
         ca-certificates), name their file in SSL_CERT_FILE, or give root certificates to the client",
    )
    .about_certificates()
}

/// Where nothing speaks TLS, no certificates are loaded.
#[cfg(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
))]
fn without_trust(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_certs_only([])
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
)))]
fn without_trust(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxies", &self.proxies)
            .field("root_certificates", &self.root_certificates.len())
            .field("user_agent", &self.user_agent)
            .field("allow_plain_http", &self.allow_plain_http)
            .finish()
    }
}
