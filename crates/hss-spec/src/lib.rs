#![doc = include_str!("../README.md")]

mod call_limit;
mod contract;
mod document;
mod enums;
mod errata;
mod error;
mod error_ranges;
mod lower;
mod operation;
mod server;

pub use call_limit::{CallLimit, CallLimitScope};
pub use contract::Contract;
pub use document::parse_yaml;
pub use enums::{EnumValue, ExtensibleEnum, open_enum_source};
pub use errata::{Errata, Erratum, Evidence, Normalisation, Source};
pub use error::Error;
pub use error_ranges::error_ranges;
pub use lower::lower;
pub use operation::{Kind, Location, Operation, Parameter};
pub use server::{Server, Serves};
