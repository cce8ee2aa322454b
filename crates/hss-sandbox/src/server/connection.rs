//! One connection, as the HTTP library sees it. It can be reset in the middle of an answer, and it gives the errors
//! that the library itself sends, which have no body, the one that is documented.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::reply::{self, ApiError};

/// Whether a connection is to be reset. Who answers a request on it has a clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate(Arc<AtomicBool>);

impl Fate {
    /// Nothing more is sent, and the connection ends with a reset.
    pub(crate) fn reset(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_reset(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    fate: Fate,
    /// What is to be sent instead of an error of the library, which counts as sent.
    instead: Bytes,
}

impl Connection {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            fate: Fate::default(),
            instead: Bytes::new(),
        }
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate.clone()
    }

    /// Sends what is to be sent first, or nothing more where the connection is to be reset.
    fn ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.fate.is_reset() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        while !self.instead.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.instead))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            drop(self.instead.split_to(sent));
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.fate.is_reset() {
            // Closed like this, the system sends a reset. If it does not, the connection ends all the same.
            drop(self.stream.set_zero_linger());
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.ready(cx))?;
        if let Some(status) = bare_error(data) {
            self.instead = documented(status);
            return Poll::Ready(Ok(data.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut filled = slices.iter().filter(|slice| !slice.is_empty());
        if let (Some(only), None) = (filled.next(), filled.next()) {
            return self.poll_write(cx, only);
        }
        ready!(self.ready(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.ready(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.ready(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The status of an answer that the HTTP library made by itself, because it could not read the request: a whole
/// head with no body and no request id. The sandbox never sends such a one, nor JSON that ends like it.
fn bare_error(data: &[u8]) -> Option<StatusCode> {
    let head = std::str::from_utf8(data.strip_prefix(b"HTTP/1.1 ")?).ok()?;
    let (status, _) = head.split_once(' ')?;
    let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
    let head = head.strip_suffix("\r\n\r\n")?.to_ascii_lowercase();
    let bare = status.is_client_error()
        && head.contains("content-length: 0")
        && !head.contains("x-request-id");
    bare.then_some(status)
}

/// The same error as the gateway sends it.
fn documented(status: StatusCode) -> Bytes {
    let request_id = reply::request_id();
    let error = match status.as_u16() {
        414 | 431 => ApiError::of_status(status),
        _ => ApiError::unreadable("The request is not HTTP."),
    };
    let (status, body) = error.render(&request_id);
    let reason = status.canonical_reason().unwrap_or("Error");
    format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nx-request-id: {request_id}\r\nconnection: close\r\n\r\n{body}",
        status.as_u16(),
        body.len(),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::bare_error;

    #[test]
    fn only_an_error_without_body_and_id_is_the_librarys() {
        let status = |text: &str| bare_error(text.as_bytes()).map(|status| status.as_u16());
        let bare =
            "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        assert_eq!(status(bare), Some(431));
        assert_eq!(status(&bare.replace("431", "200")), None);
        assert_eq!(status(&bare.replace("date", "x-request-id")), None);
        assert_eq!(status(&bare.replace(": 0", ": 7")), None);
        assert_eq!(status(&format!("{bare}{{}}")), None);
        assert_eq!(status("HTTP/1.1 100 Continue\r\n\r\n"), None);
    }
}
