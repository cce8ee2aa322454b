//! Tokens from IAM for a user name and a password.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use progenitor_client::ClientInfo;
use secrecy::{ExposeSecret, SecretString};

use super::Credential;
use super::provider::CredentialProvider;
use crate::clock::Clock;
use crate::generated::iam::{self, types};
use crate::{Error, ErrorKind, exchange, operations, retry};

/// For so long a password that IAM refused is not sent again. IAM locks a user after five refusals, usually for a
/// quarter of an hour.
const MEMORY: Duration = Duration::from_secs(15 * 60);

/// An IAM user and its password.
#[derive(Clone)]
pub(crate) struct Password {
    account: String,
    user: String,
    password: SecretString,
    /// The last refusal, and when it was. All clients with the password share it.
    refused: Arc<Mutex<Option<(Duration, Error)>>>,
}

impl Password {
    pub(crate) fn new(account: String, user: String, password: SecretString) -> Self {
        Self {
            account,
            user,
            password,
            refused: Arc::default(),
        }
    }

    /// Fails where IAM refused the password of late.
    fn check(&self, now: Duration) -> Result<(), Error> {
        match &*self.refused() {
            Some((time, error)) if now.saturating_sub(*time) < MEMORY => {
                let left = MEMORY.saturating_sub(now.saturating_sub(*time));
                Err(error.clone().after(0).not_sent_again(left))
            }
            _ => Ok(()),
        }
    }

    fn refused(&self) -> MutexGuard<'_, Option<(Duration, Error)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        self.password.check(self.clock.elapsed())?;
        let issued = self.ask().await;
        *self.password.refused() = match &issued {
            Err(error) if error.status() == Some(401) => {
                Some((self.clock.elapsed(), error.clone()))
            }
            _ => None,
        };
        issued
    }

    async fn ask(&self) -> Result<Issued, Error> {
        let request = self
            .client
            .keystone_create_user_token_by_password()
            // The catalog makes the answer ten times as long.
            .nocatalog("true")
            .body(self.body());
        let operation = operations::KEYSTONE_CREATE_USER_TOKEN_BY_PASSWORD;
        let answer = exchange::send(operation, request.send_generated()).await;
        let answer = answer.hiding(self.password.password.expose_secret());
        let answer: Result<(types::CreateTokenResponse, _), _> = answer.decode(201);
        let (answer, exchange) = answer.map_err(|error| error.asked(self.client.baseurl()))?;
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
        let time = |text: &Option<String>| text.as_ref()?.parse::<Timestamp>().ok();
        let given = retry::date(&exchange.headers).or_else(|| time(&facts.issued_at));
        let credential = Credential::token(token).given_at(given);
        Ok(Issued {
            credential: match time(&facts.expires_at) {
                Some(end) => credential.valid_until(end),
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
