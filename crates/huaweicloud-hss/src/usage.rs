//! How much a client has called.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What the requests of a client, its clones and its clients for other projects have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallCount {
    /// How many requests were sent to HSS, retries and refused ones included.
    pub sent: u64,
    /// How many of them the service refused because there were too many.
    pub refused: u64,
    /// How long calls waited in all because the service or the caller limits how many there are. Calls that wait
    /// at the same time, one behind the other, wait once.
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
