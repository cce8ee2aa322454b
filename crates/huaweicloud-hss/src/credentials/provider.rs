//! Where credentials come from that change while a program runs.

use std::fmt;

use futures::future::BoxFuture;

use super::Credential;
use crate::Error;

/// A source of credentials of your own, such as a secret store.
///
/// It is asked when the first request needs a credential, and again before the last one expires or when the
/// service says that it has expired; in between, the client keeps what it got. However many requests wait, one
/// question is under way at a time.
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
    /// Whatever stands in the way, made with [`Error::credentials`]. It ends the calls that wait for the
    /// credential, and should not quote a secret.
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
