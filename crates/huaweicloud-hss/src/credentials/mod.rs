//! What a caller proves its identity with, and where that comes from.

mod authenticator;
mod cache;
mod credential;
mod guard;
pub(crate) mod metadata;
pub(crate) mod password;
mod provider;

use std::fmt;
use std::sync::Arc;

pub(crate) use authenticator::{Authenticator, Proof, Remedy};
pub use credential::Credential;
pub use provider::CredentialProvider;
pub(crate) use provider::DynProvider;

use password::Password;

/// How a client proves who calls: with a token or an access key of its own, or with one that it obtains and
/// renews.
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
pub struct Credentials(Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Fixed(Credential),
    Password(Password),
    /// The endpoint, where it is not the usual one, and whether it is asked only because nothing else has
    /// credentials.
    Metadata(Option<String>, bool),
    Provider(Arc<dyn DynProvider>),
}

impl Credentials {
    /// A token of IAM, sent as `X-Auth-Token`. It has to be valid for the project whose images are listed,
    /// and is not renewed.
    #[must_use]
    pub fn token(token: impl Into<String>) -> Self {
        Credential::token(token).into()
    }

    /// An access key and its secret key (AK/SK). Each request is signed with them.
    #[must_use]
    pub fn access_key(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Credential::access_key(access_key, secret_key).into()
    }

    /// A temporary access key, its secret key, and the security token that belongs to them.
    #[must_use]
    pub fn temporary_access_key(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Self {
        Credential::temporary_access_key(access_key, secret_key, security_token).into()
    }

    /// An IAM user of an account (in the older name of it, a domain), and the user's password.
    ///
    /// The client obtains a token from IAM for the project that it lists, keeps it, and obtains another before
    /// it expires after 24 hours. The vendor gives no token for a HUAWEI ID itself; make an IAM user, and
    /// prefer an access key where you can.
    #[must_use]
    pub fn password(
        account: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self(Kind::Password(Password {
            account: account.into(),
            user: user.into(),
            password: password.into().into(),
        }))
    }

    /// The temporary access key of the virtual machine (ECS) that the program runs on, from the metadata
    /// service there. It is renewed before it expires.
    #[must_use]
    pub fn ecs_metadata() -> Self {
        Self(Kind::Metadata(None, false))
    }

    /// As [`ecs_metadata`](Self::ecs_metadata), from a service at another address. Plain http is all that such
    /// services speak, so the address has to be of this machine or link-local.
    #[must_use]
    pub fn ecs_metadata_at(endpoint: impl Into<String>) -> Self {
        Self(Kind::Metadata(Some(endpoint.into()), false))
    }

    /// What a source of your own gives.
    #[must_use]
    pub fn provider(provider: impl CredentialProvider) -> Self {
        Self(Kind::Provider(Arc::new(provider)))
    }

    /// The end of the chain of places where credentials are looked for.
    pub(crate) fn last_resort(metadata_endpoint: Option<String>) -> Self {
        Self(Kind::Metadata(metadata_endpoint, true))
    }

    /// What they are, in words: `token`, `access key`, `temporary access key`, `password`, `ECS metadata` or
    /// `provider`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.0 {
            Kind::Fixed(credential) => credential.kind(),
            Kind::Password(_) => "password",
            Kind::Metadata(..) => "ECS metadata",
            Kind::Provider(_) => "provider",
        }
    }

    pub(crate) fn source(&self) -> &Kind {
        &self.0
    }
}

impl From<Credential> for Credentials {
    fn from(credential: Credential) -> Self {
        Self(Kind::Fixed(credential))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, [redacted])", self.kind())
    }
}
