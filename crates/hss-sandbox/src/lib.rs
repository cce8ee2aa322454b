#![doc = include_str!("../README.md")]

pub mod account;
mod app;
mod auth;
mod call;
mod clock;
mod cors;
mod error;
mod fault;
mod iam;
mod images;
mod inventory;
mod limit;
mod reply;
mod schema;
mod server;
mod store;
mod sync;
mod validate;

pub use account::Account;
pub use clock::Clock;
pub use cors::{CorsOrigin, ParseOriginError};
pub use error::Error;
pub use fault::{Fault, ParseFaultError, Rule, When, WrongTotal};
pub use limit::{CallLimit, ParseLimitError};
pub use server::{Sandbox, SandboxBuilder};
