//! The open enums of the contract.

include!(concat!(env!("OUT_DIR"), "/enums.rs"));

/// The text of a value that this version does not know. Read it with `as_str()` of the enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Box<str>);
