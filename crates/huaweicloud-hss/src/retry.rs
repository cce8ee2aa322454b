//! When a request is retried, and how long to wait before that.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The status with which the service refuses calls because there are too many. How long to wait then is not for
/// the retry policy to say, but for [`pace`](crate::pace).
pub(crate) const THROTTLED: u16 = 429;

/// When failed requests are retried.
///
/// Calls that only read are retried after connection errors, timeouts and the statuses 408, 500, 502, 503 and 504. A
/// call that changes something is retried only if no connection was established, so the service certainly did nothing.
///
/// A request that the service refused because there are too many (429) is not a failed attempt: it waits until the
/// service accepts it; see [`ClientBuilder::throttle_wait`](crate::ClientBuilder::throttle_wait).
///
/// The wait before attempt *n*+1 is a random fraction of `first × 2ⁿ⁻¹` ("full jitter"), so that many clients do
/// not come back at the same moment, and no longer than [`longest_wait`](Self::longest_wait). If the service
/// names a time in `Retry-After`, the wait is at least that. If that is longer than `longest_wait`, or than what is
/// left of the [`timeout`](crate::ClientBuilder::timeout) of the call, the call ends at once, and
/// [`Error::retry_after`](crate::Error::retry_after) tells the time.
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
    /// A single attempt.
    #[must_use]
    pub fn none() -> Self {
        Self::default().attempts(1)
    }

    /// The maximum number of attempts of one call. 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The longest wait before the second attempt, unless the service asks for a longer one. It doubles from attempt to
    /// attempt.
    #[must_use]
    pub fn first_backoff(mut self, wait: Duration) -> Self {
        self.first_backoff = wait;
        self
    }

    /// The longest wait before any attempt. If the service asks for a longer one, the call ends. A day is the most.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait.min(A_DAY);
        self
    }

    /// How long to wait after attempt number `attempt`, counted from 1, has failed; `None` if there is to be no
    /// other, because it was the last or the service asks for too long a wait.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        fraction: f64,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let asked = retry_after.unwrap_or_default();
        if attempt >= self.attempts || asked > self.longest_wait {
            return None;
        }
        let doubled = 1_u32
            .checked_shl(attempt - 1)
            .and_then(|factor| self.first_backoff.checked_mul(factor))
            .unwrap_or(Duration::MAX);
        let backoff = doubled
            .min(self.longest_wait)
            .mul_f64(fraction.clamp(0.0, 1.0));
        Some(backoff.max(asked))
    }
}

/// Whether an answer with this status may be another one later.
pub(crate) fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 500 | 502 | 503 | 504)
}

/// How long the service asks to wait, however long that is. `now` is the time of the service.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    // A time that has passed asks for no wait.
    Some(
        until
            .duration_since(now.try_into().ok()?)
            .unwrap_or_default(),
    )
}

/// The time in the header `Date` of an answer.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let value = headers.get(http::header::DATE)?.to_str().ok()?;
    Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()
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
        // Far away is not the same as not said.
        assert_eq!(asked("99999999999999999999"), Some(Duration::MAX));
        assert!(asked("Fri, 31 Dec 9999 23:59:59 GMT") > Some(1_000_000 * SECOND));
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
    fn the_service_can_ask_for_a_longer_wait_and_ends_the_call_with_too_long_a_one() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(1, 0.5, Some(5 * SECOND)), Some(5 * SECOND));
        assert_eq!(
            policy.wait(1, 0.5, Some(Duration::from_millis(1))),
            Some(Duration::from_millis(100))
        );
        assert_eq!(policy.wait(1, 0.5, Some(31 * SECOND)), None);
        assert_eq!(policy.wait(1, 0.5, Some(Duration::MAX)), None);
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
                None => prop_assert!(attempt >= attempts || asked > Some(longest)),
                Some(wait) => {
                    prop_assert!(attempt < attempts);
                    prop_assert!(wait <= policy.longest_wait);
                    prop_assert!(wait >= asked.unwrap_or_default());
                }
            }
        }
    }
}
