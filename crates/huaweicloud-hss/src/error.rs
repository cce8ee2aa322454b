//! The one error type of the crate.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::exchange::Exchange;
use crate::pace::{TooLong, spoken};
use crate::{Doubt, retry};

mod body;

/// Why a call did not give what it should.
///
/// Its text is one line that says what happened, to which operation, and, where there is something, what to
/// do next. It never holds a credential.
///
/// What to do depends on what it tells, not on its text:
///
/// ```
/// fn next(error: &huaweicloud_hss::Error) -> &'static str {
///     if error.is_throttled() {
///         "call again after error.retry_after()"
///     } else if error.is_auth() {
///         "look at the credentials and the permissions"
///     } else if error.is_retryable() {
///         "try again later"
///     } else {
///         "report it, with the request id"
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Box<Details>);

#[derive(Clone)]
struct Details {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<u16>,
    error_code: Option<String>,
    error_msg: Option<String>,
    request_id: Option<String>,
    /// The address of the IAM that was asked.
    iam: Option<String>,
    /// The region of the IAM that answered.
    iam_region: Option<String>,
    attempts: u32,
    /// Whether it is sure that the service saw nothing of the request.
    unsent: bool,
    unresolved: bool,
    retry_after: Option<Duration>,
    doubt: Option<Doubt>,
    message: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
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
    /// There is no credential to send a request with: its source gives none, or the service refused the
    /// signatures of an access key so often that another would lock it. Nothing was sent to HSS.
    Credentials,
    /// The request lacks a parameter, or has one that cannot be sent. Nothing was sent.
    Request,
    /// The server could not be reached, or the connection broke. Where an answer had begun, its status and
    /// request id are there.
    Connection,
    /// No answer came in time.
    Timeout,
    /// The service, or the limit of the caller, lets no call go in the time that the caller is willing to wait.
    /// Nothing was sent, or not again. See [`ClientBuilder::throttle_wait`](crate::ClientBuilder::throttle_wait).
    Throttled,
    /// The service answered with a status of 400 or above, or with an error in an answer whose status is 200.
    Service,
    /// The service answered with something else than the contract says: another status below 400, a body
    /// that is no JSON, or JSON of another form.
    Response,
    /// A listing could not be proven to have every record; [`Error::doubt`] says why.
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

    /// How often the request was sent; 0 where it was not sent at all.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether there is no usable credential, or the service did not accept it, or does not let it do this
    /// (401, 403).
    #[must_use]
    pub fn is_auth(&self) -> bool {
        self.0.kind == ErrorKind::Credentials || matches!(self.0.status, Some(401 | 403))
    }

    /// Whether there were too many calls: the service refused this one (429), or it was not sent because it would
    /// have been refused.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled || self.0.status == Some(retry::THROTTLED)
    }

    /// How long to wait before the same call can succeed, as far as that is known: because the service named a
    /// time in `Retry-After`, or because of its limit of calls. It counts from the moment of the error.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Why a listing cannot be proven, where that is what failed.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        self.0.doubt
    }

    /// Whether the same call may succeed later: connection errors, timeouts, too many calls, and the statuses 408,
    /// 500, 502, 503 and 504.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connection | ErrorKind::Timeout)
            || self.is_throttled()
            || self.0.status.is_some_and(retry::is_retryable)
    }

    /// What a [`CredentialProvider`](crate::CredentialProvider) fails with. The text of `cause` becomes part of
    /// the message, so it should not quote a secret.
    pub fn credentials(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause = cause.into();
        let mut error = Self::new(ErrorKind::Credentials, cause.to_string());
        // A plain text has no more to tell than its text.
        error.0.source = cause.source().is_some().then(|| Arc::from(cause));
        error
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            kind,
            operation: None,
            status: None,
            error_code: None,
            error_msg: None,
            request_id: None,
            iam: None,
            iam_region: None,
            attempts: 0,
            unsent: false,
            unresolved: false,
            retry_after: None,
            doubt: None,
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
        match (exchange.status, exchange.retry_after) {
            (retry::THROTTLED, Some(wait)) => {
                message += &format!("; call again in {}", spoken(wait));
            }
            (status, Some(wait)) if retry::is_retryable(status) => {
                message += &format!("; try again in {}", spoken(wait));
            }
            (status, _) => {
                if let Some(hint) = hint(status, body.code.as_deref().unwrap_or_default()) {
                    message += &format!("; {hint}");
                }
            }
        }
        if !exchange.refused_for.is_zero() {
            message += &format!(
                "; the service has refused every call for {}",
                spoken(exchange.refused_for)
            );
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
                "the answer with status {} cannot be used: {}",
                exchange.status,
                body::one_line(&message.to_string())
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
        let unsent = error.is_connect();
        let unresolved = unsent && is_unresolved(&error);
        let (kind, what) = if error.is_timeout() {
            (
                ErrorKind::Timeout,
                format!("no answer from {address} in time"),
            )
        } else if unsent {
            let what = if unresolved {
                format!("cannot resolve the name in {address}")
            } else {
                format!("cannot connect to {address}")
            };
            (ErrorKind::Connection, what)
        } else if error.is_builder() {
            (ErrorKind::Request, "the request cannot be sent".to_owned())
        } else {
            (
                ErrorKind::Connection,
                format!("the connection to {address} broke"),
            )
        };
        let mut failure = Self::new(kind, format!("{what}: {}", innermost(&error)));
        failure.0.source = Some(Arc::new(error));
        failure.0.unsent = unsent;
        failure.0.unresolved = unresolved;
        failure
    }

    /// No answer within the time of an attempt.
    pub(crate) fn no_answer(address: &str) -> Self {
        Self::new(
            ErrorKind::Timeout,
            format!("no answer from {address} in time"),
        )
    }

    /// A call that does not wait for its turn.
    pub(crate) fn throttled(too_long: &TooLong, longest: Duration) -> Self {
        let wait = spoken(too_long.wait);
        let limit = too_long
            .limit
            .map(|limit| format!("{limit} are allowed, and "));
        let limit = limit.unwrap_or_default();
        let mut message = format!("{limit}the next one can go in {wait}");
        if !longest.is_zero() {
            message += &format!("; this one was to wait {} at most", spoken(longest));
        }
        let mut error = Self::new(ErrorKind::Throttled, message);
        error.0.retry_after = Some(too_long.wait);
        error
    }

    /// The time of the whole call is over.
    pub(crate) fn out_of_time(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// The number in the error code of the gateway, without the `APIGW` or `APIG` before it.
    pub(crate) fn gateway_number(exchange: &Exchange) -> Option<String> {
        let code = body::read(&exchange.body).code?;
        let (gateway, number) = code.rsplit_once('.')?;
        gateway.starts_with("APIG").then(|| number.to_owned())
    }

    /// Adds what to do where the name of the server cannot be resolved.
    pub(crate) fn advise_unresolved(mut self, advice: Option<&str>) -> Self {
        if let Some(advice) = advice.filter(|_| self.0.unresolved) {
            self.0.message += &format!("; {advice}");
        }
        self
    }

    /// Names the IAM that was asked: an answer of the IAM of another cloud looks like a missing permission.
    pub(crate) fn asked(mut self, iam: &str) -> Self {
        self.0.iam.get_or_insert_with(|| iam.to_owned());
        if self.0.status == Some(403) {
            self.0.message += "; the IAM of another cloud would answer the same";
        }
        self
    }

    /// Names the setting that is wrong.
    pub(crate) fn in_setting(mut self, setting: &str) -> Self {
        self.0.message = format!("{setting}: {}", self.0.message);
        self
    }

    pub(crate) fn doubting(mut self, doubt: Doubt) -> Self {
        self.0.doubt = Some(doubt);
        self
    }

    /// Whether no connection came about, so that the service saw nothing of the request.
    pub(crate) fn is_unsent(&self) -> bool {
        self.0.unsent
    }

    pub(crate) fn during(mut self, operation: &'static str) -> Self {
        // Where there is no credential, the operation is not what has to be looked at.
        if self.0.kind != ErrorKind::Credentials {
            self.0.operation.get_or_insert(operation);
        }
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Keeps of an answer what came of it.
    pub(crate) fn begun(mut self, status: u16, request_id: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self
    }

    fn answered(self, exchange: &Exchange) -> Self {
        let mut error = self
            .begun(exchange.status, exchange.request_id.clone())
            .after(exchange.attempts);
        error.0.iam_region = exchange.iam_region().map(str::to_owned);
        error.0.retry_after = exchange.retry_after;
        error
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
        (404, "0101") => Some(
            "this cloud does not offer the operation at this address: check the region and the cloud",
        ),
        (403, _) => Some("check the project id and what the user is permitted to do"),
        (retry::THROTTLED, _) => Some("call less often, or try again later"),
        (408 | 500 | 502..=504, _) => Some("try again later"),
        _ => None,
    }
}

/// Whether it is the name of the server that led nowhere. The type of the cause is private, so its words count.
fn is_unresolved(error: &dyn StdError) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().starts_with("dns error") {
            return true;
        }
        cause = error.source();
    }
    false
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
            f.write_str(operation)?;
            let iam = self.0.iam.as_ref();
            // That of a broken connection is in the message.
            if let Some(iam) = iam.filter(|iam| !self.0.message.contains(*iam)) {
                write!(f, " at {iam}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(region) = &self.0.iam_region {
            write!(f, "; the IAM of {region} answered")?;
        }
        match (self.0.attempts, &self.0.request_id) {
            (0 | 1, None) => Ok(()),
            (0 | 1, Some(id)) => write!(f, " (request id {id})"),
            (attempts, None) => write!(f, " ({attempts} attempts)"),
            (attempts, Some(id)) => write!(f, " ({attempts} attempts, last request id {id})"),
        }
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
            .field("attempts", &self.0.attempts)
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
