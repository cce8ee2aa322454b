//! How often a client may call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A limit to the number of calls in a time, kept on the side of the client.
///
/// Clones count together: give the same limit to several clients, and they share it. Retries count as well,
/// since the service counts them too.
///
/// ```
/// use huaweicloud_hss::{Client, RateLimit};
///
/// let limit = RateLimit::per_second(20).burst(5);
/// let first = Client::builder().region("ap-southeast-3").rate_limit(limit.clone());
/// let second = Client::builder().region("ap-southeast-3").rate_limit(limit);
/// ```
#[derive(Debug, Clone)]
pub struct RateLimit {
    interval: Duration,
    burst: u32,
    /// When the calls that were let through so far are worked off.
    worked_off: Arc<Mutex<Duration>>,
}

impl RateLimit {
    /// So many calls in a second, evenly spread. 0 is taken as 1.
    #[must_use]
    pub fn per_second(calls: u32) -> Self {
        Self {
            interval: Duration::from_secs(1) / calls.max(1),
            burst: 1,
            worked_off: Arc::default(),
        }
    }

    /// How many calls may go at once after a rest; 1 where this is not set. 0 is taken as 1.
    ///
    /// What is set here holds for this limit and the clones made of it from now on.
    #[must_use]
    pub fn burst(mut self, calls: u32) -> Self {
        self.burst = calls.max(1);
        self
    }

    /// Books one call, and tells how long to wait before it. `now` is the time since any moment that is the same
    /// for all calls. Where the wait would be `patience` or more, nothing is booked.
    pub(crate) fn book(&self, now: Duration, patience: Duration) -> Option<Duration> {
        let mut worked_off = self
            .worked_off
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let ahead = self.interval * (self.burst - 1);
        let start = (*worked_off).max(now);
        let wait = start.saturating_sub(ahead).saturating_sub(now);
        if wait >= patience {
            return None;
        }
        *worked_off = start + self.interval;
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// What a patient caller has to wait.
    fn book(limit: &RateLimit, now: Duration) -> Duration {
        limit.book(now, Duration::MAX).expect("patience")
    }

    #[test]
    fn calls_are_spread() {
        let limit = RateLimit::per_second(10);
        assert_eq!(book(&limit, Duration::ZERO), Duration::ZERO);
        assert_eq!(book(&limit, Duration::ZERO), 100 * MS);
        assert_eq!(book(&limit.clone(), 50 * MS), 150 * MS);
        assert_eq!(book(&limit, 1_000 * MS), Duration::ZERO);
    }

    #[test]
    fn after_a_rest_a_burst_may_go() {
        let limit = RateLimit::per_second(10).burst(3);
        let waits: Vec<_> = (0..5).map(|_| book(&limit, 1_000 * MS)).collect();
        let none = Duration::ZERO;
        assert_eq!(waits, [none, none, none, 100 * MS, 200 * MS]);
    }

    #[test]
    fn who_goes_away_takes_no_turn() {
        let limit = RateLimit::per_second(1);
        let patience = 2_500 * MS;
        let waits: Vec<_> = (0..100)
            .map(|_| limit.book(Duration::ZERO, patience))
            .collect();
        assert_eq!(waits.iter().flatten().count(), 3);
        assert_eq!(limit.book(2_000 * MS, patience), Some(1_000 * MS));
    }

    proptest::proptest! {
        /// Whatever the times of the calls, no span holds more than the limit lets.
        #[test]
        fn no_second_has_more_calls_than_it_may(
            calls in 1_u32..50,
            burst in 1_u32..10,
            gaps in proptest::collection::vec(0_u64..200, 1..200),
        ) {
            let limit = RateLimit::per_second(calls).burst(burst);
            let mut now = Duration::ZERO;
            let mut gone = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                gone.push(now + book(&limit, now));
            }
            gone.sort();
            for (index, start) in gone.iter().enumerate() {
                let within = gone[index..].iter().filter(|at| **at < *start + Duration::from_secs(1));
                let within = u32::try_from(within.count()).expect("few");
                proptest::prop_assert!(within <= calls + burst, "{within} within a second");
            }
        }
    }
}
