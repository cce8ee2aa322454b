//! `hss`: lists the container images that Huawei Cloud HSS has found, and runs a local sandbox of the service.

mod args;
mod connect;
mod failure;
mod images;
mod interrupt;
mod output;
mod progress;
mod sandbox;

use args::{Cli, Command};
use failure::Failure;
use interrupt::Interruption;
use progress::Progress;

fn main() {
    let task = |cli| interrupt::run(move |interruption| run(cli, interruption));
    let outcome = Cli::read().map_err(Failure::Usage).and_then(task);
    let code = outcome.map_or_else(Failure::report, |()| 0);
    // Not by returning: a thread may be stuck, and nobody is to wait for it.
    std::process::exit(code.into());
}

fn run(cli: Cli, mut interruption: Interruption) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    let Cli {
        connection,
        verbose,
        command,
    } = cli;
    let progress = Progress::default();
    let outcome = runtime.block_on(async {
        match command {
            Command::Sandbox(args) => sandbox::run(args, &mut interruption).await,
            Command::Images { command } => tokio::select! {
                outcome = images::run(command, connection, verbose, &progress) => outcome,
                signal = interruption.wait() => {
                    // Requests that are under way keep it, too, and end only with the process.
                    progress.clear();
                    Err(Failure::Interrupted(signal))
                }
            },
        }
    });
    // A lookup of a name that is no longer needed may take long.
    runtime.shutdown_background();
    outcome
}
