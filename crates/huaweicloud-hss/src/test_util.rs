//! For tests of programs that use this crate.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use jiff::Timestamp;

use crate::clock::Clock;

/// A clock that stands still until it is advanced, for [`ClientBuilder::clock`](crate::ClientBuilder::clock).
///
/// A wait returns at once and advances the clock by its length. So a client that retries for minutes needs no time, and
/// the test can read afterwards how long it would have taken.
///
/// Clones share the time. Timeouts of single attempts concern the network and use real time.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use huaweicloud_hss::test_util::ManualClock;
///
/// let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
/// clock.advance(Duration::from_secs(60));
/// assert!(clock.waits().is_empty());
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Mutex<State>>);

struct State {
    start: Timestamp,
    elapsed: Duration,
    jitter: f64,
    waits: Vec<Duration>,
}

impl ManualClock {
    /// Creates a clock that stands at `start`. Random waits take their full length; see
    /// [`set_jitter`](Self::set_jitter).
    #[must_use]
    pub fn new(start: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(State {
            start: Timestamp::try_from(start).unwrap_or(Timestamp::UNIX_EPOCH),
            elapsed: Duration::ZERO,
            jitter: 1.0,
            waits: Vec::new(),
        })))
    }

    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.state().elapsed += by;
    }

    /// The current time of the clock.
    #[must_use]
    pub fn time(&self) -> SystemTime {
        Clock::now(self)
            .try_into()
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// How far the clock has advanced since it was created.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    /// Sets the fraction of a random wait that is taken, from 0 for none to 1 for all of it.
    pub fn set_jitter(&self, part: f64) {
        self.state().jitter = part;
    }

    /// All waits so far, in order.
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.state().waits.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManualClock({})", self.now())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let state = self.state();
        state
            .start
            .saturating_add(state.elapsed)
            .unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.state().elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        {
            let mut state = self.state();
            state.waits.push(duration);
            state.elapsed += duration;
        }
        Box::pin(tokio::task::yield_now())
    }

    fn identity(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn fraction(&self) -> f64 {
        self.state().jitter
    }
}

/// What [`ClientBuilder::resolver`](crate::ClientBuilder::resolver) was given.
#[derive(Clone)]
pub(crate) struct Resolver(pub(crate) Arc<Resolve>);

type Resolve = dyn Fn(&str) -> Option<SocketAddr> + Send + Sync;

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let found = (self.0)(name.as_str());
        Box::pin(async move {
            let address = found.ok_or("the test does not know the name")?;
            let addresses: reqwest::dns::Addrs = Box::new(std::iter::once(address));
            Ok(addresses)
        })
    }
}
