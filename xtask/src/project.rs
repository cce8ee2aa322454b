//! What is checked, read: the documents of the contract and the errata.

use hss_spec::{Contract, Errata};
use serde_json::Value;

use crate::report::{Part, Report};
use crate::sources::{DOCUMENTS, ERRATA, Sources};

/// A contract document that could be read as YAML.
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) value: Value,
    /// As the code generator reads it; a document with faults may be unreadable there.
    pub(crate) contract: Option<Contract>,
}

/// Everything that is checked.
pub(crate) struct Project<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) documents: Vec<Document>,
    pub(crate) errata: Option<Errata>,
}

impl<'a> Project<'a> {
    /// Reads what can be read, and reports what cannot.
    pub(crate) fn read(sources: &'a Sources, report: &mut Report) -> Self {
        let documents: Vec<_> = DOCUMENTS
            .into_iter()
            .filter_map(|name| read_document(name, sources, report))
            .collect();
        let errata = read_errata(sources, report);
        let names: Vec<_> = documents.iter().map(|document| document.name).collect();
        report.fact(
            Part::Documents,
            format!("{} read: {}", documents.len(), names.join(", ")),
        );
        Self {
            sources,
            documents,
            errata,
        }
    }
}

fn read_document(name: &'static str, sources: &Sources, report: &mut Report) -> Option<Document> {
    let mut found = report.findings(Part::Documents, name);
    let Some(text) = sources.get(name) else {
        found.at("", "the file is missing");
        return None;
    };
    // Reading the text is what takes time, and the contract has done it.
    match Contract::parse(name, text) {
        Ok(contract) => {
            return Some(Document {
                name,
                value: contract.value().clone(),
                contract: Some(contract),
            });
        }
        Err(error @ hss_spec::Error::Yaml { .. }) => {
            let (place, reason) = place_and_reason(error);
            found.at(place, reason);
        }
        Err(error) => {
            let (place, reason) = place_and_reason(error);
            found.at(
                place,
                format!("the code generator cannot read it: {reason}"),
            );
        }
    }
    Some(Document {
        name,
        value: hss_spec::parse_yaml(name, text).ok()?,
        contract: None,
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

/// The place of an error, and its words without the name of the file, which the report adds.
pub(crate) fn place_and_reason(error: hss_spec::Error) -> (String, String) {
    match error {
        hss_spec::Error::Shape {
            pointer, reason, ..
        } => (pointer, reason),
        hss_spec::Error::Yaml { reason, at, .. } => {
            let first = reason.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            let place = at.map_or_else(String::new, |(line, column)| format!("{line}:{column}"));
            (place, format!("not readable as YAML: {first}"))
        }
        other => (String::new(), other.to_string()),
    }
}
