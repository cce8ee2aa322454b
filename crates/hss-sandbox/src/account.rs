//! The one account that every sandbox serves. The values never change, so that scripts can rely on them; but the
//! three secrets are replaced where a sandbox can be reached from other machines, see [`Account`].

use std::fmt;

/// The access key (AK) whose signatures are accepted.
pub const ACCESS_KEY: &str = "SANDBOX-ACCESS-KEY";

/// The secret key (SK) that belongs to [`ACCESS_KEY`]. It is public and protects nothing.
pub const SECRET_KEY: &str = "sandbox-secret-key";

/// A temporary access key of the account, which goes with [`SECURITY_TOKEN`] alone. It is accepted where the constants
/// of this module are.
pub const TEMPORARY_ACCESS_KEY: &str = "SANDBOX-TEMPORARY-ACCESS-KEY";

/// The secret key that belongs to [`TEMPORARY_ACCESS_KEY`].
pub const TEMPORARY_SECRET_KEY: &str = "sandbox-temporary-secret-key";

/// The security token without which nobody knows [`TEMPORARY_ACCESS_KEY`].
pub const SECURITY_TOKEN: &str = "sandbox-security-token";

/// The name of the account, which IAM calls the domain.
pub const ACCOUNT: &str = "sandbox";

/// The id of the account.
pub const ACCOUNT_ID: &str = "d78cbac186b744899480f25bd0224680";

/// The name of the only IAM user of the account.
pub const USER: &str = "sandbox";

/// The id of that user.
pub const USER_ID: &str = "7116d09f88fa41908676fdd4b039e95b";

/// The password of that user. It is public and protects nothing.
pub const PASSWORD: &str = "sandbox";

/// The id of the only project of the account.
pub const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";

/// The region, which is also the name of the project.
pub const REGION: &str = "my-kualalumpur-1";

/// The credentials that callers authenticate with.
///
/// On a loopback address, the defaults are the well-known constants of this module. On any other address they would be
/// an open door, so there the defaults are generated at the start, and the constants are refused unless they are set
/// explicitly.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The access key (AK).
    pub access_key: String,
    /// The secret key (SK).
    pub secret_key: String,
    /// The password of the user [`USER`] of the account [`ACCOUNT`].
    pub password: String,
}

impl Account {
    /// The well-known credentials.
    #[must_use]
    pub fn known() -> Self {
        Self {
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            password: PASSWORD.to_owned(),
        }
    }

    /// One that nobody knows.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 40];
        getrandom::fill(&mut bytes)?;
        let (access, rest) = bytes.split_at(8);
        let (secret, password) = rest.split_at(20);
        Ok(Self {
            access_key: format!("SANDBOX-{}", hex::encode_upper(access)),
            secret_key: hex::encode(secret),
            password: hex::encode(password),
        })
    }
}

/// Without the secrets.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}
