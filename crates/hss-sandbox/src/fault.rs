//! Misbehaviour on demand.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::reply::ApiError;

/// A way in which the HSS operations misbehave. Written as `NAME` or `NAME=ARG`, see [`FromStr`] and
/// [`Fault::KNOWN`]. The IAM operations always behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `status=CODE`: every call is answered this status, 400 to 599, with a JSON error body.
    Status(u16),
    /// `throttle=N`: the first N calls are answered 429 with the error body of the gateway.
    Throttle(u32),
    /// `html=CODE`: every call is answered this status, 200 to 599, with an HTML page.
    Html(u16),
    /// `unknown-enum`: the `scan_status` of every record is [`Fault::UNKNOWN_SCAN_STATUS`].
    UnknownEnum,
    /// `clamp=N`: a page never holds more than N records, whatever `limit` says.
    Clamp(u32),
}

impl Fault {
    /// How every fault is written, in the order of the variants.
    pub const KNOWN: [&'static str; 5] = [
        "status=CODE",
        "throttle=N",
        "html=CODE",
        "unknown-enum",
        "clamp=N",
    ];

    /// The scan status that [`Fault::UnknownEnum`] sends. No document knows it.
    pub const UNKNOWN_SCAN_STATUS: &'static str = "quantum_scanned";
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => write!(f, "status={code}"),
            Self::Throttle(n) => write!(f, "throttle={n}"),
            Self::Html(code) => write!(f, "html={code}"),
            Self::UnknownEnum => f.write_str("unknown-enum"),
            Self::Clamp(n) => write!(f, "clamp={n}"),
        }
    }
}

/// A text that names no fault, or gives it a wrong argument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no fault: {reason}; the known faults are {}", Fault::KNOWN.join(", "))]
pub struct ParseFaultError {
    text: String,
    reason: &'static str,
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    /// Reads `NAME` or `NAME=ARG`.
    ///
    /// # Errors
    ///
    /// Fails for an unknown name, and for an argument that is missing, superfluous or out of range. The
    /// message lists the known faults.
    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let error = |reason| ParseFaultError {
            text: text.to_owned(),
            reason,
        };
        let (name, argument) = match text.split_once('=') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let status = |lowest: u16| {
            argument
                .and_then(|a| a.parse::<u16>().ok())
                // These three never have a body, so they could not carry what the fault is about.
                .filter(|code| (lowest..600).contains(code) && ![204, 205, 304].contains(code))
        };
        let count = || {
            argument
                .and_then(|a| a.parse::<u32>().ok())
                .filter(|n| *n > 0)
        };
        match name {
            "status" => status(400)
                .map(Self::Status)
                .ok_or_else(|| error("CODE has to be a status from 400 to 599")),
            "html" => status(200)
                .map(Self::Html)
                .ok_or_else(|| error("CODE has to be a status from 200 to 599 that allows a body")),
            "throttle" => count()
                .map(Self::Throttle)
                .ok_or_else(|| error("N has to be a whole number above 0")),
            "clamp" => count()
                .map(Self::Clamp)
                .ok_or_else(|| error("N has to be a whole number above 0")),
            "unknown-enum" if argument.is_none() => Ok(Self::UnknownEnum),
            "unknown-enum" => Err(error("it takes no argument")),
            _ => Err(error("the name is unknown")),
        }
    }
}

/// The faults of one sandbox: those that strike again and again, and those that were scripted for single calls.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<(Fault, AtomicU32)>,
    script: Mutex<VecDeque<Fault>>,
}

/// The fault that was scripted for one call. It travels with the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripted(pub(crate) Fault);

impl Faults {
    pub(crate) fn new(faults: &[Fault]) -> Self {
        let armed = faults
            .iter()
            .map(|fault| {
                let left = if let Fault::Throttle(n) = fault {
                    *n
                } else {
                    0
                };
                (*fault, AtomicU32::new(left))
            })
            .collect();
        Self {
            armed,
            script: Mutex::default(),
        }
    }

    /// Has the next calls struck by these faults, one each. One that throttles several calls counts as several.
    pub(crate) fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        let single = faults.into_iter().flat_map(|fault| match fault {
            Fault::Throttle(n) => std::iter::repeat_n(Fault::Throttle(1), n as usize),
            other => std::iter::repeat_n(other, 1),
        });
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.extend(single);
    }

    /// The fault that is scripted for the call that begins now.
    pub(crate) fn next(&self) -> Option<Scripted> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.pop_front().map(Scripted)
    }

    /// The answer to give instead of calling an HSS operation. What is scripted decides, else the first fault
    /// that strikes, in the order in which they were asked for.
    pub(crate) fn instead(&self, scripted: Option<Scripted>) -> Option<Response> {
        let scripted = scripted.and_then(|Scripted(fault)| match fault {
            Fault::Throttle(_) => Some(ApiError::throttled().into_response()),
            fault => whole_answer(fault),
        });
        scripted.or_else(|| {
            self.armed.iter().find_map(|(fault, left)| match fault {
                Fault::Throttle(_) => left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                    .ok()
                    .map(|_| ApiError::throttled().into_response()),
                fault => whole_answer(*fault),
            })
        })
    }

    /// How many records a page may hold when `limit` are asked for.
    pub(crate) fn clamp(&self, limit: i64, scripted: Option<Scripted>) -> i64 {
        self.at_work(scripted)
            .fold(limit, |limit, fault| match fault {
                Fault::Clamp(n) => limit.min(i64::from(n)),
                _ => limit,
            })
    }

    /// Changes a record on its way out.
    pub(crate) fn distort(&self, record: &mut Value, scripted: Option<Scripted>) {
        if self
            .at_work(scripted)
            .any(|fault| fault == Fault::UnknownEnum)
        {
            record["scan_status"] = Fault::UNKNOWN_SCAN_STATUS.into();
        }
    }

    fn at_work(&self, scripted: Option<Scripted>) -> impl Iterator<Item = Fault> {
        let armed = self.armed.iter().map(|(fault, _)| *fault);
        armed.chain(scripted.map(|Scripted(fault)| fault))
    }
}

/// The answer of a fault that leaves nothing for the operation to say.
fn whole_answer(fault: Fault) -> Option<Response> {
    match fault {
        Fault::Status(code) => Some(ApiError::of_status(status(code)).into_response()),
        Fault::Html(code) => Some(html(status(code))),
        Fault::Throttle(_) | Fault::UnknownEnum | Fault::Clamp(_) => None,
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn html(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let page = format!(
        "<html>\n<head><title>{status}</title></head>\n<body>\n<center><h1>{code} {reason}</h1></center>\n</body>\n</html>\n",
        status = status.as_u16(),
        code = status.as_u16(),
    );
    (status, [(CONTENT_TYPE, "text/html")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_as_it_is_written() {
        for fault in [
            Fault::Status(503),
            Fault::Throttle(3),
            Fault::Html(502),
            Fault::UnknownEnum,
            Fault::Clamp(7),
        ] {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    #[test]
    fn what_is_no_fault_is_refused_with_the_known_ones() {
        let message = |text: &str| text.parse::<Fault>().expect_err(text).to_string();
        insta::assert_snapshot!(message("earthquake"), @r#""earthquake" is no fault: the name is unknown; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("status=200"), @r#""status=200" is no fault: CODE has to be a status from 400 to 599; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("status"), @r#""status" is no fault: CODE has to be a status from 400 to 599; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("html=204"), @r#""html=204" is no fault: CODE has to be a status from 200 to 599 that allows a body; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("throttle=0"), @r#""throttle=0" is no fault: N has to be a whole number above 0; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("clamp=many"), @r#""clamp=many" is no fault: N has to be a whole number above 0; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
        insta::assert_snapshot!(message("unknown-enum=1"), @r#""unknown-enum=1" is no fault: it takes no argument; the known faults are status=CODE, throttle=N, html=CODE, unknown-enum, clamp=N"#);
    }
}
