//! Where credentials come from that change while a program runs.

use std::fmt;

use futures::future::BoxFuture;

use super::Credential;
use crate::Error;

/// Your own source of credentials, such as a secret store.
///
/// The client calls it when the first request needs a credential, and again before the current one expires or when the
/// service says that it has expired; in between, it caches the credential. However many requests wait, one call is in
/// flight at a time.
///
/// ```
/// use huaweicloud_hss::{Credential, CredentialProvider, Credentials, Error};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl CredentialProvider for Vault {
///     async fn credential(&self) -> Result<Credential, Error> {
///         let secret = std::env::var("VAULT_SECRET").map_err(Error::credentials)?;
///         Ok(Credential::access_key("SANDBOX-ACCESS-KEY", secret))
///     }
/// }
///
/// let credentials = Credentials::provider(Vault);
/// ```
pub trait CredentialProvider: fmt::Debug + Send + Sync + 'static {
    /// Obtains a credential.
    ///
    /// # Errors
    ///
    /// Any failure, made with [`Error::credentials`]. It fails the calls that wait for the credential, and should not
    /// quote a secret.
    fn credential(&self) -> impl Future<Output = Result<Credential, Error>> + Send;
}

/// The same, in a form that can be kept without knowing the type.
pub(crate) trait DynProvider: fmt::Debug + Send + Sync {
    fn obtain(&self) -> BoxFuture<'_, Result<Credential, Error>>;
}

impl<P: CredentialProvider> DynProvider for P {
    fn obtain(&self) -> BoxFuture<'_, Result<Credential, Error>> {
        Box::pin(self.credential())
    }
}
