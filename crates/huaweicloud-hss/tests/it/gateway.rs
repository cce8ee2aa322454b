//! A gateway that limits calls, by the clock of the test.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use huaweicloud_hss::test_util::ManualClock;

use crate::inventory_server::keep_alive;
use crate::server::with_headers;

/// How it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// The calls of the last span of time.
    Sliding,
    /// The calls since the present span began. A span begins with the first call after the one before it.
    Fixed,
}

/// What it says when it refuses a call.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

#[derive(Debug)]
pub(crate) struct Gateway {
    clock: ManualClock,
    calls: usize,
    window: Duration,
    kind: Window,
    counts_refused: bool,
    refusal: Refusal,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    counted: VecDeque<Duration>,
    taken: usize,
    refused: usize,
}

impl Gateway {
    pub(crate) fn new(
        clock: &ManualClock,
        (calls, window): (usize, Duration),
        kind: Window,
        counts_refused: bool,
        refusal: Refusal,
    ) -> Self {
        Self {
            clock: clock.clone(),
            calls,
            window,
            kind,
            counts_refused,
            refusal,
            state: Mutex::default(),
        }
    }

    /// The answer to a call that there is no room for.
    pub(crate) fn refusal(&self) -> Option<Vec<u8>> {
        let now = self.clock.elapsed();
        let mut state = self.state.lock().expect("not poisoned");
        match self.kind {
            Window::Sliding => state.counted.retain(|time| *time + self.window > now),
            Window::Fixed => {
                if state
                    .counted
                    .front()
                    .is_some_and(|start| *start + self.window <= now)
                {
                    state.counted.clear();
                }
            }
        }
        let refused = state.counted.len() >= self.calls;
        if !refused || self.counts_refused {
            state.counted.push_back(now);
        }
        if !refused {
            state.taken += 1;
            return None;
        }
        state.refused += 1;
        let Refusal { headers, body } = &self.refusal;
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Some(keep_alive(with_headers(429, &headers, body.as_bytes())))
    }

    /// How many calls it took, and how many it refused.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.state.lock().expect("not poisoned");
        (state.taken, state.refused)
    }
}

impl Refusal {
    /// In the words of the vendor's gateway.
    pub(crate) fn named(limit: &str) -> Self {
        Self {
            headers: vec![("content-type", "application/json".to_owned())],
            body: format!(
                r#"{{"error_code":"APIGW.0308","error_msg":"The throttling threshold has been reached: policy user over ratelimit,{limit}","request_id":"r"}}"#
            ),
        }
    }

    pub(crate) fn saying(body: &str) -> Self {
        Self {
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}
