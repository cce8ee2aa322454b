//! Between the generated client and the network: every request passes here, waits until the service takes it, and
//! is retried until it succeeds or a retry makes no sense.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use progenitor_client::{ClientHooks, Error as HookError, OperationInfo};
use reqwest::{Request, Response};
use url::Url;

use crate::clock::{self, Clock};
use crate::credentials::{Authenticator, Credential, Proof, Remedy};
use crate::error::short_id;
use crate::exchange::{self, Exchange};
use crate::pace::{Paces, Throttle, TooLong, Turn};
use crate::proxy::Proxy;
use crate::retry::{self, RetryPolicy};
use crate::usage::Usage;
use crate::{CallLimit, Error, RateLimit, generated, sign, trace};

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
    /// What is known of the limits of the service.
    pub(crate) paces: Arc<Paces>,
    /// Whether every operation can be repeated without harm, not only those that read.
    pub(crate) repeatable: bool,
    /// The proxy on the way, for messages.
    pub(crate) proxy: Option<Proxy>,
    /// What to do where the name of the server cannot be resolved.
    pub(crate) unresolved_advice: Option<String>,
}

/// How calls are made, whatever they are for.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) retry: RetryPolicy,
    pub(crate) rate_limit: Option<RateLimit>,
    /// How long a call waits for the service to take it.
    pub(crate) throttle_wait: Duration,
    pub(crate) on_throttle: Option<OnThrottle>,
    pub(crate) usage: Arc<Usage>,
    /// For one attempt.
    pub(crate) attempt_timeout: Duration,
    /// For a call with all its attempts and the waits between them.
    pub(crate) timeout: Duration,
    /// How many bytes the body of an answer may have.
    pub(crate) response_limit: usize,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What is called when a call has to wait.
#[derive(Clone)]
pub(crate) struct OnThrottle(pub(crate) Arc<dyn Fn(&Throttle) + Send + Sync>);

/// The time that a call may take, and what of it is over.
struct Budget {
    limit: Duration,
    spent: Duration,
}

impl Budget {
    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.spent)
    }
}

impl Transport {
    /// Makes the request what the service expects. Fails where a parameter has changed which operation it is for: `..`
    /// in place of a project id, for example, leads elsewhere.
    fn normalise(request: &mut Request) -> Result<(), String> {
        // The generated code announces the version of the contract, which no server asks for.
        request.headers_mut().remove("api-version");
        let query = sign::canonical_query(request.url().query_pairs());
        let query = (!query.is_empty()).then_some(query);
        request.url_mut().set_query(query.as_deref());
        let operation = exchange::operation();
        match leads_to(request.url(), operation.path) {
            true => Ok(()),
            false => Err(format!(
                "a parameter in its path cannot be what it is set to ({})",
                operation.path
            )),
        }
    }

    /// Makes the call and records its outcome (see [`exchange`]). What is returned is an empty object with the
    /// status of the answer: the generated code looks at no more.
    pub(crate) async fn answer(&self, client: &reqwest::Client, request: &Request) -> Response {
        trace::describe(self.project_id.as_deref(), request.url());
        let outcome = self.call(client, request).await;
        let status = outcome.as_ref().map_or(200, |exchange| exchange.status);
        exchange::record(outcome);
        let mut stand_in = http::Response::new(Bytes::from_static(b"{}"));
        *stand_in.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        stand_in.into()
    }

    async fn call(&self, client: &reqwest::Client, request: &Request) -> Result<Exchange, Error> {
        let clock = &*self.policy.clock;
        let mut budget = Budget {
            limit: self.policy.timeout,
            spent: Duration::ZERO,
        };
        let repeatable = self.repeatable || request.method().is_safe();
        let mut attempts = 0;
        let mut failures = 0;
        let mut remedies = Vec::new();
        let mut refused: Option<Credential> = None;
        let mut last: Option<Result<Exchange, Error>> = None;
        loop {
            if let Err(error) = self.ready(&mut budget, attempts).await {
                return last.unwrap_or(Err(error));
            }
            let mut turn = match self.turn().await {
                Ok(turn) => turn,
                // What the service said tells more than that there was no time to ask again.
                Err(too_long) => {
                    let error = Error::throttled(&too_long, self.policy.throttle_wait);
                    let last = last.unwrap_or_else(|| Err(error.after(attempts)));
                    return last.map(|exchange| exchange.refused_for(too_long.refused_for));
                }
            };
            // Bodies are in memory, so there always is a copy.
            let mut attempt = request
                .try_clone()
                .ok_or_else(|| Error::config("the body of the request cannot be repeated"))?;
            let proof = match self.prove(&mut attempt, &mut budget, attempts).await {
                Ok(proof) => proof,
                // What the service said tells more than that there is no credential to ask again.
                Err(error) => return last.unwrap_or(Err(error)),
            };
            // Where there is no other credential, the service would only refuse it again.
            let is_refused = proof.as_ref().zip(refused.as_ref());
            if is_refused.is_some_and(|(proof, refused)| proof.is_by(refused))
                && let Some(outcome) = last.take()
            {
                return outcome;
            }
            if budget.left().is_zero() {
                return Err(self.too_late("no time is left for an attempt", attempts));
            }
            attempts += 1;
            turn.sent();
            self.policy.usage.call();
            let mut outcome = self.attempt(client, attempt, attempts, &mut budget).await;

            let asked = outcome.as_ref().ok().and_then(|exchange| {
                (exchange.status >= 400)
                    .then(|| retry::retry_after(&exchange.headers, self.service_time()))?
            });
            let pause = turn.answered(outcome.as_ref().ok(), asked);
            if let Ok(exchange) = &mut outcome {
                exchange.retry_after = pause.or(asked);
            }
            let remedy = match (&mut outcome, &self.authenticator, &proof) {
                (Ok(exchange), Some(authenticator), Some(proof)) => {
                    authenticator.learn(proof, exchange)
                }
                _ => None,
            };
            // Others may wait for the right to sign, and need not wait for the retry.
            let credential = proof.map(Proof::into_credential);
            if let Some(remedy) = remedy.filter(|remedy| !remedies.contains(remedy)) {
                match remedy {
                    Remedy::ClockCorrected => trace::clock_corrected(),
                    Remedy::CredentialRenewed => refused = credential,
                }
                remedies.push(remedy);
                last = Some(outcome);
                continue;
            }
            if pause.is_some() {
                // The call did nothing. It has its turn again, and that is no attempt of the policy.
                self.policy.usage.refused();
                last = Some(outcome);
                continue;
            }
            failures += 1;
            let Some(wait) = self.wait(&outcome, asked, failures, repeatable) else {
                return outcome;
            };
            if wait >= budget.left() {
                return outcome;
            }
            trace::again(attempts, wait);
            last = Some(outcome);
            budget.spent += wait;
            clock.sleep(wait).await;
        }
    }

    /// Waits until the service, and the limit of the caller, let another request go. That takes nothing of the
    /// time that the call may take.
    async fn turn(&self) -> Result<Turn, TooLong> {
        let operation = exchange::operation();
        let waits = |wait: Duration, limit: Option<CallLimit>| {
            self.policy.usage.waited(wait);
            let throttle = Throttle {
                operation: operation.id,
                wait,
                limit,
            };
            trace::throttled(&throttle);
            if let Some(OnThrottle(tell)) = &self.policy.on_throttle {
                tell(&throttle);
            }
        };
        let (own, longest) = (self.policy.rate_limit.as_ref(), self.policy.throttle_wait);
        self.paces.pace(operation).turn(own, longest, waits).await
    }

    /// Proves who sends the request, where the operation wants it.
    async fn prove(
        &self,
        request: &mut Request,
        budget: &mut Budget,
        attempts: u32,
    ) -> Result<Option<Proof>, Error> {
        let Some(authenticator) = &self.authenticator else {
            return Ok(None);
        };
        let proof = authenticator.prove(request, self.project_id.as_deref());
        self.credential(budget, attempts, proof).await.map(Some)
    }

    /// Waits for a credential, where the operation wants one.
    async fn ready(&self, budget: &mut Budget, attempts: u32) -> Result<(), Error> {
        match &self.authenticator {
            Some(authenticator) => {
                self.credential(budget, attempts, authenticator.ready())
                    .await
            }
            None => Ok(()),
        }
    }

    async fn credential<T>(
        &self,
        budget: &mut Budget,
        attempts: u32,
        credential: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let (left, clock) = (budget.left(), &*self.policy.clock);
        match clock::within(clock, left, &mut budget.spent, credential).await {
            Some(outcome) => outcome.map_err(|error| error.after_at_least(attempts)),
            None => Err(self.too_late("could not obtain a credential", attempts)),
        }
    }

    fn too_late(&self, what: &str, attempts: u32) -> Error {
        let limit = self.policy.timeout.as_secs_f64();
        Error::out_of_time(format!("{what} within the {limit} s timeout of the call"))
            .after(attempts)
    }

    /// How long to wait before another attempt, where one makes sense.
    fn wait(
        &self,
        outcome: &Result<Exchange, Error>,
        asked: Option<Duration>,
        failures: u32,
        repeatable: bool,
    ) -> Option<Duration> {
        let again = match outcome {
            Ok(exchange) => repeatable && retry::is_retryable(exchange.status),
            Err(error) => error.is_unsent() || (repeatable && error.is_retryable()),
        };
        let fraction = self.policy.clock.fraction();
        self.policy
            .retry
            .wait(failures, fraction, asked)
            .filter(|_| again)
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
        request: Request,
        number: u32,
        budget: &mut Budget,
    ) -> Result<Exchange, Error> {
        let span = trace::Attempt::new(request.method().as_str(), request.url(), number);
        let outcome = span
            .around(self.exchange(client, request, number, budget))
            .await
            .map_err(|error| error.after(number))
            .map_err(|error| error.advise_unresolved(self.unresolved_advice.as_deref()));
        span.end(outcome.as_ref());
        outcome
    }

    /// Sends the request and reads the whole answer.
    async fn exchange(
        &self,
        client: &reqwest::Client,
        request: Request,
        attempts: u32,
        budget: &mut Budget,
    ) -> Result<Exchange, Error> {
        let clock = &*self.policy.clock;
        let limit = budget.left().min(self.policy.attempt_timeout);
        let mut spent = Duration::ZERO;
        let server = request.url().clone();
        let address = server.origin().ascii_serialization();
        let proxy = self.proxy.as_ref().map(Proxy::shown);
        let proxy = proxy.as_deref();
        let response = clock::within(clock, limit, &mut spent, client.execute(request)).await;
        let outcome = match response {
            None => Err(Error::no_answer(&address, proxy)),
            Some(Err(error)) => {
                let error = Error::transport(error, proxy);
                match &self.proxy {
                    Some(proxy) if error.is_of_a_tunnel() => match proxy.ask(&server).await {
                        Some(refused) => {
                            Err(error.refused_by_proxy(&proxy.shown(), &address, &refused))
                        }
                        None => Err(error),
                    },
                    _ => Err(error),
                }
            }
            Some(Ok(response)) => {
                let left = limit.saturating_sub(spent);
                self.receive(response, attempts, left, &mut spent, &address)
                    .await
            }
        };
        budget.spent = budget.spent.saturating_add(spent);
        outcome
    }

    /// Reads the whole answer.
    async fn receive(
        &self,
        mut response: Response,
        attempts: u32,
        left: Duration,
        spent: &mut Duration,
        address: &str,
    ) -> Result<Exchange, Error> {
        let mut exchange = Exchange {
            status: response.status().as_u16(),
            request_id: response
                .headers()
                .get(REQUEST_ID)
                .and_then(|value| value.to_str().ok())
                .map(short_id),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
            attempts,
            retry_after: None,
            refused_for: Duration::ZERO,
            credential: None,
        };
        let mut body = BytesMut::new();
        let proxy = self.proxy.as_ref().map(Proxy::shown);
        let limit = self.policy.response_limit;
        let read = async {
            let broken = |error| Error::transport(error, proxy.as_deref());
            while let Some(chunk) = response.chunk().await.map_err(broken)? {
                if body.len() + chunk.len() > limit {
                    return Ok(false);
                }
                body.extend_from_slice(&chunk);
            }
            Ok::<_, Error>(true)
        };
        let broken = match clock::within(&*self.policy.clock, left, spent, read).await {
            Some(Ok(true)) => None,
            Some(Ok(false)) => Some(Error::response(
                &exchange,
                format!(
                    "it has more than {limit} bytes; request smaller pages, or raise the limit"
                ),
            )),
            Some(Err(error)) => Some(error.begun(exchange.status, exchange.request_id.clone())),
            None => {
                let error = Error::no_answer(address, proxy.as_deref());
                Some(error.begun(exchange.status, exchange.request_id.clone()))
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

/// Whether the path of a request is still that of its operation, behind the one of the endpoint.
fn leads_to(url: &Url, operation: &str) -> bool {
    let path: Vec<_> = url.path().split('/').collect();
    let wanted: Vec<_> = operation.split('/').skip(1).collect();
    let Some(start) = path.len().checked_sub(wanted.len()) else {
        return false;
    };
    let mut pairs = path[start..].iter().zip(&wanted);
    pairs.all(|(part, wanted)| match wanted.starts_with('{') {
        true => !part.is_empty(),
        false => part == wanted,
    })
}

impl fmt::Debug for OnThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnThrottle")
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
                Transport::normalise(request).map_err(HookError::InvalidRequest)
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
