//! Access keys are locked for a while after too many wrong signatures.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// So many wrong signatures in a row are answered for what they are.
const TOLERATED: u32 = 5;
/// How long a key stays locked.
const LOCKED: SignedDuration = SignedDuration::from_mins(5);

/// The lock of the one account.
#[derive(Debug, Default)]
pub(crate) struct Lock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    wrong: u32,
    until: Option<Timestamp>,
}

impl Lock {
    /// Whether the key is locked, so that not even a right signature is accepted.
    pub(crate) fn is_closed(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.until {
            Some(until) if now < until => true,
            Some(_) => {
                *state = State::default();
                false
            }
            None => false,
        }
    }

    pub(crate) fn right(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.wrong = 0;
    }

    /// Counts a wrong signature. Tells whether it was one too many.
    pub(crate) fn wrong(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.wrong += 1;
        let closed = state.wrong > TOLERATED;
        if closed {
            state.until = Some(now.saturating_add(LOCKED).unwrap_or(Timestamp::MAX));
        }
        closed
    }
}
