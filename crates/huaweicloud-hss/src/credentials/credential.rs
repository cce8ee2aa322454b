//! One credential: what a single request is proven with.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use reqwest::Request;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::guard::SignatureGuard;
use crate::Error;
use crate::sign::{self, Signable};

/// A token or an access key, with its expiry: what a [`CredentialProvider`](super::CredentialProvider) returns.
///
/// Copies share the secrets, which are overwritten in memory when the last one is dropped. `Debug` does not
/// show them.
#[derive(Clone)]
pub struct Credential {
    secret: Arc<Secret>,
    /// By the clock of the service.
    expires_at: Option<Timestamp>,
    /// The time at which the service gave it, by the clock of the service.
    seen_at: Option<Timestamp>,
}

enum Secret {
    Token(SecretString),
    AccessKey {
        access_key: SecretString,
        secret_key: SecretString,
        security_token: Option<SecretString>,
        /// It belongs to the key, so that all clients with this key share it.
        guard: SignatureGuard,
    },
}

impl Credential {
    /// An IAM token, sent as `X-Auth-Token`. It must be valid for the project whose images are listed.
    #[must_use]
    pub fn token(token: impl Into<String>) -> Self {
        Self::new(Secret::Token(token.into().into()))
    }

    /// An access key and its secret key (AK/SK). Each request is signed with them.
    #[must_use]
    pub fn access_key(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self::new(Secret::AccessKey {
            access_key: access_key.into().into(),
            secret_key: secret_key.into().into(),
            security_token: None,
            guard: SignatureGuard::default(),
        })
    }

    /// A temporary access key, its secret key, and the security token that belongs to them.
    #[must_use]
    pub fn temporary_access_key(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Self::new(Secret::AccessKey {
            access_key: access_key.into().into(),
            secret_key: secret_key.into().into(),
            security_token: Some(security_token.into().into()),
            guard: SignatureGuard::default(),
        })
    }

    /// Sets its expiry. Without this, it is used until the service refuses it.
    #[must_use]
    pub fn expires_at(self, time: SystemTime) -> Self {
        match Timestamp::try_from(time) {
            Ok(time) => self.valid_until(time),
            // Nothing that is in use today ends after the year 9999.
            Err(_) => self,
        }
    }

    pub(super) fn valid_until(mut self, time: Timestamp) -> Self {
        self.expires_at = Some(time);
        self
    }

    pub(super) fn given_at(mut self, time: Option<Timestamp>) -> Self {
        self.seen_at = time;
        self
    }

    pub(super) fn seen_at(&self) -> Option<Timestamp> {
        self.seen_at
    }

    /// The kind, in words: `token`, `access key` or `temporary access key`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &*self.secret {
            Secret::Token(_) => "token",
            Secret::AccessKey {
                security_token: None,
                ..
            } => "access key",
            Secret::AccessKey { .. } => "temporary access key",
        }
    }

    fn new(secret: Secret) -> Self {
        Self {
            secret: Arc::new(secret),
            expires_at: None,
            seen_at: None,
        }
    }

    /// Fails for what no service has ever given out, such as a key with the line break of the file that it is from.
    /// The service would only say that it is wrong.
    pub(super) fn checked(self) -> Result<Self, Error> {
        for (name, value) in self.parts() {
            let wrong = if value.is_empty() {
                "is empty"
            } else if value.trim() != value {
                "begins or ends with a blank or a line break"
            } else if value.contains(|c: char| c.is_control() || !c.is_ascii()) {
                "contains characters not allowed in an HTTP header"
            } else {
                continue;
            };
            return Err(Error::credentials(format!("the {name} {wrong}")));
        }
        Ok(self)
    }

    /// Its values, by what they are called.
    fn parts(&self) -> Vec<(&'static str, &str)> {
        match &*self.secret {
            Secret::Token(token) => vec![("token", token.expose_secret())],
            Secret::AccessKey {
                access_key,
                secret_key,
                security_token,
                ..
            } => {
                let mut parts = vec![
                    ("access key", access_key.expose_secret()),
                    ("secret key", secret_key.expose_secret()),
                ];
                if let Some(token) = security_token {
                    parts.push(("security token", token.expose_secret()));
                }
                parts
            }
        }
    }

    pub(super) fn has_the_secrets_of(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }

    /// The same credential, with what was learned of it under another copy.
    pub(super) fn with_the_guard_of(mut self, other: &Self) -> Self {
        self.secret = Arc::clone(&other.secret);
        self
    }

    /// What of it nobody may see. The name of a key is no secret: the service says which one it does not know.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts().into_iter();
        let secrets = parts.filter(|(name, _)| *name != "access key");
        secrets.map(|(_, value)| value)
    }

    pub(super) fn expiry(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Whether both are copies of one credential.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.secret, &other.secret)
    }

    /// What watches over the signatures; tokens have none.
    pub(super) fn guard(&self) -> Option<&SignatureGuard> {
        match &*self.secret {
            Secret::Token(_) => None,
            Secret::AccessKey { guard, .. } => Some(guard),
        }
    }

    /// Adds the headers that prove the identity. A signature covers the request as it is now, so nothing
    /// that is signed may change afterwards. `now` is the time of the service.
    pub(super) fn apply(
        &self,
        request: &mut Request,
        project_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        match &*self.secret {
            Secret::Token(token) => insert(request, "x-auth-token", token.expose_secret(), true),
            Secret::AccessKey {
                access_key,
                secret_key,
                security_token,
                ..
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
                let authorization = Zeroizing::new(sign::authorization(
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
                ));
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

pub(super) fn insert(
    request: &mut Request,
    name: &'static str,
    value: &str,
    sensitive: bool,
) -> Result<(), Error> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Error::config(format!(
            "the value for the header {name} contains characters not allowed in an HTTP header; check the \
             credentials for line breaks"
        ))
    })?;
    value.set_sensitive(sensitive);
    request
        .headers_mut()
        .insert(HeaderName::from_static(name), value);
    Ok(())
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, [redacted])", self.kind())
    }
}
