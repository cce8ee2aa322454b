//! A server that answers with what a test has scripted, and keeps what it was sent.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The request with its headers sorted, and without what differs from run to run.
    pub(crate) fn render(&self) -> String {
        let mut headers = self.headers.clone();
        headers.sort();
        let mut text = format!("{}\n", self.line);
        for (name, value) in headers {
            let value = match name.as_str() {
                "host" => "[host]",
                "x-sdk-date" => "[date]",
                "authorization" => value
                    .split_once("Signature=")
                    .map_or(value.as_str(), |(before, _)| before),
                _ => &value,
            };
            writeln!(text, "{name}: {value}").expect("text takes all");
        }
        text + "\n" + &self.body
    }
}

/// The running server. It answers each connection with the next scripted answer, and closes it.
pub(crate) struct Server {
    endpoint: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    pub(crate) async fn start<A: Into<Vec<u8>>>(answers: impl IntoIterator<Item = A>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let mut answers: VecDeque<Vec<u8>> = answers.into_iter().map(Into::into).collect();
        let kept = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = read(&mut stream).await else {
                    continue;
                };
                kept.lock().expect("not poisoned").push(request);
                let answer = answers
                    .pop_front()
                    .unwrap_or_else(|| json(500, r#"{"error_msg":"the script has ended"}"#));
                // The client may have gone, which is its own affair.
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { endpoint, received }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("not poisoned").clone()
    }
}

pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).expect("plain headers");
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().expect("a length"));
    while bytes.len() < head + 4 + length {
        stream.read_buf(&mut bytes).await.ok()?;
    }
    let body = String::from_utf8(bytes[head + 4..].to_vec()).expect("plain body");
    Some(Received {
        line,
        headers,
        body,
    })
}

/// An answer with any content.
pub(crate) fn answer(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    with_headers(status, &[("content-type", content_type)], body.as_bytes())
}

/// An answer with JSON and further headers.
pub(crate) fn json_with(status: u16, header: (&str, &str), body: &str) -> Vec<u8> {
    let headers = [("content-type", "application/json"), header];
    with_headers(status, &headers, body.as_bytes())
}

/// An answer with any headers and content.
pub(crate) fn with_headers(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {status} Reason\r\nx-request-id: id-of-the-call\r\ncontent-length: {}\r\n\
         connection: close\r\n",
        body.len()
    );
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("text takes all");
    }
    let mut answer = (head + "\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// An answer with JSON.
pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    answer(status, "application/json", body)
}
