//! The limits that the service names, and the one that a caller sets.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;

use super::log::{Log, Next, Rule};

/// A number of calls per window, as named by the service or by the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallLimit {
    /// The number of calls.
    pub calls: u32,
    /// The length of the window.
    pub window: Duration,
}

impl CallLimit {
    pub(crate) const fn new(calls: u32, window: Duration) -> Self {
        Self { calls, window }
    }

    pub(super) fn rule(self) -> Rule {
        Rule {
            calls: self.calls,
            window: self.window,
        }
    }
}

impl fmt::Display for CallLimit {
    /// `5 calls a minute`, `200 calls in 5 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.calls == 1 { "" } else { "s" };
        write!(f, "{} call{plural} ", self.calls)?;
        match self.window.as_secs() {
            1 if self.window.subsec_nanos() == 0 => f.write_str("a second"),
            60 => f.write_str("a minute"),
            3_600 => f.write_str("an hour"),
            86_400 => f.write_str("a day"),
            _ => write!(f, "in {}", spoken(self.window)),
        }
    }
}

/// A duration for people: `34 s`, `9 min`, `3 h`, never less than it is.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time
        .as_secs()
        .saturating_add(u64::from(time.subsec_nanos() > 0));
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        7_200..172_800 => format!("{} h", seconds.div_ceil(3_600)),
        _ => format!("{} d", seconds.div_ceil(86_400)),
    }
}

/// A limit that the gateway named, and the policy that it belongs to: `user`, `ip`, `api` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) policy: String,
    pub(super) limit: CallLimit,
}

/// The limits in the headers `X-Apig-RateLimit-*`, where an answer has them: `remain:9,limit:10,time:10 second`.
pub(super) fn in_headers(headers: &HeaderMap) -> impl Iterator<Item = Named> {
    headers.iter().filter_map(|(name, value)| {
        let (_, policy) = name.as_str().split_once("apig-ratelimit-")?;
        Some(Named {
            policy: policy.to_owned(),
            limit: read(value.to_str().ok()?)?,
        })
    })
}

/// The limit in the message of a refusal, in whatever language the rest of it is:
/// `… policy user over ratelimit,limit:5,time:1 minute`.
pub(super) fn in_message(message: &str) -> Option<Named> {
    let policy = message
        .split_once("policy ")
        .and_then(|(_, rest)| rest.split_whitespace().next());
    Some(Named {
        policy: policy.unwrap_or_default().to_owned(),
        limit: read(message)?,
    })
}

fn read(text: &str) -> Option<CallLimit> {
    let calls = number_after(text, "limit:")?.0;
    let (count, unit) = number_after(text, "time:")?;
    let unit = unit.trim_start();
    let seconds = [
        ("second", 1),
        ("minute", 60),
        ("hour", 3_600),
        ("day", 86_400),
    ]
    .into_iter()
    .find_map(|(name, seconds)| unit.starts_with(name).then_some(seconds))?;
    let window = Duration::from_secs(u64::from(count).checked_mul(seconds)?);
    // A limit that lets nothing through tells no pace.
    (calls > 0 && count > 0).then_some(CallLimit { calls, window })
}

/// The number that follows a label, and what follows the number.
fn number_after<'a>(text: &'a str, label: &str) -> Option<(u32, &'a str)> {
    let (_, rest) = text.split_once(label)?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some((rest[..end].parse().ok()?, &rest[end..]))
}

/// A limit of the caller, whatever the service allows: a number of calls in any window of a given length.
///
/// Clones share one count, so you can give the same limit to several clients. Retries count as well, because the
/// service counts them too. Without a limit, the client finds out what the service allows; see
/// [`ClientBuilder::throttle_wait`](crate::ClientBuilder::throttle_wait).
///
/// ```
/// use std::time::Duration;
/// use huaweicloud_hss::{Client, RateLimit};
///
/// let limit = RateLimit::per(5, Duration::from_secs(60));
/// let first = Client::builder().region("ap-southeast-3").rate_limit(limit.clone());
/// let second = Client::builder().region("ap-southeast-3").rate_limit(limit);
/// ```
#[derive(Debug, Clone)]
pub struct RateLimit {
    limit: CallLimit,
    log: Arc<Mutex<Log>>,
}

impl RateLimit {
    /// Allows up to this many calls in any window of this length. They can go out back to back. 0 calls count as 1.
    #[must_use]
    pub fn per(calls: u32, window: Duration) -> Self {
        Self {
            limit: CallLimit::new(calls.max(1), window),
            log: Arc::default(),
        }
    }

    /// Allows up to this many calls per second; see [`per`](Self::per).
    #[must_use]
    pub fn per_second(calls: u32) -> Self {
        Self::per(calls, Duration::from_secs(1))
    }

    /// The limit as a value.
    #[must_use]
    pub fn limit(&self) -> CallLimit {
        self.limit
    }

    /// Counts a call that goes now, or tells how long it has to wait.
    pub(super) fn begin(&self, now: Duration) -> Next {
        let mut log = self.log();
        let next = log.next(self.limit.rule(), now);
        if next == Next::Now {
            // Several servers may be called under it, so what one of them counts when is not known here.
            log.begin();
            log.end(now, self.limit.calls as usize);
        }
        next
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_read_whatever_stands_around_it() {
        let read = |text: &str| {
            in_message(text).map(|named| {
                (
                    named.policy,
                    named.limit.calls,
                    named.limit.window.as_secs(),
                )
            })
        };
        let gateway = "The throttling threshold has been reached: policy";
        for (text, policy, calls, seconds) in [
            (
                format!("{gateway} user over ratelimit,limit:5,time:1 minute"),
                "user",
                5,
                60,
            ),
            (
                format!("{gateway} user over ratelimit,limit:200,time:5 minute"),
                "user",
                200,
                300,
            ),
            (
                format!("{gateway} ip over ratelimit,limit:5,time:1 second"),
                "ip",
                5,
                1,
            ),
            (
                format!("{gateway} ip over ratelimit,limit:5,time:5 second"),
                "ip",
                5,
                5,
            ),
            (
                format!("{gateway} api over ratelimit,limit:2000,time:1 minute"),
                "api",
                2000,
                60,
            ),
            (
                "已达到流控阈值：limit:5,time:1 day".to_owned(),
                "",
                5,
                86_400,
            ),
        ] {
            assert_eq!(
                read(&text),
                Some((policy.to_owned(), calls, seconds)),
                "{text}"
            );
        }
        for text in [
            "",
            "limit:5",
            "time:1 minute",
            "limit:0,time:1 minute",
            "limit:5,time:0 minute",
            "limit:5,time:1 fortnight",
            "limit:99999999999,time:1 minute",
            "limit:,time:1 minute",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_limit_is_read_from_headers_of_any_spelling() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-apig-ratelimit-api", "remain:99,limit:100,time:1 minute"),
            (
                "X-APIG-Ratelimit-Api-Allenv",
                "remain:199,limit:200,time:1 second",
            ),
            ("x-apig-latency", "5"),
        ] {
            headers.insert(
                http::HeaderName::try_from(name).expect("a name"),
                value.parse().expect("a value"),
            );
        }
        let mut named: Vec<_> = in_headers(&headers)
            .map(|named| format!("{}: {}", named.policy, named.limit))
            .collect();
        named.sort();
        assert_eq!(
            named,
            ["api-allenv: 200 calls a second", "api: 100 calls a minute"]
        );
    }

    #[test]
    fn a_time_is_never_less_than_it_is() {
        let spoken = |ms| spoken(Duration::from_millis(ms));
        assert_eq!(
            [
                0,
                1,
                33_001,
                119_000,
                120_000,
                121_000,
                7_200_000,
                172_800_001
            ]
            .map(spoken),
            [
                "0 s", "1 s", "34 s", "119 s", "2 min", "3 min", "2 h", "3 d"
            ]
        );
        // Servers can ask for anything.
        super::spoken(Duration::MAX);
    }
}
