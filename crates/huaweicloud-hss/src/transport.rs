//! Between the generated client and the network: every request passes here.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use progenitor_client::{ClientHooks, Error as HookError, OperationInfo};
use reqwest::{Request, Response};

use crate::exchange::{self, Exchange};
use crate::{Credentials, generated, sign};

/// The header in which the service tells the id of a call.
const REQUEST_ID: &str = "x-request-id";

/// What every request of one client needs.
#[derive(Clone)]
pub(crate) struct Transport {
    pub(crate) credentials: Credentials,
    /// Sent and signed as `X-Project-Id` where the service is one of a project.
    pub(crate) project_id: Option<String>,
}

impl Transport {
    /// Makes the request what the service expects, and proves who sends it.
    fn prepare(&self, request: &mut Request) -> Result<(), crate::Error> {
        // The generated code announces the version of the contract, which no server asks for.
        request.headers_mut().remove("api-version");
        let query = sign::canonical_query(request.url().query_pairs());
        let query = (!query.is_empty()).then_some(query);
        request.url_mut().set_query(query.as_deref());
        self.credentials
            .apply(request, self.project_id.as_deref(), Timestamp::now())
    }

    /// Sends the request and records the answer for the call that is under way (see [`exchange`]). What is
    /// returned has the same status and an empty object in place of the body: the generated code looks at
    /// no more.
    async fn send(&self, client: &reqwest::Client, request: Request) -> reqwest::Result<Response> {
        let response = client.execute(request).await?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await?;
        let request_id = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        exchange::record(Exchange {
            status: status.as_u16(),
            request_id,
            headers,
            body,
        });
        let mut stand_in = http::Response::new(Bytes::from_static(b"{}"));
        *stand_in.status_mut() = status;
        Ok(stand_in.into())
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("credentials", &self.credentials)
            .field("project_id", &self.project_id)
            .finish()
    }
}

macro_rules! hooks {
    ($client:ty) => {
        impl ClientHooks<Transport> for $client {
            async fn pre<E>(
                &self,
                request: &mut Request,
                _info: &OperationInfo,
            ) -> Result<(), HookError<E>> {
                self.inner
                    .prepare(request)
                    .map_err(|error| HookError::Custom(error.to_string()))
            }

            async fn exec(
                &self,
                request: Request,
                _info: &OperationInfo,
            ) -> reqwest::Result<Response> {
                self.inner.send(&self.client, request).await
            }
        }
    };
}

hooks!(generated::hss::Client);
hooks!(generated::iam::Client);

#[cfg(test)]
mod tests;
