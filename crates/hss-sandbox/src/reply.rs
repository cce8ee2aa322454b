//! The answers of the API: JSON bodies, and errors in the shape of the layer that a real one comes from.

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    json_text(status, body.to_string())
}

/// The same, of a body that is text already.
pub(crate) fn json_text(status: StatusCode, body: String) -> Response {
    (status, [(CONTENT_TYPE, JSON)], body).into_response()
}

/// Which layer of the real service an error comes from; each has a body of its own.
#[derive(Clone, Copy, Debug)]
enum Layer {
    Gateway,
    Service,
    Identity,
}

/// An error that is answered to the caller.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    layer: Layer,
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl ApiError {
    /// An error of the API gateway; its body carries the request id.
    pub(crate) fn gateway(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            layer: Layer::Gateway,
            status,
            code,
            message: message.into(),
        }
    }

    /// The code with which HSS denies access, as far as that was seen. Its table has no such code.
    pub(crate) const DENIED: &'static str = "common.01010013";

    /// An error of HSS itself.
    pub(crate) fn service(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            layer: Layer::Service,
            status,
            code,
            message: message.into(),
        }
    }

    /// An error of IAM; its body carries the status instead of a code.
    pub(crate) fn identity(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            layer: Layer::Identity,
            status,
            code: "",
            message: message.into(),
        }
    }

    /// A request that HSS understands but does not accept.
    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::service(StatusCode::BAD_REQUEST, "HSS.0001", message)
    }

    /// A failure of the sandbox itself, for example a full disk.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::gateway(StatusCode::INTERNAL_SERVER_ERROR, "APIGW.0601", message)
    }

    /// What arrived is not a request that could be read.
    pub(crate) fn unreadable(message: &str) -> Self {
        Self::gateway(StatusCode::BAD_REQUEST, "APIGW.0201", message)
    }

    /// The error that the real service would most likely send with this status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let gateway = |code, message: &str| Self::gateway(status, code, message);
        let service = |code, message: &str| Self::service(status, code, message);
        match status.as_u16() {
            401 => gateway(
                "APIGW.0301",
                "Incorrect IAM authentication information: Unauthorized",
            ),
            403 => service(Self::DENIED, "Access denied."),
            404 => Self::unknown_path(),
            405 => gateway("APIGW.0501", "The app quota has been used up."),
            413 => gateway("APIGW.0201", "Request entity too large."),
            414 => gateway("APIGW.0201", "Request URI too large."),
            429 => Self::throttled(),
            // The gateway has a status of its own for it.
            431 | 494 => Self {
                status: StatusCode::from_u16(494).unwrap_or(status),
                ..gateway("APIGW.0201", "Request headers too large.")
            },
            502 => gateway("APIGW.0201", "Backend unavailable."),
            503 => gateway("APIGW.0613", "The IAM service is currently unavailable."),
            504 => gateway("APIGW.0201", "Backend timeout."),
            500..=599 => gateway("APIGW.0601", "Internal server error."),
            _ => service("HSS.0001", "Invalid parameter."),
        }
    }

    /// The error that IAM would most likely send with this status.
    pub(crate) fn of_iam_status(status: StatusCode) -> Self {
        Self::identity(
            status,
            match status.as_u16() {
                403 => "Policy doesn't allow iam:projects:listProjects to be performed.".to_owned(),
                _ => format!("{}.", status.canonical_reason().unwrap_or("Error")),
            },
        )
    }

    /// Nothing is served under this path.
    pub(crate) fn unknown_path() -> Self {
        Self::gateway(
            StatusCode::NOT_FOUND,
            "APIGW.0101",
            "The API does not exist or has not been published in the environment",
        )
    }

    /// The caller sends more than the gateway lets through.
    pub(crate) fn throttled() -> Self {
        Self::gateway(
            StatusCode::TOO_MANY_REQUESTS,
            "APIGW.0308",
            "The throttling threshold has been reached: policy api over ratelimit,limit:200,time:1 second",
        )
    }

    /// The status and the text of the body.
    pub(crate) fn render(&self, request_id: &str) -> (StatusCode, String) {
        (self.status, self.body(request_id).to_string())
    }

    fn body(&self, request_id: &str) -> Value {
        let Self {
            status,
            code,
            message,
            ..
        } = self;
        match self.layer {
            Layer::Gateway => {
                json!({"error_msg": message, "error_code": code, "request_id": request_id})
            }
            Layer::Service => {
                json!({"error_code": code, "error_description": message, "error_msg": message})
            }
            Layer::Identity => json!({"error": {
                "code": status.as_u16(),
                "message": message,
                "title": status.canonical_reason().unwrap_or_default(),
            }}),
        }
    }
}

/// The body needs the request id, which only the outermost layer knows; see [`finish`].
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A new request id.
pub(crate) fn request_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// Puts the request id into an answer: into the header always, into the body where it is an error.
pub(crate) fn finish(mut response: Response, request_id: &str) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let (status, body) = error.render(request_id);
        *response.status_mut() = status;
        *response.body_mut() = Body::from(body);
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, JSON);
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}
