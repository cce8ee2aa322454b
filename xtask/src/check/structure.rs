//! Whether a document is OpenAPI 3.0.3, by the object model of the specification and by a second reader.

use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use openapiv3::OpenAPI;
use serde_json::Value;

use super::{Document, place_and_reason};
use crate::report::{Part, Report};
use crate::validation::faults;

/// The object model of the specification, see the file.
static OBJECT_MODEL: LazyLock<Validator> = LazyLock::new(|| {
    let text = include_str!("../../schema/openapi-3.0.yaml");
    let schema: Value = hss_spec::parse_yaml("openapi-3.0.yaml", text).expect("the schema is YAML");
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .build(&schema)
        .expect("the schema file is a JSON Schema")
});

pub(super) fn check(document: &Document, report: &mut Report) {
    let mut found = report.findings(Part::Structure, document.name);
    let faults = faults(&OBJECT_MODEL, &document.value);
    if faults.is_empty() {
        // Its messages name no place, so it is asked only about what the first reader has nothing against.
        second_reader(document, |place, what| found.at(place, what));
    }
    for (place, what) in faults {
        found.at(place, what);
    }
}

fn second_reader(document: &Document, mut found: impl FnMut(String, String)) {
    if let Err(error) = serde_json::from_value::<OpenAPI>(document.value.clone()) {
        found(
            String::new(),
            format!("openapiv3, the reader of many Rust tools, refuses it: {error}"),
        );
    }
    if let Some(Err(error)) = document.contract.as_ref().map(hss_spec::lower) {
        let (place, reason) = place_and_reason(error);
        found(
            place,
            format!("the copy for the code generator is refused: {reason}"),
        );
    }
}

#[cfg(test)]
mod tests;
