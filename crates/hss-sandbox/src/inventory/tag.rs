//! The tags of invented images.

use std::fmt;

use fastrand::Rng;

/// Tags in the ways in which people count.
pub(super) enum Tag {
    Semantic(u32, u32, u32),
    Prefixed(u32, u32),
    Build(u32),
}

impl Tag {
    /// Some tag to begin with.
    pub(super) fn random(rng: &mut Rng) -> Self {
        match rng.u32(0..3) {
            0 => Self::Semantic(rng.u32(0..4), rng.u32(0..20), rng.u32(0..10)),
            1 => Self::Prefixed(rng.u32(1..6), rng.u32(0..30)),
            _ => Self::Build(rng.u32(20_000..90_000)),
        }
    }

    /// Goes on to the tag of the next version.
    pub(super) fn advance(&mut self, rng: &mut Rng) {
        match self {
            Self::Semantic(_, minor, patch) if rng.bool() => (*minor, *patch) = (*minor + 1, 0),
            Self::Semantic(_, _, last) | Self::Prefixed(_, last) => *last += 1,
            Self::Build(number) => *number += rng.u32(1..50),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Semantic(major, minor, patch) => write!(f, "{major}.{minor}.{patch}"),
            Self::Prefixed(major, minor) => write!(f, "v{major}.{minor}"),
            Self::Build(number) => write!(f, "build-{number}"),
        }
    }
}
