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

/// Tasks for maintainers of the contract.
///
/// Exit codes: 0 no problems, 1 problems found, 2 wrong command line, 3 the task could not run.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check the contract against every source, and report all problems.
    Check {
        /// The format of the report.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show which sources back a line of the contract, and what was settled.
    Who {
        /// `FILE:LINE` of a document of the contract, or a place such as `query limit`.
        question: String,
    },
    /// Print all errata as one report, in Markdown.
    Errata,
    /// Lint the contract and openapi/dist with Redocly CLI.
    ///
    /// The version is pinned in xtask/node, and npm installs it there on first use. The ruleset is `recommended-strict`.
    Lint,
    /// Generate openapi/dist.
    ///
    /// For each document it writes YAML and JSON, the same with Chinese text, variants for one purpose each, and a
    /// preview in OpenAPI 3.1; SHA256SUMS lists the checksums of all files. The same contract gives the same bytes on
    /// every machine. Other files are removed from the folder.
    Dist {
        /// Write nothing, and report each stale file.
        #[arg(long)]
        check: bool,
        /// Write nothing, and compare the result with what Redocly CLI makes of the contract.
        #[arg(long, conflicts_with = "check")]
        compare: bool,
    },
    /// List inventories through the client while the sandbox injects random faults.
    ///
    /// Each result must be exact, or say that it is not; credentials must not appear in errors or go to other hosts. A
    /// failing case is shrunk, and the smallest one that still fails is printed.
    #[cfg(feature = "generated-types")]
    Chaos {
        /// The number of listings.
        #[arg(long, default_value_t = 1000)]
        runs: u64,
        /// The seed of the listings.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Compare the contract with the last release, and check its version.
    ///
    /// Each commit with a new info.version releases that version; for a merge, only the first parent is considered.
    /// Released versions are immutable except for comments and formatting. A new version must be a major one if
    /// something that works may stop working, a minor one if something is new, and higher otherwise; this also holds
    /// for major version 0. It needs a section in openapi/CHANGELOG.md.
    ///
    /// Redocly CLI judges what changes on the wire, and this task what it does not see: known values and error codes,
    /// units, authentication, names of operations and schemas, servers.
    ///
    /// If the version in the work tree is already released, its release is compared with the version before it. Without
    /// git, in a shallow clone, or for the first version there may be nothing to compare with; the task says so and
    /// succeeds.
    Diff {
        /// Compare with this git revision instead.
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
