//! What a check found: problems, and facts that show that it looked.

mod render;

use std::collections::BTreeSet;

pub use render::Format;

/// The parts of a check, in the order of their output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The files are there and readable.
    Documents,
    /// The rules of this project that no linter knows.
    Rules,
    /// The examples of the contract.
    Examples,
    /// The examples of the documentation pages.
    Documented,
    /// What the sources say of the same thing.
    Deviations,
    /// The settlements of what differs.
    Errata,
    /// The Chinese text of the contract.
    Translation,
}

impl Part {
    const ALL: [Self; 7] = [
        Self::Documents,
        Self::Rules,
        Self::Examples,
        Self::Documented,
        Self::Deviations,
        Self::Errata,
        Self::Translation,
    ];

    /// The name in the output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Rules => "rules",
            Self::Examples => "examples",
            Self::Documented => "documented examples",
            Self::Deviations => "deviations",
            Self::Errata => "errata",
            Self::Translation => "translation",
        }
    }

    /// How a problem of this part is settled, where the problem itself does not tell.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Documents => "make the file readable; nothing in it can be checked before",
            Self::Rules => "follow the rule; openapi/README.md lists them all, with their reasons",
            Self::Examples => "correct the example, or the schema if the example is right",
            Self::Documented => {
                "the documented examples are kept byte for byte; where the page is wrong, settle it by \
                 `normalise` in openapi/errata.yaml"
            }
            Self::Deviations => {
                "correct the side that is wrong; where the sources really differ, put the first line of \
                 this message under `claims` of an entry in openapi/errata.yaml"
            }
            Self::Errata => "correct the entry, or take out what no longer holds",
            Self::Translation => {
                "change the overlay: it translates every title, summary and description, and nothing else"
            }
        }
    }
}

/// What one source says of the thing that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Testimony {
    /// The source: `contract`, or a key of `sources` in the errata.
    pub source: String,
    /// What it says.
    pub says: String,
    /// The file that records it.
    pub file: String,
    /// The place in that file, as a JSON pointer.
    pub place: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The part of the check that found it.
    pub part: Part,
    /// The file, by its path from the top of the repository.
    pub file: String,
    /// The place in it, as a JSON pointer, or as `line:column` where it cannot be read; empty for the whole
    /// file.
    pub place: String,
    /// What is wrong, and what was expected.
    pub what: String,
    /// Who says what, where sources are compared.
    pub says: Vec<Testimony>,
    /// How to settle it.
    pub settle: String,
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

    /// Records a problem.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.problems.insert(problem);
    }

    /// A recorder for the problems of one part in one file.
    pub(crate) fn findings<'a>(&'a mut self, part: Part, file: &'a str) -> Findings<'a> {
        Findings {
            report: self,
            part,
            file,
        }
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
        self.settled_by(place, what, self.part.advice());
    }

    /// As [`Self::at`], with a way of settling it that the part does not have in general.
    pub(crate) fn settled_by(
        &mut self,
        place: impl Into<String>,
        what: impl Into<String>,
        settle: impl Into<String>,
    ) {
        self.report.problems.insert(Problem {
            part: self.part,
            file: self.file.to_owned(),
            place: place.into(),
            what: what.into(),
            says: Vec::new(),
            settle: settle.into(),
        });
    }
}
