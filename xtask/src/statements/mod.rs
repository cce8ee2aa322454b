//! What each source states of an operation, in one form: place by place, aspect by aspect.
//!
//! The contract, the documentation pages, other documents and the models of a vendor's SDK are read into
//! columns of one table; comparing them is then comparing cells.

mod contract;
mod example;
mod models;
mod servers;
mod transcript;
mod types;

use std::collections::BTreeMap;
use std::fmt;

pub(crate) use contract::column as contract_column;
pub(crate) use example::add as add_example;
pub(crate) use models::{Models, column as models_column, read as read_models};
pub(crate) use servers::column as servers_column;
pub(crate) use transcript::Transcript;

/// The name of the contract among the sources.
pub(crate) const CONTRACT: &str = "contract";

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Domain,
    CallLimit,
    Path,
    Deprecated,
    Statuses,
    Updated,
    Sections,
    Presence,
    Spelling,
    Mandatory,
    Type,
    Nullable,
    Lost,
    Values,
    Count,
    Explained,
    Length,
    Range,
    Pattern,
    Default,
    Unit,
    ExampleType,
    ExampleRecords,
    ExampleFilter,
    ExampleText,
}

impl Aspect {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::CallLimit => "calls",
            Self::Path => "path",
            Self::Deprecated => "deprecated",
            Self::Statuses => "statuses",
            Self::Updated => "updated",
            Self::Sections => "sections",
            Self::Presence => "presence",
            Self::Spelling => "spelling",
            Self::Mandatory => "mandatory",
            Self::Type => "type",
            Self::Nullable => "nullable",
            Self::Lost => "lost",
            Self::Values => "values",
            Self::Count => "count",
            Self::Explained => "explained",
            Self::Length => "length",
            Self::Range => "range",
            Self::Pattern => "pattern",
            Self::Default => "default",
            Self::Unit => "unit",
            Self::ExampleType => "example type",
            Self::ExampleRecords => "example records",
            Self::ExampleFilter => "example filter",
            Self::ExampleText => "example text",
        }
    }

    /// Whether the contract has no say in it: it is about the documents, not about the API.
    pub(crate) const fn is_about_pages(self) -> bool {
        matches!(
            self,
            Self::Updated
                | Self::Sections
                | Self::Lost
                | Self::ExampleRecords
                | Self::ExampleFilter
                | Self::ExampleText
        )
    }

    /// Whether it is stated only where something is odd, so that one statement is a deviation.
    pub(crate) const fn is_odd_by_itself(self) -> bool {
        matches!(
            self,
            Self::Lost | Self::ExampleRecords | Self::ExampleFilter
        )
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One cell: what a source says of one aspect of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) says: String,
    /// Where the file of the source says so.
    pub(crate) pointer: String,
}

/// What a source says of one place: a parameter or a field of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) pointer: String,
    pub(crate) aspects: BTreeMap<Aspect, Statement>,
}

impl Entry {
    pub(crate) fn new(pointer: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            aspects: BTreeMap::new(),
        }
    }

    /// Records a statement that stands in a member of the entry.
    pub(crate) fn state(&mut self, aspect: Aspect, says: impl Into<String>, member: &str) {
        let pointer = if member.is_empty() {
            self.pointer.clone()
        } else {
            crate::model::join(&self.pointer, member)
        };
        let says = says.into();
        self.aspects.insert(aspect, Statement { says, pointer });
    }

    /// That the place is there, and everything that is said of it.
    pub(crate) fn stated(&self) -> impl Iterator<Item = (Aspect, &str)> {
        let cells = self.aspects.iter();
        let cells = cells.map(|(aspect, statement)| (*aspect, statement.says.as_str()));
        std::iter::once((Aspect::Presence, "yes")).chain(cells)
    }

    /// The places of its statements in the file.
    pub(crate) fn places(&self) -> Vec<&str> {
        self.aspects
            .values()
            .map(|statement| statement.pointer.as_str())
            .collect()
    }

    pub(crate) fn says(&self, aspect: Aspect) -> Option<&str> {
        Some(self.aspects.get(&aspect)?.says.as_str())
    }
}

/// Everything that one source says of one operation, or of the servers of one document.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// `contract`, or a key of `sources` in the errata.
    pub(crate) source: String,
    pub(crate) file: String,
    /// Whether it tells everything, so that what it does not state is a statement as well.
    pub(crate) is_complete: bool,
    /// The places in the order of the source, the operation itself first.
    places: Vec<(String, Entry)>,
}

/// The place of what is said of the operation as a whole.
pub(crate) const OPERATION: &str = "operation";

impl Column {
    pub(crate) fn new(source: &str, file: &str, is_complete: bool) -> Self {
        Self {
            source: source.to_owned(),
            file: file.to_owned(),
            is_complete,
            places: Vec::new(),
        }
    }

    /// Adds a place. Returns whether it was not there yet.
    pub(crate) fn add(&mut self, place: String, entry: Entry) -> bool {
        let is_new = self.entry(&place).is_none();
        if is_new {
            self.places.push((place, entry));
        }
        is_new
    }

    pub(crate) fn entry(&self, place: &str) -> Option<&Entry> {
        let found = self.places.iter().find(|(known, _)| known == place);
        found.map(|(_, entry)| entry)
    }

    pub(crate) fn entry_mut(&mut self, place: &str) -> Option<&mut Entry> {
        let found = self.places.iter_mut().find(|(known, _)| known == place);
        found.map(|(_, entry)| entry)
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.places
            .iter()
            .map(|(place, entry)| (place.as_str(), entry))
    }
}

/// The place of a parameter. Names of headers do not depend on case.
pub(crate) fn parameter_place(location: &str, name: &str) -> String {
    if location == "header" {
        format!("header {}", name.to_ascii_lowercase())
    } else {
        format!("{location} {name}")
    }
}

/// `0..200`, open where a side is not stated, and nothing where both are not.
pub(crate) fn range(from: Option<String>, to: Option<String>) -> Option<String> {
    if from.is_none() && to.is_none() {
        return None;
    }
    Some(format!(
        "{}..{}",
        from.unwrap_or_default(),
        to.unwrap_or_default()
    ))
}

/// A length always has a lower end.
pub(crate) fn length(from: Option<u64>, to: Option<u64>) -> Option<String> {
    range(
        Some(from.unwrap_or(0))
            .filter(|_| from.is_some() || to.is_some())
            .map(|n| n.to_string()),
        to.map(|to| to.to_string()),
    )
}

/// `yes` or `no`.
pub(crate) const fn yes_or_no(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}
