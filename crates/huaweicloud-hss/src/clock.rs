//! The time, and waiting for it to pass.
//!
//! Everything that waits or looks at the clock does it through this trait, so that tests decide how late it is
//! and need no real waiting.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

pub(crate) trait Clock: fmt::Debug + Send + Sync {
    /// The time of day, which can be wrong and can jump.
    fn now(&self) -> Timestamp;

    /// The time since some fixed moment, which never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;

    /// The same for clocks that tell the same time.
    fn identity(&self) -> usize;

    /// A random number from 0 up to and without 1, by which waits are shortened.
    fn fraction(&self) -> f64;
}

/// The fixed moment is one for the whole process, since a rate limit can be shared by several clients.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock of this machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        START.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn identity(&self) -> usize {
        0
    }

    fn fraction(&self) -> f64 {
        fastrand::f64()
    }
}

/// A clock that is off by more is worth correcting. The service takes 15 minutes.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// The time of day by the clock of the service: that of this machine, corrected by what the service said.
#[derive(Debug)]
pub(crate) struct ServiceClock {
    machine: Arc<dyn Clock>,
    /// By how many seconds the clock of the service is ahead of the one of this machine.
    ahead: AtomicI64,
}

impl ServiceClock {
    pub(crate) fn new(machine: Arc<dyn Clock>) -> Self {
        Self {
            machine,
            ahead: AtomicI64::new(0),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        let now = self.machine.now();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// The time since some fixed moment, which no correction changes.
    pub(crate) fn elapsed(&self) -> Duration {
        self.machine.elapsed()
    }

    /// By how much the service, which says that it is `time`, is away from what was known of its clock.
    pub(crate) fn off(&self, time: Timestamp) -> SignedDuration {
        time.duration_since(self.now()).abs()
    }

    /// Takes over what the service says of the time. Tells whether that changes anything.
    pub(crate) fn correct(&self, time: Timestamp) -> bool {
        if self.off(time) <= TOLERANCE {
            return false;
        }
        let ahead = time.duration_since(self.machine.now());
        self.ahead.store(ahead.as_secs(), Ordering::Relaxed);
        true
    }
}

/// Into how many steps a time limit is cut.
const STEPS: u32 = 10;

/// Waits for a future, for `limit` of the time in which the runtime runs; `None` where it takes longer. Adds the
/// time that counts to `spent`.
///
/// A program can keep its runtime from running: by blocking the only thread in the loop that reads a listing, for
/// example. Everything that happens meanwhile is noticed late, and a limit that is over by the clock says nothing
/// of the service. So the limit is cut into steps, of which each counts once, however late its end is noticed.
pub(crate) async fn within<F: Future>(
    clock: &dyn Clock,
    limit: Duration,
    spent: &mut Duration,
    future: F,
) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let start = clock.elapsed();
    let step = limit / STEPS;
    for number in 1..=STEPS {
        let counted = step * number;
        if let Ok(output) = tokio::time::timeout(step, &mut future).await {
            *spent = spent.saturating_add((clock.elapsed() - start).min(counted));
            return Some(output);
        }
    }
    *spent = spent.saturating_add(limit);
    None
}
