//! What refers to what: references, operation ids, path templates, tags and security schemes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;
use std::ops::AddAssign;

use serde_json::Value;

use super::Document;
use crate::model::{Kind, Node, Operation, join, operations, resolve, walk};
use crate::report::{Findings, Part, Report};

/// How much there was to check.
#[derive(Default)]
pub(super) struct Counts {
    operations: usize,
    parameters: usize,
    schemas: usize,
    references: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.operations += other.operations;
        self.parameters += other.parameters;
        self.schemas += other.schemas;
        self.references += other.references;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} operations, {} parameters, {} schemas, {} references",
            self.operations, self.parameters, self.schemas, self.references
        )
    }
}

pub(super) fn check(document: &Document, report: &mut Report) -> Counts {
    let mut found = report.findings(Part::References, document.name);
    let nodes = walk(&document.value);
    let operations = operations(&document.value);
    targets(&document.value, &nodes, &mut found);
    unused_components(&document.value, &nodes, &mut found);
    required_properties(&nodes, &mut found);
    operation_ids(&operations, &mut found);
    for operation in &operations {
        parameters(&document.value, operation, &mut found);
    }
    tags(&nodes, &mut found);
    security(&document.value, &nodes, &mut found);
    let count = |kind| {
        let defined = |node: &&Node<'_>| node.kind == kind && node.reference.is_none();
        nodes.iter().filter(defined).count()
    };
    Counts {
        operations: operations.len(),
        parameters: count(Kind::Parameter),
        schemas: count(Kind::Schema),
        references: nodes.iter().filter(|node| node.reference.is_some()).count(),
    }
}

/// Every reference leads to an object of the right kind.
fn targets(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    let kinds: HashMap<_, _> = nodes
        .iter()
        .map(|node| (node.pointer.as_str(), node.kind))
        .collect();
    for node in nodes {
        let Some(reference) = node.reference else {
            continue;
        };
        let place = node.at("$ref");
        let Some(pointer) = reference.strip_prefix('#') else {
            found.at(
                place,
                format!("{reference} leads out of the document; only `#/…` is followed"),
            );
            continue;
        };
        match kinds.get(pointer) {
            None if document.pointer(pointer).is_none() => {
                found.at(
                    place,
                    format!("nothing is at {reference}; correct it, or add the component"),
                );
            }
            Some(kind) if *kind == node.kind => {
                if resolve(document, &node.pointer, node.value).is_none() {
                    found.at(
                        place,
                        format!("{reference} leads to a broken reference or back to itself"),
                    );
                }
            }
            other => {
                let is = other.map_or("something else", |kind| kind.name());
                found.at(
                    place,
                    format!("{reference} is {is}, expected {}", node.kind.name()),
                );
            }
        }
    }
}

/// Every component is reached from the paths or the document's own fields, not just from other components.
fn unused_components(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    let mut uses: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for node in nodes {
        let user = component(&node.pointer);
        let mut used = Vec::new();
        if let Some(pointer) = node.reference.and_then(|target| target.strip_prefix('#')) {
            used.extend(component(pointer));
        }
        if node.kind == Kind::SecurityRequirement {
            let names = node
                .value
                .as_object()
                .into_iter()
                .flat_map(|object| object.keys());
            used.extend(names.map(|name| join("/components/securitySchemes", name)));
        }
        if node.kind == Kind::Discriminator {
            let mapping = node.value.get("mapping").and_then(Value::as_object);
            let targets = mapping.into_iter().flat_map(|object| object.values());
            used.extend(targets.filter_map(Value::as_str).map(|target| {
                let pointer = target.strip_prefix('#').map(str::to_owned);
                pointer.unwrap_or_else(|| join("/components/schemas", target))
            }));
        }
        uses.entry(user).or_default().append(&mut used);
    }
    let mut reached = BTreeSet::new();
    let mut waiting = uses.remove(&None).unwrap_or_default();
    while let Some(pointer) = waiting.pop() {
        if reached.insert(pointer.clone()) {
            waiting.extend(uses.remove(&Some(pointer)).unwrap_or_default());
        }
    }
    let sections = document.get("components").and_then(Value::as_object);
    for (section, members) in sections.into_iter().flatten() {
        let members = members.as_object().filter(|_| !section.starts_with("x-"));
        for name in members.into_iter().flat_map(|members| members.keys()) {
            let pointer = join(&join("/components", section), name);
            if !reached.contains(&pointer) {
                found.at(
                    pointer,
                    "nothing uses this component; use it, or take it out",
                );
            }
        }
    }
}

/// The component that a place is in.
fn component(pointer: &str) -> Option<String> {
    let mut steps = pointer.strip_prefix("/components/")?.splitn(3, '/');
    let (section, name) = (steps.next()?, steps.next()?);
    Some(format!("/components/{section}/{name}"))
}

/// What a schema requires is among the properties that it has.
fn required_properties(nodes: &[Node<'_>], found: &mut Findings<'_>) {
    for node in nodes.iter().filter(|node| node.kind == Kind::Schema) {
        let (Some(Value::Array(required)), Some(Value::Object(properties))) =
            (node.value.get("required"), node.value.get("properties"))
        else {
            continue;
        };
        for name in required.iter().filter_map(Value::as_str) {
            if !properties.contains_key(name) {
                found.at(
                    node.at("required"),
                    format!("`{name}` is required and is no property of the schema"),
                );
            }
        }
    }
}

fn operation_ids(operations: &[Operation<'_>], found: &mut Findings<'_>) {
    let mut seen = HashMap::new();
    for operation in operations {
        let place = join(&operation.pointer(), "operationId");
        if operation.id.is_empty() {
            found.at(
                operation.pointer(),
                "`operationId` is missing; give the vendor's name of the operation",
            );
        } else if let Some(first) = seen.insert(operation.id, operation.pointer()) {
            found.at(place, format!("{} has the id of {first}", operation.id));
        }
    }
}

/// The template of the path and the declared path parameters are the same, and no parameter is declared twice.
fn parameters(document: &Value, operation: &Operation<'_>, found: &mut Findings<'_>) {
    let templated: Vec<_> = template(operation.path);
    let mut seen = HashSet::new();
    for name in &templated {
        if !seen.insert(name) {
            found.at(
                operation.pointer(),
                format!("the path has `{{{name}}}` twice"),
            );
        }
    }
    let mut declared = HashSet::new();
    for (place, parameter) in operation.parameters(document) {
        let text = |key| {
            parameter
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (name, location) = (text("name"), text("in"));
        // The same parameter in the path and in its operation is an override, in one list it is a slip.
        let holder = place.rsplit_once('/').map(|(holder, _)| holder.to_owned());
        if !declared.insert((holder, name, location)) {
            found.at(
                &place,
                format!("the {location} parameter `{name}` is declared twice"),
            );
        }
        if location == "path" && !templated.contains(&name) {
            found.at(
                &place,
                format!("the path has no `{{{name}}}` for this path parameter"),
            );
        }
    }
    for name in templated {
        let matches =
            |(_, declared, location): &(_, &str, &str)| *declared == name && *location == "path";
        if !declared.iter().any(matches) {
            found.at(
                operation.pointer(),
                format!("no path parameter is declared for `{{{name}}}`"),
            );
        }
    }
}

/// The names in braces.
fn template(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

fn tags(nodes: &[Node<'_>], found: &mut Findings<'_>) {
    let mut declared = HashSet::new();
    for node in nodes.iter().filter(|node| node.kind == Kind::Tag) {
        let name = node.text("name").unwrap_or_default();
        if !declared.insert(name) {
            found.at(&node.pointer, format!("the tag `{name}` is declared twice"));
        }
    }
    for node in nodes.iter().filter(|node| node.kind == Kind::Operation) {
        let tags = node.value.get("tags").and_then(Value::as_array);
        for (index, tag) in tags.into_iter().flatten().enumerate() {
            if tag.as_str().is_some_and(|tag| !declared.contains(tag)) {
                found.at(
                    join(&node.at("tags"), &index.to_string()),
                    format!("{tag} is not among the `tags` of the document"),
                );
            }
        }
    }
}

fn security(document: &Value, nodes: &[Node<'_>], found: &mut Findings<'_>) {
    for node in nodes
        .iter()
        .filter(|node| node.kind == Kind::SecurityRequirement)
    {
        for (name, scopes) in node.value.as_object().into_iter().flatten() {
            let pointer = join("/components/securitySchemes", name);
            let Some(scheme) = document.pointer(&pointer) else {
                found.at(
                    node.at(name),
                    format!("there is no security scheme `{name}`; correct it, or add the scheme"),
                );
                continue;
            };
            let kind = scheme.get("type").and_then(Value::as_str);
            let is_scoped = matches!(kind, Some("oauth2" | "openIdConnect"));
            if !is_scoped && scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) {
                found.at(
                    node.at(name),
                    "only schemes of the types oauth2 and openIdConnect have scopes; leave the list empty",
                );
            }
        }
    }
}
