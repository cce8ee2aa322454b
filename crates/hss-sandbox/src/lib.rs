//! A local HTTP server that behaves as the container image inventory of Huawei Cloud HSS is documented to.
//!
//! It serves `ListSwrImageRepository` and `RunImageSynchronize`, and of IAM the operations that a
//! caller of them needs: a token, and the id of the project. Tokens and signatures are checked for real, a
//! request that breaks the contract is refused, every documented filter filters, and synchronizing changes
//! the inventory. On demand it misbehaves, see [`Fault`].
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), hss_sandbox::Error> {
//! use hss_sandbox::{Sandbox, account};
//!
//! let sandbox = Sandbox::builder().images(50).start().await?;
//! println!(
//!     "{} images at {}/v5/{}/image/swr-repository",
//!     sandbox.images(),
//!     sandbox.endpoint(),
//!     account::PROJECT_ID,
//! );
//! sandbox.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The sandbox knows nothing of any client: it reads the contract (`hss-spec`) and the request, so that a
//! client that agrees with it agrees with the contract.

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
