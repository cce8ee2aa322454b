//! The time as the sandbox sees it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// The clock of the sandbox: the age of a token, the window of a signature and the update time of a synchronized image
/// depend on it.
///
/// Clones share the time, so a test can keep one and advance the other.
#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Fixed(Arc<Mutex<Timestamp>>),
    Followed(Arc<dyn Fn() -> SystemTime + Send + Sync>),
}

impl Clock {
    /// The clock of the machine. This is the default.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `start` until [`advance`](Self::advance) moves it.
    ///
    /// A `start` outside the years -9999 to 9999 is taken as 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn fixed(start: SystemTime) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(timestamp(start)))))
    }

    /// A clock that follows another one, such as that of the client that a test uses.
    pub fn following(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Source::Followed(Arc::new(now)))
    }

    /// Advances a [`fixed`](Self::fixed) clock. Others are left alone.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(fixed) = &self.0 {
            let mut now = fixed.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Fixed(fixed) => *fixed.lock().unwrap_or_else(PoisonError::into_inner),
            Source::Followed(now) => timestamp(now()),
        }
    }
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
