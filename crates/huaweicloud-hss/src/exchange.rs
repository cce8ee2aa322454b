//! What came back for one call.
//!
//! The generated `send` keeps neither the status nor the headers of an answer that it cannot decode, and can fail
//! with few errors only. So the transport leaves the whole outcome here, and the decoding is done by this crate,
//! in one place.

use std::cell::RefCell;
use std::future::Future;

use bytes::Bytes;
use http::HeaderMap;
use progenitor_client::ClientInfo;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::generated::iam;
use crate::operations::Operation;
use crate::{Error, trace};

tokio::task_local! {
    static CURRENT: RefCell<Option<Result<Exchange, Error>>>;
}

/// The last answer to one call.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How often the request was sent.
    pub(crate) attempts: u32,
}

/// Makes one call with a generated `send`. A success has the status `expected`, and a body that is decoded.
pub(crate) async fn call<T: DeserializeOwned, G, E>(
    operation: &'static Operation,
    expected: u16,
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Result<(T, Exchange), Error> {
    let span = trace::Call::new(operation);
    let result = span
        .around(recorded(send))
        .await
        .and_then(|exchange| Ok((exchange.decode(expected)?, exchange)))
        .map_err(|error| error.during(operation.id));
    span.end(result.as_ref().map(|(_, exchange)| exchange));
    result
}

/// Makes one call to IAM, as [`call`] does. Every failure names the IAM that was asked.
pub(crate) async fn call_iam<T: DeserializeOwned, G, E>(
    client: &iam::Client,
    operation: &'static Operation,
    expected: u16,
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Result<(T, Exchange), Error> {
    let answer = call(operation, expected, send).await;
    answer.map_err(|error| error.asked(client.baseurl()))
}

/// Runs one generated `send` and returns the outcome that the transport recorded meanwhile.
async fn recorded<G, E>(
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Result<Exchange, Error> {
    let (result, outcome) = CURRENT
        .scope(RefCell::new(None), async {
            let result = send.await.map(drop);
            (result, CURRENT.with(RefCell::take))
        })
        .await;
    match (outcome, result) {
        (Some(outcome), _) => outcome,
        (None, Err(progenitor_client::Error::InvalidRequest(reason))) => Err(Error::new(
            crate::ErrorKind::Request,
            format!("the request cannot be sent: {reason}"),
        )),
        (None, Err(progenitor_client::Error::CommunicationError(error))) => {
            Err(Error::transport(error))
        }
        (None, _) => Err(Error::new(
            crate::ErrorKind::Connection,
            "the request ended without an answer",
        )),
    }
}

/// Leaves the outcome for the call that is under way.
pub(crate) fn record(outcome: Result<Exchange, Error>) {
    CURRENT.with(|current| current.replace(Some(outcome)));
}

impl Exchange {
    /// The value in the body of a successful answer, whose status has to be `expected`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, expected: u16) -> Result<T, Error> {
        if self.status >= 400 {
            return Err(Error::service(self));
        }
        if self.status != expected {
            let redirect = if self.status / 100 == 3 {
                "; redirects are not followed, so check the endpoint"
            } else {
                ""
            };
            return Err(Error::response(
                self,
                format!("status {expected} was expected{redirect}"),
            ));
        }
        // Every answer of the contract is an object, and serde would take an array for one.
        if self.body.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::response(
                self,
                format!(
                    "a JSON object was expected, and it is {}; check the endpoint",
                    self.describe_body()
                ),
            ));
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::response(self, self.explain::<T>(&error)))
    }

    /// Where in the body the value is that cannot be decoded, and in which record.
    ///
    /// Keeping track of the place costs time, so this is a second pass for bodies that failed in a first.
    fn explain<T: DeserializeOwned>(&self, error: &serde_json::Error) -> String {
        let mut decoder = serde_json::Deserializer::from_slice(&self.body);
        let located = serde_path_to_error::deserialize::<_, T>(&mut decoder).err();
        let path = located.as_ref().map(|error| error.path().to_string());
        let message = located
            .as_ref()
            .map_or_else(|| error.to_string(), |error| error.inner().to_string());
        match path.as_deref() {
            None | Some("." | "?") => format!("{message} ({})", self.describe_body()),
            Some(path) => match self.record_at(path) {
                Some(record) => format!("{record}: {path}: {message}"),
                None => format!("{path}: {message}"),
            },
        }
    }

    /// The record that a path such as `data_list[1].id` leads to, in words.
    fn record_at(&self, path: &str) -> Option<String> {
        let (index, _) = path.strip_prefix("data_list[")?.split_once(']')?;
        let index: usize = index.parse().ok()?;
        // A body that breaks off has no records to look at.
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let records = body["data_list"].as_array()?;
        let record = records.get(index)?;
        let named: Vec<_> = ["id", "namespace", "image_name", "image_version"]
            .into_iter()
            .filter(|name| !record[name].is_null())
            .map(|name| format!("{name} {}", record[name]))
            .collect();
        Some(format!(
            "record {} of {} ({})",
            index + 1,
            records.len(),
            named.join(", ")
        ))
    }

    /// The region of the IAM that answered, where it tells: `cn-north-4` of `token_cn-north-4_null_…`.
    pub(crate) fn iam_region(&self) -> Option<&str> {
        let trace = self.headers.get("x-iam-trace-id")?.to_str().ok()?;
        trace.split('_').find(|part| {
            let is_plain = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            is_plain && part.contains('-') && part.ends_with(|c: char| c.is_ascii_digit())
        })
    }

    /// The kind and the size of the body, for messages; never its content.
    pub(crate) fn describe_body(&self) -> String {
        let kind = self
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("no content type");
        format!("{kind}, {} bytes", self.body.len())
    }
}
