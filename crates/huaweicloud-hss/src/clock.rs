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

    fn fraction(&self) -> f64 {
        fastrand::f64()
    }
}
