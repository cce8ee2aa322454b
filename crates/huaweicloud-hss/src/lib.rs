#![doc = include_str!("../README.md")]

mod addresses;
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
mod clock;
mod config;
mod connect;
#[cfg(test)]
mod contract_tests;
mod credentials;
mod endpoint;
mod enums;
mod error;
mod exchange;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod list_all;
mod network;
mod operations;
mod pace;
mod paging;
mod project;
mod proxy;
mod regions;
mod requests;
mod retry;
mod settings;
mod sign;
mod strict;
#[cfg(feature = "test-util")]
pub mod test_util;
mod trace;
mod transport;
mod usage;

pub use addresses::{Address, AddressSource, Addresses};
pub use client::Client;
pub use config::ClientBuilder;
pub use credentials::{Agency, Credential, CredentialProvider, Credentials, OidcAgency};
pub use error::{Error, ErrorKind};
pub use list_all::{AllItems, ListAll, Located, Origin, list_all};
pub use pace::{CallLimit, RateLimit, Throttle};
pub use paging::{DEFAULT_CONCURRENCY, DEFAULT_PASSES, Doubt, Items, Page, Pages, Summary};
pub use requests::Response;
pub use retry::RetryPolicy;
pub use settings::Settings;
pub use usage::CallCount;

/// A `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The values that are sent and received, as the contract describes them.
///
/// Every field of a response is optional, because the service promises none. Fields with a known set of
/// values have open enums, such as [`ScanStatus`](types::ScanStatus), which keep a value that they do not
/// know.
pub mod types {
    pub use crate::enums::*;
    pub use crate::generated::hss::types::*;
}

/// The requests: one builder for each operation, with a setter for each parameter of the contract.
///
/// [`Client`] makes them, with the project id and the region already set.
pub mod builder {
    pub use crate::generated::hss::builder::*;
}

/// The generated code by file name, for the checks of this project. Not covered by semantic versioning.
#[cfg(feature = "generated-source")]
#[doc(hidden)]
#[must_use]
pub fn generated_source() -> [(&'static str, &'static str); 3] {
    [
        ("hss.rs", include_str!(concat!(env!("OUT_DIR"), "/hss.rs"))),
        ("iam.rs", include_str!(concat!(env!("OUT_DIR"), "/iam.rs"))),
        (
            "enums.rs",
            include_str!(concat!(env!("OUT_DIR"), "/enums.rs")),
        ),
    ]
}
