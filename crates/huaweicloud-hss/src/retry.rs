//! When a call is tried again, and how long to wait before that.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a call that failed is tried again.
///
/// Tried again are calls that change nothing, after connection errors, timeouts and the statuses 408, 429, 500,
/// 502, 503 and 504. A call that changes something is tried again only where the service surely did nothing
/// yet: no connection came about, or it answered 429.
///
/// The wait before attempt *n*+1 is a random part of `first × 2ⁿ⁻¹` ("full jitter"), so that many clients do
/// not come back at the same moment. Where the service names a time in `Retry-After`, the wait is at least
/// that. No wait is longer than [`longest_wait`](Self::longest_wait), and no retry begins later than the
/// [`timeout`](crate::ClientBuilder::timeout) of the call.
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_hss::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(8).longest_wait(Duration::from_secs(300));
/// let never = RetryPolicy::none();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_backoff: Duration,
    longest_wait: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts, a first backoff of 200 ms, waits of 30 seconds at most.
    fn default() -> Self {
        Self {
            attempts: 4,
            first_backoff: Duration::from_millis(200),
            longest_wait: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One attempt, and no more.
    #[must_use]
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// How many attempts one call has in all. 0 is taken as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest wait before the second attempt, as far as the service asks for none. It doubles from attempt
    /// to attempt.
    #[must_use]
    pub fn first_backoff(mut self, wait: Duration) -> Self {
        self.first_backoff = wait;
        self
    }

    /// The longest wait before any attempt, also where the service asks for a longer one. A day is the most.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait.min(A_DAY);
        self
    }

    /// How long to wait after attempt number `attempt`, counted from 1, has failed; `None` where it was the last.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        fraction: f64,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doubled = 1_u32
            .checked_shl(attempt - 1)
            .and_then(|factor| self.first_backoff.checked_mul(factor))
            .unwrap_or(Duration::MAX);
        let backoff = doubled
            .min(self.longest_wait)
            .mul_f64(fraction.clamp(0.0, 1.0));
        Some(
            backoff
                .max(retry_after.unwrap_or_default())
                .min(self.longest_wait),
        )
    }
}

/// Whether an answer with this status may be another one later.
pub(crate) fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// How long the service asks to wait. `now` is the time of the service.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // A time that has passed asks for no wait.
    let wait = http_date(value)?.duration_since(now);
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// The time in the header `Date` of an answer.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    http_date(headers.get(http::header::DATE)?.to_str().ok()?)
}

/// A date as HTTP writes it, in the one form that senders have to use today.
fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn asked(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().expect("a header"));
        let now = "2026-01-02T03:04:05Z".parse().expect("a time");
        retry_after(&headers, now)
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        assert_eq!(asked("0"), Some(Duration::ZERO));
        assert_eq!(asked("120"), Some(120 * SECOND));
        assert_eq!(asked("Fri, 02 Jan 2026 03:05:05 GMT"), Some(60 * SECOND));
        assert_eq!(asked("Fri, 02 Jan 2026 03:03:05 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "1.5", "Fri, 99 Jan 2026 03:05:05 GMT"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn the_wait_doubles_up_to_the_longest() {
        let policy = RetryPolicy::default().attempts(6).longest_wait(SECOND);
        let waits: Vec<_> = (1..=6).map(|n| policy.wait(n, 1.0, None)).collect();
        let ms = |ms| Some(Duration::from_millis(ms));
        assert_eq!(
            waits,
            [ms(200), ms(400), ms(800), ms(1_000), ms(1_000), None]
        );
    }

    #[test]
    fn the_service_can_ask_for_a_longer_wait_but_not_for_any() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, 0.5, Some(5 * SECOND)), Some(5 * SECOND));
        assert_eq!(
            policy.wait(1, 0.5, Some(Duration::from_millis(1))),
            Some(Duration::from_millis(100))
        );
        assert_eq!(policy.wait(1, 0.5, Some(3_600 * SECOND)), Some(30 * SECOND));
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_longest_or_shorter_than_asked(
            attempts in 0_u32..100,
            attempt in 1_u32..200,
            fraction in -1.0..2.0,
            asked in proptest::option::of(0_u64..100_000),
            longest in prop_oneof![Just(Duration::MAX), Just(30 * SECOND)],
        ) {
            let policy = RetryPolicy::default().attempts(attempts).longest_wait(longest);
            let asked = asked.map(Duration::from_millis);
            match policy.wait(attempt, fraction, asked) {
                None => prop_assert!(attempt >= attempts),
                Some(wait) => {
                    prop_assert!(attempt < attempts);
                    prop_assert!(wait <= policy.longest_wait);
                    prop_assert!(wait >= asked.unwrap_or_default().min(policy.longest_wait));
                }
            }
        }
    }
}
