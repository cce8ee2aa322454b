//! The operations of the contract that this crate calls, as far as it has to tell them apart.

use std::time::Duration;

use crate::CallLimit;

/// One operation, as the contract has it.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The `operationId`.
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// The path, with the names of its parameters in braces.
    pub(crate) path: &'static str,
    /// How many calls the service allows one caller.
    pub(crate) call_limit: Option<CallLimit>,
}

include!(concat!(env!("OUT_DIR"), "/operations.rs"));
