//! The time, and waiting for it to pass.
//!
//! Everything that waits or looks at the clock does it through this trait, so that tests decide how late it is
//! and need no real waiting.

use std::fmt;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jiff::Timestamp;

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
