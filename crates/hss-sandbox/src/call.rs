//! A request as it arrived, read whole.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use tokio::time::timeout;

use crate::fault::strike::Strikes;
use crate::reply::ApiError;

/// The most that a request body may hold: the documented bound of a signed request.
pub(crate) const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// How long a request body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A request as it arrived. Path and query stay encoded: a signature covers them.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How the sandbox is to misbehave in this call.
    pub(crate) strikes: Strikes,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (method, uri, headers) = (
            request.method().clone(),
            request.uri().clone(),
            request.headers().clone(),
        );
        let strikes = request
            .extensions()
            .get()
            .cloned()
            .unwrap_or_else(Strikes::none);
        let body = timeout(BODY_TIMEOUT, Bytes::from_request(request, state))
            .await
            .map_err(|_| ApiError::unreadable("The request body did not arrive in time."))?;
        let body = body.map_err(|rejection| match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => ApiError::of_status(status),
            _ => ApiError::unreadable("The request body could not be read."),
        })?;
        Ok(Self {
            method,
            uri,
            headers,
            body,
            strikes,
        })
    }
}
