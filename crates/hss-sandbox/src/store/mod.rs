//! The inventory, in `SQLite`.

mod listings;
pub(crate) mod load;
pub(crate) mod query;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::Value;

use self::listings::{Listings, Page};
use self::query::Filter;
use crate::Error;
use crate::fault::change::Move;
use crate::reply::ApiError;
use crate::schema::check_record;

/// Marks a database file as one of the sandbox: the letters "HSSX".
const APPLICATION_ID: i64 = 0x4853_5358;

/// Counts up with every change of the tables.
const SCHEMA_VERSION: i64 = 1;

/// What filters and orders a listing has a column of its own; `record` is the record as it is answered.
const SCHEMA: &str = "
    CREATE TABLE image (
        id INTEGER PRIMARY KEY,
        enterprise_project_id TEXT NOT NULL DEFAULT '0',
        image_type TEXT NOT NULL,
        namespace TEXT,
        image_name TEXT,
        image_version TEXT,
        latest_version INTEGER,
        scan_status TEXT,
        instance_name TEXT,
        instance_id TEXT,
        image_size INTEGER,
        latest_update_time INTEGER,
        latest_scan_time INTEGER,
        vul_num INTEGER,
        unsafe_setting_num INTEGER,
        malicious_file_num INTEGER,
        record TEXT NOT NULL
    ) STRICT;
    CREATE INDEX image_listing ON image (image_type, id);
    CREATE INDEX image_versions ON image (image_type, namespace, image_name);
    CREATE TABLE state (
        seed INTEGER NOT NULL,
        synchronized INTEGER NOT NULL
    ) STRICT;
";

const INSERT: &str = "
    INSERT INTO image (
        id, image_type, namespace, image_name, image_version, latest_version, scan_status, instance_name,
        instance_id, image_size, latest_update_time, latest_scan_time, vul_num, unsafe_setting_num,
        malicious_file_num, record
    ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
";

/// How many records are read without another thread.
const AT_HAND: i64 = 50;

/// The inventory. A clone is the same inventory.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    database: Arc<Mutex<Database>>,
    images: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Database {
    connection: Connection,
    listings: Listings,
}

/// Where an inventory is kept, and what goes into a new one.
pub(crate) struct Opened {
    pub(crate) store: Store,
    /// Whether the inventory had been there before.
    pub(crate) resumed: bool,
}

impl Store {
    /// Opens the database at `path`, or one in memory. Where it holds no inventory yet, the records that
    /// `fill` makes go into it, all or none.
    pub(crate) fn open<R>(
        path: Option<&Path>,
        seed: u64,
        fill: impl FnOnce() -> Result<R, Error>,
    ) -> Result<Opened, Error>
    where
        R: IntoIterator<Item = Value>,
    {
        let name = path.map_or_else(|| PathBuf::from(":memory:"), Path::to_owned);
        let database = |source| Error::Database {
            path: name.clone(),
            source,
        };
        // Whether the file is ours is looked at before it is opened for writing, so that a file of another
        // program stays as it is.
        let existing = match path {
            Some(path) => inspect(path)?,
            None => false,
        };
        // The records are checked before the file is made, so that bad ones leave nothing behind.
        let records = if existing { None } else { Some(fill()?) };
        let mut connection = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        }
        .map_err(database)?;
        let images = prepare(&mut connection, seed, records).map_err(database)?;
        Ok(Opened {
            store: Self {
                database: Arc::new(Mutex::new(Database {
                    connection,
                    listings: Listings::default(),
                })),
                images: Arc::new(AtomicU64::new(images)),
            },
            resumed: existing,
        })
    }

    /// How many records there are.
    pub(crate) fn images(&self) -> u64 {
        self.images.load(Ordering::Relaxed)
    }

    /// The records from `offset` on, at most `limit`, that pass the filter, in the order of their ids but for those that
    /// have moved, or in the one that follows from `order`. All of it comes from the same state.
    pub(crate) async fn page(
        &self,
        filter: Filter,
        offset: i64,
        limit: i64,
        order: Option<u64>,
    ) -> Result<Page, ApiError> {
        // To hand a few records over to another thread takes longer than to read them.
        if limit <= AT_HAND
            && let Ok(mut database) = self.database.try_lock()
            && database.listings.knows(&filter)
        {
            let page = database.page(&filter, offset, limit, order);
            return page.map_err(|error| failure(&error));
        }
        self.run(move |database, _| database.page(&filter, offset, limit, order))
            .await
    }

    /// Gives records other places in the order, as long as the sandbox lives.
    pub(crate) fn reorder(&self, moves: Vec<Move>) {
        let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        database.listings.reorder(moves);
    }

    /// All records, by id.
    pub(crate) async fn all(&self) -> Result<Vec<Value>, ApiError> {
        self.run(|database, _| {
            database
                .connection
                .prepare("SELECT record FROM image ORDER BY id")?
                .query_map([], |row| row.get(0))?
                .collect()
        })
        .await
    }

    /// Changes the inventory in one transaction. An error undoes it all.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run(move |database, images| {
            let transaction = database
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&transaction)?;
            let now = count(&transaction)?;
            transaction.commit()?;
            database.listings.forget();
            images.store(now, Ordering::Relaxed);
            Ok(result)
        })
        .await
    }

    /// `SQLite` blocks, so it is used away from the threads that serve requests.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Database, &AtomicU64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let store = self.clone();
        let done = tokio::task::spawn_blocking(move || {
            let mut database = store
                .database
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            work(&mut database, &store.images)
        });
        match done.await {
            Ok(result) => result.map_err(|error| failure(&error)),
            Err(_) => Err(ApiError::internal(
                "The sandbox failed while it used its database.",
            )),
        }
    }
}

impl Database {
    fn page(
        &mut self,
        filter: &Filter,
        offset: i64,
        limit: i64,
        order: Option<u64>,
    ) -> rusqlite::Result<Page> {
        let transaction = self.connection.transaction()?;
        self.listings
            .page(&transaction, filter, offset, limit, order)
    }
}

/// What the caller gets to know of an error of `SQLite`.
fn failure(error: &rusqlite::Error) -> ApiError {
    ApiError::internal(format!("The database of the sandbox failed: {error}"))
}

fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let count: i64 = connection.query_row("SELECT count(*) FROM image", [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Whether the file holds an inventory. Fails where it holds anything else.
fn inspect(path: &Path) -> Result<bool, Error> {
    let foreign = |reason: &str| Error::ForeignDatabase {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let database = |source| Error::Database {
        path: path.to_owned(),
        source,
    };
    if std::fs::metadata(path).map_or(true, |file| file.is_file() && file.len() == 0) {
        return Ok(false);
    }
    let connection = Connection::open(path).map_err(database)?;
    connection.busy_timeout(BUSY).map_err(database)?;
    let number = |pragma: &str| {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0))
    };
    let application = match number("application_id") {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(foreign("it is not an SQLite database"));
        }
        other => other.map_err(database)?,
    };
    if application == 0 && number("schema_version").map_err(database)? == 0 {
        return Ok(false);
    }
    if application != APPLICATION_ID {
        return Err(foreign("it belongs to another program"));
    }
    if number("user_version").map_err(database)? != SCHEMA_VERSION {
        return Err(foreign("another version of the sandbox wrote it"));
    }
    Ok(count(&connection).map_err(database)? > 0)
}

const BUSY: Duration = Duration::from_secs(5);

/// Makes the tables where there are none, and fills them.
fn prepare<R>(connection: &mut Connection, seed: u64, records: Option<R>) -> rusqlite::Result<u64>
where
    R: IntoIterator<Item = Value>,
{
    connection.busy_timeout(BUSY)?;
    // An inventory in memory answers "memory" here, which is fine.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = NORMAL")?;
    if let Some(records) = records {
        let transaction = connection.transaction()?;
        transaction.execute_batch("DROP TABLE IF EXISTS image; DROP TABLE IF EXISTS state;")?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
        ))?;
        transaction.execute(
            "INSERT INTO state (seed, synchronized) VALUES (?1, 0)",
            [seed.cast_signed()],
        )?;
        for record in records {
            insert(&transaction, &record)?;
        }
        transaction.commit()?;
    }
    count(connection)
}

/// Adds one record. Its types have been checked; what is absent or `null` has no value in its column.
pub(crate) fn insert(connection: &Connection, record: &Value) -> rusqlite::Result<()> {
    // What is answered later is what goes in here, so this is where the sandbox checks itself.
    debug_assert_eq!(check_record(record), Ok(()), "{record}");
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let integer = |name: &str| record.get(name).and_then(Value::as_i64);
    connection.prepare_cached(INSERT)?.execute(params![
        integer("id"),
        text("image_type").unwrap_or_default(),
        text("namespace"),
        text("image_name"),
        text("image_version"),
        record.get("latest_version").and_then(Value::as_bool),
        text("scan_status"),
        text("instance_name"),
        text("instance_id"),
        integer("image_size"),
        integer("latest_update_time"),
        integer("latest_scan_time"),
        integer("vul_num"),
        integer("unsafe_setting_num"),
        integer("malicious_file_num"),
        record.to_string(),
    ])?;
    Ok(())
}
