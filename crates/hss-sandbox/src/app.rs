//! What all requests share.

use std::sync::Arc;
use std::time::Duration;

use hss_spec::{Contract, Operation};

use crate::account::Account;
use crate::auth::lock::Lock;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::fault::strike::Faults;
use crate::limit::Limits;
use crate::store::Store;

/// The [`App`], as the handlers get it.
pub(crate) type Shared = Arc<App>;

/// A running sandbox, seen from the inside.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) lock: Lock,
    pub(crate) clock: Clock,
    pub(crate) faults: Arc<Faults>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) latency: Duration,
    /// Where the sandbox can be reached, for the addresses in its answers.
    pub(crate) endpoint: String,
    /// Who is let in.
    pub(crate) account: Account,
    pub(crate) list: &'static Operation,
    pub(crate) synchronize: &'static Operation,
    pub(crate) issue_token: &'static Operation,
    pub(crate) list_projects: &'static Operation,
    pub(crate) list_auth_projects: &'static Operation,
}

/// An operation of a contract.
pub(crate) fn operation(contract: &'static Contract, id: &str) -> &'static Operation {
    contract
        .operation(id)
        .unwrap_or_else(|| panic!("{} has no operation {id}", contract.name()))
}
