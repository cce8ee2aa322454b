//! Lists inventories through the real client while the sandbox misbehaves at random, and holds each result against
//! the truth: the listing is exact, or it says that it is not.

mod case;
mod judge;
mod run;
mod shrink;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;

use futures::StreamExt as _;
use futures::stream;
use tokio::runtime::{Builder, Runtime};

pub use case::Case;
pub use run::{Outcome, Ran};

/// How many runs go on at once: they wait for time limits and slow answers, too.
const AT_ONCE: usize = 4;

/// What came of many runs.
#[derive(Debug, Default)]
pub struct Report {
    /// How many runs there were.
    pub runs: u64,
    /// How often each fault struck, by its name.
    pub faults: BTreeMap<&'static str, u64>,
    /// How many runs ended in each way.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Runs whose listing was wrong without saying so, with what was wrong.
    pub differences: Vec<(u64, String)>,
}

impl Report {
    /// Whether no listing was wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
    }

    fn count(&mut self, number: u64, ran: Ran) {
        self.runs += 1;
        for (fault, times) in ran.struck {
            *self.faults.entry(fault).or_default() += times;
        }
        match ran.outcome {
            Ok(outcome) => *self.outcomes.entry(outcome).or_default() += 1,
            Err(difference) => self.differences.push((number, difference)),
        }
    }
}

/// Runs so many cases that follow from the seed.
///
/// # Errors
///
/// Fails where the operating system gives no threads or ports.
pub fn run(runs: u64, seed: u64) -> Result<Report, Box<dyn Error>> {
    let runtime = runtime()?;
    let mut report = Report::default();
    let mut ran: Vec<(u64, Ran)> = runtime.block_on(
        stream::iter(0..runs)
            .map(|number| async move { (number, run::run(Case::random(seed, number)).await) })
            .buffer_unordered(AT_ONCE)
            .collect(),
    );
    ran.sort_by_key(|(number, _)| *number);
    for (number, ran) in ran {
        report.count(number, ran);
    }
    Ok(report)
}

/// Says what came of the runs, with the smallest case that still shows each of the first differences.
///
/// # Errors
///
/// Fails where `out` does, and as [`run`].
pub fn render(report: &Report, seed: u64, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    const SHRUNK: usize = 3;
    writeln!(
        out,
        "{} runs with seed {seed}\n\nfaults injected",
        report.runs
    )?;
    for (fault, times) in &report.faults {
        writeln!(out, "{times:>8}  {fault}")?;
    }
    writeln!(out, "\noutcomes")?;
    for (outcome, times) in &report.outcomes {
        writeln!(out, "{times:>8}  {outcome}")?;
    }
    writeln!(out, "{:>8}  silently wrong", report.differences.len())?;
    let runtime = runtime()?;
    for (index, (number, difference)) in report.differences.iter().enumerate() {
        writeln!(out, "\nrun {number}: {difference}")?;
        let case = Case::random(seed, *number);
        if index < SHRUNK {
            let fails = |case: &Case| runtime.block_on(run::run(case.clone())).outcome.err();
            let (smallest, difference) = shrink::shrink(case, difference.clone(), fails);
            writeln!(out, "the smallest case like it: {difference}\n{smallest}")?;
        } else {
            writeln!(out, "{case}")?;
        }
    }
    Ok(())
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}
