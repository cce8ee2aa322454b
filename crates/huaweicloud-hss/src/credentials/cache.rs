//! Keeps a credential that a provider gave, and has it renewed in time.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use jiff::{SignedDuration, Timestamp};

use super::Credential;
use super::provider::DynProvider;
use crate::{Error, trace};

/// How long before its end a credential is renewed. The official SDKs take the same time.
const MARGIN: SignedDuration = SignedDuration::from_mins(40);
/// A credential is used for so long at least before a newer one is asked for, so that one with a short life, or
/// a source that is down, is not asked for on every request.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

type Renewal = Shared<BoxFuture<'static, Result<Credential, Error>>>;

/// The last credential of a provider. It is renewed before it ends; meanwhile it stays in use.
pub(super) struct Cache {
    provider: Arc<dyn DynProvider>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Credential>,
    /// All that need it wait for the same renewal.
    renewal: Option<(u64, Renewal)>,
    renewals: u64,
    not_before: Option<Timestamp>,
}

enum Step {
    Take(Credential),
    Wait(u64, Renewal),
}

impl Cache {
    pub(super) fn new(provider: Arc<dyn DynProvider>) -> Self {
        Self {
            provider,
            state: Mutex::default(),
        }
    }

    /// As [`new`](Self::new), where the provider was asked already.
    pub(super) fn with(credential: Credential, provider: Arc<dyn DynProvider>) -> Self {
        let cache = Self::new(provider);
        cache.state().current = Some(credential);
        cache
    }

    /// A credential that is valid at `now`.
    ///
    /// Where a renewal fails while the last credential is still valid, that one is returned.
    pub(super) async fn get(&self, now: Timestamp) -> Result<Credential, Error> {
        let (number, renewal) = match self.step(now) {
            Step::Take(credential) => return Ok(credential),
            Step::Wait(number, renewal) => (number, renewal),
        };
        let result = renewal.await;
        let mut state = self.state();
        if state.renewal.as_ref().is_some_and(|(id, _)| *id == number) {
            state.renewal = None;
            state.not_before = Some(now.saturating_add(PAUSE).unwrap_or(Timestamp::MAX));
            if let Ok(credential) = &result {
                state.current = Some(credential.clone());
            }
        }
        match (result, &state.current) {
            (Err(error), Some(current)) if is_valid(current, now) => {
                trace::renewal_failed(&error);
                Ok(current.clone())
            }
            (result, _) => result,
        }
    }

    /// Forgets a credential that the service says has expired. The next request obtains another.
    pub(super) fn forget(&self, credential: &Credential) {
        let mut state = self.state();
        if state
            .current
            .as_ref()
            .is_some_and(|current| current.is(credential))
        {
            state.current = None;
        }
    }

    fn step(&self, now: Timestamp) -> Step {
        let mut state = self.state();
        let current = state
            .current
            .clone()
            .filter(|current| is_valid(current, now));
        if let Some(current) = &current {
            let due = current
                .expiry()
                .is_some_and(|end| end.duration_since(now) < MARGIN);
            let paused = state.not_before.is_some_and(|time| now < time);
            // One caller renews; whoever comes meanwhile goes on with what there is.
            if !due || paused || state.renewal.is_some() {
                return Step::Take(current.clone());
            }
        }
        if let Some((number, renewal)) = &state.renewal {
            return Step::Wait(*number, renewal.clone());
        }
        let provider = Arc::clone(&self.provider);
        let renewal = async move { provider.obtain().await }.boxed().shared();
        state.renewals += 1;
        let number = state.renewals;
        state.renewal = Some((number, renewal.clone()));
        Step::Wait(number, renewal)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_valid(credential: &Credential, now: Timestamp) -> bool {
    credential.expiry().is_none_or(|end| now < end)
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.provider.fmt(f)
    }
}
