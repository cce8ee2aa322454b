//! Faults of the connection: bodies that break off, and such that take their time.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use futures::stream::{self, Stream, StreamExt};
use tokio::time::sleep;

use super::Fault;
use super::strike::Strikes;
use crate::server::connection::Fate;

/// How many pieces a slow body comes in.
const PIECES: usize = 16;

/// How long what was sent before a break has to get onto the wire.
const FLUSH: Duration = Duration::from_millis(5);

/// Has the body of an answer broken off, slowed down, or the connection reset. Of several faults that do so, the first
/// decides: one body can end in one way.
pub(crate) async fn break_off(strikes: &Strikes, response: Response, fate: &Fate) -> Response {
    // It answers instead of the operation, so there is no body to do anything to.
    if strikes.iter().any(|fault| fault == Fault::Reset) {
        fate.reset();
        return response;
    }
    for fault in strikes.iter() {
        match fault {
            Fault::ResetBody(after) => return cut(response, after, Some(fate.clone())).await,
            Fault::Truncate(after) => return cut(response, after, None).await,
            Fault::SlowBody(time) => return slow(response, time).await,
            _ => {}
        }
    }
    response
}

/// The answer with its body as one piece, whose length is said in the header.
async fn whole(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (mut parts, body) = response.into_parts();
    // The bodies of the sandbox are in memory and cannot fail.
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .unwrap_or_default();
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    (parts, body)
}

/// Sends the first bytes only, though the header says more.
async fn cut(response: Response, after: u32, reset: Option<Fate>) -> Response {
    let (parts, body) = whole(response).await;
    let after = usize::try_from(after).unwrap_or(usize::MAX);
    if body.len() <= after {
        return Response::from_parts(parts, Body::from(body));
    }
    let begun = stream::iter([Ok(body.slice(..after))]);
    let broken = stream::once(async move {
        sleep(FLUSH).await;
        if let Some(fate) = reset {
            fate.reset();
        }
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Response::from_parts(parts, Body::from_stream(begun.chain(broken)))
}

async fn slow(response: Response, time: Duration) -> Response {
    let (parts, body) = whole(response).await;
    let pause = time / u32::try_from(PIECES).unwrap_or(1);
    Response::from_parts(parts, Body::from_stream(dribble(body, pause)))
}

fn dribble(body: Bytes, pause: Duration) -> impl Stream<Item = Result<Bytes, Infallible>> {
    let size = body.len().div_ceil(PIECES).max(1);
    stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(pause).await;
        let piece = rest.split_to(size.min(rest.len()));
        Some((Ok(piece), rest))
    })
}
