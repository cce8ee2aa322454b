//! A documented request line, such as `GET https://{endpoint}/v5/{project_id}/images?limit=50`.

use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::check::Document;
use crate::model::{Operation, resolve};
use crate::report::Findings;
use crate::validation;

/// The query parameters of a line, as text.
pub(in crate::check) fn parameters(line: &str) -> Vec<(String, String)> {
    let query = line.trim().split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Checks the line against the operation, and returns its parameters.
pub(super) fn check(
    document: &Document,
    operation: &Operation<'_>,
    line: &str,
    found: &mut Findings<'_>,
) -> Value {
    let (method, address) = line.trim().split_once(' ').unwrap_or_default();
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let path = address
        .strip_prefix("https://{endpoint}")
        .unwrap_or(address);
    if !method.eq_ignore_ascii_case(operation.method) || path != operation.path {
        found.at(
            "",
            format!(
                "it asks for {method} {path}, the contract has {} {}",
                operation.method.to_uppercase(),
                operation.path
            ),
        );
    }
    let declared: Vec<_> = operation
        .parameters(&document.value)
        .into_iter()
        .map(|(_, parameter)| parameter)
        .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("query"))
        .collect();
    let name = |parameter: &Value| {
        let name = parameter.get("name").and_then(Value::as_str);
        name.unwrap_or_default().to_owned()
    };
    let mut sent = Map::new();
    for (key, text) in form_urlencoded::parse(query.as_bytes()) {
        let place = format!("?{key}");
        let Some(parameter) = declared.iter().find(|parameter| name(parameter) == key) else {
            found.at(
                place,
                format!("{} has no such query parameter", operation.id),
            );
            continue;
        };
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        let value = typed(&document.value, schema, &text);
        if let Ok(validator) = validation::validator(&document.value, schema) {
            for (_, what) in validation::faults(&validator, &value) {
                found.at(&place, format!("does not fit the contract: {what}"));
            }
        }
        if sent.insert(key.to_string(), value).is_some() {
            found.at(place, "sent twice");
        }
    }
    for parameter in declared {
        let is_required = parameter.get("required") == Some(&Value::Bool(true));
        if is_required && !sent.contains_key(&name(parameter)) {
            let what = format!("`{}` is required and missing", name(parameter));
            found.at("", what);
        }
    }
    Value::Object(sent)
}

/// The text of a parameter's value as JSON, by the type of its schema.
fn typed(document: &Value, schema: &Value, text: &str) -> Value {
    let schema = resolve(document, "", schema).map(|(_, schema)| schema);
    let kind = schema
        .and_then(|schema| schema.get("type"))
        .and_then(Value::as_str);
    let parsed = match kind {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).ok(),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}
