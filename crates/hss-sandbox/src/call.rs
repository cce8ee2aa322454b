//! A request as it arrived, read whole.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, Method, StatusCode, Uri};

use crate::fault::Scripted;
use crate::reply::ApiError;

/// The most that a request body may hold: the documented bound of a signed request.
pub(crate) const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// A request as it arrived. Path and query stay encoded: a signature covers them.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How the sandbox is to misbehave in this call.
    pub(crate) scripted: Option<Scripted>,
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (method, uri, headers) = (
            request.method().clone(),
            request.uri().clone(),
            request.headers().clone(),
        );
        let scripted = request.extensions().get().copied();
        let body =
            Bytes::from_request(request, state)
                .await
                .map_err(|rejection| match rejection.status() {
                    status @ StatusCode::PAYLOAD_TOO_LARGE => ApiError::of_status(status),
                    _ => ApiError::gateway(
                        StatusCode::BAD_REQUEST,
                        "APIGW.0201",
                        "The request body could not be read.",
                    ),
                })?;
        Ok(Self {
            method,
            uri,
            headers,
            body,
            scripted,
        })
    }
}
