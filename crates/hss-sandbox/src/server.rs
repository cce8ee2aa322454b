//! Starting, running and stopping a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use hss_spec::Contract;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{App, Shared, operation};
use crate::auth::token::Tokens;
use crate::call::BODY_LIMIT;
use crate::clock::Clock;
use crate::fault::{Fault, Faults};
use crate::reply::{self, ApiError};
use crate::store::{Opened, Store, load};
use crate::{Error, iam, images, inventory, sync};

/// How many records a sandbox holds where nothing else is asked for.
const DEFAULT_IMAGES: usize = 500;

/// The seed where no other is given. Any number would do.
const DEFAULT_SEED: u64 = 20_250_630;

/// How long [`Sandbox::shutdown`] waits for open requests.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the records of a new inventory come from.
#[derive(Clone, Debug)]
enum Source {
    Invented,
    File(PathBuf),
    Given(Vec<Value>),
}

/// How a [`Sandbox`] is set up.
#[derive(Clone, Debug)]
#[must_use]
pub struct SandboxBuilder {
    listen: SocketAddr,
    images: usize,
    seed: u64,
    source: Source,
    db: Option<PathBuf>,
    latency: Duration,
    faults: Vec<Fault>,
    clock: Clock,
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
            faults: Vec::new(),
            clock: Clock::system(),
        }
    }
}

impl SandboxBuilder {
    /// Where to listen. The default is a free port of 127.0.0.1.
    pub fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// How many records the invented inventory holds, the three documented ones included. The default is
    /// 500; with less than three, only so many of the documented ones are there.
    pub fn images(mut self, n: usize) -> Self {
        self.images = n;
        self
    }

    /// Which invented inventory to take, and how it goes on when it is synchronized. The same seed always
    /// gives the same.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Takes the records from a file instead of inventing them: a saved response `{"data_list": [...]}` or a
    /// JSON array of records. Fields that no document knows stay in the records.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::File(path.into());
        self
    }

    /// Takes these records instead of inventing some. The same rules hold as for [`data`](Self::data).
    pub fn records(mut self, records: Vec<Value>) -> Self {
        self.source = Source::Given(records);
        self
    }

    /// Keeps the inventory in this `SQLite` file, beside which `SQLite` puts its own `-wal` and `-shm` files.
    /// Without it, the inventory is in memory and ends with the sandbox.
    ///
    /// Where the file holds an inventory already, that one is served as it is, and
    /// [`images`](Self::images), [`seed`](Self::seed), [`data`](Self::data) and
    /// [`records`](Self::records) have no effect; see [`Sandbox::resumed`].
    pub fn db(mut self, path: impl Into<PathBuf>) -> Self {
        self.db = Some(path.into());
        self
    }

    /// How long to wait before every answer. The default is not at all.
    pub fn latency(mut self, d: Duration) -> Self {
        self.latency = d;
        self
    }

    /// Adds a misbehaviour. Of several, the first one that applies to a call decides its answer.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Takes the time from here instead of the clock of the machine.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Prepares the inventory and begins to serve it. Requests are accepted once this returns.
    ///
    /// # Errors
    ///
    /// The address cannot be listened on, the file with the records is not readable or holds something
    /// else, or the database cannot be used. Nothing is loaded then.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time enabled.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let addr = self.listen;
        let listening = |source| Error::Listen { addr, source };
        // First of all, so that nothing is made or changed in vain where the address is taken.
        let listener = TcpListener::bind(addr).await.map_err(listening)?;
        let addr = listener.local_addr().map_err(listening)?;

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

        let faults = Arc::new(Faults::new(&self.faults));
        let (hss, iam) = (Contract::hss_image(), Contract::iam());
        let app = Arc::new(App {
            store: store.clone(),
            tokens: Tokens::default(),
            clock: self.clock,
            faults: Arc::clone(&faults),
            latency: self.latency,
            endpoint: format!("http://{addr}"),
            list: operation(hss, "ListSwrImageRepository"),
            synchronize: operation(hss, "RunImageSynchronize"),
            issue_token: operation(iam, "KeystoneCreateUserTokenByPassword"),
            list_projects: operation(iam, "KeystoneListProjects"),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, router(app)).with_graceful_shutdown(async {
            // A dropped sender means the same as a sent message.
            let _ = stopped.await;
        });
        Ok(Sandbox {
            addr,
            store,
            resumed,
            faults,
            stop: Some(stop),
            server: Some(tokio::spawn(async move { server.await })),
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

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub struct Sandbox {
    addr: SocketAddr,
    store: Store,
    resumed: bool,
    faults: Arc<Faults>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<std::io::Result<()>>>,
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

fn router(app: Shared) -> Router {
    let hss = Router::new()
        .route(&app.list.path, get(images::list))
        .route(&app.synchronize.path, post(sync::run))
        .route_layer(middleware::from_fn_with_state(app.clone(), misbehave));
    let iam = Router::new()
        .route(&app.issue_token.path, post(iam::issue_token))
        .route(&app.list_projects.path, get(iam::list_projects));
    hss.merge(iam)
        .fallback(async || ApiError::unknown_path())
        .method_not_allowed_fallback(async || {
            ApiError::gateway(
                StatusCode::METHOD_NOT_ALLOWED,
                "APIGW.0101",
                "The API does not exist with this method",
            )
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), answer))
        .with_state(app)
}

/// What every answer has: its delay, and the id of its request.
async fn answer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let request_id = format!("{:032x}", fastrand::u128(..));
    if !app.latency.is_zero() {
        tokio::time::sleep(app.latency).await;
    }
    reply::finish(next.run(request).await, &request_id)
}

async fn misbehave(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let scripted = app.faults.next();
    if let Some(response) = app.faults.instead(scripted) {
        return response;
    }
    if let Some(scripted) = scripted {
        request.extensions_mut().insert(scripted);
    }
    next.run(request).await
}
