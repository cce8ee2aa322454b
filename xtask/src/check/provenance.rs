//! Who says so: whatever the contract states stands on a page of the operation, or names another source that
//! states the same.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::Project;
use super::tables::Table;
use crate::model::provenance;
use crate::report::{Findings, Part, Report};
use crate::statements::{Aspect, Column, Entry, OPERATION};

pub(super) fn check(project: &Project<'_>, tables: &[Table], report: &mut Report) {
    let mut attested = 0;
    let provenance: HashMap<_, _> = project
        .documents
        .iter()
        .map(|document| (document.name, provenance(&document.value)))
        .collect();
    for table in tables {
        let (contract, others) = table.columns.split_first().unwrap_or_else(|| {
            unreachable!("every table begins with the contract");
        });
        let document = project
            .documents
            .iter()
            .find(|document| document.name == contract.file);
        let Some(document) = document else { continue };
        let provenance = &provenance[document.name];
        let operation = contract.entry(OPERATION).map(|entry| entry.pointer.clone());
        let operation = operation.unwrap_or_default();
        let mut found = report.findings(Part::Rules, &contract.file);
        for (place, entry) in contract.places().filter(|(place, _)| *place != OPERATION) {
            let mut above = entry.places();
            above.push(&entry.pointer);
            // Beside a page that tells everything, a source is named for each place. Without one, those of the
            // operation and of the document hold for all of it.
            if !others.iter().any(|column| column.is_complete) {
                above.extend([operation.as_str(), "/info"]);
            }
            let named = named(provenance, &above);
            let stated = entry.stated();
            // What an example shows, and which values are explained, is no statement of the contract.
            let stated = stated
                .filter(|(aspect, _)| !matches!(aspect, Aspect::ExampleType | Aspect::Explained));
            for (aspect, says) in stated {
                attested += usize::from(attest(
                    place, aspect, says, entry, others, &named, &mut found,
                ));
            }
            unfounded(&document.value, place, entry, others, &mut found);
        }
    }
    report.fact(
        Part::Rules,
        format!("{attested} statements of the contract stand on a page or name who else says so"),
    );
}

/// Whether somebody says so, and is named unless it is the page itself.
fn attest(
    place: &str,
    aspect: Aspect,
    says: &str,
    entry: &Entry,
    others: &[Column],
    named: &BTreeSet<&str>,
    found: &mut Findings<'_>,
) -> bool {
    let agrees = |column: &&Column| {
        column.entry(place).is_some_and(|other| match aspect {
            Aspect::Presence => other.says(Aspect::Presence).is_none(),
            aspect => other.says(aspect) == Some(says),
        })
    };
    if others
        .iter()
        .filter(|column| column.is_complete)
        .any(|column| agrees(&column))
    {
        return true;
    }
    let witnesses: Vec<_> = others
        .iter()
        .filter(agrees)
        .map(|column| column.source.as_str())
        .collect();
    if witnesses.iter().any(|source| named.contains(source)) {
        return true;
    }
    // The deviation is claimed by an erratum, which says who decided it and why.
    let is_settled = witnesses.is_empty() && others.iter().any(|column| column.is_complete);
    if is_settled && aspect != Aspect::Presence {
        return true;
    }
    // That something is there, somebody has to say; how it looks may be unknown to all but who is named.
    if witnesses.is_empty() && !named.is_empty() && aspect != Aspect::Presence {
        return true;
    }
    let pointer = entry
        .aspects
        .get(&aspect)
        .map_or(&entry.pointer, |statement| &statement.pointer);
    let what = if aspect == Aspect::Presence {
        format!("nobody is named who says that there is {place}")
    } else {
        format!("nobody is named who says {says} for {place}: {aspect}")
    };
    let settle = if witnesses.is_empty() {
        "add `x-provenance` with the source and what it states, or take it out".to_owned()
    } else {
        format!(
            "add `x-provenance` with the source {}",
            witnesses.join(" or ")
        )
    };
    found.settled_by(pointer, what, settle);
    false
}

/// A source that was transcribed is named only where it says something.
fn unfounded(
    document: &Value,
    place: &str,
    entry: &Entry,
    others: &[Column],
    found: &mut Findings<'_>,
) {
    let own = document
        .pointer(&entry.pointer)
        .and_then(|node| node.get("x-provenance"));
    for (index, claim) in own
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let source = claim
            .get("source")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut columns = others
            .iter()
            .filter(|column| column.source == source)
            .peekable();
        if columns.peek().is_some() && !columns.any(|column| column.entry(place).is_some()) {
            found.settled_by(
                format!("{}/x-provenance/{index}/source", entry.pointer),
                format!("{source} says nothing of {place}, as its transcript has it"),
                "name the source that says it, or complete the transcript",
            );
        }
    }
}

/// The sources that are named at the places and above them.
fn named<'a>(provenance: &HashMap<String, Vec<&'a str>>, places: &[&str]) -> BTreeSet<&'a str> {
    let mut sources = BTreeSet::new();
    for place in places {
        let mut pointer = *place;
        loop {
            sources.extend(provenance.get(pointer).into_iter().flatten());
            match pointer.rsplit_once('/') {
                // What an operation names is about the operation.
                Some((above, _)) if !is_operation(above) => pointer = above,
                _ => break,
            }
        }
    }
    sources
}

/// Whether a pointer leads to an operation or to what holds it.
fn is_operation(pointer: &str) -> bool {
    const STEPS: usize = 4;
    pointer.starts_with("/paths") && pointer.split('/').count() <= STEPS
}
