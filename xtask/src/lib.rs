//! The tasks of the people who maintain the contract, as a library, so that the tests reach them.

pub mod check;
mod model;
pub mod outline;
pub mod report;
mod schema;
pub mod sources;
mod validation;

/// The examples of the top-level readme have to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
