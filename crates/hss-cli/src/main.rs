//! `hss`: lists the container images that Huawei Cloud HSS knows, and runs a local sandbox of the service.

mod args;
mod connect;
mod failure;
mod images;
mod output;
mod progress;
mod sandbox;

use std::process::ExitCode;

use args::images::ImagesCommand;
use args::{Cli, Command};
use failure::Failure;

fn main() -> ExitCode {
    match Cli::read().and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        let Cli {
            connection,
            verbose,
            command,
        } = cli;
        match command {
            Command::Sandbox(args) => sandbox::run(args).await,
            Command::Images { command } => {
                let task = async {
                    match command {
                        ImagesCommand::List(args) => {
                            images::list::run(&args, connection, verbose).await
                        }
                        ImagesCommand::Sync(args) => {
                            images::sync::run(args, connection, verbose).await
                        }
                    }
                };
                // An interrupted task is dropped rather than killed, so that it clears its progress bar.
                tokio::select! {
                    outcome = task => outcome,
                    _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
                }
            }
        }
    })
}
