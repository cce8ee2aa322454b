//! How many calls are let through, as the gateway of the service counts them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hss_spec::{CallLimitScope, Contract};
use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;

/// The longest window.
const A_DAY: u64 = 24 * 60 * 60;

/// The units of the gateway. It says `5 minute`, whatever the number.
const UNITS: [(&str, u64); 4] = [
    ("day", A_DAY),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
];

/// A limit of calls that the sandbox enforces. Each operation of HSS is counted by itself.
///
/// Written as `N/TIME`, where TIME is `second`, `minute`, `hour` or such as `10s` and `5m`, and what is different from
/// the usual, after commas: `ip` or `api` for whom it counts (`user`), `fixed` for how (`sliding`), `count-refused` and
/// `retry-after`.
///
/// ```
/// use hss_sandbox::CallLimit;
///
/// let limit: CallLimit = "5/minute,ip,fixed".parse().expect("a limit");
/// assert_eq!(limit.to_string(), "5/minute,ip,fixed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallLimit {
    calls: u32,
    seconds: u64,
    per: CallLimitScope,
    is_fixed: bool,
    counts_refused: bool,
    tells_wait: bool,
}

/// The text is not a valid limit of calls.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a limit of calls: {reason}; examples: 5/minute, 5/10s,ip,fixed,count-refused,retry-after"
)]
pub struct ParseLimitError {
    text: String,
    reason: String,
}

impl CallLimit {
    /// The limits that the vendor documents for the listing: those of the contract.
    #[must_use]
    pub fn documented() -> Vec<Self> {
        let listing = Contract::hss_image().operation("ListSwrImageRepository");
        let limits = listing.map_or(&[][..], |listing| &listing.call_limits);
        limits
            .iter()
            .map(|limit| Self {
                calls: limit.calls,
                seconds: limit.seconds.into(),
                per: limit.per,
                is_fixed: false,
                counts_refused: false,
                tells_wait: false,
            })
            .collect()
    }

    /// The message of the gateway.
    fn refusal(&self) -> String {
        let (count, unit) = self.window();
        format!(
            "The throttling threshold has been reached: policy {} over ratelimit,limit:{},time:{count} {unit}",
            name(self.per),
            self.calls
        )
    }

    /// The window in the greatest unit that fits.
    fn window(&self) -> (u64, &'static str) {
        let unit = UNITS
            .into_iter()
            .find(|(_, seconds)| self.seconds.is_multiple_of(*seconds));
        let (unit, seconds) = unit.unwrap_or(("second", 1));
        (self.seconds / seconds, unit)
    }
}

fn name(scope: CallLimitScope) -> &'static str {
    let names = CallLimitScope::NAMES.into_iter();
    let mut found = names.filter(|(known, _)| *known == scope);
    found.next().map_or("", |(_, name)| name)
}

impl fmt::Display for CallLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.window() {
            (1, unit) => write!(f, "{}/{unit}", self.calls)?,
            _ => write!(f, "{}/{}s", self.calls, self.seconds)?,
        }
        if self.per != CallLimitScope::User {
            write!(f, ",{}", name(self.per))?;
        }
        for (is_so, option) in [
            (self.is_fixed, ",fixed"),
            (self.counts_refused, ",count-refused"),
            (self.tells_wait, ",retry-after"),
        ] {
            if is_so {
                f.write_str(option)?;
            }
        }
        Ok(())
    }
}

impl FromStr for CallLimit {
    type Err = ParseLimitError;

    /// Reads `N/TIME` with options.
    ///
    /// # Errors
    ///
    /// N is not a whole number above 0, TIME is not a whole number of seconds from one to a day, or an option is
    /// unknown.
    fn from_str(text: &str) -> Result<Self, ParseLimitError> {
        read(text).map_err(|reason| ParseLimitError {
            text: text.to_owned(),
            reason,
        })
    }
}

fn read(text: &str) -> Result<CallLimit, String> {
    let mut parts = text.split(',');
    let rate = parts.next().unwrap_or_default();
    let (calls, window) = rate.split_once('/').ok_or("expected N/TIME")?;
    let calls = calls.parse().ok().filter(|calls| *calls > 0);
    let calls = calls.ok_or("N must be a whole number above 0")?;
    let named = UNITS.into_iter().find(|(name, _)| *name == window);
    let seconds = match named {
        Some((_, seconds)) => Some(seconds),
        None => {
            let window = window.parse::<SignedDuration>().ok();
            let whole = window.filter(|window| window.subsec_nanos() == 0);
            whole.and_then(|window| u64::try_from(window.as_secs()).ok())
        }
    };
    let seconds = seconds.filter(|seconds| (1..=A_DAY).contains(seconds));
    let seconds = seconds
        .ok_or("TIME must be second, minute, hour, or whole seconds up to a day, such as 10s")?;
    let mut limit = CallLimit {
        calls,
        seconds,
        per: CallLimitScope::User,
        is_fixed: false,
        counts_refused: false,
        tells_wait: false,
    };
    for option in parts {
        match option {
            "sliding" => limit.is_fixed = false,
            "fixed" => limit.is_fixed = true,
            "count-refused" => limit.counts_refused = true,
            "retry-after" => limit.tells_wait = true,
            other => {
                let mut scopes = CallLimitScope::NAMES.into_iter();
                let scope = scopes.find(|(_, name)| *name == other);
                limit.per = scope.map(|(scope, _)| scope).ok_or_else(|| {
                    format!("{other:?} is none of user, ip, api, sliding, fixed, count-refused, retry-after")
                })?;
            }
        }
    }
    Ok(limit)
}

/// The calls that count against the limits of one sandbox.
#[derive(Debug)]
pub(crate) struct Limits {
    limits: Vec<CallLimit>,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    calls: u64,
    refused: u64,
    /// The times of what counts, by the number of the limit, the operation, and the caller.
    counted: HashMap<(usize, String, String), VecDeque<Timestamp>>,
}

/// A call that is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    /// In how many seconds the next call can go, where that is told.
    pub(crate) retry_after: Option<u64>,
}

impl Limits {
    pub(crate) fn new(limits: Vec<CallLimit>, clock: Clock) -> Self {
        Self {
            limits,
            clock,
            state: Mutex::default(),
        }
    }

    /// Counts a call, and says why it is refused, if it is. There is one account, so whoever shows credentials is the
    /// one user.
    pub(crate) fn enter(
        &self,
        operation: &str,
        address: Option<IpAddr>,
        shows_credentials: bool,
    ) -> Option<Refusal> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        let mut refusal = None;
        let mut counts = Vec::new();
        for (index, limit) in self.limits.iter().enumerate() {
            let caller = match limit.per {
                CallLimitScope::User if shows_credentials => "user".to_owned(),
                CallLimitScope::User => continue,
                CallLimitScope::Ip => address.map(|ip| ip.to_string()).unwrap_or_default(),
                CallLimitScope::Api => String::new(),
            };
            let key = (index, operation.to_owned(), caller);
            let counted = state.counted.entry(key.clone()).or_default();
            let free_at = limit.forget(counted, now);
            counts.push((key, limit.counts_refused));
            if let Some(free_at) = free_at {
                refusal.get_or_insert_with(|| Refusal {
                    message: limit.refusal(),
                    retry_after: limit.tells_wait.then(|| seconds_until(free_at, now)),
                });
            }
        }
        for (key, counts_refused) in counts {
            if refusal.is_none() || counts_refused {
                state.counted.entry(key).or_default().push_back(now);
            }
        }
        state.refused += u64::from(refusal.is_some());
        refusal
    }

    /// How many calls came, and how many of them were refused.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.calls, state.refused)
    }
}

impl CallLimit {
    /// Forgets the calls that do not count any more. Returns when there is room again, if there is none.
    fn forget(&self, counted: &mut VecDeque<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let window = Duration::from_secs(self.seconds);
        let end = |start: Timestamp| start.checked_add(window).unwrap_or(Timestamp::MAX);
        if self.is_fixed {
            if counted.front().is_some_and(|start| end(*start) <= now) {
                counted.clear();
            }
        } else {
            while counted.front().is_some_and(|call| end(*call) <= now) {
                counted.pop_front();
            }
        }
        let over = counted.len().checked_sub(self.calls as usize)?;
        Some(end(counted[if self.is_fixed { 0 } else { over }]))
    }
}

/// Whole seconds, never too few.
fn seconds_until(time: Timestamp, now: Timestamp) -> u64 {
    let wait = Duration::try_from(time.duration_since(now)).unwrap_or_default();
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::SystemTime;

    use super::*;

    fn limits(texts: &[&str]) -> (Limits, Clock) {
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH);
        let limits = texts.iter().map(|text| text.parse().expect(text)).collect();
        (Limits::new(limits, clock.clone()), clock)
    }

    fn call(limits: &Limits) -> Option<Refusal> {
        limits.enter("list", Some(Ipv4Addr::LOCALHOST.into()), true)
    }

    /// Which of the calls of a user at these seconds are let through.
    fn passes(limit: &str, seconds: &[u64]) -> Vec<bool> {
        let (limits, clock) = limits(&[limit]);
        let mut now = 0;
        let passes = seconds.iter().map(|second| {
            clock.advance(Duration::from_secs(second - now));
            now = *second;
            call(&limits).is_none()
        });
        passes.collect()
    }

    #[test]
    fn a_sliding_window_looks_at_the_last_span_and_a_fixed_one_at_its_own() {
        let times = [0, 5, 9, 10, 14, 15, 16];
        assert_eq!(
            passes("2/10s", &times),
            [true, true, false, true, false, true, false]
        );
        assert_eq!(
            passes("2/10s,fixed", &times),
            [true, true, false, true, true, false, false]
        );
        // The refused call at 9 counts until 19.
        assert_eq!(
            passes("2/10s,count-refused", &times),
            [true, true, false, false, false, false, false]
        );
        // In the second span of a fixed window it is forgotten.
        assert_eq!(
            passes("2/10s,fixed,count-refused", &times),
            [true, true, false, true, true, false, false]
        );
    }

    #[test]
    fn callers_and_operations_are_counted_apart() {
        let (limits, _) = limits(&["1/minute", "2/minute,ip", "3/minute,api"]);
        let enter = |operation: &str, last: u8, user: bool| {
            let refusal =
                limits.enter(operation, Some(Ipv4Addr::new(192, 0, 2, last).into()), user);
            refusal.map(|refusal| refusal.message)
        };
        let refused = |policy: &str, calls: u8| {
            Some(format!(
                "The throttling threshold has been reached: policy {policy} over ratelimit,limit:{calls},time:1 minute"
            ))
        };
        assert_eq!(enter("list", 1, true), None);
        assert_eq!(enter("list", 2, true), refused("user", 1));
        assert_eq!(enter("synchronize", 1, true), None);
        assert_eq!(enter("list", 1, false), None);
        assert_eq!(enter("list", 1, false), refused("ip", 2));
        assert_eq!(enter("list", 2, false), None);
        assert_eq!(enter("list", 3, false), refused("api", 3));
        assert_eq!(limits.counts(), (7, 3));
    }

    #[test]
    fn the_wait_is_told_where_it_is_asked_for() {
        let (limits, clock) = limits(&["1/minute,retry-after"]);
        assert_eq!(call(&limits), None);
        clock.advance(Duration::from_millis(25_500));
        assert_eq!(call(&limits).expect("refused").retry_after, Some(35));
        let (limits, _) = self::limits(&["1/minute"]);
        call(&limits);
        assert_eq!(call(&limits).expect("refused").retry_after, None);
    }

    #[test]
    fn a_limit_is_read_as_it_is_written() {
        for text in [
            "5/minute",
            "70/second",
            "1/hour",
            "2000/minute,api",
            "5/10s,ip,fixed,count-refused,retry-after",
            "1/day",
        ] {
            let limit: CallLimit = text.parse().expect(text);
            assert_eq!(limit.to_string(), text);
        }
        let limit: CallLimit = "200/5m,user,sliding".parse().expect("a limit");
        assert!(
            limit
                .refusal()
                .ends_with("policy user over ratelimit,limit:200,time:5 minute")
        );
        for text in [
            "",
            "5",
            "0/minute",
            "-1/minute",
            "5/0s",
            "5/500ms",
            "5/2d",
            "5/25h",
            "5/minutes",
            "5/minute,slow",
            "5/minute,",
        ] {
            let error = text.parse::<CallLimit>().expect_err(text);
            assert!(
                error.to_string().contains("is not a limit of calls"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_documented_limits_are_those_of_the_contract() {
        let documented: Vec<_> = CallLimit::documented()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(documented, ["5/minute", "5/minute,ip", "600/minute,api"]);
    }
}
