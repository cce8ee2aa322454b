//! `hss images`.

mod closing;
mod filters;
mod list;
mod sync;
mod tally;

use crate::args::Connection;
use crate::args::images::ImagesCommand;
use crate::failure::Failure;
use crate::progress::Progress;

pub(crate) async fn run(
    command: ImagesCommand,
    connection: Connection,
    verbose: bool,
    progress: &Progress,
) -> Result<(), Failure> {
    match command {
        ImagesCommand::List(args) => list::run(&args, connection, verbose, progress).await,
        ImagesCommand::Sync(args) => sync::run(args, connection, verbose, progress).await,
    }
}
