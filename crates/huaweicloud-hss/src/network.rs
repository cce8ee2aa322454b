//! How servers are reached: proxies, certificates, time limits for connecting.

use std::fmt;
#[cfg(feature = "test-util")]
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use reqwest::redirect::Policy;
use url::Url;
use zeroize::Zeroizing;

use crate::{Error, endpoint};

const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// The settings of the HTTP client.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) connect_timeout: Duration,
    /// It may have a password in it.
    pub(crate) proxy: Option<Zeroizing<String>>,
    /// PEM texts, each with one certificate or more.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) user_agent: Option<String>,
    pub(crate) allow_plain_http: bool,
    #[cfg(feature = "test-util")]
    pub(crate) resolver: Option<crate::test_util::Resolver>,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            proxy: None,
            root_certificates: Vec::new(),
            user_agent: None,
            allow_plain_http: false,
            #[cfg(feature = "test-util")]
            resolver: None,
        }
    }
}

impl Network {
    /// The address that a user gave.
    pub(crate) fn parse(&self, endpoint: &str) -> Result<Url, Error> {
        endpoint::parse(endpoint, self.allow_plain_http)
    }

    /// A client for one server. Clients with the same settings do not share connections, so this is called once
    /// for each server.
    pub(crate) fn client(&self, url: &Url) -> Result<reqwest::Client, Error> {
        let mut builder = reqwest::Client::builder();
        if let Some(proxy) = &self.proxy {
            // The error of the parser would quote the address, and with it the password.
            let proxy = reqwest::Proxy::all(proxy.as_str()).map_err(|_| {
                Error::config(
                    "the address of the proxy cannot be used; one looks like http://proxy.example:3128",
                )
            })?;
            builder = builder.proxy(proxy);
        } else if endpoint::is_loopback(url) {
            // A proxy from the environment would be asked for its own loopback, and be shown the credentials.
            builder = builder.no_proxy();
        }
        #[cfg(feature = "test-util")]
        if let Some(resolver) = &self.resolver {
            builder = builder.dns_resolver(Arc::new(resolver.clone()));
            if self.proxy.is_none() {
                // A proxy would resolve the names itself.
                builder = builder.no_proxy();
            }
        }
        self.trust(builder)?
            .user_agent(self.user_agent()?)
            .connect_timeout(self.connect_timeout)
            // A redirect could take the credentials to another host.
            .redirect(Policy::none())
            // There is one place that repeats requests, and it counts them.
            .retry(reqwest::retry::never())
            .build()
            .map_err(Error::transport)
    }

    fn user_agent(&self) -> Result<HeaderValue, Error> {
        let Some(program) = &self.user_agent else {
            return Ok(HeaderValue::from_static(USER_AGENT));
        };
        HeaderValue::try_from(format!("{program} {USER_AGENT}")).map_err(|_| {
            Error::config(format!(
                "the user agent {program:?} has characters that no header may have"
            ))
        })
    }

    /// A client for the metadata service of the machine, which no proxy can reach.
    pub(crate) fn metadata_client(&self, timeout: Duration) -> Result<reqwest::Client, Error> {
        reqwest::Client::builder()
            .no_proxy()
            .user_agent(USER_AGENT)
            .timeout(timeout)
            .redirect(Policy::none())
            .build()
            .map_err(Error::transport)
    }

    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    fn trust(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
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
        Ok(if certificates.is_empty() {
            builder
        } else {
            builder.tls_certs_merge(certificates)
        })
    }

    #[cfg(not(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    )))]
    fn trust(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        if self.root_certificates.is_empty() {
            return Ok(builder);
        }
        Err(Error::config(
            "root certificates need TLS, but the crate was built without it",
        ))
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &self.proxy.as_ref().map(|_| "[redacted]"))
            .field("root_certificates", &self.root_certificates.len())
            .field("user_agent", &self.user_agent)
            .field("allow_plain_http", &self.allow_plain_http)
            .finish()
    }
}
