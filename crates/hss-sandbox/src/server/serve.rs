//! Takes connections, and no more of them than the process may have open.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tower::ServiceExt;

use super::connection::Connection;

/// How many connections are open at once. It leaves a process that may have 256 open files, the least that systems
/// grant, enough for all else.
pub(super) const MOST_CONNECTIONS: usize = 200;

/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// How long one connection gets to make room before the next one is asked as well.
const ROOM_TIMEOUT: Duration = Duration::from_millis(20);

/// How long to wait where the system has no more connections to give.
const RECOVERY: Duration = Duration::from_millis(100);

/// The most that is read of a head before it is refused unread. The limits of the gateway are far below.
const MOST_HEAD: usize = 512 * 1024;

/// The most headers of a request.
const MOST_HEADERS: usize = 500;

/// Serves until it is told to stop, and then until every open request is answered.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: oneshot::Receiver<()>) {
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (stopping, stopped) = watch::channel(());
    let mut open: VecDeque<Arc<Notify>> = VecDeque::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            // A dropped sender means the same as a sent message.
            _ = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::select! {
                _ = &mut stop => break,
                () = tokio::time::sleep(RECOVERY) => continue,
            }
        };
        let slot = tokio::select! {
            _ = &mut stop => break,
            slot = room(&slots, &mut open) => slot,
        };
        open.retain(|close| Arc::strong_count(close) > 1);
        let close = Arc::new(Notify::new());
        open.push_back(Arc::clone(&close));
        tokio::spawn(talk(stream, router.clone(), close, stopped.clone(), slot));
    }
    drop((listener, stopped));
    stopping.send_replace(());
    stopping.closed().await;
}

/// A place for one more connection. Where there is none, the oldest ones are asked to end once what they are doing
/// is done.
async fn room(slots: &Arc<Semaphore>, open: &mut VecDeque<Arc<Notify>>) -> OwnedSemaphorePermit {
    loop {
        let free = Arc::clone(slots).acquire_owned();
        if slots.available_permits() == 0
            && let Some(oldest) = open.pop_front()
        {
            oldest.notify_one();
            if let Ok(Ok(slot)) = tokio::time::timeout(ROOM_TIMEOUT, free).await {
                return slot;
            }
        } else if let Ok(slot) = free.await {
            return slot;
        }
    }
}

/// Answers the requests of one connection.
async fn talk(
    stream: TcpStream,
    router: Router,
    close: Arc<Notify>,
    mut stopped: watch::Receiver<()>,
    slot: OwnedSemaphorePermit,
) {
    // Answers are whole when they are written, so that there is nothing to wait for.
    drop(stream.set_nodelay(true));
    let connection = Connection::new(stream);
    let fate = connection.fate();
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(fate.clone());
        router.clone().oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MOST_HEAD)
        .max_headers(MOST_HEADERS);
    let mut talk = pin!(http.serve_connection(TokioIo::new(connection), service));
    let ended = tokio::select! {
        ended = talk.as_mut() => Some(ended),
        () = close.notified() => None,
        _ = stopped.changed() => None,
    };
    if ended.is_none() {
        talk.as_mut().graceful_shutdown();
        // How a connection ends is the caller's affair: what could be answered has been.
        drop(talk.await);
    }
    drop(slot);
}
