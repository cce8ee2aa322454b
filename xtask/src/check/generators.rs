//! What code generators of others trip over, and what they show.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::model::{Kind, Node, operations, resolve};
use crate::report::Findings;

/// What generators put behind the name of an operation for types of their own, in one language or another.
const OWN_TYPES: [&str; 10] = [
    "",
    "Body",
    "Data",
    "Error",
    "Errors",
    "Params",
    "Request",
    "Response",
    "Responses",
    "Result",
];

/// The longest label of a server: generators make identifiers of it.
const LONGEST_LABEL: usize = 24;

pub(super) fn check(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    schema_names(document, nodes, found);
    servers(nodes, found);
    first_examples(document, nodes, found);
    for node in nodes.iter().filter(|node| node.reference.is_none()) {
        match node.kind {
            Kind::Responses => {
                failures(node, found);
                one_body(document, node, found);
            }
            Kind::Parameter => known_values(document, node, found),
            _ => {}
        }
    }
}

/// A schema that is called like a type of the generator is declared twice, or one of the two gets another name.
fn schema_names(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    let operations = operations(document);
    for node in nodes.iter().filter(|node| node.field == "schemas") {
        let name = node.name.unwrap_or_default().to_ascii_lowercase();
        let clash = operations.iter().find(|operation| {
            let id = operation.id.to_ascii_lowercase();
            let rest = name.strip_prefix(&id);
            rest.is_some_and(|rest| OWN_TYPES.iter().any(|own| own.eq_ignore_ascii_case(rest)))
        });
        if let Some(operation) = clash {
            found.settled_by(
                &node.pointer,
                format!(
                    "generators make a type of this name for the operation {}",
                    operation.id
                ),
                "name the schema after what it describes",
            );
        }
    }
}

/// Many generators take the first address as the default, and some leave a variable in it as it is. Of the
/// descriptions some make identifiers.
fn servers(nodes: &[Node<'_>], found: &mut Findings<'_>) {
    let mut labels = HashSet::new();
    for node in nodes.iter().filter(|node| node.kind == Kind::Server) {
        let is_first = node.pointer == "/servers/0";
        if is_first && node.text("url").is_some_and(|url| url.contains('{')) {
            found.at(
                node.at("url"),
                "the first server has a variable; put one without in its place",
            );
        }
        let Some(label) = node.text("description") else {
            continue;
        };
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == ' ';
        let is_label = label.starts_with(|c: char| c.is_ascii_alphabetic())
            && label.len() <= LONGEST_LABEL
            && label.chars().all(is_word);
        if !is_label || !labels.insert(label) {
            found.settled_by(
                node.at("description"),
                "generators make an identifier of this label",
                format!(
                    "use at most {LONGEST_LABEL} letters, digits and blanks, and no label twice"
                ),
            );
        }
    }
}

/// Servers that make answers of the document send the first example, whatever the status.
fn first_examples(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    for node in nodes.iter().filter(|node| node.kind == Kind::Responses) {
        let mut seen = HashMap::new();
        let responses = node.value.as_object().into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| status.starts_with(['4', '5'])) {
            let place = node.at(status);
            let example = resolve(document, &place, response).and_then(|(_, response)| {
                let body = response.pointer("/content/application~1json/examples")?;
                let first = body.as_object()?.values().next()?;
                resolve(document, "", first)
            });
            let Some((_, example)) = example else {
                continue;
            };
            if let Some(earlier) = seen.insert(example.to_string(), status) {
                found.at(
                    place,
                    format!(
                        "its first example is that of {earlier}, so it does not fit the status"
                    ),
                );
            }
        }
    }
}

/// Any operation may fail. Many generators write a range such as `4XX` into the code, which does not compile.
fn failures(node: &Node<'_>, found: &mut Findings<'_>) {
    if node.value.get("default").is_none() {
        found.at(
            &node.pointer,
            "no response for default, and any operation may fail with any status",
        );
    }
    let statuses = node.value.as_object().into_iter().flatten();
    for (status, _) in statuses.filter(|(status, _)| status.ends_with("XX")) {
        found.settled_by(
            node.at(status),
            format!("many generators cannot read the range {status}"),
            "declare each status that is on record, and `default` for all others",
        );
    }
}

/// Where the bodies differ, generators with one type for all errors of an operation stop, and `error_ranges` loses some.
fn one_body(document: &Value, node: &Node<'_>, found: &mut Findings<'_>) {
    let body = |response: &Value| {
        let (_, response) = resolve(document, "", response)?;
        response
            .pointer("/content/application~1json/schema")
            .cloned()
    };
    let any = node.value.get("default").and_then(body);
    let responses = node.value.as_object().into_iter().flatten();
    for (status, response) in responses.filter(|(status, _)| status.starts_with(['4', '5'])) {
        if any.is_some() && body(response) != any {
            found.at(
                node.at(status),
                "its body has another schema than that of default; all errors share one",
            );
        }
    }
}

/// Pages and generated methods show the description of a parameter and not that of its schema.
fn known_values(document: &Value, node: &Node<'_>, found: &mut Findings<'_>) {
    let schema = node.value.get("schema");
    let Some((_, schema)) = schema.and_then(|schema| resolve(document, "", schema)) else {
        return;
    };
    let description = |value: &Value| {
        let text = value.get("description").and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let (shown, meant) = (description(node.value), description(schema));
    let is_value = |line: &&str| line.starts_with("- `");
    let missing = meant
        .lines()
        .filter(is_value)
        .find(|value| !shown.lines().any(|line| line == *value));
    if let Some(value) = missing.filter(|_| schema.get("x-extensible-enum").is_some()) {
        found.settled_by(
            node.at("description"),
            "the description does not name a known value as its schema does",
            format!("add the line \"{value}\""),
        );
    }
}
