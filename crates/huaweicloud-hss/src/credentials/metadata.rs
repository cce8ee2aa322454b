//! Temporary access keys from the metadata service, which every virtual machine (ECS) of the cloud can ask.
//!
//! The service answers at a link-local address over plain http. It gives out the keys of the agency that is
//! assigned to the machine; a first request fetches a token that the second has to show.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::credential::insert;
use super::provider::CredentialProvider;
use super::source::Server;
use super::{Credential, keys};
use crate::Error;
use crate::operations::Operation;

/// Where the service answers on every machine.
pub(crate) const ADDRESS: &str = "http://169.254.169.254";
/// It is one network hop away or not there at all, and a program on another machine should not wait for it.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// It is known to take some seconds now and then.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);
/// For a call with all its attempts.
pub(crate) const LONGEST: Duration = Duration::from_secs(20);
pub(crate) const ATTEMPTS: u32 = 3;

const TOKEN: &Operation = &Operation {
    id: "metadata token",
    method: "PUT",
    path: "/meta-data/latest/api/token",
    call_limit: None,
};
const KEY: &Operation = &Operation {
    id: "metadata key",
    method: "GET",
    path: "/openstack/latest/securitykey",
    call_limit: None,
};
const TOKEN_HEADER: &str = "x-metadata-token";
const TOKEN_LIFE_HEADER: HeaderName = HeaderName::from_static("x-metadata-token-ttl-seconds");
/// The token is used once, right after it was given.
const TOKEN_LIFE: HeaderValue = HeaderValue::from_static("60");

/// Asks the metadata service.
#[derive(Debug)]
pub(crate) struct MetadataProvider {
    pub(crate) server: Server,
    /// What else was looked for in vain, where the service is asked only because nothing else has credentials.
    pub(crate) before: Option<String>,
}

impl CredentialProvider for MetadataProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let found = self.ask().await;
        found.map_err(|error| {
            let error = error.into_credentials_error("the ECS metadata service");
            match &self.before {
                Some(before) => error.preceded_by(before),
                None => error,
            }
        })
    }
}

impl MetadataProvider {
    async fn ask(&self) -> Result<Credential, Error> {
        let token = self.token().await?;
        let mut request = self.server.request(KEY);
        if let Some(token) = &token {
            insert(&mut request, TOKEN_HEADER, token, true)?;
        }
        let token = token.unwrap_or_default();
        let answer = self.server.send(KEY, request, &token).await?;
        if answer.status != 200 {
            // The service says so with this sentence where the machine has no agency.
            let agency = String::from_utf8_lossy(&answer.body).contains("Agency");
            return Err(if agency || answer.status == 404 {
                Error::credentials("it has no keys for this machine: assign an agency to it")
            } else {
                Error::unexpected(&answer, 200)
            });
        }
        keys::read(&answer)
    }

    /// What proves to the service that the request comes from the machine itself; `None` where it asks for no
    /// such proof.
    async fn token(&self) -> Result<Option<String>, Error> {
        let mut request = self.server.request(TOKEN);
        request.headers_mut().insert(TOKEN_LIFE_HEADER, TOKEN_LIFE);
        let answer = self.server.send(TOKEN, request, "").await?;
        match answer.status {
            200 => {
                let token = String::from_utf8_lossy(answer.body.trim_ascii());
                Ok(Some(token.into_owned()))
            }
            404 | 405 | 503 => Ok(None),
            _ => Err(Error::unexpected(&answer, 200)),
        }
    }
}
