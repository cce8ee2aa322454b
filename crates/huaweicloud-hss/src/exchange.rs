//! What came back for one request.
//!
//! The generated `send` keeps neither the status nor the headers of an answer that it cannot decode. So the
//! transport leaves the whole answer here, and the decoding is done by this crate, in one place.

use std::cell::RefCell;
use std::future::Future;

use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;

use crate::Error;

tokio::task_local! {
    static CURRENT: RefCell<Option<Exchange>>;
}

/// The answer to one request.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Runs one generated `send` and returns the answer that the transport recorded meanwhile.
pub(crate) async fn recorded<T, E>(
    send: impl Future<Output = Result<T, progenitor_client::Error<E>>>,
) -> Result<Exchange, Error> {
    let (result, exchange) = CURRENT
        .scope(RefCell::new(None), async {
            let result = send.await.map(drop);
            (result, CURRENT.with(RefCell::take))
        })
        .await;
    match (exchange, result) {
        (Some(exchange), _) => Ok(exchange),
        (None, Err(progenitor_client::Error::InvalidRequest(reason))) => Err(Error::new(
            crate::ErrorKind::Request,
            format!("the request cannot be sent: {reason}"),
        )),
        (None, Err(progenitor_client::Error::Custom(reason))) => Err(Error::config(reason)),
        (None, Err(progenitor_client::Error::CommunicationError(error))) => {
            Err(Error::transport(error))
        }
        (None, _) => Err(Error::new(
            crate::ErrorKind::Connection,
            "the request ended without an answer",
        )),
    }
}

/// Leaves the answer for the call that is under way.
pub(crate) fn record(exchange: Exchange) {
    CURRENT.with(|current| current.replace(Some(exchange)));
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
        let mut decoder = serde_json::Deserializer::from_slice(&self.body);
        serde_path_to_error::deserialize(&mut decoder)
            .map_err(|error| match error.path().to_string().as_str() {
                "." | "?" => format!("{} ({})", error.inner(), self.describe_body()),
                path => format!("{path}: {}", error.inner()),
            })
            .and_then(|value| match decoder.end() {
                Ok(()) => Ok(value),
                Err(error) => Err(error.to_string()),
            })
            .map_err(|message| Error::response(self, message))
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
