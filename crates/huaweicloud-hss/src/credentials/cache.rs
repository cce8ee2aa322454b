//! Keeps a credential that a provider gave, and has it renewed in time.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use jiff::{SignedDuration, Timestamp};

use super::Credential;
use super::provider::DynProvider;
use crate::clock::ServiceClock;
use crate::{Error, trace};

/// How long before its end a credential is renewed. The official SDKs take the same time, but also for one whose whole
/// life is shorter.
const MARGIN: SignedDuration = SignedDuration::from_mins(40);
/// A credential is used for so long at least before a newer one is asked for, so that one with a short life, or
/// a source that is down, is not asked for on every request.
const PAUSE: Duration = Duration::from_secs(60);
/// How long a source may take. Nobody may wait any more for one that hangs, and a later call can ask again.
const LONGEST: Duration = Duration::from_secs(120);

/// `None` where the renewal was given up before it ended: with the runtime on which it ran.
type Renewal = Shared<BoxFuture<'static, Option<Result<Credential, Error>>>>;

/// The last credential of a provider. It is renewed before it ends; meanwhile it stays in use.
pub(super) struct Cache(Arc<Source>);

struct Source {
    provider: Arc<dyn DynProvider>,
    clock: Arc<ServiceClock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Credential>,
    /// When it is to be renewed, by the clock of the service.
    due: Option<Timestamp>,
    /// One that the service refused.
    refused: Option<Credential>,
    /// All that need it wait for the same renewal.
    renewal: Option<(u64, Renewal)>,
    renewals: u64,
    not_before: Option<Duration>,
}

enum Step {
    Take(Credential),
    Wait(Renewal),
}

impl Cache {
    /// `credential` is one that the provider gave already.
    pub(super) fn new(
        provider: Arc<dyn DynProvider>,
        clock: Arc<ServiceClock>,
        credential: Option<Credential>,
    ) -> Self {
        let state = State {
            due: credential
                .as_ref()
                .and_then(|credential| due(credential, clock.now())),
            current: credential,
            ..State::default()
        };
        Self(Arc::new(Source {
            provider,
            clock,
            state: Mutex::new(state),
        }))
    }

    /// A credential that is valid now. Only where there is none does the caller wait for one.
    pub(super) async fn get(&self) -> Result<Credential, Error> {
        // A renewal that ran elsewhere may be given up, but the next one runs where this caller waits.
        for _ in 0..2 {
            let renewal = match Source::step(&self.0) {
                Step::Take(credential) => return Ok(credential),
                Step::Wait(renewal) => renewal,
            };
            if let Some(outcome) = renewal.await {
                return outcome;
            }
        }
        Err(Error::credentials(
            "the renewal of the credential was aborted",
        ))
    }

    /// Forgets a credential that the service does not accept any more. The next request obtains another.
    pub(super) fn forget(&self, credential: &Credential) {
        let mut state = self.0.state();
        if state
            .current
            .as_ref()
            .is_some_and(|current| current.is(credential))
        {
            state.refused = state.current.take();
        }
    }
}

impl Source {
    fn step(self: &Arc<Self>) -> Step {
        let mut state = self.state();
        let current = state
            .current
            .clone()
            .filter(|current| self.is_valid(current));
        if let Some(current) = &current {
            let due = state.due.is_some_and(|due| due <= self.clock.now());
            let now = self.clock.elapsed();
            let paused = state.not_before.is_some_and(|time| now < time);
            if due && !paused && state.renewal.is_none() {
                drop(self.begin(&mut state));
            }
            return Step::Take(current.clone());
        }
        match &state.renewal {
            Some((_, renewal)) => Step::Wait(renewal.clone()),
            None => Step::Wait(self.begin(&mut state)),
        }
    }

    /// Starts a renewal. It is a task, so that it goes on when the caller does not: one that is half done would stay
    /// so.
    fn begin(self: &Arc<Self>, state: &mut State) -> Renewal {
        state.renewals += 1;
        let ended = Ended {
            source: Arc::clone(self),
            number: state.renewals,
        };
        let task = async move {
            let source = Arc::clone(&ended.source);
            let obtained = tokio::time::timeout(LONGEST, source.provider.obtain()).await;
            let obtained = obtained.unwrap_or_else(|_| {
                Err(Error::credentials(format!(
                    "the source of the credentials returned none within {} s",
                    LONGEST.as_secs()
                ))
                .transient())
            });
            let outcome = source.finish(obtained);
            drop(ended);
            outcome
        };
        let task = tokio::spawn(trace::in_current_span(task));
        let renewal = async move {
            match task.await {
                Ok(outcome) => Some(outcome),
                Err(error) if error.is_panic() => Some(Err(Error::credentials(
                    "the source of the credentials panicked",
                ))),
                Err(_) => None,
            }
        };
        let renewal = renewal.boxed().shared();
        state.renewal = Some((state.renewals, renewal.clone()));
        renewal
    }

    /// Keeps what the provider gave. Where it gave nothing and the last credential is still valid, that one serves.
    fn finish(&self, obtained: Result<Credential, Error>) -> Result<Credential, Error> {
        let obtained = obtained.and_then(Credential::checked);
        let mut state = self.state();
        state.not_before = Some(self.clock.elapsed().saturating_add(PAUSE));
        match obtained {
            Ok(credential) => {
                if let Some(time) = credential.seen_at() {
                    self.clock.correct(time);
                }
                // What was learned of a key belongs to the key, however often it is given.
                let mut known = [&state.current, &state.refused].into_iter().flatten();
                let same = known.find(|known| known.has_the_secrets_of(&credential));
                let credential = match same {
                    Some(known) => credential.with_the_guard_of(known),
                    None => credential,
                };
                drop(known);
                state.due = due(&credential, self.clock.now());
                state.current = Some(credential.clone());
                Ok(credential)
            }
            Err(error) => match &state.current {
                Some(current) if self.is_valid(current) => {
                    trace::renewal_failed(&error);
                    Ok(current.clone())
                }
                _ => Err(error),
            },
        }
    }

    fn is_valid(&self, credential: &Credential) -> bool {
        let now = self.clock.now();
        credential.expiry().is_none_or(|end| now < end)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a credential that was obtained just now is to be renewed: after the first third of a short life.
fn due(credential: &Credential, now: Timestamp) -> Option<Timestamp> {
    let end = credential.expiry()?;
    let life = end.duration_since(now);
    let margin = MARGIN.min(life / 3 * 2);
    Some(end.checked_sub(margin).unwrap_or(now))
}

/// Makes room for the next renewal when one has ended, however it did.
struct Ended {
    source: Arc<Source>,
    number: u64,
}

impl Drop for Ended {
    fn drop(&mut self) {
        let mut state = self.source.state();
        if matches!(state.renewal, Some((number, _)) if number == self.number) {
            state.renewal = None;
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.provider.fmt(f)
    }
}
