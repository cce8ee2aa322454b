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
    /// Begins to set a sandbox up.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Where the sandbox listens, with the port that it really got.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The address as a URL without a path, for example `http://127.0.0.1:8085`. It serves HSS and IAM.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How many records the inventory holds at the moment.
    #[must_use]
    pub fn images(&self) -> u64 {
        self.store.images()
    }

    /// Whether the inventory was found in the database file, rather than made anew.
    #[must_use]
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// Has the next calls of HSS operations struck by these faults, one call each, in this order; a
    /// [`Fault::Throttle`] counts as so many. They come before the faults of [`SandboxBuilder::fault`].
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.script(faults);
    }

    /// How often each fault has struck so far, by its name.
    #[must_use]
    pub fn struck(&self) -> BTreeMap<&'static str, u64> {
        self.faults.struck()
    }

    /// How many calls of HSS operations came so far, and how many of them a limit of calls refused.
    #[must_use]
    pub fn calls(&self) -> (u64, u64) {
        self.limits.counts()
    }

    /// What a caller has to know to be let in.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// All records that the inventory holds at the moment, by id, whatever faults do to them on their way out.
    pub async fn records(&self) -> Vec<Value> {
        // A failure would be one of the memory or disk of this machine.
        self.store.all().await.unwrap_or_default()
    }

    /// Stops the sandbox: no new request is accepted, and open ones are finished, which may take up to ten
    /// seconds.
    pub async fn shutdown(mut self) {
        self.stop.take();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(PATIENCE, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}
