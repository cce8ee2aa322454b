//! Whether every example and default of the contract fits its schema.

use serde_json::Value;

use super::Document;
use crate::model::{Kind, Node, join, resolve, walk};
use crate::report::{Findings, Part, Report};
use crate::validation::{Validators, faults};

/// Returns how many values were looked at.
pub(super) fn check(document: &Document, report: &mut Report) -> usize {
    let mut found = report.findings(Part::Examples, document.name);
    let mut validators = Validators::new(&document.value);
    let mut count = 0;
    for node in walk(&document.value) {
        if node.reference.is_some() {
            continue;
        }
        let schema = match node.kind {
            Kind::Schema => Some(node.value),
            Kind::Parameter | Kind::Header | Kind::MediaType => node.value.get("schema"),
            _ => continue,
        };
        let values = values(&document.value, &node, &mut found);
        count += values.len();
        if values.is_empty() {
            continue;
        }
        let Some(schema) = schema else {
            found.at(
                &node.pointer,
                "an example without a schema says nothing; add the schema",
            );
            continue;
        };
        let validator = match validators.of(schema) {
            Ok(validator) => validator,
            Err(reason) => {
                found.at(
                    &node.pointer,
                    format!("its examples cannot be checked, because its schema is none: {reason}"),
                );
                continue;
            }
        };
        for (place, value) in values {
            for (inner, what) in faults(validator, value) {
                found.at(format!("{place}{inner}"), what);
            }
        }
    }
    count
}

/// The examples and the default of one object, each with its place.
fn values<'a>(
    document: &'a Value,
    node: &Node<'a>,
    found: &mut Findings<'_>,
) -> Vec<(String, &'a Value)> {
    let mut values = Vec::new();
    let mut fields = vec!["example"];
    if node.kind == Kind::Schema {
        fields.push("default");
    }
    for field in fields {
        values.extend(node.value.get(field).map(|value| (node.at(field), value)));
    }
    // In a schema, `examples` is no field.
    let named = node.value.get("examples").and_then(Value::as_object);
    for (name, example) in named
        .filter(|_| node.kind != Kind::Schema)
        .into_iter()
        .flatten()
    {
        let place = join(&node.at("examples"), name);
        // A broken reference is reported where it stands.
        let Some((place, example)) = resolve(document, &place, example) else {
            continue;
        };
        match example.get("value") {
            Some(value) => values.push((join(&place, "value"), value)),
            None => found.at(
                place,
                "this example has no `value`; an external one cannot be checked",
            ),
        }
    }
    values
}
