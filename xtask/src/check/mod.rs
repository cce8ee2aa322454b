//! The check: everything that can be said against the contract, in one run.

mod claims;
mod deviations;
mod documented;
mod examples;
mod frozen;
mod generators;
mod provenance;
mod source_rules;
pub(crate) mod tables;
mod text_rules;
mod translation;
mod vocabulary;

use openapiv3::OpenAPI;
use serde::Deserialize;

use crate::project::{Document, Project, place_and_reason};
use crate::report::{Part, Report};
use crate::sources::{DOCUMENTS, Sources};

pub use documented::{Documented, documented_examples};

/// The deviations of each operation, as the errata claim them.
#[must_use]
pub fn deviations(sources: &Sources) -> Vec<(String, Vec<String>)> {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    let tables = tables::tables(&project, &mut report);
    let lines = |table: &tables::Table| {
        let lines = table.deviations(&project).into_iter();
        lines.map(|deviation| deviation.line).collect()
    };
    tables
        .iter()
        .map(|table| (table.operation.clone(), lines(table)))
        .collect()
}

/// Checks everything and reports every problem.
#[must_use]
pub fn run(sources: &Sources) -> Report {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    check_documents(&project, &mut report);
    // Without a document, whatever refers to it would be reported too, and all of that would be noise.
    if project.documents.len() == DOCUMENTS.len() {
        documented::check(&project, &mut report);
        let tables = tables::tables(&project, &mut report);
        provenance::check(&project, &tables, &mut report);
        if let Some(errata) = &project.errata {
            claims::check(&project, &tables, errata, &mut report);
            source_rules::check(&project, errata, &tables, &mut report);
        }
        translation::check(&project, &mut report);
    }
    report
}

fn check_documents(project: &Project<'_>, report: &mut Report) {
    let (mut rules, mut examples) = (text_rules::Counts::default(), 0);
    for document in &project.documents {
        check_readers(document, report);
        rules += text_rules::check(document, project.errata.as_ref(), report);
        examples += examples::check(document, report);
    }
    report.fact(Part::Rules, rules.to_string());
    report.fact(
        Part::Examples,
        format!("{examples} examples and defaults fit their schemas"),
    );
}

/// Linters see the document; what its Rust readers make of it has to be tried.
fn check_readers(document: &Document, report: &mut Report) {
    let mut found = report.findings(Part::Documents, document.name);
    if let Err(error) = OpenAPI::deserialize(&document.value) {
        found.at(
            "",
            format!("openapiv3, the reader of many Rust tools, refuses it: {error}"),
        );
    }
    if let Some(Err(error)) = document.contract.as_ref().map(hss_spec::lower) {
        let (place, reason) = place_and_reason(error);
        found.at(
            place,
            format!("the copy for the code generator is refused: {reason}"),
        );
    }
}
