//! What a caller proves its identity with.

use std::fmt;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use reqwest::Request;
use secrecy::{ExposeSecret, SecretString};

use crate::Error;
use crate::sign::{self, Signable};

/// A token, or an access key with its secret key.
///
/// Copies share the secrets, which are overwritten in memory when the last one is dropped. Neither `Debug`
/// nor any error shows them.
///
/// ```
/// use huaweicloud_hss::Credentials;
///
/// let credentials = Credentials::access_key("SANDBOX-ACCESS-KEY", "sandbox-secret-key");
/// assert_eq!(format!("{credentials:?}"), "Credentials(access key, [redacted])");
/// ```
#[derive(Clone)]
pub struct Credentials(Arc<Kind>);

enum Kind {
    Token(SecretString),
    AccessKey {
        access_key: SecretString,
        secret_key: SecretString,
        security_token: Option<SecretString>,
    },
}

impl Credentials {
    /// A token of IAM, sent as `X-Auth-Token`. It has to be valid for the project whose images are listed,
    /// and is not renewed.
    #[must_use]
    pub fn token(token: impl Into<String>) -> Self {
        Self(Arc::new(Kind::Token(token.into().into())))
    }

    /// An access key and its secret key (AK/SK). Each request is signed with them.
    #[must_use]
    pub fn access_key(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self(Arc::new(Kind::AccessKey {
            access_key: access_key.into().into(),
            secret_key: secret_key.into().into(),
            security_token: None,
        }))
    }

    /// A temporary access key, its secret key, and the security token that belongs to them.
    #[must_use]
    pub fn temporary_access_key(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Self(Arc::new(Kind::AccessKey {
            access_key: access_key.into().into(),
            secret_key: secret_key.into().into(),
            security_token: Some(security_token.into().into()),
        }))
    }

    /// What they are, in words: `token`, `access key` or `temporary access key`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &*self.0 {
            Kind::Token(_) => "token",
            Kind::AccessKey {
                security_token: None,
                ..
            } => "access key",
            Kind::AccessKey { .. } => "temporary access key",
        }
    }

    /// Adds the headers that prove the identity. A signature covers the request as it is now, so nothing
    /// that is signed may change afterwards.
    pub(crate) fn apply(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        match &*self.0 {
            Kind::Token(token) => insert(request, "x-auth-token", token.expose_secret(), true),
            Kind::AccessKey {
                access_key,
                secret_key,
                security_token,
            } => {
                let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
                let host = host(request)?;
                insert(request, "host", &host, false)?;
                insert(request, "x-sdk-date", &date, false)?;
                let mut signed = vec![("host", host.as_str()), ("x-sdk-date", date.as_str())];
                if let Some(project_id) = project_id {
                    insert(request, "x-project-id", project_id, false)?;
                    signed.push(("x-project-id", project_id));
                }
                if let Some(token) = security_token {
                    insert(request, "x-security-token", token.expose_secret(), true)?;
                    signed.push(("x-security-token", token.expose_secret()));
                }
                signed.sort_unstable();
                let authorization = sign::authorization(
                    &Signable {
                        method: request.method().as_str(),
                        path: request.url().path(),
                        query: request.url().query().unwrap_or_default(),
                        headers: &signed,
                        body: request
                            .body()
                            .and_then(reqwest::Body::as_bytes)
                            .unwrap_or_default(),
                    },
                    access_key.expose_secret(),
                    secret_key.expose_secret(),
                    &date,
                );
                insert(request, "authorization", &authorization, true)
            }
        }
    }
}

fn host(request: &Request) -> Result<String, Error> {
    let url = request.url();
    let host = url
        .host_str()
        .ok_or_else(|| Error::config("the endpoint has no host"))?;
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn insert(
    request: &mut Request,
    name: &'static str,
    value: &str,
    sensitive: bool,
) -> Result<(), Error> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Error::config(format!(
            "the value for the header {name} has characters that no header may have; check the \
             credentials for line breaks"
        ))
    })?;
    value.set_sensitive(sensitive);
    request
        .headers_mut()
        .insert(HeaderName::from_static(name), value);
    Ok(())
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, [redacted])", self.kind())
    }
}
