//! "Who says so?": for a line of the contract, what every source says of it, and what was settled.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::check::tables::{Table, tables};
use crate::position::Positions;
use crate::project::Project;
use crate::report::Report;
use crate::sources::{DOCUMENTS, Sources};
use crate::statements::{CONTRACT, Column, OPERATION};

/// Answers for `FILE:LINE` of a contract document, or for a place as the errata write it (`query limit`).
///
/// # Errors
///
/// The question names no line of a contract document, and no place of any operation.
pub fn answer(sources: &Sources, question: &str) -> Result<String, String> {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    let tables = tables(&project, &mut report);
    let mut out = String::new();
    let places = match file_and_line(question) {
        None => places_named(&tables, question),
        Some((file, line)) => {
            let text = sources.get(file).unwrap_or_default();
            let pointer = Positions::of(text)
                .on_line(line)
                .ok_or_else(|| format!("nothing of {file} is on line {line}"))?;
            let _ = writeln!(out, "{file}:{line} is {pointer}\n");
            let places = places_at(&tables, file, &pointer);
            let is_named = provenance(&project, file, &pointer, &mut out);
            if places.is_empty() && !is_named {
                out += "No source is named: the words are this project's own.\n";
                return Ok(out);
            }
            places
        }
    };
    if places.is_empty() && out.is_empty() {
        return Err(format!(
            "`{question}` is no place of any operation, and no FILE:LINE of {}; a place reads like `query limit` \
             or `response data_list[].id`",
            DOCUMENTS.join(" or ")
        ));
    }
    for (table, place) in &places {
        describe(&project, table, place, &mut out);
    }
    name_sources(&project, &places, &mut out);
    Ok(out)
}

/// The places of this name, in every operation that has one.
fn places_named<'a>(tables: &'a [Table], name: &str) -> Vec<(&'a Table, &'a str)> {
    let mut found = Vec::new();
    for table in tables {
        let columns = table.columns.iter();
        let mut places = columns.flat_map(Column::places).map(|(place, _)| place);
        found.extend(
            places
                .find(|place| *place == name)
                .map(|place| (table, place)),
        );
    }
    found
}

fn file_and_line(question: &str) -> Option<(&'static str, usize)> {
    let (file, line) = question.rsplit_once(':')?;
    let file = DOCUMENTS.into_iter().find(|known| {
        // From the top of the repository, or by the name alone.
        *known == file || known.ends_with(&format!("/{file}"))
    })?;
    Some((file, line.parse().ok()?))
}

/// The places that a pointer is about: those with the nearest statement at it or above it.
fn places_at<'a>(tables: &'a [Table], file: &str, pointer: &str) -> Vec<(&'a Table, &'a str)> {
    let mut found: Vec<(usize, &Table, &str)> = Vec::new();
    for table in tables {
        let contract = table.columns.iter().filter(|column| column.file == file);
        for (place, entry) in contract.flat_map(Column::places) {
            let nearest = entry
                .places()
                .into_iter()
                .chain([entry.pointer.as_str()])
                .filter(|above| is_within(pointer, above))
                .map(str::len)
                .max();
            found.extend(nearest.map(|length| (length, table, place)));
        }
    }
    let nearest = found.iter().map(|(length, ..)| *length).max();
    found.retain(|(length, ..)| Some(*length) == nearest);
    found
        .into_iter()
        .map(|(_, table, place)| (table, place))
        .collect()
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Every source on every aspect of a place, and the errata about it.
fn describe(project: &Project<'_>, table: &Table, place: &str, out: &mut String) {
    let _ = writeln!(out, "{}, {place}", table.operation);
    for column in &table.columns {
        let Some(entry) = column.entry(place) else {
            if column.is_complete {
                let _ = writeln!(out, "    {:<22} does not have it", column.source);
            }
            continue;
        };
        let says: Vec<_> = entry
            .aspects
            .iter()
            .map(|(aspect, statement)| format!("{aspect} {}", statement.says))
            .collect();
        let says = match says.join("; ") {
            // Every source has the operation.
            none if none.is_empty() && place == OPERATION => continue,
            none if none.is_empty() => "has it".to_owned(),
            says => says,
        };
        let _ = writeln!(out, "    {:<22} {says}", column.source);
    }
    let Some(errata) = &project.errata else {
        return;
    };
    let own = errata.errata.iter().filter(|erratum| {
        let claims = erratum
            .claims
            .iter()
            .any(|claim| claim.starts_with(&format!("{place}: ")));
        let evidence = erratum.evidence.iter().any(|evidence| evidence.at == place);
        erratum.operation == table.operation && (claims || evidence)
    });
    for erratum in own {
        let _ = writeln!(
            out,
            "    erratum {}: {} Decision: {} Reason: {}",
            erratum.id, erratum.finding, erratum.decision, erratum.reason
        );
    }
    out.push('\n');
}

/// What the keys of the sources stand for that spoke of the places.
fn name_sources(project: &Project<'_>, places: &[(&Table, &str)], out: &mut String) {
    let Some(errata) = &project.errata else {
        return;
    };
    let speaking: BTreeSet<&str> = places
        .iter()
        .flat_map(|(table, place)| {
            let columns = table.columns.iter();
            columns.filter(|column| column.entry(place).is_some())
        })
        .map(|column| column.source.as_str())
        .filter(|source| *source != CONTRACT)
        .collect();
    for key in speaking {
        if let Some(source) = errata.sources.get(key) {
            let _ = writeln!(out, "{key:<22} = {source}");
        }
    }
}

/// The `x-provenance` at a pointer and above it. Returns whether there is any.
fn provenance(project: &Project<'_>, file: &str, pointer: &str, out: &mut String) -> bool {
    let document = project
        .documents
        .iter()
        .find(|document| document.name == file);
    let Some(document) = document else {
        return false;
    };
    let mut above: Vec<&str> =
        std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0)).collect();
    // What is named there holds for the whole document.
    if !above.contains(&"/info") {
        above.push("/info");
    }
    let mut found = false;
    for pointer in above {
        let node = document.value.pointer(pointer);
        let entries = node
            .and_then(|node| node.get("x-provenance"))
            .and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let text = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
            let _ = writeln!(
                out,
                "named at {pointer}: {}: {}",
                text("source"),
                text("claim")
            );
            found = true;
        }
    }
    if found {
        out.push('\n');
    }
    found
}
