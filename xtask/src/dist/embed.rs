//! What a file that was downloaded alone carries of the project: sources, errata and history.

use std::collections::{BTreeMap, BTreeSet};

use hss_spec::{Errata, Erratum, Source};
use serde::Serialize;
use serde_json::{Value, json};

use crate::changelog::Release;
use crate::model::{operations, provenance};

/// What an erratum says to a reader who has nothing but the document.
#[derive(Serialize)]
struct Settled<'a> {
    id: &'a str,
    operation: &'a str,
    about: &'a str,
    finding: &'a str,
    decision: &'a str,
    reason: &'a str,
    consumer: &'a str,
}

impl<'a> Settled<'a> {
    fn of(erratum: &'a Erratum) -> Self {
        Self {
            id: &erratum.id,
            operation: &erratum.operation,
            about: &erratum.about,
            finding: &erratum.finding,
            decision: &erratum.decision,
            reason: &erratum.reason,
            consumer: &erratum.consumer,
        }
    }
}

/// Adds `x-sources`, `x-errata` and `x-changelog` to the document of this name.
pub(super) fn embed(document: &mut Value, name: &str, errata: &Errata, history: &[Release]) {
    let operations = operations(document);
    let is_of_document = |erratum: &&Erratum| {
        erratum.operation == name
            || operations
                .iter()
                .any(|operation| operation.id == erratum.operation)
    };
    let settled: Vec<_> = errata.errata.iter().filter(is_of_document).collect();
    let mut named: BTreeSet<&str> = settled
        .iter()
        .flat_map(|erratum| &erratum.evidence)
        .map(|evidence| evidence.source.as_str())
        .collect();
    named.extend(provenance(document).into_values().flatten());
    let sources: BTreeMap<&str, &Source> = errata
        .sources
        .iter()
        .map(|(key, source)| (key.as_str(), source))
        .filter(|(key, _)| named.contains(key))
        .collect();
    let settled: Vec<_> = settled.into_iter().map(Settled::of).collect();
    let parts = [
        ("x-sources", json!(sources)),
        ("x-errata", json!(settled)),
        ("x-changelog", json!(history)),
    ];
    for (key, part) in parts {
        document[key] = part;
    }
}
