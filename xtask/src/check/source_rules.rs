//! The rules about sources: each is used, has a date and an address, and is what the contract links.

use std::collections::HashSet;

use hss_spec::{Errata, Source};

use super::tables::Table;
use crate::day::is_day;
use crate::model::{Kind, join, provenance, walk};
use crate::project::Project;
use crate::report::{Part, Report};
use crate::sources::ERRATA;
use crate::statements::{Aspect, OPERATION};

pub(super) fn check(project: &Project<'_>, errata: &Errata, tables: &[Table], report: &mut Report) {
    used(project, errata, tables, report);
    dated(errata, tables, report);
    linked(project, errata, report);
}

/// Every source is used: by the contract, by a transcript, or as evidence.
fn used(project: &Project<'_>, errata: &Errata, tables: &[Table], report: &mut Report) {
    let mut used: HashSet<&str> = HashSet::new();
    for document in &project.documents {
        used.extend(provenance(&document.value).into_values().flatten());
    }
    let columns = tables.iter().flat_map(|table| &table.columns);
    used.extend(columns.map(|column| column.source.as_str()));
    let evidence = errata.errata.iter().flat_map(|erratum| &erratum.evidence);
    used.extend(evidence.map(|evidence| evidence.source.as_str()));
    let mut found = report.findings(Part::Rules, ERRATA);
    for source in errata.sources.keys() {
        if !used.contains(source.as_str()) {
            found.at(
                join("/sources", source),
                "nothing uses this source; use it, or take it out",
            );
        }
    }
}

/// A reader can go and look whether a source still says so. What a transcript was made of is what is listed.
fn dated(errata: &Errata, tables: &[Table], report: &mut Report) {
    let mut found = report.findings(Part::Rules, ERRATA);
    for (key, source) in &errata.sources {
        let place = join("/sources", key);
        if !source.url.starts_with("https://") {
            found.at(join(&place, "url"), "expected an address with https");
        }
        if !has_date(source) {
            found.at(
                join(&place, "date"),
                "expected a day such as 2025-09-24, two of them with ` to ` between, or `received` and a day",
            );
        }
    }
    for column in tables.iter().flat_map(|table| &table.columns) {
        let updated = column
            .entry(OPERATION)
            .and_then(|entry| entry.says(Aspect::Updated));
        let source = errata.sources.get(&column.source);
        let (Some(updated), Some(source)) = (updated, source) else {
            continue;
        };
        if is_day(updated) && !source.date.contains(updated) {
            found.settled_by(
                join(&join("/sources", &column.source), "date"),
                format!("{} was made of a state of {updated}", column.file),
                "give the date of that state, or transcribe the newer one",
            );
        }
    }
}

fn has_date(source: &Source) -> bool {
    let date = source.date.as_str();
    let date = date.strip_prefix("received ").unwrap_or(date);
    match date.split_once(" to ") {
        Some((from, to)) => is_day(from) && is_day(to) && from < to,
        None => is_day(date),
    }
}

/// A document and its operations link pages, and each of these is a source.
fn linked(project: &Project<'_>, errata: &Errata, report: &mut Report) {
    for document in &project.documents {
        let mut found = report.findings(Part::Rules, document.name);
        for node in walk(&document.value) {
            match node.kind {
                Kind::Document | Kind::Operation if node.value.get("externalDocs").is_none() => {
                    found.at(
                        &node.pointer,
                        format!(
                            "this {} links no page; add `externalDocs`",
                            node.kind.name()
                        ),
                    );
                }
                Kind::ExternalDocs => {
                    let url = node.text("url");
                    let mut sources = errata.sources.values();
                    if !sources.any(|source| Some(source.url.as_str()) == url) {
                        found.at(node.at("url"), "this is not the address of a source");
                    }
                }
                _ => {}
            }
        }
    }
}
