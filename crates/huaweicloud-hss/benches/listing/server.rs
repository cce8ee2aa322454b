//! A server on this machine that gives full pages of full records, as fast as it can.
//!
//! It answers the listing and nothing else, looks at no credentials, and runs in a thread of its own, so that the
//! time of the client's thread is that of the client alone.

use std::collections::VecDeque;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How many records there are, and how long each answer takes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inventory {
    pub(crate) records: usize,
    pub(crate) latency: Duration,
    /// What limits the calls, if anything does.
    pub(crate) gate: Option<Arc<Gate>>,
}

/// Lets so many calls through in each window that slides.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) calls: usize,
    pub(crate) window: Duration,
    pub(crate) taken: Mutex<VecDeque<Instant>>,
    pub(crate) refused: AtomicUsize,
}

impl Gate {
    fn lets_through(&self) -> bool {
        let now = Instant::now();
        let mut taken = self.taken.lock().expect("not poisoned");
        taken.retain(|call| *call + self.window > now);
        let free = taken.len() < self.calls;
        if free {
            taken.push_back(now);
        } else {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        free
    }
}

/// What every record has after its id.
const REST: &str = r#","namespace":"platform-team","image_name":"payment-service","image_id":"3f2a9b0c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8","image_digest":"sha256:3f2a9b0c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8","image_version":"2026.11.3-build.4711","image_type":"private_image","latest_version":true,"scan_status":"success","scan_failed_desc":"unknown_error","image_size":187695104,"latest_update_time":1687664346000,"latest_scan_time":1691748641788,"vul_num":17,"unsafe_setting_num":3,"malicious_file_num":0,"domain_name":"platform","shared_status":"effective","scannable":true,"instance_name":"enterprise-registry","instance_id":"0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9","instance_url":"enterprise-registry.example","association_images":[{"image_name":"payment-service","image_version":"2026.11.3-build.4711-amd64","image_type":"private_image","namespace":"platform-team","image_digest":"sha256:aa2a9b0c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8","scan_status":"success"},{"image_name":"payment-service","image_version":"2026.11.3-build.4711-arm64","image_type":"private_image","namespace":"platform-team","image_digest":"sha256:bb2a9b0c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8","scan_status":"waiting_for_scan"}]}"#;

/// One page, as the body of an answer.
pub(crate) fn page(records: usize, offset: usize, limit: usize) -> Vec<u8> {
    let mut body = Vec::with_capacity((limit + 1) * (REST.len() + 16));
    write!(body, r#"{{"total_num":{records},"data_list":["#).expect("memory takes all");
    for id in offset..(offset + limit).min(records) {
        let comma = if id == offset { "" } else { "," };
        write!(body, r#"{comma}{{"id":{id}{REST}"#).expect("memory takes all");
    }
    body.extend_from_slice(b"]}");
    body
}

/// Starts the server, which runs until the process ends.
pub(crate) fn start(inventory: Inventory) -> SocketAddr {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            tell.send(listener.local_addr().expect("an address"))
                .expect("somebody waits for it");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, inventory.clone()));
            }
        });
    });
    told.recv().expect("the server starts")
}

/// Answers one request after the other until the client goes.
async fn serve(mut stream: TcpStream, inventory: Inventory) -> Option<()> {
    // Without this, the second half of an answer waits for the first to be acknowledged.
    stream.set_nodelay(true).ok()?;
    let mut received = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut received).await.ok()? == 0 {
                return None;
            }
        };
        let line = received.split(|byte| *byte == b'\r').next()?;
        let line = String::from_utf8_lossy(line).into_owned();
        received.drain(..end);
        let number = |name: &str| {
            let (_, rest) = line.split_once(name)?;
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            rest[..end].parse::<usize>().ok()
        };
        let (offset, limit) = (number("offset=")?, number("limit=")?);
        let free = inventory
            .gate
            .as_ref()
            .is_none_or(|gate| gate.lets_through());
        let (status, body) = if free {
            ("200 OK", page(inventory.records, offset, limit))
        } else {
            let message = "policy user over ratelimit,limit:5,time:1 second";
            let body = format!(r#"{{"error_code":"APIGW.0308","error_msg":"{message}"}}"#);
            ("429 Too Many Requests", body.into_bytes())
        };
        if !inventory.latency.is_zero() {
            tokio::time::sleep(inventory.latency).await;
        }
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-request-id: bench\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(&body).await.ok()?;
    }
}
