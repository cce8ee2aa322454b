//! The open enums of the contract.

use std::fmt;

include!(concat!(env!("OUT_DIR"), "/enums.rs"));

/// The text of a value that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    /// The text, as the service sent it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is none of the values that this version knows, where one of them is meant.
///
/// The service answers a misspelt value with an empty list, as if there were nothing. To send one that this version
/// does not know yet, make it with `other` of its type, such as
/// [`ImageType::other`](crate::types::ImageType::other).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoKnownValue {
    value: UnknownValue,
    name: &'static str,
    known: &'static [&'static str],
}

impl NoKnownValue {
    fn new(value: UnknownValue, name: &'static str, known: &'static [&'static str]) -> Self {
        Self { value, name, known }
    }

    /// The text.
    #[must_use]
    pub fn value(&self) -> &UnknownValue {
        &self.value
    }
}

impl fmt::Display for NoKnownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, name) = (crate::error::one_line(self.value.as_str()), self.name);
        write!(
            f,
            "{shown:?} is not a known {name}: expected one of {}, or {name}::other",
            self.known.join(", ")
        )
    }
}

impl std::error::Error for NoKnownValue {}
