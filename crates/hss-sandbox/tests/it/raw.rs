//! Requests and answers as bytes, for what no HTTP client would send or accept.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for what should happen at once.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back, and whether the connection was reset after it.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reset: bool,
}

impl Raw {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Head and body.
    pub(crate) fn parts(&self) -> (String, String) {
        let text = self.text();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        (head.to_ascii_lowercase(), body.to_owned())
    }
}

pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// Reads until the connection ends.
pub(crate) fn read(mut stream: TcpStream) -> Raw {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => {
                return Raw {
                    bytes,
                    reset: false,
                };
            }
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                return Raw { bytes, reset: true };
            }
            Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&bytes)),
        }
    }
}

/// Sends the bytes and reads what comes. Blocking, so it does not run where the sandbox does.
pub(crate) async fn exchange(addr: SocketAddr, request: impl Into<Vec<u8>>) -> Raw {
    let request = request.into();
    let exchange = tokio::task::spawn_blocking(move || {
        let mut stream = connect(addr);
        // It may be refused before all of it is sent.
        drop(stream.write_all(&request));
        read(stream)
    });
    exchange.await.expect("no panic")
}
