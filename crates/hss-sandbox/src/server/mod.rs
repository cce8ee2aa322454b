//! A running sandbox: how it is set up, how it takes connections, and how it ends.

mod builder;
pub(crate) mod connection;
mod router;
mod serve;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use builder::SandboxBuilder;

use crate::account::Account;
use crate::fault::Fault;
use crate::fault::strike::Faults;
use crate::limit::Limits;
use crate::store::Store;

/// How long [`Sandbox::shutdown`] waits for open requests.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    store: Store,
    resumed: bool,
    faults: Arc<Faults>,
    limits: Arc<Limits>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    account: Account,
}

impl Sandbox {
    /// Returns a builder with default settings.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The address that the sandbox listens on, with its actual port.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address as a URL without a path, for example `http://127.0.0.1:8085`. It serves HSS and IAM.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The current number of records in the inventory.
    #[must_use]
    pub fn images(&self) -> u64 {
        self.store.images()
    }

    /// Whether the inventory was found in the database file, rather than newly created.
    #[must_use]
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// Injects these faults into the next calls of HSS operations, one call each, in this order; a [`Fault::Throttle`]
    /// counts as several. They take precedence over the faults of [`SandboxBuilder::fault`].
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.script(faults);
    }

    /// How often each fault was injected so far, by its name.
    #[must_use]
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.faults.struck()
    }

    /// The number of calls of HSS operations so far, and how many of them a limit of calls refused.
    #[must_use]
    pub fn calls(&self) -> (u64, u64) {
        self.limits.counts()
    }

    /// The credentials that callers authenticate with.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// All current records of the inventory, by id, before faults change them.
    pub async fn records(&self) -> Vec<Value> {
        // A failure would be one of the memory or disk of this machine.
        self.store.all().await.unwrap_or_default()
    }

    /// Stops the sandbox: it accepts no new requests and finishes open ones, which may take up to ten seconds.
    pub async fn shutdown(mut self) {
        self.stop.take();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(PATIENCE, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}
