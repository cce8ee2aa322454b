//! Every leaf of the contract that means something, and every cell of the two pages, is taken out: the check has
//! to notice each one at its place.
//!
//! One run of the check is enough for many leaves: all problems come in one run, and those of one parameter or
//! field do not touch another. So leaves of one kind go in one wave, such as every `maximum` there is.

mod contract;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use xtask::check;
use xtask::report::{Part, Report};

use crate::harness::{change, drop_at, original, untranslated};

const HSS: &str = "openapi/hss-image.yaml";
const IAM: &str = "openapi/iam.yaml";
const ERRATA: &str = "openapi/errata.yaml";

/// Something that can be taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Leaf {
    pointer: String,
    /// The object that it belongs to, as [`thing`] has it.
    thing: String,
    /// Leaves of the same kind are in different things.
    kind: String,
}

/// The waves, each with leaves of one kind.
fn waves(leaves: Vec<Leaf>) -> BTreeMap<String, Vec<Leaf>> {
    let mut waves: BTreeMap<String, Vec<Leaf>> = BTreeMap::new();
    for leaf in leaves {
        waves.entry(leaf.kind.clone()).or_default().push(leaf);
    }
    waves
}

/// What the check says without these leaves, which are in the order of the document.
fn without<'a>(file: &str, pointers: impl DoubleEndedIterator<Item = &'a str>) -> Report {
    let mut sources = untranslated();
    let mut document = Value::clone(&original(file));
    // From behind, so that what is left to do keeps its place.
    for pointer in pointers.rev() {
        change(&drop_at(pointer), &mut document);
    }
    sources.set(file, document.to_string());
    check::run(&sources)
}

/// The things of a file that problems are about.
///
/// That a text has no translation any more, or a translation no text, does not count: the statement itself has
/// to be missed.
fn things(report: &Report, file: &str) -> BTreeSet<String> {
    let problems = report
        .problems()
        .filter(|problem| problem.part != Part::Translation);
    let places = problems.flat_map(|problem| {
        let says = problem.says.iter();
        let says = says.map(|testimony| (testimony.file.as_str(), testimony.place.as_str()));
        says.chain([(problem.file.as_str(), problem.place.as_str())])
    });
    places
        .filter(|(known, _)| *known == file)
        .map(|(_, place)| thing(place))
        .collect()
}

/// The parameter, field or component that a pointer leads into.
fn thing(pointer: &str) -> String {
    let steps: Vec<_> = pointer.split('/').collect();
    let is_field = |index: usize| matches!(steps[index], "properties" | "parameters" | "response");
    let field = (1..steps.len().saturating_sub(1))
        .rev()
        .find(|index| is_field(*index));
    let end = match (field, steps.get(1)) {
        (Some(index), _) => index + 2,
        (None, Some(&"components")) => 4,
        (None, Some(&"objects")) => 4,
        _ => 2,
    };
    steps[..end.min(steps.len())].join("/")
}

/// The subjects of the claims that no longer hold: `query limit`, `response total_num`.
fn subjects_of_stale_claims(report: &Report) -> BTreeSet<String> {
    let errata = original(ERRATA);
    let places = report
        .problems()
        .filter(|problem| problem.part == Part::Errata);
    places
        .filter_map(|problem| errata.pointer(&problem.place)?.as_str())
        .map(subject)
        .collect()
}

fn subject(line: &str) -> String {
    line.split(": ").next().unwrap_or_default().to_owned()
}

/// The members of an object, or nothing.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The items of a list, or nothing.
fn items(value: &Value) -> impl Iterator<Item = (usize, &Value)> {
    value.as_array().into_iter().flatten().enumerate()
}
