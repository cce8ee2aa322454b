//! Setting a sandbox up and starting it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hss_spec::Contract;
use serde_json::Value;
use tokio::sync::oneshot;

use super::{Sandbox, router, serve};
use crate::account::Account;
use crate::app::{App, operation};
use crate::auth::lock::Lock;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::cors::CorsOrigin;
use crate::fault::Rule;
use crate::fault::strike::Faults;
use crate::limit::{CallLimit, Limits};
use crate::store::{Opened, Store, load};
use crate::{Error, inventory};

/// The default number of records.
const DEFAULT_IMAGES: usize = 500;

/// The default seed. Any number would do.
const DEFAULT_SEED: u64 = 20_250_630;

/// Where the records of a new inventory come from.
#[derive(Clone, Debug)]
enum Source {
    Invented,
    File(PathBuf),
    Given(Vec<Value>),
}

/// Configures a [`Sandbox`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    images: usize,
    seed: u64,
    source: Source,
    db: Option<PathBuf>,
    latency: Duration,
    call_limits: Vec<CallLimit>,
    cors: Vec<CorsOrigin>,
    faults: Vec<Rule>,
    clock: Clock,
    account: Option<Account>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            images: DEFAULT_IMAGES,
            seed: DEFAULT_SEED,
            source: Source::Invented,
            db: None,
            latency: Duration::ZERO,
            call_limits: Vec::new(),
            cors: Vec::new(),
            faults: Vec::new(),
            clock: Clock::system(),
            account: None,
        }
    }
}

impl SandboxBuilder {
    /// The address to listen on. Default: a free port of 127.0.0.1.
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// The number of records to generate, including the three documented ones. Default: 500. With less than three, only
    /// that many of the documented ones exist.
    pub fn images(mut self, n: usize) -> Self {
        self.images = n;
        self
    }

    /// The seed of the generated inventory, of what synchronization adds to it, and of random faults. The same seed
    /// always gives the same results.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Loads the records from a file instead of generating them: a saved response `{"data_list": [...]}`, a JSON array
    /// of records, or one record per line. Unknown fields stay in the records.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::File(path.into());
        self
    }

    /// Uses these records instead of generating some. The same rules apply as for [`data`](Self::data).
    pub fn records(mut self, records: Vec<Value>) -> Self {
        self.source = Source::Given(records);
        self
    }

    /// Keeps the inventory in this `SQLite` file, beside which `SQLite` puts its own `-wal` and `-shm` files.
    /// Without it, the inventory is in memory and ends with the sandbox.
    ///
    /// If the file already contains an inventory, that one is served as is, and
    /// [`images`](Self::images), [`seed`](Self::seed), [`data`](Self::data) and
    /// [`records`](Self::records) have no effect; see [`Sandbox::resumed`].
    pub fn db(mut self, path: impl Into<PathBuf>) -> Self {
        self.db = Some(path.into());
        self
    }

    /// The time to wait before every response. Default: none.
    pub fn latency(mut self, d: Duration) -> Self {
        self.latency = d;
        self
    }

    /// Adds a limit of calls for HSS operations, such as those of [`CallLimit::documented`]. Refused calls get 429 in
    /// the words of the gateway, regardless of faults. Default: no limit.
    pub fn call_limit(mut self, limit: CallLimit) -> Self {
        self.call_limits.push(limit);
        self
    }

    /// Lets pages of this origin call the sandbox from a browser and read its responses, including the token in
    /// `X-Subject-Token`. Default: browsers withhold every response from every page.
    pub fn cors(mut self, origin: CorsOrigin) -> Self {
        self.cors.push(origin);
        self
    }

    /// Adds a [`Fault`](crate::Fault), or a [`Rule`] that says which calls it is injected into. Of several that respond
    /// instead of the operation, the first one that applies to a call decides.
    pub fn fault(mut self, fault: impl Into<Rule>) -> Self {
        self.faults.push(fault.into());
        self
    }

    /// Accepts only these credentials, also on an address that other machines can reach.
    pub fn account(mut self, account: Account) -> Self {
        self.account = Some(account);
        self
    }

    /// The clock to use instead of that of the machine.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Prepares the inventory and starts serving it. Requests are accepted once this returns.
    ///
    /// # Errors
    ///
    /// The address is not available, the file with the records is not readable or not valid, or the database cannot be
    /// used. Nothing is loaded then.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time enabled.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let addr = self.listen;
        let listening = |source| Error::Listen { addr, source };
        // First of all, so that nothing is made or changed in vain where the address is taken.
        let listener = serve::listen(addr).map_err(listening)?;
        let addr = listener.local_addr().map_err(listening)?;
        let account = match self.account {
            Some(account) => account,
            None if addr.ip().is_loopback() => Account::known(),
            None => Account::random().map_err(Error::NoRandomNumbers)?,
        };

        let (source, images, seed, db) = (self.source, self.images, self.seed, self.db);
        let opening = tokio::task::spawn_blocking(move || {
            Store::open(db.as_deref(), seed, || match source {
                Source::Invented => Ok(Records::Invented(Box::new(inventory::records(
                    seed, images,
                )))),
                Source::File(path) => load::from_file(&path).map(Records::Given),
                Source::Given(records) => {
                    load::checked(records, "the given records").map(Records::Given)
                }
            })
        });
        let Opened { store, resumed } = match opening.await {
            Ok(opened) => opened?,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        };

        let faults = Arc::new(Faults::new(self.seed, &self.faults));
        let limits = Arc::new(Limits::new(self.call_limits, self.clock.clone()));
        let (hss, iam) = (Contract::hss_image(), Contract::iam());
        let app = Arc::new(App {
            store: store.clone(),
            tokens: Tokens::default(),
            lock: Lock::default(),
            clock: self.clock,
            faults: Arc::clone(&faults),
            limits: Arc::clone(&limits),
            latency: self.latency,
            endpoint: format!("http://{addr}"),
            account: account.clone(),
            list: operation(hss, "ListSwrImageRepository"),
            synchronize: operation(hss, "RunImageSynchronize"),
            issue_token: operation(iam, "KeystoneCreateUserTokenByPassword"),
            list_projects: operation(iam, "KeystoneListProjects"),
            list_auth_projects: operation(iam, "KeystoneListAuthProjects"),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let mut router = router::router(app);
        if !self.cors.is_empty() {
            router = router.layer(CorsOrigin::layer(&self.cors));
        }
        let server = serve::serve(listener, router, stopped);
        Ok(Sandbox {
            addr,
            store,
            resumed,
            faults,
            limits,
            stop: Some(stop),
            server: Some(tokio::spawn(server)),
            account,
        })
    }
}

/// The records of a new inventory. The invented ones are made one after the other, since there may be many.
enum Records<I> {
    Invented(Box<I>),
    Given(Vec<Value>),
}

impl<I: Iterator<Item = Value> + 'static> IntoIterator for Records<I> {
    type Item = Value;
    type IntoIter = Box<dyn Iterator<Item = Value>>;

    fn into_iter(self) -> Self::IntoIter {
        match self {
            Self::Invented(records) => records,
            Self::Given(records) => Box::new(records.into_iter()),
        }
    }
}
