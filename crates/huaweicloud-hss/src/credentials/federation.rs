//! Temporary access keys for a token of an identity provider: by IAM, or by STS.

use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::credential::insert;
use super::provider::CredentialProvider;
use super::source::{Server, read_token, set_json};
use super::{Credential, agency, keys};
use crate::Error;
use crate::operations::Operation;

const TOKEN: &Operation = &Operation {
    id: "CreateTokenWithIdToken",
    method: "POST",
    path: "/v3.0/OS-AUTH/id-token/tokens",
    call_limit: None,
};
const KEY: &Operation = &Operation {
    id: "CreateTemporaryAccessKeyByToken",
    method: "POST",
    path: "/v3.0/OS-CREDENTIAL/securitytokens",
    call_limit: None,
};
const ASSUME: &Operation = &Operation {
    id: "AssumeAgencyWithOIDC",
    method: "POST",
    path: "/v5/agencies/assume-with-oidc",
    call_limit: None,
};

/// For how long a key of IAM is asked for, as the official SDKs do.
const SECONDS: u32 = 6 * 60 * 60;

/// An identity provider that IAM knows, and the file with its token.
#[derive(Debug, Clone)]
pub(crate) struct IdentityProvider {
    pub(crate) id: String,
    pub(crate) token_file: PathBuf,
}

/// Takes the token of an identity provider to IAM.
#[derive(Debug)]
pub(crate) struct FederationProvider {
    pub(crate) iam: Server,
    pub(crate) identity_provider: IdentityProvider,
}

impl CredentialProvider for FederationProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let token = self.token().await?;
        let token = token.expose_secret();
        let details = json!({"id": token, "duration_seconds": SECONDS});
        agency::security_token(&self.iam, KEY, ("token", details), token).await
    }
}

impl FederationProvider {
    /// A token of IAM, which is for no project yet.
    async fn token(&self) -> Result<SecretString, Error> {
        let id_token = read_token(&self.identity_provider.token_file)?;
        let mut request = self.iam.request(TOKEN);
        set_json(
            &mut request,
            &json!({"auth": {"id_token": {"id": id_token}}}),
        );
        insert(&mut request, "x-idp-id", &self.identity_provider.id, false)?;
        let answer = self.iam.call(TOKEN, request, &id_token, &[201]).await?;
        let token = answer.headers.get("x-subject-token");
        let token = token.and_then(|token| token.to_str().ok());
        token.map(SecretString::from).ok_or_else(|| {
            let error = Error::response(&answer, "the header X-Subject-Token is missing");
            self.iam.explain(TOKEN, error)
        })
    }
}

/// An agency that a token of an `OpenID` Connect identity provider opens, for
/// [`Credentials::oidc`](crate::Credentials::oidc).
///
/// ```
/// use huaweicloud_hss::{Credentials, OidcAgency};
///
/// let agency = OidcAgency::new(
///     "iam::0123:oidc-provider:ci",
///     "iam::0123:agency:auditor",
///     "/var/run/secrets/tokens/huaweicloud",
/// );
/// assert_eq!(Credentials::oidc(agency).kind(), "OIDC");
/// ```
#[derive(Clone)]
#[must_use]
pub struct OidcAgency {
    provider_urn: String,
    agency_urn: String,
    token: IdToken,
    session_name: String,
    seconds: u32,
    policy: Option<String>,
    policy_ids: Vec<String>,
}

#[derive(Clone)]
enum IdToken {
    File(PathBuf),
    Text(SecretString),
}

impl OidcAgency {
    /// The identity provider and the agency, by their URNs, and the file with the token, which is re-read whenever the
    /// key is renewed.
    pub fn new(
        provider_urn: impl Into<String>,
        agency_urn: impl Into<String>,
        token_file: impl Into<PathBuf>,
    ) -> Self {
        Self {
            provider_urn: provider_urn.into(),
            agency_urn: agency_urn.into(),
            token: IdToken::File(token_file.into()),
            session_name: "oidc-sts-session".to_owned(),
            seconds: 3_600,
            policy: None,
            policy_ids: Vec::new(),
        }
    }

    /// The token itself, instead of a file. It cannot be renewed, so this suits short jobs only.
    pub fn id_token(mut self, token: impl Into<String>) -> Self {
        self.token = IdToken::Text(token.into().into());
        self
    }

    /// The name of the session in the audit logs. Default: `oidc-sts-session`.
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = name.into();
        self
    }

    /// The lifetime of each key in seconds. Default: an hour. STS accepts 900 to 43,200.
    pub fn duration_seconds(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    /// A policy, in JSON, that restricts the session.
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// The ids of policies that restrict the session.
    pub fn policy_ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.policy_ids = ids.into_iter().map(Into::into).collect();
        self
    }

    fn token(&self) -> Result<SecretString, Error> {
        Ok(match &self.token {
            IdToken::File(file) => read_token(file)?.into(),
            IdToken::Text(token) => token.clone(),
        })
    }

    fn body(&self, token: &str) -> Value {
        let mut body = json!({
            "provider_urn": self.provider_urn,
            "agency_urn": self.agency_urn,
            "agency_session_name": self.session_name,
            "id_token": token,
            "duration_seconds": self.seconds,
        });
        if let Some(policy) = &self.policy {
            body["policy"] = json!(policy);
        }
        if !self.policy_ids.is_empty() {
            body["policy_ids"] = json!(self.policy_ids);
        }
        body
    }
}

impl fmt::Debug for OidcAgency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcAgency")
            .field("provider_urn", &self.provider_urn)
            .field("agency_urn", &self.agency_urn)
            .finish_non_exhaustive()
    }
}

/// Takes the token of an identity provider to STS.
#[derive(Debug)]
pub(crate) struct OidcProvider {
    pub(crate) sts: Server,
    pub(crate) agency: OidcAgency,
}

impl CredentialProvider for OidcProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let token = self.agency.token()?;
        let token = token.expose_secret();
        let mut request = self.sts.request(ASSUME);
        set_json(&mut request, &self.agency.body(token));
        let answer = self.sts.call(ASSUME, request, token, &[200, 201]).await?;
        keys::read(&answer).map_err(|error| self.sts.explain(ASSUME, error))
    }
}
