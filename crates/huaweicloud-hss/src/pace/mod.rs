//! Keeps the pace that the service allows.
//!
//! The documentation has a limit of calls, and nobody outside knows whether it is enforced. So the client finds
//! out: as many calls as the contract's limit has go out at once, and the next one goes alone. Where the service
//! takes it, the limit is not enforced, and calls go at full speed. Where it is refused, limit and window are
//! learned from the refusal or else taken from the contract, and no call goes any more that would be refused again.
//!
//! What was learned belongs to an endpoint and an operation, since the service counts users and addresses, and not
//! the projects that they ask for.
//!
//! - `limit` reads the limits that the service names, and has the one that a caller sets;
//! - `log` has the times of the calls, and tells how long a limit makes the next one wait.

mod limit;
mod log;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Notify, OwnedMutexGuard};

pub(crate) use self::limit::spoken;
pub use self::limit::{CallLimit, RateLimit};

use self::limit::Named;
use self::log::{Log, Next};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::operations::Operation;
use crate::retry;

/// How long to wait after a refusal that no known limit explains. It doubles with each refusal in a row, so that a
/// service that refuses everything is not asked at the pace of the limit that it names.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// So much of a refusal is searched for the limit. Its message has the same words in every form of the body.
const LONGEST_REFUSAL: usize = 4_096;

/// The policy under which the limit of the contract is kept, where a refusal names none.
const OF_THE_CONTRACT: &str = "contract";

/// The paces at one endpoint, by operation. All clients that call it share them.
#[derive(Debug)]
pub(crate) struct Paces {
    clock: Arc<dyn Clock>,
    paces: Mutex<HashMap<&'static str, Arc<Pace>>>,
}

/// Where each endpoint has its paces, as long as there is a client for it. Times of different clocks do not
/// compare.
static PACES: Mutex<Vec<(String, usize, Weak<Paces>)>> = Mutex::new(Vec::new());

impl Paces {
    /// Those of an endpoint, shared with every client that calls it by the same clock.
    pub(crate) fn of(endpoint: &str, clock: &Arc<dyn Clock>) -> Arc<Self> {
        let mut known = lock(&PACES);
        known.retain(|(_, _, paces)| paces.strong_count() > 0);
        let same = known
            .iter()
            .find(|(of, by, _)| of == endpoint && *by == clock.identity());
        if let Some(paces) = same.and_then(|(_, _, paces)| paces.upgrade()) {
            return paces;
        }
        let paces = Arc::new(Self {
            clock: Arc::clone(clock),
            paces: Mutex::default(),
        });
        known.push((
            endpoint.to_owned(),
            clock.identity(),
            Arc::downgrade(&paces),
        ));
        paces
    }

    /// The pace of an operation.
    pub(crate) fn pace(&self, operation: &Operation) -> Arc<Pace> {
        let mut paces = lock(&self.paces);
        let pace = paces.entry(operation.id).or_insert_with(|| {
            Arc::new(Pace {
                clock: Arc::clone(&self.clock),
                documented: operation.call_limit,
                queue: Arc::default(),
                answered: Notify::new(),
                state: Mutex::default(),
            })
        });
        Arc::clone(pace)
    }
}

/// The pace of one operation at one endpoint.
#[derive(Debug)]
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    /// The limit of the contract.
    documented: Option<CallLimit>,
    /// Calls wait in the order in which they came. Whoever has the lock is next.
    queue: Arc<tokio::sync::Mutex<()>>,
    /// A call has ended.
    answered: Notify,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    log: Log,
    /// What was learned.
    limits: Vec<Named>,
    /// Whether the service took more calls than the contract's limit has.
    open: bool,
    /// No call before this time.
    not_before: Duration,
    /// How many times in a row calls were refused. Those that were under way together count once.
    refusals: u32,
    refused_since: Option<Duration>,
}

/// A place for one call.
#[derive(Debug)]
pub(crate) struct Turn {
    pace: Arc<Pace>,
    /// Held for a call that goes alone.
    alone: Option<OwnedMutexGuard<()>>,
    /// How many times calls had been refused when this one began.
    refusals: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unsent,
    Sent,
    Ended,
}

/// Why a call does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong {
    /// How long it would have to wait.
    pub(crate) wait: Duration,
    pub(crate) limit: Option<CallLimit>,
    /// For how long every call has been refused.
    pub(crate) refused_for: Duration,
}

/// A call that waits for a limit of calls, of the service or of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throttle {
    /// The operation, by its name in the contract.
    pub operation: &'static str,
    /// How long the next call waits, from now on.
    pub wait: Duration,
    /// The limit that allows no earlier call: the one that the service named, that of the contract, or that of the
    /// caller. `None` if the service refuses calls without naming a limit.
    pub limit: Option<CallLimit>,
}

impl Pace {
    /// Waits until a call can go, and takes the place. `waits` is told of each wait.
    pub(crate) async fn turn(
        self: &Arc<Self>,
        own: Option<&RateLimit>,
        longest: Duration,
        waits: impl Fn(Duration, Option<CallLimit>),
    ) -> Result<Turn, TooLong> {
        let place = Arc::clone(&self.queue).lock_owned().await;
        let since = self.clock.elapsed();
        loop {
            let now = self.clock.elapsed();
            let (next, limit, alone) = self.next(own, now);
            let wait = match next {
                Next::Now => {
                    return Ok(Turn {
                        pace: Arc::clone(self),
                        alone: alone.then_some(place),
                        refusals: lock(&self.state).refusals,
                        stage: Stage::Unsent,
                    });
                }
                Next::AfterAnAnswer => {
                    self.answered.notified().await;
                    continue;
                }
                Next::In(wait) => wait,
            };
            let refused_since = lock(&self.state).refused_since.unwrap_or(now);
            let waited = now - since.min(refused_since);
            if waited.saturating_add(wait) > longest {
                return Err(TooLong {
                    wait,
                    limit,
                    refused_for: now - refused_since,
                });
            }
            waits(wait, limit);
            self.clock.sleep(wait).await;
        }
    }

    /// Takes a place where there is one, or tells how long to wait and because of which limit; and whether the
    /// call is to go alone.
    fn next(&self, own: Option<&RateLimit>, now: Duration) -> (Next, Option<CallLimit>, bool) {
        let mut state = lock(&self.state);
        let state = &mut *state;
        let mut next = match state.not_before.saturating_sub(now) {
            Duration::ZERO => Next::Now,
            wait => Next::In(wait),
        };
        let mut limit = state.limits.first().map(|named| named.limit);
        for named in &state.limits {
            let later = next.later(state.log.next(named.limit.rule(), now));
            if later != next {
                (next, limit) = (later, Some(named.limit));
            }
        }
        if next != Next::Now {
            return (next, limit, false);
        }
        if let Some(own) = own {
            let next = own.begin(now);
            if next != Next::Now {
                return (next, Some(own.limit()), false);
            }
        }
        let alone = match self.documented {
            Some(limit) if state.limits.is_empty() && !state.open => {
                state.log.count(limit.window, now) >= limit.calls as usize
            }
            _ => false,
        };
        state.log.begin();
        (Next::Now, None, alone)
    }

    /// How long the next call has to wait.
    fn wait(&self) -> Duration {
        let now = self.clock.elapsed();
        let state = lock(&self.state);
        let pause = state.not_before.saturating_sub(now);
        let waits = state.limits.iter().map(|named| {
            match state.log.next(named.limit.rule(), now) {
                Next::Now => Duration::ZERO,
                Next::In(wait) => wait,
                // The places of the calls under way are free a window after their answers.
                Next::AfterAnAnswer => named.limit.window,
            }
        });
        waits.fold(pause, Duration::max)
    }

    fn ended(&self) -> MutexGuard<'_, State> {
        let now = self.clock.elapsed();
        let mut state = lock(&self.state);
        let calls = state.limits.iter().map(|named| named.limit.calls).max();
        state.log.end(now, calls.unwrap_or_default() as usize);
        self.answered.notify_one();
        state
    }
}

impl State {
    /// Learns what a refusal tells.
    fn refused(
        &mut self,
        exchange: &Exchange,
        pace: &Pace,
        asked: Option<Duration>,
        begun_after: u32,
    ) {
        let now = pace.clock.elapsed();
        self.refused_since.get_or_insert(now);
        let body = &exchange.body[..exchange.body.len().min(LONGEST_REFUSAL)];
        let named = limit::in_message(&String::from_utf8_lossy(body));
        let policy = named.as_ref().map(|named| named.policy.clone());
        if let Some(named) = named {
            self.learn(named);
        } else if self.limits.is_empty()
            && !self.open
            && let Some(limit) = pace.documented
        {
            self.learn(Named {
                policy: OF_THE_CONTRACT.to_owned(),
                limit,
            });
        }
        let broken = match policy {
            Some(policy) => self.limits.iter().find(|named| named.policy == policy),
            None => self.limits.first(),
        };
        let pause = match (asked, broken) {
            (Some(asked), _) => asked,
            // This call is among those that count. Where too few others are, somebody else makes calls, too, and the
            // window may be full of them.
            (None, Some(Named { limit, .. }))
                if self.log.count(limit.window, now) <= limit.calls as usize =>
            {
                limit.window.saturating_add(limit.window / 100)
            }
            (None, _) => Duration::ZERO,
        };
        if begun_after == self.refusals {
            self.refusals = self.refusals.saturating_add(1);
        }
        let is_expected = broken.is_some() && self.refusals == 1;
        let backoff = if is_expected {
            Duration::ZERO
        } else {
            let doubled = 1 << self.refusals.saturating_sub(1).min(16);
            FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
        };
        self.not_before = self.not_before.max(now.saturating_add(pause.max(backoff)));
    }

    fn learn(&mut self, named: Named) {
        match self
            .limits
            .iter_mut()
            .find(|known| known.policy == named.policy)
        {
            Some(known) => *known = named,
            None => self.limits.push(named),
        }
    }
}

impl Turn {
    /// The call goes.
    pub(crate) fn sent(&mut self) {
        self.stage = Stage::Sent;
    }

    /// Learns from the answer, and lets the calls behind it go. Returns how long the next one has to wait, where
    /// this one was refused. `asked` is what `Retry-After` says.
    pub(crate) fn answered(
        mut self,
        exchange: Option<&Exchange>,
        asked: Option<Duration>,
    ) -> Option<Duration> {
        self.stage = Stage::Ended;
        let mut state = self.pace.ended();
        let exchange = exchange?;
        for named in limit::in_headers(&exchange.headers) {
            state.learn(named);
        }
        if exchange.status == retry::THROTTLED {
            state.refused(exchange, &self.pace, asked, self.refusals);
            drop(state);
            return Some(self.pace.wait());
        }
        // Other errors can come from places that count nothing.
        if exchange.status < 400 {
            state.open |= self.alone.is_some();
            state.refusals = 0;
            state.refused_since = None;
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        match self.stage {
            // Nobody waits for the answer any more, but the service may have seen the call.
            Stage::Sent => drop(self.pace.ended()),
            Stage::Unsent => {
                lock(&self.pace.state).log.cancel();
                self.pace.answered.notify_one();
            }
            Stage::Ended => {}
        }
    }
}

impl fmt::Display for Throttle {
    /// `5 calls a minute are allowed; next call in 34 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wait = spoken(self.wait);
        match self.limit {
            Some(limit) => write!(f, "{limit} are allowed; next call in {wait}"),
            None => write!(f, "calls are refused; next call in {wait}"),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::operations::LIST_SWR_IMAGE_REPOSITORY;

    #[tokio::test]
    async fn calls_under_way_keep_their_places_for_a_window() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let pace = Paces::of("http://b.test", &clock).pace(LIST_SWR_IMAGE_REPOSITORY);
        let mut turns = Vec::new();
        for _ in 0..5 {
            let turn = pace.turn(None, Duration::ZERO, |_, _| {}).await;
            turns.push(turn.expect("a turn"));
        }
        let limit = pace.documented.expect("a limit");
        let policy = OF_THE_CONTRACT.to_owned();
        lock(&pace.state).learn(Named { policy, limit });
        assert_eq!(pace.wait(), limit.window);
    }

    #[tokio::test]
    async fn a_call_that_is_given_up_counts_if_it_was_sent() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let pace = Paces::of("http://a.test", &clock).pace(LIST_SWR_IMAGE_REPOSITORY);
        for (sent, counted) in [(false, 0), (true, 5)] {
            for _ in 0..5 {
                let turn = pace.turn(None, Duration::ZERO, |_, _| {}).await;
                let mut turn = turn.expect("a turn");
                if sent {
                    turn.sent();
                }
            }
            let log = &lock(&pace.state).log;
            assert_eq!(log.count(Duration::from_secs(60), clock.elapsed()), counted);
        }
    }
}
