//! The one error type of the crate.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::pace::{TooLong, spoken};
use crate::{Doubt, retry};

mod answer;
mod body;
mod display;
mod network;
mod text;

pub(crate) use body::ErrorBody;
pub(crate) use text::{one_line, short_id, without_passwords};

use network::Trouble;

/// Why a call failed.
///
/// `Display` prints one line that says what happened, to which operation and, if possible, what to do next. It never
/// contains a credential.
///
/// Decide by its methods, not by its text:
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
    /// What the request was proven with, in words.
    credential: Option<Arc<str>>,
    attempts: u32,
    /// What was wrong on the way to the service.
    trouble: Option<Trouble>,
    /// Whether the credentials may be had later, where there are none.
    transient: bool,
    retry_after: Option<Duration>,
    doubt: Option<Doubt>,
    message: String,
    /// What the caller can do about it.
    advice: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration of the client is invalid or incomplete. Nothing was sent.
    Config,
    /// No project id is set, and it could not be looked up: IAM is not known, or no project or several match.
    Project,
    /// There is no credential: its source returned none, or the service rejected so many signatures with an access key
    /// that another would lock it. Nothing was sent to HSS.
    Credentials,
    /// The request lacks a required parameter, or has an invalid one. Nothing was sent.
    Request,
    /// The server could not be reached, or the connection failed. If a response had begun, its status and request id
    /// are available.
    Connection,
    /// The call timed out.
    Timeout,
    /// The limit of calls, of the service or of the caller, allows no call within the time that the caller is willing
    /// to wait. Nothing was sent, or not again. See
    /// [`ClientBuilder::throttle_wait`](crate::ClientBuilder::throttle_wait).
    Throttled,
    /// The service responded with a status of 400 or above, or with an error in a response with status 200.
    Service,
    /// The response contradicts the contract: another status below 400, a body that is not JSON, or JSON of another
    /// shape.
    Response,
    /// A listing could not be proven complete; [`Error::doubt`] says why.
    Incomplete,
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation, by its name in the contract, for example `ListSwrImageRepository`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The error code of the response, for example `APIGW.0301`.
    #[must_use]
    pub fn error_code(&self) -> Option<&str> {
        self.0.error_code.as_deref()
    }

    /// The error message, as sent by the service.
    #[must_use]
    pub fn error_msg(&self) -> Option<&str> {
        self.0.error_msg.as_deref()
    }

    /// The request id; quote it when contacting the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How many attempts were made; 0 if the request was not sent at all.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether there is no usable credential, or the service rejected it or denied access (401, 403). A source of
    /// credentials that cannot be reached, or fails temporarily, does not count: for it,
    /// [`is_retryable`](Self::is_retryable) returns true.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        match self.0.kind {
            ErrorKind::Credentials => !self.0.transient,
            _ => matches!(self.0.status, Some(401 | 403)),
        }
    }

    /// Whether the call timed out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout || self.0.trouble.is_some_and(Trouble::is_late)
    }

    /// Whether the server could not be reached, or the connection failed. If the reason is known, one of
    /// [`is_unresolved`](Self::is_unresolved), [`is_certificate`](Self::is_certificate) and
    /// [`is_proxy`](Self::is_proxy) returns true.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connection => true,
            ErrorKind::Timeout | ErrorKind::Credentials => self
                .0
                .trouble
                .is_some_and(|trouble| trouble != Trouble::Late),
            _ => false,
        }
    }

    /// Whether the name of the server could not be resolved.
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        self.0.trouble == Some(Trouble::Unresolved)
    }

    /// Whether the certificate of the server is not trusted, or this machine has no CA certificates.
    #[must_use]
    pub fn is_certificate(&self) -> bool {
        self.0.trouble == Some(Trouble::Certificate)
    }

    /// Whether the proxy could not be reached, or rejected the request.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        matches!(
            self.0.trouble,
            Some(Trouble::ProxyUnreachable | Trouble::ProxyFailed | Trouble::ProxyRefused)
        ) || self.0.status == Some(407)
    }

    /// Whether the requested thing does not exist: status 404, or one of the codes with which HSS says so with status
    /// 400.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.status == Some(404)
            || (self.0.status == Some(400)
                && matches!(self.error_code(), Some("HSS.1005" | "HSS.1019")))
    }

    /// Whether there were too many calls: the service refused this one (429), or it was not sent because it would have
    /// been.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        match self.0.kind {
            ErrorKind::Throttled => true,
            ErrorKind::Credentials => false,
            _ => self.0.status == Some(retry::THROTTLED),
        }
    }

    /// How long to wait before the same call can succeed, if that is known from `Retry-After` or from the limit of
    /// calls. It counts from the moment of the error.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Why a listing could not be proven complete, if that is what failed.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        self.0.doubt
    }

    /// Whether the same call may succeed later: connection errors, timeouts, too many calls, and the statuses 408,
    /// 500, 502, 503 and 504. A certificate that is not trusted, and a proxy that refuses, stay as they are.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            ErrorKind::Credentials => self.0.transient,
            ErrorKind::Connection | ErrorKind::Timeout => {
                !self.0.trouble.is_some_and(Trouble::stays)
            }
            _ => self.is_throttled() || self.0.status.is_some_and(retry::is_retryable),
        }
    }

    /// The error of a [`CredentialProvider`](crate::CredentialProvider). The text of `cause` becomes the message, so it
    /// should not quote a secret. [`source`](std::error::Error::source) returns the cause itself.
    ///
    /// ```
    /// use std::error::Error as _;
    /// use huaweicloud_hss::Error;
    ///
    /// let error = Error::credentials(std::fmt::Error);
    /// assert!(error.source().is_some_and(|cause| cause.is::<std::fmt::Error>()));
    /// ```
    pub fn credentials(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause = cause.into();
        let mut error = Self::new(ErrorKind::Credentials, cause.to_string());
        error.0.source = Some(Arc::from(cause));
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
            credential: None,
            attempts: 0,
            trouble: None,
            transient: false,
            retry_after: None,
            doubt: None,
            message: message.into(),
            advice: None,
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
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

    /// There are no credentials, because what was to give them failed.
    pub(crate) fn into_credentials_error(mut self, source: &str) -> Self {
        self.0.transient = self.is_retryable();
        self.0.kind = ErrorKind::Credentials;
        self.0.message = format!("{source}: {}", self.0.message);
        self.0.advice = None;
        self.0.operation = None;
        self
    }

    pub(crate) fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    pub(crate) fn asking_to_wait(mut self, time: Duration) -> Self {
        self.0.retry_after = Some(time);
        self
    }

    /// The same failure, of a request that was not sent because it would be refused again.
    pub(crate) fn not_sent_again(mut self, left: Duration) -> Self {
        self.0.request_id = None;
        self.0.retry_after = Some(left);
        self.0.advice = Some(format!(
            "it was not sent again: IAM locks a user after five wrong passwords; check the password, then make a new \
             client, or wait {}",
            spoken(left)
        ));
        self
    }

    /// Puts before the message what failed earlier.
    pub(crate) fn preceded_by(mut self, earlier: &str) -> Self {
        self.0.message = format!("{earlier}; {}", self.0.message);
        self
    }

    /// Names what the request was to be proven with.
    pub(crate) fn with_credential(mut self, described: &str) -> Self {
        self.0.credential.get_or_insert_with(|| described.into());
        self
    }

    /// Names the IAM that was asked: an answer of the IAM of another cloud looks like a missing permission.
    pub(crate) fn asked(mut self, iam: &str) -> Self {
        self.0.iam.get_or_insert_with(|| iam.to_owned());
        match self.0.status {
            Some(403) => self.advising("the IAM of another cloud would answer the same"),
            _ => self,
        }
    }

    /// Adds what the caller can do.
    pub(crate) fn advising(mut self, advice: &str) -> Self {
        let known = self.0.advice.get_or_insert_default();
        if !known.is_empty() {
            *known += "; ";
        }
        *known += advice;
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

    /// Whether no connection came about, so that the service saw nothing of the request, and another may.
    pub(crate) fn is_unsent(&self) -> bool {
        self.0.trouble.is_some_and(Trouble::is_before_the_request)
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

    /// Notes how often the request was sent, unless it is an earlier request that failed.
    pub(crate) fn after_at_least(self, attempts: u32) -> Self {
        match self.0.attempts {
            0 => self.after(attempts),
            _ => self,
        }
    }

    /// Keeps of an answer what came of it.
    pub(crate) fn begun(mut self, status: u16, request_id: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.request_id = request_id;
        self
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_tried_is_no_broken_connection() {
        let error = Error::config("no certificates").about_certificates();
        assert!(error.is_certificate() && !error.is_connection() && !error.is_retryable());
        let late = Error::no_answer("https://hss.example", None);
        assert!(late.is_timeout() && !late.is_connection() && late.is_retryable());
        let source = late.into_credentials_error("the source");
        assert!(source.is_timeout() && source.is_retryable() && !source.is_auth());
    }
}
