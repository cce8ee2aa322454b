//! Spans for calls and attempts, with the attribute names of OpenTelemetry for HTTP.
//!
//! A span never has a body, a header or the query: filters can tell more of an inventory than its owner wants in
//! a log. Of the query it has the image type alone. Without the feature `tracing` nothing of this is compiled in.

use std::time::Duration;

use url::Url;

use crate::Error;
use crate::Throttle;
use crate::exchange::Exchange;
use crate::operations::Operation;

/// The span of one call, from its first attempt to the decoded answer.
pub(crate) struct Call {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

/// The span of one attempt: one HTTP request.
pub(crate) struct Attempt {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
mod imp {
    use tracing::field::{Empty, display};
    use tracing::{Instrument, Span, info, info_span, warn};

    use super::{Attempt, Call, Duration, Error, Exchange, Operation, Throttle, Url};
    use crate::ErrorKind;

    /// What programs filter by, whatever the modules are called.
    const TARGET: &str = "huaweicloud_hss";

    impl Call {
        pub(crate) fn new(operation: &Operation) -> Self {
            Self {
                span: info_span!(
                    target: TARGET,
                    "hss.call",
                    otel.name = operation.id,
                    hss.operation = operation.id,
                    http.request.method = operation.method,
                    url.template = operation.path,
                    hss.project_id = Empty,
                    hss.image_type = Empty,
                    http.response.status_code = Empty,
                    hss.request_id = Empty,
                    hss.attempts = Empty,
                    error.type = Empty,
                    otel.status_code = Empty,
                ),
            }
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.span.clone())
        }

        pub(crate) fn end(&self, outcome: Result<&Exchange, &Error>) {
            let attempts = outcome.map_or_else(Error::attempts, |exchange| exchange.attempts);
            self.span.record("hss.attempts", attempts);
            record(&self.span, outcome);
        }
    }

    /// Says for what the call is that is under way: its span was made before its request.
    pub(crate) fn describe(project_id: Option<&str>, url: &Url) {
        let span = Span::current();
        if let Some(id) = project_id {
            span.record("hss.project_id", id);
        }
        let mut query = url.query_pairs();
        if let Some((_, image_type)) = query.find(|(name, _)| name == "image_type") {
            span.record("hss.image_type", &*image_type);
        }
    }

    impl Attempt {
        pub(crate) fn new(method: &str, url: &Url, number: u32) -> Self {
            let span = info_span!(
                target: TARGET,
                "hss.attempt",
                otel.name = method,
                otel.kind = "client",
                http.request.method = method,
                http.request.resend_count = Empty,
                server.address = url.host_str(),
                server.port = url.port_or_known_default(),
                http.response.status_code = Empty,
                hss.request_id = Empty,
                error.type = Empty,
                otel.status_code = Empty,
            );
            if number > 1 {
                span.record("http.request.resend_count", number - 1);
            }
            Self { span }
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
            future.instrument(self.span.clone())
        }

        pub(crate) fn end(&self, outcome: Result<&Exchange, &Error>) {
            record(&self.span, outcome);
        }
    }

    fn record(span: &Span, outcome: Result<&Exchange, &Error>) {
        let (status, request_id) = match outcome {
            Ok(exchange) => (Some(exchange.status), exchange.request_id.as_deref()),
            Err(error) => (error.status(), error.request_id()),
        };
        if let Some(status) = status {
            span.record("http.response.status_code", status);
        }
        if let Some(id) = request_id {
            span.record("hss.request_id", id);
        }
        match (outcome, status) {
            (Ok(exchange), _) if exchange.status < 400 => {}
            (Err(error), _) if error.kind() != ErrorKind::Service => {
                span.record("error.type", kind(error.kind()));
                span.record("otel.status_code", "ERROR");
            }
            (_, Some(status)) => {
                span.record("error.type", display(status));
                span.record("otel.status_code", "ERROR");
            }
            (_, None) => {}
        }
    }

    fn kind(kind: ErrorKind) -> &'static str {
        match kind {
            ErrorKind::Config => "config",
            ErrorKind::Project => "project",
            ErrorKind::Credentials => "credentials",
            ErrorKind::Request => "request",
            ErrorKind::Connection => "connection",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Throttled => "throttled",
            ErrorKind::Service => "service",
            ErrorKind::Response => "response",
            ErrorKind::Incomplete => "incomplete",
        }
    }

    pub(crate) fn again(attempt: u32, wait: Duration) {
        warn!(
            target: TARGET,
            attempt,
            wait_ms = wait.as_millis(),
            "retries the request"
        );
    }

    pub(crate) fn throttled(throttle: &Throttle) {
        info!(
            target: TARGET,
            operation = throttle.operation,
            wait_ms = throttle.wait.as_millis(),
            "waits: {throttle}"
        );
    }

    /// For a task of its own: what it does belongs to the span in which it was begun.
    pub(crate) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> {
        future.in_current_span()
    }

    pub(crate) fn clock_corrected() {
        warn!(target: TARGET, "the clock of this machine is off; requests are signed with the time of the service");
    }

    pub(crate) fn renewal_failed(error: &Error) {
        warn!(target: TARGET, %error, "the credential cannot be renewed; the last one is still valid");
    }
}

#[cfg(not(feature = "tracing"))]
mod imp {
    use super::{Attempt, Call, Duration, Error, Exchange, Operation, Throttle, Url};

    impl Call {
        pub(crate) fn new(_operation: &Operation) -> Self {
            Self {}
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn end(&self, _outcome: Result<&Exchange, &Error>) {}
    }

    impl Attempt {
        pub(crate) fn new(_method: &str, _url: &Url, _number: u32) -> Self {
            Self {}
        }

        pub(crate) fn around<F: Future>(&self, future: F) -> F {
            future
        }

        pub(crate) fn end(&self, _outcome: Result<&Exchange, &Error>) {}
    }

    pub(crate) fn describe(_project_id: Option<&str>, _url: &Url) {}

    pub(crate) fn again(_attempt: u32, _wait: Duration) {}

    pub(crate) fn throttled(_throttle: &Throttle) {}

    pub(crate) fn in_current_span<F: Future>(future: F) -> F {
        future
    }

    pub(crate) fn clock_corrected() {}

    pub(crate) fn renewal_failed(_error: &Error) {}
}

pub(crate) use imp::{
    again, clock_corrected, describe, in_current_span, renewal_failed, throttled,
};
