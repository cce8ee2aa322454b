//! Keeps an access key from being locked.
//!
//! The service locks a key for five minutes once five signatures in a row were wrong. A client that goes on
//! after a wrong secret key, with several requests at once or with retries, would lock out every other program
//! that uses the key as well.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Error;
use crate::pace::spoken;

/// After so many wrong signatures in a row nothing is sent any more. The service locks at five, and other
/// programs may use the key too.
const MOST_REFUSALS: u32 = 3;
/// How long the service remembers, and a locked key stays locked.
const MEMORY: Duration = Duration::from_secs(300);

#[derive(Debug)]
pub(super) struct SignatureGuard {
    state: Mutex<State>,
    /// Until a signature was accepted, one request goes at a time.
    gate: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    accepted: bool,
    refusals: u32,
    last_refusal: Duration,
    locked_until: Option<Duration>,
}

/// The right to send one signed request.
#[derive(Debug)]
pub(super) struct Permit(
    #[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>,
);

impl Default for SignatureGuard {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            gate: Arc::new(Semaphore::new(1)),
        }
    }
}

impl SignatureGuard {
    /// Waits until a request may be signed. `now` is asked for the time since any fixed moment.
    ///
    /// Fails where the key was refused too often of late.
    pub(super) async fn permit(&self, now: impl Fn() -> Duration) -> Result<Permit, Error> {
        if self.check(now())? {
            return Ok(Permit(None));
        }
        // The semaphore is never closed.
        let permit = Arc::clone(&self.gate).acquire_owned().await.ok();
        // The one before may have found out in the meantime.
        let accepted = self.check(now())?;
        Ok(Permit(permit.filter(|_| !accepted)))
    }

    /// Whether a signature was accepted already.
    fn check(&self, now: Duration) -> Result<bool, Error> {
        let mut state = self.state();
        if let Some(left) = state.locked_until.and_then(|end| end.checked_sub(now)) {
            return Err(Error::credentials(format!(
                "not sent: the service has locked this access key because too many signatures with it were wrong; it \
                 opens again in {}",
                spoken(left)
            ))
            .asking_to_wait(left));
        }
        if state.refusals >= MOST_REFUSALS {
            if now.saturating_sub(state.last_refusal) < MEMORY {
                return Err(Error::credentials(format!(
                    "not sent: the service refused {MOST_REFUSALS} signatures with this access key in a row, \
                     and locks a key for five minutes after five; check the secret key and the clock of this \
                     machine, then make a new client"
                ))
                .asking_to_wait(MEMORY.saturating_sub(now.saturating_sub(state.last_refusal))));
            }
            state.refusals = 0;
        }
        Ok(state.accepted)
    }

    pub(super) fn accepted(&self) {
        let mut state = self.state();
        state.accepted = true;
        state.refusals = 0;
    }

    pub(super) fn refused(&self, now: Duration) {
        let mut state = self.state();
        state.accepted = false;
        state.refusals += 1;
        state.last_refusal = now;
    }

    /// Takes note that the service has locked the key.
    pub(super) fn locked(&self, now: Duration) {
        let mut state = self.state();
        state.accepted = false;
        state.locked_until = Some(now + MEMORY);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
