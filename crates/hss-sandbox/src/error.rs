//! Why a sandbox could not be started.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a sandbox could not be started. Every text is one line that says what happened, to what, and what
/// can be done about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken, or is none of this machine.
    #[error(
        "cannot listen on {addr}: {source}; stop the program that uses the address or choose another, port 0 for any free one"
    )]
    Listen {
        /// The address that was asked for.
        addr: SocketAddr,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The file with the images cannot be read.
    #[error("cannot read the images from {}: {source}; check the path and its permissions", path.display())]
    ReadData {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },

    /// The file with the images is not JSON.
    #[error("{} is not JSON: {source}; {EXPECTED_DATA}", path.display())]
    DataNotJson {
        /// The file.
        path: PathBuf,
        /// Where the text stops being JSON.
        source: serde_json::Error,
    },

    /// The file is JSON but neither a saved response nor an array.
    #[error("{} has no list of images, but {found}; {EXPECTED_DATA}", path.display())]
    DataNotAList {
        /// The file.
        path: PathBuf,
        /// What it holds instead.
        found: String,
    },

    /// A record is not an image as the contract describes it.
    #[error("record {number} in {origin} is not a valid image: {reason}; nothing was loaded")]
    BadRecord {
        /// Where the records come from: the path of a file, or "the given records".
        origin: String,
        /// Which record, counted from 1.
        number: usize,
        /// What is wrong with it.
        reason: String,
    },

    /// The database file belongs to another program, or to another version of the sandbox.
    #[error("{} is not a database of this sandbox: {reason}; choose another path for a new one", path.display())]
    ForeignDatabase {
        /// The file.
        path: PathBuf,
        /// What was found in it.
        reason: String,
    },

    /// The operating system has no random numbers to make credentials of.
    #[error(
        "the system gives no random numbers for the credentials of a public address: {0}; listen on 127.0.0.1, or set credentials"
    )]
    NoRandomNumbers(getrandom::Error),

    /// `SQLite` cannot open, read or write the database.
    #[error("cannot use the database {}: {source}; check the path, its permissions and the free space", path.display())]
    Database {
        /// The file, or `:memory:`.
        path: PathBuf,
        /// What `SQLite` says.
        source: rusqlite::Error,
    },
}

const EXPECTED_DATA: &str = "give a saved response {\"data_list\": [...]}, an array of image records, or one record per line";
