//! When calls were made, and how long a limit makes the next one wait.

use std::collections::VecDeque;
use std::time::Duration;

/// So many calls are kept at least, so that a limit that is learned later finds those that count against it.
const KEPT: usize = 2_048;

/// So much of a window is added to it: clocks do not run alike, and a server may count in whole seconds.
const MARGIN: u32 = 100;

/// A number of calls within any span of a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) calls: u32,
    pub(super) window: Duration,
}

/// What a rule says of the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It can go.
    Now,
    /// It can go after this time.
    In(Duration),
    /// It can go when a call that is under way has been answered, and perhaps not even then.
    AfterAnAnswer,
}

/// The calls of late. A server counts a call when it arrives, which is some time between the moment at which it
/// is sent and the one at which its answer is here. So a call that is under way takes a place, and one that was
/// answered is as old as its answer. Whoever counts so is never early, whether a server looks at the last span of
/// time or at spans that begin one after the other.
#[derive(Debug, Default)]
pub(super) struct Log {
    under_way: usize,
    answered: VecDeque<Duration>,
}

impl Log {
    pub(super) fn begin(&mut self) {
        self.under_way += 1;
    }

    /// Also for a call that was given up: the server may have seen it. `most` calls are kept at least.
    pub(super) fn end(&mut self, now: Duration, most: usize) {
        self.under_way = self.under_way.saturating_sub(1);
        while self.answered.len() >= most.max(KEPT) {
            self.answered.pop_front();
        }
        self.answered.push_back(now);
    }

    /// Takes back a call that was not made.
    pub(super) fn cancel(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }

    /// How many calls count at `now`, for a window of this length.
    pub(super) fn count(&self, window: Duration, now: Duration) -> usize {
        let old = self
            .answered
            .partition_point(|time| time.saturating_add(window) <= now);
        self.under_way + self.answered.len() - old
    }

    pub(super) fn next(&self, rule: Rule, now: Duration) -> Next {
        let calls = usize::try_from(rule.calls).unwrap_or(usize::MAX).max(1);
        // So many of the answered calls have to be old before another one can go.
        let Some(free) = calls.checked_sub(self.under_way).filter(|free| *free > 0) else {
            return Next::AfterAnAnswer;
        };
        let Some(oldest) = self.answered.len().checked_sub(free) else {
            return Next::Now;
        };
        let window = rule.window.saturating_add(rule.window / MARGIN);
        let wait = self.answered[oldest]
            .saturating_add(window)
            .saturating_sub(now);
        if wait.is_zero() {
            Next::Now
        } else {
            Next::In(wait)
        }
    }
}

impl Next {
    /// The one that makes a call wait longer.
    pub(super) fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::In(one), Self::In(two)) => Self::In(one.max(two)),
            (Self::Now, next) | (next, Self::Now) => next,
            // What is known is waited for first; then one looks again.
            (Self::In(wait), _) | (_, Self::In(wait)) => Self::In(wait),
            (Self::AfterAnAnswer, Self::AfterAnAnswer) => Self::AfterAnAnswer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_call_under_way_takes_a_place_and_is_as_old_as_its_answer() {
        let rule = Rule {
            calls: 2,
            window: 100 * SECOND,
        };
        let mut log = Log::default();
        log.begin();
        log.begin();
        assert_eq!(log.next(rule, SECOND), Next::AfterAnAnswer);
        log.end(5 * SECOND, 2);
        // The other one may still arrive, so its time does not run yet.
        assert_eq!(log.next(rule, 6 * SECOND), Next::In(100 * SECOND));
        log.cancel();
        assert_eq!(log.next(rule, 6 * SECOND), Next::Now);
        assert_eq!(
            (log.count(SECOND, 5 * SECOND), log.count(SECOND, 6 * SECOND)),
            (1, 0)
        );
    }

    proptest! {
        /// Whatever the times at which the calls are made and take, no server that counts them when they arrive
        /// sees more of them in any window.
        #[test]
        fn no_window_has_more_calls_than_it_may(
            calls in 1_u32..8,
            steps in proptest::collection::vec((0_u64..300, 0_u64..200, 0.0..=1.0), 1..100),
        ) {
            let rule = Rule { calls, window: Duration::from_millis(1_000) };
            let mut log = Log::default();
            let mut now = Duration::ZERO;
            let mut arrivals = Vec::new();
            for (gap, takes, part) in steps {
                now += Duration::from_millis(gap);
                match log.next(rule, now) {
                    Next::Now => {}
                    Next::In(wait) => now += wait,
                    Next::AfterAnAnswer => prop_assert!(false, "nothing is under way"),
                }
                prop_assert_eq!(log.next(rule, now), Next::Now);
                log.begin();
                let takes = Duration::from_millis(takes);
                arrivals.push(now + takes.mul_f64(part));
                now += takes;
                log.end(now, 8);
            }
            for (index, start) in arrivals.iter().enumerate() {
                let within = arrivals[index..].iter().filter(|at| **at < *start + rule.window);
                prop_assert!(within.count() <= calls as usize);
            }
        }
    }
}
