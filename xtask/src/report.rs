//! What a check found: problems, and facts that show that it looked.

use std::collections::BTreeSet;
use std::io::{self, Write};

/// The parts of a check, in the order of their output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The files are there and readable.
    Documents,
    /// They are OpenAPI 3.0.3.
    Structure,
    /// What refers to what.
    References,
    /// The rules of this project for texts, names, formats and extensions.
    Rules,
    /// The examples of the contract.
    Examples,
    /// The examples of the documentation pages.
    Documented,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Documents,
        Self::Structure,
        Self::References,
        Self::Rules,
        Self::Examples,
        Self::Documented,
    ];

    /// The name in the output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Structure => "structure",
            Self::References => "references",
            Self::Rules => "rules",
            Self::Examples => "examples",
            Self::Documented => "documented examples",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The part of the check that found it.
    pub part: Part,
    /// The file, by its path from the top of the repository.
    pub file: String,
    /// The place in it, as a JSON pointer; empty for the whole file.
    pub place: String,
    /// What is wrong and, where that does not follow from it, what to do.
    pub what: String,
}

/// All that a check found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    problems: BTreeSet<Problem>,
    facts: Vec<(Part, String)>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems by part, file and place.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }

    /// Records what a part has looked at.
    pub(crate) fn fact(&mut self, part: Part, text: impl Into<String>) {
        self.facts.push((part, text.into()));
    }

    /// A recorder for the problems of one part in one file.
    pub(crate) fn findings<'a>(&'a mut self, part: Part, file: &'a str) -> Findings<'a> {
        Findings {
            report: self,
            part,
            file,
        }
    }

    /// Writes the problems, one to a line, and how many there are; or else, what has been looked at.
    ///
    /// # Errors
    ///
    /// Writing failed.
    pub fn render(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_clean() {
            for (part, text) in &self.facts {
                writeln!(out, "{:<20} {text}", part.name())?;
            }
            return writeln!(out, "no problems");
        }
        for problem in &self.problems {
            let Problem {
                file, place, what, ..
            } = problem;
            // A line is a problem, whatever a message brings along.
            let what = what.replace(['\n', '\r'], " ");
            if place.is_empty() {
                writeln!(out, "{file}: {what}")?;
            } else {
                writeln!(out, "{file}: {place}: {what}")?;
            }
        }
        let counts: Vec<_> = Part::ALL
            .into_iter()
            .map(|part| {
                let found = self.problems.iter().filter(|found| found.part == part);
                (part.name(), found.count())
            })
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let total = self.problems.len();
        let noun = if total == 1 { "problem" } else { "problems" };
        writeln!(out, "\n{total} {noun}: {}", counts.join(", "))
    }
}

/// Records the problems of one part in one file.
pub(crate) struct Findings<'a> {
    report: &'a mut Report,
    part: Part,
    file: &'a str,
}

impl Findings<'_> {
    /// Records that something is wrong at `place`, a JSON pointer.
    pub(crate) fn at(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.report.problems.insert(Problem {
            part: self.part,
            file: self.file.to_owned(),
            place: place.into(),
            what: what.into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_lines_by_part_and_counted() {
        let mut report = Report::default();
        report.fact(Part::Documents, "not shown beside problems");
        let mut found = report.findings(Part::Examples, "a.yaml");
        found.at("/x", "two\nlines");
        found.at("/x", "two\nlines");
        report.findings(Part::Documents, "b.yaml").at("", "missing");
        let mut text = Vec::new();
        report.render(&mut text).expect("a vector takes it all");
        insta::assert_snapshot!(String::from_utf8_lossy(&text), @r"
        b.yaml: missing
        a.yaml: /x: two lines

        2 problems: documents 1, examples 1
        ");
    }
}
