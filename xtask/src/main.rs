//! `cargo xtask`: the tasks of the people who maintain the contract.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::redocly::Redocly;
use xtask::report::Format;
use xtask::sources::Sources;
use xtask::{check, diff, dist, errata, lint, who};

/// The tasks of the people who maintain the contract.
///
/// Exit codes: 0 all is well, 1 there are problems, 2 the command line is wrong, 3 the task could not be done.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the contract against everything that is known of the API, and report every problem.
    Check {
        /// How the report is written.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Tell who says what stands on a line of the contract: every source, and what was settled.
    Who {
        /// `FILE:LINE` of a document of the contract, or a place such as `query limit`.
        question: String,
    },
    /// Print all errata as one report, in Markdown.
    Errata,
    /// Lint the contract and all that is published of it with Redocly CLI.
    ///
    /// The version is pinned in xtask/node and installed there by npm when it is first needed. The rules are the set
    /// `recommended-strict`.
    Lint,
    /// Write what is published of the contract to openapi/dist.
    ///
    /// For each document there are YAML and JSON, the same with the Chinese texts, JSON without references, and a
    /// preview in the form of OpenAPI 3.1; SHA256SUMS has the sums of all files. The same contract gives the same
    /// bytes on every machine. Files of other names are removed from the folder.
    Dist {
        /// Write nothing, and report each file that is not as it should be.
        #[arg(long)]
        check: bool,
        /// Write nothing, and compare what would be written with what Redocly CLI makes of the contract.
        #[arg(long, conflicts_with = "check")]
        compare: bool,
    },
    /// List inventories through the client while the sandbox misbehaves at random.
    ///
    /// Each result has to be exact, or to say that it is not; credentials may not show up in errors, nor go to other
    /// hosts. A run that finds something else is repeated with ever less going wrong, and the smallest case that still
    /// finds it is told.
    #[cfg(feature = "generated-types")]
    Chaos {
        /// How many listings.
        #[arg(long, default_value_t = 1000)]
        runs: u64,
        /// From which the listings follow.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Compare the contract with the one released last, and judge its version.
    ///
    /// Each commit that brings a new info.version releases that version; of a merge only the branch that it was
    /// merged into counts. A released version stays as it is, but for comments and layout. A new version has to be
    /// higher than the one before it: by a major step where something that works may stop working, by a minor step
    /// where something is new, else by any step. Major version 0 is no exception. A new version has a section in
    /// openapi/CHANGELOG.md.
    ///
    /// Redocly CLI judges what changes on the wire, and this task what it does not see: known values and error codes,
    /// units, ways of calling an operation, names of operations and schemas, servers.
    ///
    /// Where the version in the work tree is released already, its release is compared with the version before it.
    /// Without git, in a shallow clone and for the first version there may be nothing to compare with; that is said,
    /// and is no problem.
    Diff {
        /// Compare with this revision of git instead.
        #[arg(long, value_name = "REV")]
        base: Option<String>,
    },
}

/// The exit code of a task that could not be done.
const FAILED: u8 = 3;

/// Whether all is well, or why the task could not be done.
type Done = Result<bool, Box<dyn Error>>;

fn main() -> ExitCode {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let out = &mut io::stdout().lock();
    let done = match Arguments::parse().task {
        Task::Check { format } => run_check(&top, format, out),
        Task::Who { question } => print(&top, out, |sources| who::answer(sources, &question)),
        Task::Errata => print(&top, out, errata::report),
        Task::Lint => run_lint(&top, out),
        Task::Dist { check: true, .. } => check_dist(&top, out),
        Task::Dist { compare: true, .. } => compare_dist(&top, out),
        Task::Dist { .. } => write_dist(&top, out),
        #[cfg(feature = "generated-types")]
        Task::Chaos { runs, seed } => run_chaos(runs, seed, out),
        Task::Diff { base } => run_diff(&top, base.as_deref(), out),
    };
    match done.and_then(|done| Ok(out.flush().map(|()| done)?)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn run_check(top: &Path, format: Format, out: &mut dyn Write) -> Done {
    let sources = Sources::load(top)?;
    let report = check::run(&sources);
    report.render(format, &sources, out)?;
    Ok(report.is_clean())
}

/// Prints a text that is made from the sources.
fn print(
    top: &Path,
    out: &mut dyn Write,
    text: impl FnOnce(&Sources) -> Result<String, String>,
) -> Done {
    let text = text(&Sources::load(top)?)?;
    out.write_all(text.as_bytes())?;
    Ok(true)
}

fn run_lint(top: &Path, out: &mut dyn Write) -> Done {
    let sources = Sources::load(top)?;
    let redocly = Redocly::installed(top)?;
    let linted = lint::run(&redocly, &sources)?;
    for finding in &linted.findings {
        writeln!(out, "{finding}")?;
    }
    let problems = linted.findings.len();
    writeln!(
        out,
        "{problems} problems in {} files, by Redocly CLI {}",
        linted.files,
        redocly.version()
    )?;
    Ok(problems == 0)
}

fn write_dist(top: &Path, out: &mut dyn Write) -> Done {
    let files = dist::files(&Sources::load(top)?)?;
    let done = dist::write(&top.join(dist::FOLDER), &files)?;
    for (names, what) in [
        (&done.missing, "new"),
        (&done.stale, "changed"),
        (&done.superfluous, "removed"),
    ] {
        for name in names {
            writeln!(out, "{what:<8} {}/{name}", dist::FOLDER)?;
        }
    }
    writeln!(out, "{} files in {}", files.len(), dist::FOLDER)?;
    Ok(true)
}

fn check_dist(top: &Path, out: &mut dyn Write) -> Done {
    let files = dist::files(&Sources::load(top)?)?;
    let found = dist::changes(&top.join(dist::FOLDER), &files)?;
    for (names, what) in [
        (&found.missing, "missing"),
        (&found.stale, "stale"),
        (&found.superfluous, "superfluous"),
    ] {
        for name in names {
            writeln!(out, "{what:<12} {}/{name}", dist::FOLDER)?;
        }
    }
    if found.is_empty() {
        writeln!(
            out,
            "{} files in {} are as they should be",
            files.len(),
            dist::FOLDER
        )?;
    } else {
        writeln!(out, "run `cargo xtask dist`, and commit what it writes")?;
    }
    Ok(found.is_empty())
}

fn compare_dist(top: &Path, out: &mut dyn Write) -> Done {
    let sources = Sources::load(top)?;
    let files = dist::files(&sources)?;
    let redocly = Redocly::installed(top)?;
    let (compared, differences) = dist::compare(&redocly, &sources, &files)?;
    for difference in &differences {
        writeln!(out, "{difference}")?;
    }
    writeln!(
        out,
        "{} differences in {compared} comparisons with Redocly CLI {}",
        differences.len(),
        redocly.version()
    )?;
    Ok(differences.is_empty())
}

fn run_diff(top: &Path, base: Option<&str>, out: &mut dyn Write) -> Done {
    let sources = Sources::load(top)?;
    // Where nothing has changed, nothing has to be installed either.
    let wire = |name: &str, before: &str, now: &str| {
        diff::wire_changes(&Redocly::installed(top)?, name, before, now)
    };
    let outcome = diff::run(top, &sources, base, &wire)?;
    outcome.render(out)?;
    Ok(outcome.is_clean())
}

#[cfg(feature = "generated-types")]
fn run_chaos(runs: u64, seed: u64, out: &mut dyn Write) -> Done {
    let report = xtask::chaos::run(runs, seed)?;
    xtask::chaos::render(&report, seed, out)?;
    Ok(report.is_clean())
}
