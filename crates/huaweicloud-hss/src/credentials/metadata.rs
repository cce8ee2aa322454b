//! Temporary access keys from the metadata service, which every virtual machine (ECS) of the cloud can ask.
//!
//! The service answers at a link-local address over plain http. It gives out the keys of the agency that is
//! assigned to the machine; a first request fetches a token that the second has to show.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, Request, StatusCode};
use serde::Deserialize;
use url::Url;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Credential;
use super::provider::CredentialProvider;
use crate::Error;

/// Where the service answers on every machine.
pub(crate) const ADDRESS: &str = "http://169.254.169.254";
/// It is one network hop away or not there at all, and a program on another machine should not wait for it.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(2);

const TOKEN_PATH: &str = "/meta-data/latest/api/token";
const KEY_PATH: &str = "/openstack/latest/securitykey";
const TOKEN_HEADER: &str = "x-metadata-token";
const TOKEN_LIFE_HEADER: &str = "x-metadata-token-ttl-seconds";
/// The token is used once, right after it was given.
const TOKEN_LIFE: &str = "60";

/// Asks the metadata service.
#[derive(Debug)]
pub(crate) struct MetadataProvider {
    pub(crate) client: reqwest::Client,
    pub(crate) endpoint: Url,
    /// Whether it is asked only because nothing else has credentials.
    pub(crate) last_resort: bool,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Answer {
    credential: Keys,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Keys {
    access: String,
    secret: String,
    securitytoken: String,
    expires_at: String,
}

impl CredentialProvider for MetadataProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let token = self.token().await?;
        let mut request = Request::new(Method::GET, self.url(KEY_PATH)?);
        if let Some(mut token) = token {
            token.set_sensitive(true);
            request.headers_mut().insert(TOKEN_HEADER, token);
        }
        let (status, body) = self.send(request).await?;
        if status != StatusCode::OK {
            // The service says so with this sentence where the machine has no agency.
            let agency = String::from_utf8_lossy(&body).contains("Agency");
            return Err(self.failure(if agency || status == StatusCode::NOT_FOUND {
                "has no keys for this machine: assign an agency to it".to_owned()
            } else {
                format!("answered {status}")
            }));
        }
        let answer: Answer = serde_json::from_slice(&body)
            // The message of the parser could quote a key.
            .map_err(|_| self.failure("gave an answer that holds no access key"))?;
        let keys = &answer.credential;
        let expires_at = keys
            .expires_at
            .parse::<Timestamp>()
            .map_err(|_| self.failure("gave an access key whose end is no point in time"))?;
        Ok(
            Credential::temporary_access_key(&*keys.access, &*keys.secret, &*keys.securitytoken)
                .valid_until(expires_at),
        )
    }
}

impl MetadataProvider {
    /// What proves to the service that the request comes from the machine itself; `None` where it asks for no
    /// such proof.
    async fn token(&self) -> Result<Option<http::HeaderValue>, Error> {
        let mut request = Request::new(Method::PUT, self.url(TOKEN_PATH)?);
        request.headers_mut().insert(
            TOKEN_LIFE_HEADER,
            http::HeaderValue::from_static(TOKEN_LIFE),
        );
        match self.send(request).await? {
            (StatusCode::OK, body) => http::HeaderValue::from_bytes(body.trim_ascii())
                .map(Some)
                .map_err(|_| self.failure("gave a token that no header may have")),
            (
                StatusCode::NOT_FOUND
                | StatusCode::METHOD_NOT_ALLOWED
                | StatusCode::SERVICE_UNAVAILABLE,
                _,
            ) => Ok(None),
            (status, _) => Err(self.failure(format!("answered {status}"))),
        }
    }

    async fn send(&self, request: Request) -> Result<(StatusCode, bytes::Bytes), Error> {
        let unreachable =
            |error| self.failure(format!("cannot be reached ({})", Error::transport(error)));
        let response = self.client.execute(request).await.map_err(unreachable)?;
        let status = response.status();
        Ok((status, response.bytes().await.map_err(unreachable)?))
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        self.endpoint
            .join(path)
            .map_err(|error| self.failure(format!("has an unusable address ({error})")))
    }

    fn failure(&self, what: impl fmt::Display) -> Error {
        let before = if self.last_resort {
            "no credentials: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or \
             HUAWEICLOUD_SDK_AUTH_TOKEN, or write a profile file ~/.huaweicloud/credentials; "
        } else {
            ""
        };
        Error::credentials(format!("{before}the ECS metadata service {what}"))
    }
}
