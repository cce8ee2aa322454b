//! The tasks of the people who maintain the contract, as a library, so that the tests reach them.

mod changelog;
#[cfg(feature = "generated-types")]
pub mod chaos;
pub mod check;
mod day;
pub mod diff;
pub mod dist;
pub mod errata;
pub mod lint;
mod model;
pub mod outline;
mod overlay;
mod position;
mod project;
pub mod redocly;
pub mod report;
mod schema;
pub mod sources;
mod statements;
mod validation;
mod values;
pub mod who;

/// The examples of the top-level readme have to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
