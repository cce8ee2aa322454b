//! The time as the sandbox sees it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// Where the sandbox takes the time from: the age of a token, the window of a signature and the update
/// time of a synchronized image depend on it.
///
/// A clone shares its time with the original, so that a test can keep one and move the other.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<Mutex<Timestamp>>>,
}

impl Clock {
    /// The clock of the machine. This is the default.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands still at `start` until [`advance`](Self::advance) moves it.
    ///
    /// A `start` outside the years -9999 to 9999 is taken as 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn fixed(start: SystemTime) -> Self {
        let start = Timestamp::try_from(start).unwrap_or(Timestamp::UNIX_EPOCH);
        Self {
            fixed: Some(Arc::new(Mutex::new(start))),
        }
    }

    /// Moves a [`fixed`](Self::fixed) clock forward. The clock of the machine is left alone.
    pub fn advance(&self, by: Duration) {
        if let Some(fixed) = &self.fixed {
            let mut now = fixed.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match &self.fixed {
            Some(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            None => Timestamp::now(),
        }
    }
}
