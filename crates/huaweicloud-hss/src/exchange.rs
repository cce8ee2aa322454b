//! What came back for one call.
//!
//! The generated `send` keeps neither the status nor the headers of an answer that it cannot decode, and can fail
//! with few errors only. So the transport leaves the whole outcome here, and the decoding is done by this crate,
//! in one place.

use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use memchr::memmem;
use progenitor_client::ClientInfo;
use reqwest::Request;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::credentials::Refusal;
use crate::error::{ErrorBody, short_id};
use crate::generated::iam;
use crate::operations::Operation;
use crate::transport::Transport;
use crate::{Error, trace};

/// How many bytes at each end of an answer are searched for what stands beside its records.
const BESIDE_A_LIST: usize = 4_096;

/// IAM takes no shorter password. Anything shorter would be found in most texts.
const SHORTEST_SECRET: usize = 6;

tokio::task_local! {
    static CURRENT: Call;
}

/// The call that is under way.
struct Call {
    operation: &'static Operation,
    outcome: RefCell<Option<Result<Exchange, Error>>>,
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
    /// How long the service asks to wait before another call.
    pub(crate) retry_after: Option<Duration>,
    /// For how long the service has refused every call.
    pub(crate) refused_for: Duration,
    /// What the request was proven with, in words, where the answer is an error.
    pub(crate) credential: Option<Arc<str>>,
}

/// The answer to a call, which is not decoded yet.
pub(crate) struct Undecoded {
    operation: &'static Operation,
    span: trace::Call,
    outcome: Result<Exchange, Error>,
}

/// Makes one call with a generated `send`.
pub(crate) async fn send<G, E>(
    operation: &'static Operation,
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Undecoded {
    let span = trace::Call::new(operation);
    let outcome = span.around(recorded(operation, send)).await;
    Undecoded {
        operation,
        span,
        outcome,
    }
}

impl Undecoded {
    /// Hides an error answer that quotes a secret of the request.
    pub(crate) fn hiding(mut self, secret: &str) -> Self {
        if let Ok(exchange) = &mut self.outcome {
            exchange.hide(secret);
        }
        self
    }

    /// The value in the body of the answer. A success has the status `expected`.
    pub(crate) fn decode<T: DeserializeOwned>(self, expected: u16) -> Result<(T, Exchange), Error> {
        let result = self
            .outcome
            .and_then(|exchange| Ok((exchange.decode(expected)?, exchange)))
            .map_err(|error| error.during(self.operation.id));
        self.span.end(result.as_ref().map(|(_, exchange)| exchange));
        result
    }
}

/// Makes one call with a generated `send`, and decodes its answer. A success has the status `expected`.
pub(crate) async fn call<T: DeserializeOwned, G, E>(
    operation: &'static Operation,
    expected: u16,
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Result<(T, Exchange), Error> {
    self::send(operation, send).await.decode(expected)
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

/// Makes one call that no generated code describes, and gives whatever the server answers, unless it quotes the secret.
pub(crate) async fn send_request(
    transport: &Transport,
    client: &reqwest::Client,
    operation: &'static Operation,
    request: Request,
    secret: &str,
) -> Result<Exchange, Error> {
    let answer = async {
        transport.answer(client, &request).await;
        Ok::<_, progenitor_client::Error<()>>(())
    };
    let Undecoded { span, outcome, .. } = send(operation, answer).await.hiding(secret);
    span.end(outcome.as_ref());
    outcome
}

/// Runs one generated `send` and returns the outcome that the transport recorded meanwhile.
async fn recorded<G, E>(
    operation: &'static Operation,
    send: impl Future<Output = Result<G, progenitor_client::Error<E>>>,
) -> Result<Exchange, Error> {
    let call = Call {
        operation,
        outcome: RefCell::new(None),
    };
    let (result, outcome) = CURRENT
        .scope(call, async {
            let result = send.await.map(drop);
            (result, CURRENT.with(|call| call.outcome.take()))
        })
        .await;
    match (outcome, result) {
        (Some(outcome), _) => outcome,
        (None, Err(progenitor_client::Error::InvalidRequest(reason))) => Err(Error::new(
            crate::ErrorKind::Request,
            format!("the request cannot be sent: {reason}"),
        )),
        (None, Err(progenitor_client::Error::CommunicationError(error))) => {
            Err(Error::transport(error, None))
        }
        (None, _) => Err(Error::new(
            crate::ErrorKind::Connection,
            "the request ended without an answer",
        )),
    }
}

/// Leaves the outcome for the call that is under way.
pub(crate) fn record(outcome: Result<Exchange, Error>) {
    CURRENT.with(|call| call.outcome.replace(Some(outcome)));
}

/// The operation of the call that is under way.
pub(crate) fn operation() -> &'static Operation {
    CURRENT.with(|call| call.operation)
}

impl Exchange {
    /// Notes for how long the service has refused every call.
    pub(crate) fn refused_for(mut self, time: Duration) -> Self {
        self.refused_for = time;
        self
    }

    /// Drops the body of an error answer that quotes a secret: nobody is to see it.
    pub(crate) fn hide(&mut self, secret: &str) {
        if self.status < 400 || secret.len() < SHORTEST_SECRET {
            return;
        }
        let escaped = Value::from(secret).to_string();
        let forms = [secret, escaped.trim_matches('"')];
        if forms
            .iter()
            .any(|form| memmem::find(&self.body, form.as_bytes()).is_some())
        {
            self.body = Bytes::new();
        }
    }

    /// Why the service did not accept the request, where that has to do with who sent it.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        let ErrorBody { code, message, .. } = ErrorBody::read(&self.body);
        Refusal::of(self.status, code.as_deref(), message.as_deref())
    }

    /// One that no server has sent.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn made_up(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            request_id: None,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body),
            attempts: 1,
            retry_after: None,
            refused_for: Duration::ZERO,
            credential: None,
        }
    }

    /// The value in the body of a successful answer, whose status has to be `expected`.
    pub(crate) fn decode<T: DeserializeOwned>(&self, expected: u16) -> Result<T, Error> {
        if self.status != expected {
            return Err(Error::unexpected(self, expected));
        }
        // Every answer of the contract is an object, and serde would take an array for one.
        if self.body.trim_ascii_start().first() != Some(&b'{') {
            return Err(Error::response(
                self,
                format!(
                    "expected a JSON object, got {}; check the endpoint",
                    self.describe_body()
                ),
            ));
        }
        if self.has_error() {
            return Err(Error::service(self));
        }
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::response(self, self.explain::<T>(&error)))
    }

    /// Whether the body is that of an error, although the status is not.
    fn has_error(&self) -> bool {
        #[derive(Deserialize)]
        struct Inside {
            #[serde(default, alias = "errorCode")]
            error_code: Value,
            #[serde(default)]
            error: Value,
        }
        // To look for the text is faster than to read the JSON. What is beside a list stands before or behind it.
        let body = &self.body[..];
        let head = &body[..body.len().min(BESIDE_A_LIST)];
        let tail = &body[body.len().saturating_sub(BESIDE_A_LIST)..];
        if ![head, tail]
            .iter()
            .any(|part| memmem::find(part, b"\"error").is_some())
        {
            return false;
        }
        let Ok(inside) = serde_json::from_slice::<Inside>(&self.body) else {
            return false;
        };
        let coded = match &inside.error_code {
            Value::Number(code) => code.as_f64() != Some(0.0),
            Value::String(code) => code.bytes().any(|digit| digit != b'0'),
            _ => false,
        };
        coded
            || inside
                .error
                .as_object()
                .is_some_and(|error| !error.is_empty())
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
            .map(|name| format!("{name} {}", short_id(&record[name].to_string())))
            .collect();
        let mut label = format!("record {} of {}", index + 1, records.len());
        if !named.is_empty() {
            label += &format!(" ({})", named.join(", "));
        }
        Some(label)
    }

    /// The region of the IAM that answered, where it tells: `cn-north-4` of `token_cn-north-4_null_…`.
    pub(crate) fn iam_region(&self) -> Option<&str> {
        let trace = self.headers.get("x-iam-trace-id")?.to_str().ok()?;
        trace.split('_').find(|part| {
            let is_plain =
                part.len() <= 64 && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            is_plain && part.contains('-') && part.ends_with(|c: char| c.is_ascii_digit())
        })
    }

    /// The kind and the size of the body, for messages; never its content.
    pub(crate) fn describe_body(&self) -> String {
        let kind = match self.content_type() {
            "" => "no content type".to_owned(),
            kind => short_id(kind),
        };
        format!("{kind}, {} bytes", self.body.len())
    }

    /// Empty where there is none.
    pub(crate) fn content_type(&self) -> &str {
        let kind = self.headers.get(http::header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok());
        kind.unwrap_or_default()
    }
}
