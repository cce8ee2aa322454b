//! Takes connections, and no more of them than the process may have open.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::ALLOW;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::timeout;
use tower::ServiceExt;

use super::connection::Connection;

/// How many connections are open at once. It leaves a process that may have 256 open files, the least that systems
/// grant, enough for all else.
pub(super) const MOST_CONNECTIONS: usize = 200;

/// How many connections may wait until they are taken.
const BACKLOG: u32 = 4096;

/// How long the head of a request may take, and how long a connection may be idle.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);

/// How long a new connection gets for its first request where others wait for its place.
const FIRST_TIMEOUT: Duration = Duration::from_secs(5);

/// How long one connection gets to make room before the next one is asked as well.
const ROOM_TIMEOUT: Duration = Duration::from_millis(20);

/// How long the answer that is under way may take when a connection is to end.
const LAST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait where the system has no more connections to give.
const RECOVERY: Duration = Duration::from_millis(100);

/// The most that is read of a head before it is refused unread. The limits of the gateway are far below.
const MOST_HEAD: usize = 512 * 1024;

/// The most headers of a request.
const MOST_HEADERS: usize = 500;

/// The address that a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// A connection, seen from the one who takes them.
struct Open {
    /// Asks it to end once what it is doing is done.
    close: Notify,
    /// Whether it has brought a request.
    used: AtomicBool,
    since: Instant,
}

impl Open {
    /// Whether it may be asked to make room. A new one gets time for its first request.
    fn had_its_turn(&self) -> bool {
        self.used.load(Ordering::Relaxed) || self.since.elapsed() > FIRST_TIMEOUT
    }
}

/// Begins to listen.
pub(super) fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // On Windows this would let two servers have the same address.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Serves until it is told to stop, and then until every open request is answered.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: oneshot::Receiver<()>) {
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (stopping, stopped) = watch::channel(());
    let mut open: Vec<Arc<Open>> = Vec::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            // A dropped sender means the same as a sent message.
            _ = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::select! {
                _ = &mut stop => break,
                () = tokio::time::sleep(RECOVERY) => continue,
            }
        };
        let slot = tokio::select! {
            _ = &mut stop => break,
            slot = room(&slots, &mut open) => slot,
        };
        open.retain(|other| Arc::strong_count(other) > 1);
        let this = Arc::new(Open {
            close: Notify::new(),
            used: AtomicBool::new(false),
            since: Instant::now(),
        });
        open.push(Arc::clone(&this));
        let peer = Peer(peer.ip());
        tokio::spawn(talk(
            stream,
            peer,
            router.clone(),
            this,
            stopped.clone(),
            slot,
        ));
    }
    drop((listener, stopped));
    stopping.send_replace(());
    stopping.closed().await;
}

/// A place for one more connection. Where there is none, the oldest ones are asked to end once what they are doing
/// is done.
async fn room(slots: &Arc<Semaphore>, open: &mut Vec<Arc<Open>>) -> OwnedSemaphorePermit {
    loop {
        let free = Arc::clone(slots).acquire_owned();
        if slots.available_permits() == 0
            && let Some(oldest) = open.iter().position(|other| other.had_its_turn())
        {
            open.remove(oldest).close.notify_one();
        }
        if let Ok(Ok(slot)) = timeout(ROOM_TIMEOUT, free).await {
            return slot;
        }
    }
}

/// Answers the requests of one connection.
async fn talk(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    this: Arc<Open>,
    mut stopped: watch::Receiver<()>,
    slot: OwnedSemaphorePermit,
) {
    // Answers are whole when they are written, so that there is nothing to wait for.
    drop(stream.set_nodelay(true));
    let connection = Connection::new(stream);
    let fate = connection.fate();
    let used = Arc::clone(&this);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        used.used.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(fate.clone());
        request.extensions_mut().insert(peer);
        // The router adds it to what it does not know, and the gateway does not.
        let without_allow = |mut response: Response| {
            response.headers_mut().remove(ALLOW);
            response
        };
        let router = ServiceExt::<Request<Body>>::map_response(router.clone(), without_allow);
        router.oneshot(request.map(Body::new))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MOST_HEAD)
        .max_headers(MOST_HEADERS);
    let mut talk = pin!(http.serve_connection(TokioIo::new(connection), service));
    let ended = tokio::select! {
        ended = talk.as_mut() => Some(ended),
        () = this.close.notified() => None,
        _ = stopped.changed() => None,
    };
    if ended.is_none() {
        talk.as_mut().graceful_shutdown();
        // How a connection ends is the caller's affair: what could be answered has been. Who does not read an answer
        // must not keep the place of others, either.
        drop(timeout(LAST_TIMEOUT, talk).await);
    }
    drop(slot);
}
