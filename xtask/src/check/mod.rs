//! The check: everything that can be said against the contract, in one run.

mod documented;
mod examples;
mod references;
mod structure;
mod text_rules;

use hss_spec::{Contract, Errata};
use serde_json::Value;

use crate::report::{Part, Report};
use crate::sources::{DOCUMENTS, ERRATA, Sources};

pub use documented::{Documented, documented_examples};

/// A contract document that could be read as YAML.
struct Document {
    name: &'static str,
    value: Value,
    /// As the code generator reads it; a document with faults may be unreadable there.
    contract: Option<Contract>,
}

/// Everything that is checked.
struct Project<'a> {
    sources: &'a Sources,
    documents: Vec<Document>,
    errata: Option<Errata>,
}

/// Checks everything and reports every problem.
#[must_use]
pub fn run(sources: &Sources) -> Report {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    project.check_documents(&mut report);
    // Without a document, whatever refers to it would be reported too, and all of that would be noise.
    if project.documents.len() == DOCUMENTS.len() {
        if let Some(errata) = &project.errata {
            text_rules::check_sources(&project, errata, &mut report);
        }
        documented::check(&project, &mut report);
    }
    report
}

impl<'a> Project<'a> {
    fn read(sources: &'a Sources, report: &mut Report) -> Self {
        let documents: Vec<_> = DOCUMENTS
            .into_iter()
            .filter_map(|name| read_document(name, sources, report))
            .collect();
        let errata = read_errata(sources, report);
        let names: Vec<_> = documents.iter().map(|document| document.name).collect();
        report.fact(
            Part::Documents,
            format!(
                "{} read: {}; {} errata",
                documents.len(),
                names.join(", "),
                errata.as_ref().map_or(0, |errata| errata.errata.len()),
            ),
        );
        Self {
            sources,
            documents,
            errata,
        }
    }

    fn check_documents(&self, report: &mut Report) {
        let (mut references, mut rules, mut examples) = (
            references::Counts::default(),
            text_rules::Counts::default(),
            0,
        );
        for document in &self.documents {
            structure::check(document, report);
            references += references::check(document, report);
            rules += text_rules::check(document, self.errata.as_ref(), report);
            examples += examples::check(document, report);
        }
        report.fact(
            Part::Structure,
            format!(
                "{} documents are OpenAPI 3.0.3, and openapiv3 reads them, as they are and as lowered",
                self.documents.len()
            ),
        );
        report.fact(Part::References, references.to_string());
        report.fact(Part::Rules, rules.to_string());
        report.fact(
            Part::Examples,
            format!("{examples} examples and defaults fit their schemas"),
        );
    }
}

fn read_document(name: &'static str, sources: &Sources, report: &mut Report) -> Option<Document> {
    let mut found = report.findings(Part::Documents, name);
    let Some(text) = sources.get(name) else {
        found.at("", "the file is missing");
        return None;
    };
    let value = match hss_spec::parse_yaml(name, text) {
        Ok(value) => value,
        Err(error) => {
            let (place, reason) = place_and_reason(error);
            found.at(place, reason);
            return None;
        }
    };
    let contract = match Contract::parse(name, text) {
        Ok(contract) => Some(contract),
        Err(error) => {
            let (place, reason) = place_and_reason(error);
            found.at(
                place,
                format!("the code generator cannot read it: {reason}"),
            );
            None
        }
    };
    Some(Document {
        name,
        value,
        contract,
    })
}

fn read_errata(sources: &Sources, report: &mut Report) -> Option<Errata> {
    let mut found = report.findings(Part::Documents, ERRATA);
    let Some(text) = sources.get(ERRATA) else {
        found.at("", "the file is missing");
        return None;
    };
    match Errata::parse(ERRATA, text) {
        Ok(errata) => Some(errata),
        Err(error) => {
            let (place, reason) = place_and_reason(error);
            found.at(place, reason);
            None
        }
    }
}

/// An error without the name of the file, which the report adds.
fn place_and_reason(error: hss_spec::Error) -> (String, String) {
    match error {
        hss_spec::Error::Shape {
            pointer, reason, ..
        } => (pointer, reason),
        hss_spec::Error::Yaml { reason, .. } => {
            let first = reason.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            (String::new(), format!("not readable as YAML: {first}"))
        }
        other => (String::new(), other.to_string()),
    }
}
