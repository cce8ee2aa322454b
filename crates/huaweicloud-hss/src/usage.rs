//! How much a client has called.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The calls of a client, its clones and its clients for other projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallCount {
    /// Requests sent to HSS, including retries and refused ones.
    pub sent: u64,
    /// How many of them the service refused because of a limit of calls.
    pub refused: u64,
    /// The total time spent waiting for a limit of calls, of the service or of the caller. Calls that queue at the same
    /// time count once.
    pub waited: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct Usage {
    sent: AtomicU64,
    refused: AtomicU64,
    waited_ms: AtomicU64,
}

impl Usage {
    pub(crate) fn call(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn waited(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.waited_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> CallCount {
        CallCount {
            sent: self.sent.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            waited: Duration::from_millis(self.waited_ms.load(Ordering::Relaxed)),
        }
    }
}
