//! The contract against the one released last, and the version that the difference asks for.
//!
//! Each commit that brings a new `info.version` releases that version, so what was released is in the history of
//! git and nowhere else.

mod align;
mod changelog;
mod contract;
mod history;
mod own;
mod security;
mod version;
mod wire;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use serde_json::Value;

use crate::sources::{DOCUMENTS, Sources};
use crate::values::differences;
use contract::Contract;
use history::{History, Repository};
use version::Version;

pub use wire::wire_changes;

/// What a change means to those who use the contract: the part of the version that it raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing that a program notices.
    Patch,
    /// Something new; what works goes on working.
    Minor,
    /// Something that works may stop working.
    Major,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Who found a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finder {
    /// The comparison of this project.
    Own,
    /// Redocly CLI.
    Redocly,
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it means.
    pub severity: Severity,
    /// Where, as a JSON pointer; where something was removed, in the document before.
    pub place: String,
    /// What changed.
    pub what: String,
    /// Who found it.
    pub finder: Finder,
}

/// Judges what a change of a document means on the wire: the name of the document, its text before, and its text
/// now.
pub type Wire<'a> = dyn Fn(&str, &str, &str) -> Result<Vec<Change>, String> + 'a;

/// What the comparison found.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The changes of each document, the gravest first.
    pub changes: Vec<(&'static str, Vec<Change>)>,
    /// What was compared, and what the change asks for.
    pub facts: Vec<String>,
    /// What is wrong.
    pub problems: Vec<String>,
}

impl Outcome {
    /// Whether the version is right.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The gravest change.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        let changes = self.changes.iter().flat_map(|(_, changes)| changes);
        changes.map(|change| change.severity).max()
    }

    fn fact(&mut self, name: &str, text: impl fmt::Display) {
        self.facts.push(format!("{name:<8} {text}"));
    }

    fn verdict(&mut self, version: Version, is_right: bool) {
        let verdict = if is_right {
            "is high enough"
        } else {
            "is too low"
        };
        self.fact("verdict", format_args!("{version} {verdict}"));
    }

    /// Writes it for a person.
    ///
    /// # Errors
    ///
    /// Writing failed.
    pub fn render(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, changes) in &self.changes {
            writeln!(out, "{name}")?;
            for change in changes {
                let finder = match change.finder {
                    Finder::Own => "own",
                    Finder::Redocly => "redocly",
                };
                let Change {
                    severity,
                    place,
                    what,
                    ..
                } = change;
                let place = if place.is_empty() { "/" } else { place };
                writeln!(out, "  {severity} {finder:<7} {place}: {what}")?;
            }
        }
        if !self.changes.is_empty() {
            writeln!(out)?;
        }
        for fact in &self.facts {
            writeln!(out, "{fact}")?;
        }
        for problem in &self.problems {
            writeln!(out, "error: {problem}")?;
        }
        Ok(())
    }
}

/// Compares the contract in `sources` with the one released before it, or with that of the revision `base`, and
/// judges its version. `top` is the top of the repository.
///
/// # Errors
///
/// A document is missing or not readable, git fails, there is no revision `base`, or `wire` fails.
pub fn run(
    top: &Path,
    sources: &Sources,
    base: Option<&str>,
    wire: &Wire<'_>,
) -> Result<Outcome, String> {
    let mut outcome = Outcome::default();
    let current = Contract::of(sources)?;
    let version = match current.version() {
        Ok(version) => version,
        Err(problem) => {
            outcome.problems.push(problem);
            return Ok(outcome);
        }
    };
    if let Err(problem) = changelog::check(sources, &version) {
        outcome.problems.push(problem);
    }
    outcome.fact("current", version);
    let repository = match Repository::at(top)? {
        Ok(repository) => repository,
        Err(reason) => {
            outcome.fact("base", format_args!("none: {reason}"));
            return Ok(outcome);
        }
    };
    if let Some(revision) = base {
        let contract = repository
            .contract(revision)?
            .ok_or_else(|| format!("revision {revision} has no contract"))?;
        let name = format!("revision {revision}");
        judge(&mut outcome, (&contract, &name), (&current, version), wire)?;
        return Ok(outcome);
    }
    judge_by_history(&mut outcome, &repository, &current, version, wire)?;
    Ok(outcome)
}

fn judge_by_history(
    outcome: &mut Outcome,
    repository: &Repository,
    current: &Contract,
    version: Version,
    wire: &Wire<'_>,
) -> Result<(), String> {
    match repository.history(version)? {
        History::Empty => outcome.fact("base", "none: no commit has a contract yet"),
        History::New { head, commit } => {
            let name = format!("commit {commit}, the last one");
            judge(outcome, (&head, &name), (current, version), wire)?;
        }
        History::Released {
            released,
            commit,
            previous,
        } => {
            if !released.same_as(current) {
                let name = format!("commit {commit}, which released it");
                return judge(outcome, (&released, &name), (current, version), wire);
            }
            outcome.fact("released", format_args!("by commit {commit}, and unchanged since"));
            match previous {
                Ok((contract, commit)) => {
                    let name = format!("commit {commit}, the last with another version");
                    judge(outcome, (&contract, &name), (current, version), wire)?;
                }
                Err(reason) => outcome.fact("base", format_args!("none: {reason}")),
            }
        }
        History::Reused { commit } => outcome.problems.push(format!(
            "version {version} was released by commit {commit} already, and another one after it; a version is \
             released once, so choose a new one"
        )),
    }
    Ok(())
}

/// Judges the version of the contract now by that before and by what changed in between.
fn judge(
    outcome: &mut Outcome,
    (base, base_name): (&Contract, &str),
    (current, version): (&Contract, Version),
    wire: &Wire<'_>,
) -> Result<(), String> {
    let before = base
        .released_version()
        .map_err(|error| format!("{base_name}: {error}"))?;
    outcome.fact("base", format_args!("{before} ({base_name})"));
    outcome.changes = changes(base, current, wire)?;
    match outcome.severity() {
        None => judge_unchanged(outcome, before, version),
        Some(severity) => judge_changed(outcome, before, version, severity),
    }
    Ok(())
}

fn judge_unchanged(outcome: &mut Outcome, before: Version, version: Version) {
    let beside = if version > before {
        "; the new version is for what stands beside the documents"
    } else {
        ""
    };
    outcome.fact("changes", format_args!("none{beside}"));
    outcome.verdict(version, version >= before);
    if version < before {
        outcome
            .problems
            .push(format!("version {version} is older than {before}"));
    }
}

fn judge_changed(outcome: &mut Outcome, before: Version, version: Version, severity: Severity) {
    let count = |wanted| {
        let changes = outcome.changes.iter().flat_map(|(_, changes)| changes);
        changes.filter(|change| change.severity == wanted).count()
    };
    let counts = [Severity::Major, Severity::Minor, Severity::Patch]
        .map(|severity| format!("{} {severity}", count(severity)));
    let needed = before.raised(severity);
    outcome.fact("changes", counts.join(", "));
    outcome.fact("needed", format_args!("{needed} or higher"));
    outcome.verdict(version, version >= needed);
    if version == before {
        outcome.problems.push(format!(
            "the contract changed without a new info.version: set it to {needed} in {}, and tell the change in {}",
            DOCUMENTS.join(" and "),
            crate::changelog::PATH,
        ));
    } else if version < needed {
        outcome.problems.push(format!(
            "version {version} is too low: the change since {before} is {severity} and needs {needed} or higher"
        ));
    }
}

/// The changes of each document that says something else than before.
fn changes(
    base: &Contract,
    current: &Contract,
    wire: &Wire<'_>,
) -> Result<Vec<(&'static str, Vec<Change>)>, String> {
    let mut all = Vec::new();
    for name in DOCUMENTS {
        let whole = |severity, what: &str| {
            vec![Change {
                severity,
                place: String::new(),
                what: what.to_owned(),
                finder: Finder::Own,
            }]
        };
        let mut changes = match (base.get(name), current.get(name)) {
            (Some(before), Some(now)) if before.says() != now.says() => {
                let mut changes = own::changes(&before.value, &now.value);
                changes.extend(wire(name, &before.text, &now.text)?);
                if changes.is_empty() {
                    changes = other_changes(&before.says(), &now.says());
                }
                changes
            }
            (None, Some(_)) => whole(Severity::Minor, "this document is new"),
            (Some(_), None) => whole(Severity::Major, "this document was removed"),
            _ => Vec::new(),
        };
        changes.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
        changes.dedup();
        if !changes.is_empty() {
            all.push((name, changes));
        }
    }
    Ok(all)
}

/// What nobody has a rule for, such as another order of the parameters.
fn other_changes(before: &Value, now: &Value) -> Vec<Change> {
    let changes = differences(before, now)
        .into_iter()
        .map(|difference| Change {
            severity: Severity::Patch,
            what: format!("differs: {}", difference.shown()),
            place: difference.pointer,
            finder: Finder::Own,
        });
    changes.collect()
}

#[cfg(test)]
mod tests;
