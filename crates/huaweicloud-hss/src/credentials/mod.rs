//! What a caller proves its identity with, and where that comes from.

mod agency;
mod authenticator;
mod cache;
mod credential;
mod federation;
mod guard;
mod keys;
mod metadata;
mod password;
mod pod;
mod provider;
mod refusal;
mod set_up;
mod source;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

pub use agency::Agency;
pub(crate) use authenticator::{Authenticator, Proof, Remedy};
pub use credential::Credential;
pub use federation::OidcAgency;
pub use provider::CredentialProvider;
pub(crate) use provider::DynProvider;
pub(crate) use refusal::{Refusal, gateway_number};

use federation::IdentityProvider;
pub(crate) use password::{Password, Scope};

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
pub struct Credentials {
    kind: Kind,
    /// Where they are from, if that is not the program.
    origin: Option<Arc<str>>,
}

#[derive(Clone)]
enum Kind {
    Fixed(Credential),
    Password(Password),
    Metadata {
        /// Where it is not the usual one.
        endpoint: Option<String>,
        /// What else was looked for in vain, where it is asked only because nothing else has credentials.
        before: Option<String>,
    },
    Pod {
        uri: String,
        token_file: PathBuf,
    },
    IdentityProvider(IdentityProvider),
    Oidc(OidcAgency),
    Agency(Box<Credentials>, Agency),
    Provider(Arc<dyn DynProvider>),
}

impl Credentials {
    /// An IAM token, sent as `X-Auth-Token`. It must be valid for the project whose images are listed, and is not
    /// renewed.
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
    /// The client obtains a token from IAM for the project that it lists, keeps it, and obtains a new one before it
    /// expires after 24 hours. The vendor issues no tokens for a HUAWEI ID itself; create an IAM user, and prefer an
    /// access key if you can.
    #[must_use]
    pub fn password(
        account: impl Into<String>,
        user: impl Into<String>,
        password: impl Into<String>,
    ) -> Self {
        Self::new(Kind::Password(Password::new(
            account.into(),
            user.into(),
            password.into().into(),
        )))
    }

    /// The temporary access key of the ECS instance that the program runs on, from its metadata service. It is renewed
    /// before it expires.
    #[must_use]
    pub fn ecs_metadata() -> Self {
        Self::new(Kind::Metadata {
            endpoint: None,
            before: None,
        })
    }

    /// As [`ecs_metadata`](Self::ecs_metadata), from a service at another address. Such services speak plain http only,
    /// so the address must be of this machine or link-local.
    #[must_use]
    pub fn ecs_metadata_at(endpoint: impl Into<String>) -> Self {
        Self::new(Kind::Metadata {
            endpoint: Some(endpoint.into()),
            before: None,
        })
    }

    /// The temporary access key of the pod that the program runs in, from the agent on its node: the pod identity of
    /// CCE. Its variables `HC_CONTAINER_CREDENTIALS_FULL_URI` and `HC_CONTAINER_AUTHORIZATION_TOKEN_FILE` have both.
    /// The token file is re-read whenever the key is renewed. If the agent speaks plain http, it must be on this
    /// machine or link-local.
    #[must_use]
    pub fn pod_identity(uri: impl Into<String>, token_file: impl Into<PathBuf>) -> Self {
        Self::new(Kind::Pod {
            uri: uri.into(),
            token_file: token_file.into(),
        })
    }

    /// A temporary access key from IAM for the token of an identity provider that IAM knows, such as the one of a
    /// service account of a cluster. The token file is re-read whenever the key is renewed.
    #[must_use]
    pub fn identity_provider(id: impl Into<String>, token_file: impl Into<PathBuf>) -> Self {
        Self::new(Kind::IdentityProvider(IdentityProvider {
            id: id.into(),
            token_file: token_file.into(),
        }))
    }

    /// A temporary access key from STS for the token of an `OpenID` Connect identity provider, which opens an agency.
    /// STS is in the region and the cloud of the client, unless `HUAWEICLOUD_SDK_STS_ENDPOINT` says otherwise (see
    /// [`ClientBuilder::sts_endpoint`](crate::ClientBuilder::sts_endpoint)).
    #[must_use]
    pub fn oidc(agency: OidcAgency) -> Self {
        Self::new(Kind::Oidc(agency))
    }

    /// The temporary access key of an agency that these credentials may assume, from IAM. The key is renewed before it
    /// expires.
    #[must_use]
    pub fn assume_agency(self, agency: Agency) -> Self {
        Self::new(Kind::Agency(Box::new(self), agency))
    }

    /// The credentials of your own source.
    #[must_use]
    pub fn provider(provider: impl CredentialProvider) -> Self {
        Self::new(Kind::Provider(Arc::new(provider)))
    }

    /// The end of the chain of places where credentials are looked for. `before` tells what was found in the others.
    pub(crate) fn last_resort(endpoint: Option<String>, before: String) -> Self {
        Self::new(Kind::Metadata {
            endpoint,
            before: Some(before),
        })
    }

    pub(crate) fn as_password(&self) -> Option<&Password> {
        match &self.kind {
            Kind::Password(password) => Some(password),
            _ => None,
        }
    }

    fn new(kind: Kind) -> Self {
        Self { kind, origin: None }
    }

    pub(crate) fn with_origin(mut self, origin: &str) -> Self {
        self.origin = Some(origin.into());
        self
    }

    /// The kind, in words: `token`, `access key`, `temporary access key`, `password`, `ECS metadata`, `pod
    /// identity`, `identity provider`, `OIDC`, `agency` or `provider`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.kind {
            Kind::Fixed(credential) => credential.kind(),
            Kind::Password(_) => "password",
            Kind::Metadata { .. } => "ECS metadata",
            Kind::Pod { .. } => "pod identity",
            Kind::IdentityProvider(_) => "identity provider",
            Kind::Oidc(_) => "OIDC",
            Kind::Agency(..) => "agency",
            Kind::Provider(_) => "provider",
        }
    }

    /// Their origin, in words: the variables of the environment, or the file. `None` if the program has set them.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// What they are and where they are from, for messages.
    fn described(&self) -> String {
        let described = match (&self.kind, &self.origin) {
            (_, Some(origin)) => format!("{} from {origin}", self.kind()),
            (Kind::Metadata { .. }, None) => self.kind().to_owned(),
            (_, None) => format!("{} set by the program", self.kind()),
        };
        match &self.kind {
            Kind::Agency(own, agency) => {
                format!("agency {}, assumed with {}", agency.name(), own.described())
            }
            _ => described,
        }
    }
}

/// For example `access key from HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK`.
impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.described())
    }
}

impl From<Credential> for Credentials {
    fn from(credential: Credential) -> Self {
        Self::new(Kind::Fixed(credential))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({}, [redacted])", self.kind())
    }
}
