//! From a request to the operation that answers it, with what all requests have in common.

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::time::sleep;

use crate::app::Shared;
use crate::call::BODY_LIMIT;
use crate::fault::strike::Strikes;
use crate::fault::{Fault, answer as faulty, body};
use crate::reply::{self, ApiError};
use crate::server::connection::Fate;
use crate::server::serve::Peer;
use crate::{iam, images, sync};

/// The most that the names and values of all headers may hold: the longest documented token and as much again.
const HEADERS_LIMIT: usize = 64 * 1024;

/// The most that path and query may hold: every documented parameter at its greatest length, and encoded.
const URI_LIMIT: usize = 32 * 1024;

pub(super) fn router(app: Shared) -> Router {
    let hss = Router::new()
        .route(&app.list.path, get(images::list))
        .route(&app.synchronize.path, post(sync::run))
        .route_layer(middleware::from_fn_with_state(app.clone(), misbehave))
        .route_layer(middleware::from_fn_with_state(app.clone(), limit));
    let iam = Router::new()
        .route(&app.issue_token.path, post(iam::issue_token))
        .route(&app.list_projects.path, get(iam::list_projects))
        .route(&app.list_auth_projects.path, get(iam::list_auth_projects))
        .route_layer(middleware::from_fn_with_state(app.clone(), misbehave_iam));
    hss.merge(iam)
        .fallback(async || ApiError::unknown_path())
        // To the gateway, an operation with another method is another operation.
        .method_not_allowed_fallback(async || ApiError::unknown_path())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), answer))
        .with_state(app)
}

/// What every answer has: its delay, and the id of its request.
async fn answer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let request_id = reply::request_id();
    let fate = request.extensions().get::<Fate>().cloned();
    if !app.latency.is_zero() {
        sleep(app.latency).await;
    }
    let response = match too_large(&request) {
        Some(error) => error.into_response(),
        None => next.run(request).await,
    };
    let mut response = reply::finish(response, &request_id);
    if let (Some(strikes), Some(fate)) = (response.extensions_mut().remove::<Strikes>(), fate) {
        faulty::relabel(&strikes, &mut response);
        response = body::break_off(&strikes, response, &fate).await;
    }
    response
}

fn too_large(request: &Request) -> Option<ApiError> {
    let size = |headers: &HeaderMap| -> usize {
        headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum()
    };
    let uri = request.uri().path().len() + request.uri().query().map_or(0, str::len);
    if uri > URI_LIMIT {
        return Some(ApiError::of_status(StatusCode::URI_TOO_LONG));
    }
    // Refused before any of it is read.
    let body = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if body.is_some_and(|length| length > BODY_LIMIT) {
        return Some(ApiError::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    (size(request.headers()) > HEADERS_LIMIT)
        .then(|| ApiError::of_status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE))
}

/// Refuses the HSS calls that are too many. The gateway does so before the service sees anything of them.
async fn limit(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<Peer>().map(|peer| peer.0);
    let headers = request.headers();
    let shows_credentials =
        headers.contains_key("x-auth-token") || headers.contains_key(AUTHORIZATION);
    // All projects are one operation.
    let operation = request.extensions().get::<MatchedPath>();
    let operation = operation.map(MatchedPath::as_str).unwrap_or_default();
    let Some(refusal) = app.limits.enter(operation, address, shows_credentials) else {
        return next.run(request).await;
    };
    let error = ApiError::gateway(StatusCode::TOO_MANY_REQUESTS, "APIGW.0308", refusal.message);
    let mut response = error.into_response();
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// Has the faults of an HSS call strike. The call carries them on, for those that the operation has a part in; so
/// does the answer, for those of the connection.
async fn misbehave(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let strikes = app.faults.strike();
    for fault in strikes.iter() {
        match fault {
            Fault::Delay(time) => sleep(time).await,
            Fault::Jitter(most) => {
                let share = fastrand::Rng::with_seed(strikes.seed).f64();
                sleep(most.mul_f64(share)).await;
            }
            Fault::ExpireTokens => app.tokens.expire(app.clock.now()),
            _ => {}
        }
    }
    let mut response = match faulty::instead(&strikes, request.uri()) {
        Some(response) => response,
        None => {
            request.extensions_mut().insert(strikes.clone());
            next.run(request).await
        }
    };
    response.extensions_mut().insert(strikes);
    response
}

/// Has the faults of a call to IAM strike.
async fn misbehave_iam(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let status = app.faults.strike_iam().map(StatusCode::from_u16);
    match status {
        Some(Ok(status)) => ApiError::of_iam_status(status).into_response(),
        _ => next.run(request).await,
    }
}
