//! The one error type of the crate.

use std::error::Error as StdError;
use std::fmt;

use crate::exchange::Exchange;

mod body;

/// Why a call did not give what it should.
///
/// Its text is one line that says what happened, to which operation, and, where there is something, what to
/// do next. It never holds a credential.
pub struct Error(Box<Details>);

struct Details {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<u16>,
    error_code: Option<String>,
    error_msg: Option<String>,
    request_id: Option<String>,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up with something that cannot work, or with too little. Nothing was sent.
    Config,
    /// No project id is set and IAM did not tell it: it cannot be asked, or knows no project or several that
    /// come into question.
    Project,
    /// The request lacks a parameter, or has one that cannot be sent. Nothing was sent.
    Request,
    /// The server could not be reached, or the connection broke.
    Connection,
    /// No answer came in time.
    Timeout,
    /// The service answered with a status of 400 or above.
    Service,
    /// The service answered with something else than the contract says: another status below 400, a body
    /// that is no JSON, or JSON of another form.
    Response,
    /// A listing ended before all the records that the service had announced had come.
    Incomplete,
}

impl Error {
    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation, by its name in the contract, for example `ListSwrImageRepository`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The code of the error from the answer, for example `APIGW.0301`.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.0.error_code.as_deref()
    }

    /// The message of the error from the answer, in the language of the site.
    #[must_use]
    pub fn error_msg(&self) -> Option<&str> {
        self.0.error_msg.as_deref()
    }

    /// The id under which the service recorded the call. Quote it to the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether the service did not accept the credentials, or does not let them do this (401, 403).
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(self.0.status, Some(401 | 403))
    }

    /// Whether the service had too many calls (429).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.status == Some(429)
    }

    /// Whether the same call may succeed later: connection errors, timeouts, and the statuses 408, 429, 500,
    /// 502, 503 and 504.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connection | ErrorKind::Timeout)
            || matches!(self.0.status, Some(408 | 429 | 500 | 502 | 503 | 504))
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            operation: None,
            status: None,
            error_code: None,
            error_msg: None,
            request_id: None,
            message: message.into(),
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// An answer with a status of 400 or above.
    pub(crate) fn service(exchange: &Exchange) -> Self {
        let body = body::read(&exchange.body);
        let reason = http::StatusCode::from_u16(exchange.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("unknown status");
        let mut message = format!("{} {reason}", exchange.status);
        if let Some(code) = &body.code {
            message += &format!(", {code}");
        }
        match &body.message {
            Some(text) => message += &format!(": {}", text.trim_end_matches(['.', '。'])),
            None if body.code.is_none() => {
                message += &format!(
                    ": the body holds no error code or message ({})",
                    exchange.describe_body()
                );
            }
            None => {}
        }
        if let Some(hint) = hint(exchange.status, body.code.as_deref().unwrap_or_default()) {
            message += &format!("; {hint}");
        }
        let mut error = Self::new(ErrorKind::Service, message).answered(exchange);
        error.0.error_code = body.code;
        error.0.error_msg = body.message;
        error.0.request_id = error.0.request_id.or(body.request_id);
        error
    }

    /// An answer that is not what the contract says.
    pub(crate) fn response(exchange: &Exchange, message: impl fmt::Display) -> Self {
        Self::new(
            ErrorKind::Response,
            format!(
                "the answer with status {} cannot be used: {message}",
                exchange.status
            ),
        )
        .answered(exchange)
    }

    /// No answer, or one that broke off.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let address = error.url().map(|url| url.origin().ascii_serialization());
        let address = address.as_deref().unwrap_or("the server");
        // The address is in the message already, and the full one may be long.
        let error = error.without_url();
        let (kind, what) = if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("no answer from {address} in time"),
            )
        } else if error.is_connect() {
            (
                ErrorKind::Connection,
                format!("cannot connect to {address}"),
            )
        } else if error.is_builder() {
            (ErrorKind::Request, "the request cannot be sent".to_owned())
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {address} broke"),
            )
        };
        let mut failure = Self::new(kind, format!("{what}: {}", innermost(&error)));
        failure.0.source = Some(Box::new(error));
        failure
    }

    pub(crate) fn during(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    fn answered(mut self, exchange: &Exchange) -> Self {
        self.0.status = Some(exchange.status);
        self.0.request_id.clone_from(&exchange.request_id);
        self
    }
}

/// What the caller can do about an error answer.
///
/// The gateway puts `APIGW` or `APIG` before the same numbers, so only the numbers count.
fn hint(status: u16, code: &str) -> Option<&'static str> {
    let number = code.rsplit('.').next().unwrap_or_default();
    match (status, number) {
        (401, "0303") => Some("check the clock of this machine and the keys"),
        (401, "0307") => Some("obtain a new token"),
        (401, _) => Some("check the credentials"),
        (403, _) => Some("check the project id and what the user is permitted to do"),
        (429, _) => Some("call less often, or try again later"),
        (408 | 500 | 502..=504, _) => Some("try again later"),
        _ => None,
    }
}

/// The last cause in the chain, which is the one that says something ("connection refused").
fn innermost(error: &dyn StdError) -> &dyn StdError {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(id) = &self.0.request_id {
            write!(f, " (request id {id})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("error_code", &self.0.error_code)
            .field("error_msg", &self.0.error_msg)
            .field("request_id", &self.0.request_id)
            .field("message", &self.0.message)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
