//! Temporary access keys of an agency that the caller may assume, from IAM.

use serde_json::{Map, Value, json};

use super::provider::CredentialProvider;
use super::source::{Server, set_json};
use super::{Credential, keys};
use crate::Error;
use crate::operations::Operation;

const ASSUME: &Operation = &Operation {
    id: "CreateTemporaryAccessKeyByAgency",
    method: "POST",
    path: "/v3.0/OS-CREDENTIAL/securitytokens",
    call_limit: None,
};

/// An agency of an account that lets others act for it, for
/// [`Credentials::assume_agency`](crate::Credentials::assume_agency).
///
/// ```
/// use huaweicloud_hss::{Agency, Credentials};
///
/// let own = Credentials::access_key("SANDBOX-ACCESS-KEY", "sandbox-secret-key");
/// let credentials = own.assume_agency(Agency::new("auditor").account_name("customer"));
/// assert_eq!(credentials.kind(), "agency");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Agency {
    name: String,
    account_name: Option<String>,
    account_id: Option<String>,
    seconds: u32,
}

impl Agency {
    /// The agency with this name. The account that has it is required, too.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            account_name: None,
            account_id: None,
            seconds: 3_600,
        }
    }

    /// The name of the account that has the agency.
    pub fn account_name(mut self, name: impl Into<String>) -> Self {
        self.account_name = Some(name.into());
        self
    }

    /// The id of the account that has the agency, in place of its name.
    pub fn account_id(mut self, id: impl Into<String>) -> Self {
        self.account_id = Some(id.into());
        self
    }

    /// The lifetime of each key in seconds. Default: an hour. IAM accepts 15 minutes to 24 hours.
    pub fn duration_seconds(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Fails where the account is missing.
    pub(crate) fn checked(&self) -> Result<&Self, Error> {
        if self.account_name.is_none() && self.account_id.is_none() {
            return Err(Error::config(format!(
                "the agency {:?} has no account: set the name or the id of the account that it belongs to \
                 (HW_ASSUME_ROLE_DOMAIN_NAME or HW_ASSUME_ROLE_DOMAIN_ID)",
                self.name
            )));
        }
        Ok(self)
    }
}

/// Assumes an agency, each time anew.
#[derive(Debug)]
pub(crate) struct AgencyProvider {
    /// Its transport proves who assumes the agency.
    pub(crate) iam: Server,
    pub(crate) agency: Agency,
}

impl CredentialProvider for AgencyProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let Agency {
            name,
            account_name,
            account_id,
            seconds,
        } = &self.agency;
        let mut assumed = Map::new();
        assumed.insert("agency_name".to_owned(), json!(name));
        match (account_id, account_name) {
            (Some(id), _) => assumed.insert("domain_id".to_owned(), json!(id)),
            (None, name) => assumed.insert("domain_name".to_owned(), json!(name)),
        };
        assumed.insert("duration_seconds".to_owned(), json!(seconds));
        // Who assumes it is proven by the transport.
        let details = Value::Object(assumed);
        security_token(&self.iam, ASSUME, ("assume_role", details), "").await
    }
}

/// Has IAM give out a temporary access key. `method` is how it is asked for, and `details` what that needs, with the
/// `secret` in it.
pub(super) async fn security_token(
    iam: &Server,
    operation: &'static Operation,
    (method, details): (&str, Value),
    secret: &str,
) -> Result<Credential, Error> {
    let mut request = iam.request(operation);
    let body = json!({"auth": {"identity": {"methods": [method], method: details}}});
    set_json(&mut request, &body);
    let answer = iam.call(operation, request, secret, &[201]).await?;
    keys::read(&answer).map_err(|error| iam.explain(operation, error))
}
