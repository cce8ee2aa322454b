//! Between the generated client and the network: every request passes here, and is tried until it succeeds or
//! there is no use in trying.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use progenitor_client::{ClientHooks, Error as HookError, OperationInfo};
use reqwest::{Request, Response};

use crate::clock::Clock;
use crate::credentials::{Authenticator, Proof, Remedy};
use crate::exchange::{self, Exchange};
use crate::retry::{self, RetryPolicy};
use crate::{Error, RateLimit, generated, sign, trace};

/// The header in which the service tells the id of a call.
const REQUEST_ID: &str = "x-request-id";

/// What every request of one client needs.
#[derive(Clone)]
pub(crate) struct Transport {
    /// Operations that are open to everyone have no credentials.
    pub(crate) authenticator: Option<Arc<Authenticator>>,
    /// Sent and signed as `X-Project-Id` where the service is one of a project.
    pub(crate) project_id: Option<String>,
    pub(crate) policy: Policy,
    /// Whether every operation can be repeated without harm, not only those that read.
    pub(crate) repeatable: bool,
    /// What to do where the name of the server cannot be resolved.
    pub(crate) unresolved_advice: Option<String>,
}

/// How calls are made, whatever they are for.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) retry: RetryPolicy,
    pub(crate) rate_limit: Option<RateLimit>,
    /// For one attempt.
    pub(crate) attempt_timeout: Duration,
    /// For a call with all its attempts and waits.
    pub(crate) timeout: Duration,
    /// How many bytes the body of an answer may have.
    pub(crate) response_limit: usize,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Transport {
    /// Makes the request what the service expects.
    fn normalise(request: &mut Request) {
        // The generated code announces the version of the contract, which no server asks for.
        request.headers_mut().remove("api-version");
        let query = sign::canonical_query(request.url().query_pairs());
        let query = (!query.is_empty()).then_some(query);
        request.url_mut().set_query(query.as_deref());
    }

    /// Makes the call and records its outcome (see [`exchange`]). What is returned is an empty object with the
    /// status of the answer: the generated code looks at no more.
    async fn answer(&self, client: &reqwest::Client, request: &Request) -> Response {
        let outcome = self.call(client, request).await;
        let status = outcome.as_ref().map_or(200, |exchange| exchange.status);
        exchange::record(outcome);
        let mut stand_in = http::Response::new(Bytes::from_static(b"{}"));
        *stand_in.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        stand_in.into()
    }

    async fn call(&self, client: &reqwest::Client, request: &Request) -> Result<Exchange, Error> {
        let clock = &*self.policy.clock;
        let deadline = clock.elapsed().saturating_add(self.policy.timeout);
        let repeatable = self.repeatable || request.method().is_safe();
        let mut attempts = 0;
        let mut failures = 0;
        let mut remedies = Vec::new();
        let mut last = None;
        loop {
            if let Err(error) = self.take_turn(deadline, attempts).await {
                // What the service said tells more than that there was no time to ask again.
                return last.unwrap_or(Err(error));
            }
            // Bodies are in memory, so there always is a copy.
            let mut attempt = request
                .try_clone()
                .ok_or_else(|| Error::config("the body of the request cannot be repeated"))?;
            let proof = self.prove(&mut attempt, deadline, attempts).await?;
            let left = deadline.saturating_sub(clock.elapsed());
            if left.is_zero() {
                return Err(self.too_late("no time is left for an attempt", attempts));
            }
            attempts += 1;
            let outcome = self.attempt(client, attempt, attempts, left).await;

            let remedy = match (&outcome, &self.authenticator, &proof) {
                (Ok(exchange), Some(authenticator), Some(proof)) => {
                    authenticator.learn(proof, exchange)
                }
                _ => None,
            };
            // Others may wait for the right to sign, and need not wait for the retry.
            drop(proof);
            if let Some(remedy) = remedy.filter(|remedy| !remedies.contains(remedy)) {
                if remedy == Remedy::ClockCorrected {
                    trace::clock_corrected();
                }
                remedies.push(remedy);
                last = Some(outcome);
                continue;
            }
            failures += 1;
            let Some(wait) = self.wait(&outcome, failures, repeatable) else {
                return outcome;
            };
            if clock.elapsed() + wait >= deadline {
                return outcome;
            }
            trace::again(attempts, wait);
            last = Some(outcome);
            clock.sleep(wait).await;
        }
    }

    /// Waits until the rate limit lets another request go.
    async fn take_turn(&self, deadline: Duration, attempts: u32) -> Result<(), Error> {
        let Some(limit) = &self.policy.rate_limit else {
            return Ok(());
        };
        let clock = &*self.policy.clock;
        let now = clock.elapsed();
        let Some(wait) = limit.book(now, deadline.saturating_sub(now)) else {
            let what = "the rate limit of this client lets no request go";
            return Err(self.too_late(what, attempts));
        };
        if !wait.is_zero() {
            clock.sleep(wait).await;
        }
        Ok(())
    }

    /// Proves who sends the request, where the operation wants it.
    async fn prove(
        &self,
        request: &mut Request,
        deadline: Duration,
        attempts: u32,
    ) -> Result<Option<Proof>, Error> {
        let Some(authenticator) = &self.authenticator else {
            return Ok(None);
        };
        let left = deadline.saturating_sub(self.policy.clock.elapsed());
        let proof = authenticator.prove(request, self.project_id.as_deref());
        match tokio::time::timeout(left, proof).await {
            Ok(proof) => proof.map(Some).map_err(|error| error.after(attempts)),
            Err(_) => Err(self.too_late("no credential was to be had", attempts)),
        }
    }

    fn too_late(&self, what: &str, attempts: u32) -> Error {
        let limit = self.policy.timeout.as_secs_f64();
        Error::out_of_time(format!(
            "{what} within the {limit} s that the call may take in all"
        ))
        .after(attempts)
    }

    /// How long to wait before another attempt, where one makes sense.
    fn wait(
        &self,
        outcome: &Result<Exchange, Error>,
        failures: u32,
        repeatable: bool,
    ) -> Option<Duration> {
        let retry_after = match outcome {
            Ok(exchange) => {
                // A call that was throttled did nothing.
                let again =
                    exchange.status == 429 || (repeatable && retry::is_retryable(exchange.status));
                if !again {
                    return None;
                }
                retry::retry_after(&exchange.headers, self.service_time())
            }
            Err(error) if error.is_unsent() || (repeatable && error.is_retryable()) => None,
            Err(_) => return None,
        };
        let fraction = self.policy.clock.fraction();
        self.policy.retry.wait(failures, fraction, retry_after)
    }

    fn service_time(&self) -> jiff::Timestamp {
        match &self.authenticator {
            Some(authenticator) => authenticator.service_time(),
            None => self.policy.clock.now(),
        }
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        mut request: Request,
        number: u32,
        left: Duration,
    ) -> Result<Exchange, Error> {
        *request.timeout_mut() = Some(left.min(self.policy.attempt_timeout));
        let span = trace::Attempt::new(request.method().as_str(), request.url(), number);
        let outcome = span
            .around(async {
                let response = client.execute(request).await.map_err(Error::transport)?;
                self.receive(response, number).await
            })
            .await
            .map_err(|error| error.after(number))
            .map_err(|error| error.advise_unresolved(self.unresolved_advice.as_deref()));
        span.end(outcome.as_ref());
        outcome
    }

    /// Reads the whole answer.
    async fn receive(&self, mut response: Response, attempts: u32) -> Result<Exchange, Error> {
        let mut exchange = Exchange {
            status: response.status().as_u16(),
            request_id: response
                .headers()
                .get(REQUEST_ID)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
            attempts,
        };
        let mut body = BytesMut::new();
        let broken = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > self.policy.response_limit => {
                    let limit = self.policy.response_limit;
                    break Some(Error::response(
                        &exchange,
                        format!(
                            "it has more than {limit} bytes; ask for smaller pages, or raise the limit"
                        ),
                    ));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break None,
                Err(error) => {
                    let error = Error::transport(error);
                    break Some(error.begun(exchange.status, exchange.request_id.clone()));
                }
            }
        };
        exchange.body = body.freeze();
        match broken {
            // What an error answer says counts, even if not all of it came.
            Some(error) if exchange.status < 400 => Err(error),
            _ => Ok(exchange),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("authenticator", &self.authenticator)
            .field("project_id", &self.project_id)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

macro_rules! hooks {
    ($client:ty) => {
        impl ClientHooks<Transport> for $client {
            async fn pre<E>(
                &self,
                request: &mut Request,
                _info: &OperationInfo,
            ) -> Result<(), HookError<E>> {
                Transport::normalise(request);
                Ok(())
            }

            async fn exec(
                &self,
                request: Request,
                _info: &OperationInfo,
            ) -> reqwest::Result<Response> {
                Ok(self.inner.answer(&self.client, &request).await)
            }
        }
    };
}

hooks!(generated::hss::Client);
hooks!(generated::iam::Client);
