//! The rules of this project that no linter knows: descriptions, examples, names, formats and extensions.

use std::collections::HashSet;
use std::fmt;
use std::ops::AddAssign;

use hss_spec::Errata;
use serde_json::Value;

use super::{frozen, generators, vocabulary};
use crate::model::{Kind, Node, join, resolve, walk};
use crate::project::Document;
use crate::report::{Findings, Part, Report};
use crate::sources::ERRATA;

/// The extensions that the contract uses, all of them documented beside it.
const EXTENSIONS: [&str; 5] = [
    "x-provenance",
    "x-extensible-enum",
    "x-unit",
    "x-region",
    "x-call-limits",
];

/// The units, and how a description names them.
const UNITS: [(&str, &str); 2] = [
    ("milliseconds", "milliseconds since 1970-01-01T00:00:00Z"),
    ("bytes", "bytes"),
];

/// How much there was to check.
#[derive(Default)]
pub(super) struct Counts {
    descriptions: usize,
    provenance: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.descriptions += other.descriptions;
        self.provenance += other.provenance;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} descriptions, {} claims with a known source",
            self.descriptions, self.provenance
        )
    }
}

pub(super) fn check(document: &Document, errata: Option<&Errata>, report: &mut Report) -> Counts {
    let mut found = report.findings(Part::Rules, document.name);
    let nodes = walk(&document.value);
    let mut counts = Counts::default();
    for node in nodes.iter().filter(|node| node.reference.is_none()) {
        counts.descriptions += usize::from(description(node, &mut found));
        example(&document.value, node, &mut found);
        extensions(node, &mut found);
        vocabulary::check(node, &mut found);
        if node.kind == Kind::Schema {
            type_of(node, &mut found);
            format(node, &mut found);
            enum_values(node, &mut found);
            unit(node, &mut found);
            let further = node.value.get("additionalProperties");
            if further.is_some_and(|further| *further != Value::Bool(true)) {
                found.at(
                    node.at("additionalProperties"),
                    "the service may add members, and strict clients would refuse them",
                );
            }
        }
        if node.kind == Kind::RequestBody {
            required_body(&document.value, node, &mut found);
        }
        counts.provenance += provenance(node, errata, &mut found);
    }
    for node in nodes.iter().filter(|node| node.field == "properties") {
        property_name(node, &mut found);
    }
    frozen::check(document, &mut found);
    generators::check(&document.value, &nodes, &mut found);
    counts
}

/// Whatever a reader meets by name is described. Returns whether it is.
fn description(node: &Node<'_>, found: &mut Findings<'_>) -> bool {
    let is_wanted = match node.kind {
        // Schemas without a name, such as the one of a parameter, are described by what holds them.
        Kind::Schema => matches!(node.field, "properties" | "schemas"),
        Kind::Info
        | Kind::Operation
        | Kind::Parameter
        | Kind::Header
        | Kind::RequestBody
        | Kind::Response
        | Kind::SecurityScheme
        | Kind::Server
        | Kind::ServerVariable
        | Kind::Tag => true,
        _ => false,
    };
    let is_described = node.text("description").is_some();
    if is_wanted && !is_described {
        found.at(
            &node.pointer,
            format!("this {} has no description", node.kind.name()),
        );
    }
    if node.kind == Kind::Operation && node.text("summary").is_none() {
        found.at(&node.pointer, "this operation has no summary");
    }
    is_wanted && is_described
}

/// Every parameter has an example, and so has every body of an operation.
fn example(document: &Value, node: &Node<'_>, found: &mut Findings<'_>) {
    match node.kind {
        // One with a content has its examples there.
        Kind::Parameter if node.value.get("content").is_none() && !has_example(node.value) => {
            found.at(&node.pointer, "this parameter has no example");
        }
        Kind::Operation => {
            let body = node.value.get("requestBody");
            let body = body.map(|body| (node.at("requestBody"), body));
            let responses = node.value.get("responses").and_then(Value::as_object);
            let responses = responses
                .into_iter()
                .flatten()
                .filter(|(status, _)| !status.starts_with("x-"))
                .map(|(status, response)| (join(&node.at("responses"), status), response));
            for (place, holder) in body.into_iter().chain(responses) {
                let Some((_, holder)) = resolve(document, &place, holder) else {
                    continue;
                };
                let content = holder.get("content").and_then(Value::as_object);
                for (media_type, body) in content.into_iter().flatten() {
                    if !has_example(body) {
                        found.at(&place, format!("the body as {media_type} has no example"));
                    }
                }
            }
        }
        _ => {}
    }
}

fn has_example(holder: &Value) -> bool {
    let examples = holder.get("examples").and_then(Value::as_object);
    holder.get("example").is_some() || examples.is_some_and(|examples| !examples.is_empty())
}

/// Every schema has a type: without one it allows anything, and so does a list that does not say of what.
fn type_of(node: &Node<'_>, found: &mut Findings<'_>) {
    let has = |key: &str| node.value.get(key).is_some();
    let is_composed = has("allOf") || has("anyOf") || has("oneOf");
    if !has("type") && !is_composed {
        found.at(
            &node.pointer,
            "this schema has no type, so it allows anything",
        );
    }
    if node.value.get("type").and_then(Value::as_str) == Some("array") && !has("items") {
        found.at(
            &node.pointer,
            "this list does not say what it holds; add `items`",
        );
    }
}

/// Only integers have a format, and every integer has one: it decides between 32 and 64 bits.
fn format(node: &Node<'_>, found: &mut Findings<'_>) {
    let is_integer = node.value.get("type").and_then(Value::as_str) == Some("integer");
    match node.value.get("format").and_then(Value::as_str) {
        Some("int32" | "int64") if is_integer => {}
        Some(format @ ("int32" | "int64")) => found.at(
            node.at("format"),
            format!("the format {format} belongs to the type integer"),
        ),
        Some(format) => found.at(
            node.at("format"),
            format!("unknown format {format}; only int32 and int64 are used"),
        ),
        None if is_integer => found.at(
            &node.pointer,
            "this integer has no format; say int32 or int64",
        ),
        None => {}
    }
}

/// Every value of an enum is described by a line of its own.
fn enum_values(node: &Node<'_>, found: &mut Findings<'_>) {
    let text = node.text("description").unwrap_or_default();
    for key in ["enum", "x-extensible-enum"] {
        let Some(listed) = node.value.get(key) else {
            continue;
        };
        let place = node.at(key);
        let Some(values) = listed.as_array().filter(|values| !values.is_empty()) else {
            found.at(place, "expected a list of values");
            continue;
        };
        let mut seen = HashSet::new();
        for (index, value) in values.iter().enumerate() {
            let place = join(&place, &index.to_string());
            let Some(value) = value.as_str() else {
                found.at(place, format!("expected text, found {value}"));
                continue;
            };
            if !seen.insert(value) {
                found.at(&place, format!("the value `{value}` is listed twice"));
            }
            let described = format!("- `{value}`: ");
            if !text.lines().any(|line| line.starts_with(&described)) {
                found.at(
                    place,
                    format!("the description has no line \"- `{value}`: …\" for this value"),
                );
            }
        }
        if key == "enum" {
            found.at(
                &place,
                "a closed enum makes strict clients refuse what the service adds; list known values in \
                 `x-extensible-enum`",
            );
        }
        let is_text = node.value.get("type").and_then(Value::as_str) == Some("string");
        if key == "x-extensible-enum" && !is_text {
            found.at(&place, "an open enum is of type string");
        }
    }
}

/// A body with required members is required itself.
fn required_body(document: &Value, node: &Node<'_>, found: &mut Findings<'_>) {
    let schema = node.value.pointer("/content/application~1json/schema");
    let schema = schema.and_then(|schema| resolve(document, "", schema));
    let has_required = schema.is_some_and(|(_, schema)| schema.get("required").is_some());
    if has_required && node.value.get("required") != Some(&Value::Bool(true)) {
        found.at(
            &node.pointer,
            "its schema has required members, so the body is required",
        );
    }
}

/// A unit is known, and belongs to a number.
fn unit(node: &Node<'_>, found: &mut Findings<'_>) {
    let Some(unit) = node.value.get("x-unit") else {
        return;
    };
    let known = UNITS
        .into_iter()
        .find(|(name, _)| unit.as_str() == Some(name));
    let Some((_, words)) = known else {
        let names: Vec<_> = UNITS.iter().map(|(name, _)| *name).collect();
        found.at(
            node.at("x-unit"),
            format!("unknown unit {unit}; expected {}", names.join(" or ")),
        );
        return;
    };
    if node.value.get("type").and_then(Value::as_str) != Some("integer") {
        found.at(node.at("x-unit"), "a unit belongs to an integer");
    }
    // The schema of a parameter has no words of its own; those of the parameter are left to its reader.
    let text = node.text("description");
    if text.is_some_and(|text| {
        !text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .contains(words)
    }) {
        found.at(
            node.at("x-unit"),
            format!("the description does not say \"{words}\""),
        );
    }
}

fn property_name(node: &Node<'_>, found: &mut Findings<'_>) {
    let name = node.name.unwrap_or_default();
    let is_word = |word: &str| {
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty() && word.chars().all(lower)
    };
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !starts_well || !name.split('_').all(is_word) {
        found.at(
            &node.pointer,
            format!("the property `{name}` is not in snake_case"),
        );
    }
}

fn extensions(node: &Node<'_>, found: &mut Findings<'_>) {
    if node.kind == Kind::SecurityRequirement {
        return; // Its members are names of schemes.
    }
    let keys = node
        .value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    for key in keys.filter(|key| key.starts_with("x-")) {
        if !EXTENSIONS.contains(&key.as_str()) {
            found.at(
                node.at(key),
                format!(
                    "unknown extension; only {} are used",
                    EXTENSIONS.join(" and ")
                ),
            );
        }
        if key == "x-extensible-enum" && node.kind != Kind::Schema {
            found.at(node.at(key), "an open enum is a schema");
        }
        if key == "x-region" && node.kind != Kind::Server {
            found.at(node.at(key), "only a server belongs to a region");
        }
        if key == "x-call-limits" && node.kind != Kind::Operation {
            found.at(node.at(key), "only an operation has a limit of calls");
        }
    }
}

/// Every claim says where it comes from. Returns how many do.
fn provenance(node: &Node<'_>, errata: Option<&Errata>, found: &mut Findings<'_>) -> usize {
    let Some(entries) = node.value.get("x-provenance") else {
        return 0;
    };
    let place = node.at("x-provenance");
    let Some(entries) = entries.as_array().filter(|entries| !entries.is_empty()) else {
        found.at(
            place,
            "expected a list of entries with `source` and `claim`",
        );
        return 0;
    };
    let mut good = 0;
    for (index, entry) in entries.iter().enumerate() {
        let place = join(&place, &index.to_string());
        let text = |key| {
            let text = entry.get(key).and_then(Value::as_str);
            text.filter(|text| !text.trim().is_empty())
        };
        let count = entry.as_object().map_or(0, serde_json::Map::len);
        let (Some(source), Some(_), 2) = (text("source"), text("claim"), count) else {
            found.at(place, "expected exactly `source` and `claim`, both text");
            continue;
        };
        if errata.is_some_and(|errata| !errata.sources.contains_key(source)) {
            found.at(
                join(&place, "source"),
                format!(
                    "unknown source `{source}`; add it to `sources` in {ERRATA}, or correct it"
                ),
            );
            continue;
        }
        good += 1;
    }
    good
}
