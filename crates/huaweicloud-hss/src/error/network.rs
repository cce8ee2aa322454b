//! Errors on the way to a server and back.

use std::error::Error as StdError;
use std::sync::Arc;

use super::{Error, ErrorKind};
use crate::proxy::Refused;

/// What was wrong on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No answer in time.
    Late,
    /// No connection in time.
    LateToConnect,
    /// The name of the server leads nowhere.
    Unresolved,
    /// No connection came about.
    Unconnected,
    /// The certificate of the server is not trusted.
    Certificate,
    ProxyUnreachable,
    /// The proxy cannot reach the server, at least for now.
    ProxyFailed,
    /// The proxy does not let the request through.
    ProxyRefused,
    /// The connection broke.
    Broken,
}

impl Trouble {
    /// Whether another attempt would meet the same.
    pub(super) fn stays(self) -> bool {
        matches!(self, Self::Certificate | Self::ProxyRefused)
    }

    /// Whether it is sure that the service saw nothing of the request, and another attempt can help.
    pub(super) fn is_before_the_request(self) -> bool {
        matches!(
            self,
            Self::Unresolved
                | Self::Unconnected
                | Self::LateToConnect
                | Self::ProxyUnreachable
                | Self::ProxyFailed
        )
    }

    /// Whether it is that something took too long.
    pub(super) fn is_late(self) -> bool {
        matches!(self, Self::Late | Self::LateToConnect)
    }
}

impl Error {
    /// No answer, or one that broke off. `proxy` is the address of the one that the request goes through.
    pub(crate) fn transport(error: reqwest::Error, proxy: Option<&str>) -> Self {
        let address = error.url().map(|url| url.origin().ascii_serialization());
        let address = address.as_deref().unwrap_or("the server");
        // The address is in the message already, and the full one may be long.
        let error = error.without_url();
        let through = proxy.map(|proxy| format!(" through the proxy {proxy}"));
        let through = through.unwrap_or_default();
        let cause = innermost(&error).to_string();
        let (kind, trouble, message) = if error.is_builder() {
            let message = format!("the request cannot be sent: {cause}");
            (ErrorKind::Request, None, message)
        } else if error.is_timeout() {
            let (trouble, what) = match error.is_connect() {
                true => (Trouble::LateToConnect, "connecting to"),
                false => (Trouble::Late, "the request to"),
            };
            let message = format!("{what} {address}{through} timed out: {cause}");
            (ErrorKind::Timeout, Some(trouble), message)
        } else {
            let (trouble, what) = match (error.is_connect(), proxy) {
                (false, _) => (
                    Trouble::Broken,
                    format!("the connection to {address}{through} failed"),
                ),
                (true, _) if is_about_a_certificate(&error) => (
                    Trouble::Certificate,
                    format!("the certificate of {address} is not trusted{through}"),
                ),
                (true, Some(proxy)) if is_of_a_tunnel(&error) => (
                    Trouble::ProxyFailed,
                    format!("the proxy {proxy} did not connect to {address}"),
                ),
                (true, Some(proxy)) => (
                    Trouble::ProxyUnreachable,
                    format!("cannot connect to the proxy {proxy} for {address}"),
                ),
                (true, None) if error.is_dns() => (
                    Trouble::Unresolved,
                    format!("cannot resolve the name in {address}"),
                ),
                (true, None) => (Trouble::Unconnected, format!("cannot connect to {address}")),
            };
            (
                ErrorKind::Connection,
                Some(trouble),
                format!("{what}: {cause}"),
            )
        };
        let mut failure = Self::new(kind, message);
        failure.0.trouble = trouble;
        failure.0.advice = trouble.and_then(advice).map(str::to_owned);
        failure.0.source = Some(Arc::new(error));
        failure
    }

    /// The proxy let nothing through, and said with which status.
    pub(crate) fn refused_by_proxy(
        mut self,
        proxy: &str,
        address: &str,
        refused: &Refused,
    ) -> Self {
        self.0.message =
            format!("the proxy {proxy} did not connect to {address}: it answered {refused}");
        self.0.trouble = Some(if refused.stays() {
            Trouble::ProxyRefused
        } else {
            Trouble::ProxyFailed
        });
        self.0.advice = refused.advice().map(str::to_owned);
        self
    }

    pub(crate) fn about_certificates(mut self) -> Self {
        self.0.trouble = Some(Trouble::Certificate);
        self
    }

    /// Whether the proxy let nothing through.
    pub(crate) fn is_of_a_tunnel(&self) -> bool {
        self.0.trouble == Some(Trouble::ProxyFailed)
    }

    /// No answer within the time of an attempt.
    pub(crate) fn no_answer(address: &str, proxy: Option<&str>) -> Self {
        let through = proxy.map(|proxy| format!(" through the proxy {proxy}"));
        let mut error = Self::new(
            ErrorKind::Timeout,
            format!(
                "the request to {address}{} timed out",
                through.unwrap_or_default()
            ),
        );
        error.0.trouble = Some(Trouble::Late);
        error
    }

    /// Adds what to do where the name of the server cannot be resolved.
    pub(crate) fn advise_unresolved(mut self, advice: Option<&str>) -> Self {
        if let Some(advice) = advice.filter(|_| self.is_unresolved()) {
            self.0.advice = Some(advice.to_owned());
        }
        self
    }
}

fn advice(trouble: Trouble) -> Option<&'static str> {
    match trouble {
        Trouble::Certificate => Some(
            "if the server, or a proxy on the way, has a certificate of an authority of your own, give that \
             authority's certificate to the client (or name its file in SSL_CERT_FILE)",
        ),
        Trouble::ProxyUnreachable => Some("check the proxy (HTTPS_PROXY), and NO_PROXY"),
        _ => None,
    }
}

/// Whether any cause speaks of a certificate. The types are private to others, so their words count.
fn is_about_a_certificate(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string().contains("certificate"))
}

fn is_of_a_tunnel(error: &(dyn StdError + 'static)) -> bool {
    causes(error).any(|cause| {
        let text = cause.to_string();
        text.starts_with("tunnel error") && !text.contains("underlying connection")
    })
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// The last cause in the chain, which is the one that says something ("connection refused").
fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    causes(error).last().unwrap_or(error)
}
