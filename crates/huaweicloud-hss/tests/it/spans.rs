//! What a program can see of the calls with `tracing`.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use std::time::Duration;

use huaweicloud_hss::{Credentials, RetryPolicy};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::client::{EMPTY, PROJECT_ID, TOKEN, clock, list};
use crate::server::{Server, json, json_with};

thread_local! {
    static CURRENT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Keeps every span and event of this thread, of all crates.
///
/// There is one subscriber for the whole process: with one for each thread, `tracing` may take the answer that
/// another thread got for that of all, and record nothing.
#[derive(Clone, Copy)]
pub(crate) struct Recorder;

impl Recorder {
    /// Starts anew.
    pub(crate) fn start() -> Self {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
                .with_ansi(false)
                .without_time()
                .with_writer(|| Self)
                .init();
        });
        CURRENT.take();
        Self
    }

    /// What was recorded since the start.
    pub(crate) fn text(self) -> String {
        String::from_utf8(CURRENT.take()).expect("text")
    }
}

impl io::Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CURRENT.with_borrow_mut(|recorded| recorded.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines of this crate, without what differs from run to run.
fn of_this_crate(text: &str, port: &str) -> String {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start();
        let own = line.contains(": huaweicloud_hss: ");
        let line = line.split(" time.busy=").next().unwrap_or(line);
        own.then(|| line.replace(port, "PORT"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn calls_and_attempts_have_spans() {
    let server = Server::start([
        json_with(429, ("retry-after", "2"), r#"{"error_code":"APIGW.0308"}"#),
        json(200, EMPTY),
        json(403, r#"{"error_code":"HSS.0010"}"#),
        json(200, "<html>"),
        Vec::new(),
    ])
    .await;
    let client = server
        .builder(Credentials::token(TOKEN))
        .project_id(PROJECT_ID)
        .retry(RetryPolicy::default().attempts(2))
        .throttle_wait(Duration::from_secs(60))
        .clock(&clock())
        .build()
        .expect("a client");
    let recorder = Recorder::start();
    list(&client).await.expect("a page");
    list(&client).await.expect_err("forbidden");
    list(&client).await.expect_err("no listing");
    let port = server.endpoint().rsplit(':').next().expect("a port");
    insta::assert_snapshot!(of_this_crate(&recorder.text(), port));
}
