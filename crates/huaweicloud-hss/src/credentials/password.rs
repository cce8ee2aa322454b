//! Tokens from IAM for a user name and a password.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use progenitor_client::ClientInfo;
use secrecy::{ExposeSecret, SecretString};

use super::Credential;
use super::provider::CredentialProvider;
use crate::clock::Clock;
use crate::generated::iam::{self, types};
use crate::{Error, ErrorKind, exchange, operations};

/// An IAM user and its password.
#[derive(Clone)]
pub(crate) struct Password {
    pub(crate) account: String,
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

/// What a token is for. HSS wants one for a project.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    ProjectId(String),
    ProjectName(String),
}

/// Obtains tokens. Each is valid for 24 hours, and a new one does not end the old one.
pub(crate) struct PasswordProvider {
    pub(crate) client: iam::Client,
    pub(crate) password: Password,
    pub(crate) scope: Scope,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A token and what IAM tells of it.
pub(crate) struct Issued {
    pub(crate) credential: Credential,
    pub(crate) project_id: Option<String>,
}

impl PasswordProvider {
    pub(crate) async fn issue(&self) -> Result<Issued, Error> {
        let asked_at = self.clock.now();
        let request = self
            .client
            .keystone_create_user_token_by_password()
            // The catalog makes the answer ten times as long.
            .nocatalog("true")
            .body(self.body());
        let (answer, exchange): (types::CreateTokenResponse, _) = exchange::call_iam(
            &self.client,
            operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD,
            201,
            request.send_generated(),
        )
        .await?;
        let token = exchange
            .headers
            .get("x-subject-token")
            .and_then(|value| value.to_str().ok())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| {
                Error::response(&exchange, "the header X-Subject-Token is missing")
                    .during(operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD.id)
                    .asked(self.client.baseurl())
            })?;
        let facts = answer.token.unwrap_or_default();
        let credential = Credential::token(token);
        Ok(Issued {
            credential: match expiry(&facts, asked_at) {
                Some(time) => credential.valid_until(time),
                None => credential,
            },
            project_id: facts.project.and_then(|project| project.id),
        })
    }

    fn body(&self) -> types::CreateTokenRequest {
        let (id, name) = match &self.scope {
            Scope::ProjectId(id) => (Some(id.clone()), None),
            Scope::ProjectName(name) => (None, Some(name.clone())),
        };
        types::CreateTokenRequest {
            auth: types::Auth {
                identity: types::Identity {
                    methods: vec!["password".to_owned()],
                    password: Some(types::PasswordIdentity {
                        user: types::PasswordUser {
                            domain: types::DomainName {
                                name: self.password.account.clone(),
                            },
                            name: self.password.user.clone(),
                            password: self.password.password.expose_secret().to_owned(),
                        },
                    }),
                },
                scope: Some(types::Scope {
                    domain: None,
                    project: Some(types::ScopeTarget { id, name }),
                }),
            },
        }
    }
}

/// When the token ends by the clock of this machine. The times in the answer are those of the service, so only
/// the span between them counts.
fn expiry(facts: &types::TokenInfo, asked_at: Timestamp) -> Option<Timestamp> {
    let time = |text: &Option<String>| text.as_ref()?.parse::<Timestamp>().ok();
    let end = time(&facts.expires_at)?;
    match time(&facts.issued_at) {
        Some(start) => asked_at.checked_add(end.duration_since(start)).ok(),
        None => Some(end),
    }
}

impl CredentialProvider for PasswordProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        self.issue().await.map(|issued| issued.credential)
    }
}

impl Issued {
    /// The project that the token is for.
    pub(crate) fn project_id(&self) -> Result<String, Error> {
        self.project_id.clone().ok_or_else(|| {
            Error::new(
                ErrorKind::Project,
                "the token that IAM issued is for no project: set the project id",
            )
        })
    }
}

impl fmt::Debug for PasswordProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordProvider")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
