//! `cargo xtask`: the tasks of the people who maintain the contract.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::check;
use xtask::sources::Sources;

/// The tasks of the people who maintain the contract.
///
/// Exit codes: 0 all is well, 1 there are problems, 2 the command line is wrong.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the contract, its examples and the documented examples, and report every problem.
    Check,
}

fn main() -> ExitCode {
    let Arguments { task: Task::Check } = Arguments::parse();
    match run_check() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all is well.
fn run_check() -> io::Result<bool> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let report = check::run(&Sources::load(&top)?);
    let mut out = io::stdout().lock();
    report.render(&mut out)?;
    out.flush()?;
    Ok(report.is_clean())
}
