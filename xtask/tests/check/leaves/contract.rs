//! The contract: what parameters and schemas say, and which of them there are.

use super::*;

/// The keywords that mean something to a program.
const KEYWORDS: [&str; 12] = [
    "$ref",
    "type",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "default",
    "nullable",
    "x-unit",
    "items",
];

/// Leaves that are noticed elsewhere: an example of the contract shows what they allow.
const SHOWN: [(&str, &str); 2] = [
    (
        "/components/schemas/ListLinks/properties/next/nullable",
        "/components/examples/ProjectsOfOneRegion",
    ),
    (
        "/components/schemas/ListLinks/properties/previous/nullable",
        "/components/examples/ProjectsOfOneRegion",
    ),
];

/// Leaves that go unnoticed. What is known of the page of the token does not tell of every member of the request
/// whether it is mandatory, so nobody contradicts a contract that calls one of these optional.
const UNNOTICED: [&str; 5] = [
    "/components/schemas/Auth/required/0",
    "/components/schemas/CreateTokenRequest/required/0",
    "/components/schemas/Identity/required/0",
    "/components/schemas/PasswordIdentity/required/0",
    "/components/schemas/PasswordUser/required/0",
];

#[test]
fn every_keyword_of_the_image_inventory() {
    assert_eq!(unnoticed_keywords(HSS, 180), [""; 0]);
}

#[test]
fn every_keyword_of_the_identity_service() {
    assert_eq!(unnoticed_keywords(IAM, 100), UNNOTICED);
}

/// The leaves that the check does not miss. There are at least so many leaves: none may be overlooked here.
fn unnoticed_keywords(file: &str, at_least: usize) -> Vec<String> {
    let document = original(file);
    let leaves = leaves(&document);
    assert!(leaves.len() >= at_least, "only {} leaves", leaves.len());
    let users = users(&document);
    let mut unnoticed = Vec::new();
    for wave in waves(leaves).into_values() {
        let report = without(file, wave.iter().map(|leaf| leaf.pointer.as_str()));
        let things = things(&report, file);
        for leaf in wave {
            let users = users
                .get(&leaf.thing)
                .into_iter()
                .flatten()
                .map(String::as_str);
            let shown = SHOWN.iter().filter(|(known, _)| *known == leaf.pointer);
            let mut accepted = users
                .chain(shown.map(|(_, thing)| *thing))
                .chain([leaf.thing.as_str()]);
            if !accepted.any(|thing| things.contains(thing)) {
                unnoticed.push(leaf.pointer);
            }
        }
    }
    unnoticed.sort();
    unnoticed
}

#[test]
fn every_parameter() {
    for (file, at_least) in [(HSS, 24), (IAM, 8)] {
        let document = original(file);
        let listed = listed_parameters(&document);
        assert!(listed.len() >= at_least, "only {} parameters", listed.len());
        let report = without(file, listed.iter().map(|(pointer, _)| pointer.as_str()));
        let missed = missed_subjects(&report);
        for (pointer, parameter) in listed {
            let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
            let subject = format!("{} {}", text("in"), text("name"));
            assert!(
                missed.contains(&subject),
                "{pointer}: {subject} is not missed"
            );
        }
    }
}

#[test]
fn every_field() {
    for (file, at_least) in [(HSS, 39), (IAM, 61)] {
        let document = original(file);
        let mut count = 0;
        for (name, schema) in members(&document["components"]["schemas"]) {
            let place = format!("/components/schemas/{name}/properties");
            let fields: Vec<_> = members(&schema["properties"])
                .map(|(field, _)| field)
                .collect();
            if fields.is_empty() {
                continue;
            }
            count += fields.len();
            let pointers: Vec<_> = fields
                .iter()
                .map(|field| format!("{place}/{field}"))
                .collect();
            let report = without(file, pointers.iter().map(String::as_str));
            let missed = missed_subjects(&report);
            // The fields of a field are missed along with it; those are of another schema.
            let is_inner = |subject: &str| missed.iter().any(|outer| is_within(subject, outer));
            let own: BTreeSet<_> = missed.iter().filter(|subject| !is_inner(subject)).collect();
            for field in fields {
                let is_it = |subject: &&&String| subject.rsplit(['.', ' ']).next() == Some(field);
                assert!(
                    own.iter().any(|subject| is_it(&subject)),
                    "{place}/{field} is not missed"
                );
            }
        }
        assert!(count >= at_least, "only {count} fields");
    }
}

fn is_within(subject: &str, outer: &str) -> bool {
    let rest = subject.strip_prefix(outer);
    rest.is_some_and(|rest| rest.starts_with('.') || rest.starts_with("[]."))
}

/// What the contract is reported not to have: `query limit`.
fn missed_subjects(report: &Report) -> BTreeSet<String> {
    let lines = report.problems().map(|problem| problem.what.as_str());
    lines
        .filter(|line| line.contains(": presence: no (contract"))
        .map(subject)
        .collect()
}

/// The parameters of all operations, each with what is listed, or what that refers to.
fn listed_parameters(document: &Value) -> Vec<(String, &Value)> {
    let mut all = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let place = format!("/paths/{}/{method}/parameters", path.replace('/', "~1"));
            for (index, parameter) in items(&operation["parameters"]) {
                let target = parameter.get("$ref").and_then(Value::as_str);
                let target =
                    target.and_then(|target| document.pointer(target.trim_start_matches('#')));
                all.push((format!("{place}/{index}"), target.unwrap_or(parameter)));
            }
        }
    }
    all
}

/// All leaves of parameters and schemas.
fn leaves(document: &Value) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut parameters = |pointer: String, parameter: &Value| {
        if parameter.get("required").is_some() {
            add(&pointer, "required", &pointer, &mut leaves);
        }
        if let Some(inner) = parameter.get("schema") {
            schema(&pointer, "schema", inner, &mut leaves);
        }
    };
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let place = format!("/paths/{}/{method}/parameters", path.replace('/', "~1"));
            for (index, parameter) in items(&operation["parameters"]) {
                parameters(format!("{place}/{index}"), parameter);
            }
        }
    }
    for (name, parameter) in members(&document["components"]["parameters"]) {
        parameters(format!("/components/parameters/{name}"), parameter);
    }
    for (name, component) in members(&document["components"]["schemas"]) {
        schema(
            &format!("/components/schemas/{name}"),
            "",
            component,
            &mut leaves,
        );
    }
    leaves
}

/// The leaves of the schema at `path` within a thing.
fn schema(thing: &str, path: &str, schema: &Value, leaves: &mut Vec<Leaf>) {
    let at = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}/{key}")
        }
    };
    for (name, value) in members(schema) {
        match name.as_str() {
            "properties" => {
                for (name, property) in members(value) {
                    self::schema(
                        &format!("{thing}/{}", at(&format!("properties/{name}"))),
                        "",
                        property,
                        leaves,
                    );
                }
            }
            // That a field is required is said of the field.
            "required" => {
                for (index, name) in items(value) {
                    let field = format!("{thing}/properties/{}", name.as_str().unwrap_or_default());
                    let pointer = format!("{thing}/{}", at(&format!("required/{index}")));
                    let kind = "required".to_owned();
                    leaves.push(Leaf {
                        pointer,
                        thing: field,
                        kind,
                    });
                }
            }
            "x-extensible-enum" => {
                for (index, _) in items(value) {
                    add(
                        thing,
                        &at(&format!("x-extensible-enum/{index}")),
                        thing,
                        leaves,
                    );
                }
            }
            keyword if KEYWORDS.contains(&keyword) => {
                add(thing, &at(keyword), thing, leaves);
                if keyword == "items" {
                    self::schema(thing, &at("items"), value, leaves);
                }
            }
            _ => {}
        }
    }
}

fn add(pointer: &str, path: &str, thing: &str, leaves: &mut Vec<Leaf>) {
    leaves.push(Leaf {
        pointer: format!("{pointer}/{path}"),
        thing: thing.to_owned(),
        kind: path.to_owned(),
    });
}

/// The things that refer to a component: what it says, it says of them.
fn users(document: &Value) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let target = target.trim_start_matches('#').to_owned();
            users.entry(target).or_default().push(thing(&pointer));
        }
        open.extend(
            members(value)
                .map(|(name, inner)| (format!("{pointer}/{}", name.replace('/', "~1")), inner)),
        );
        open.extend(items(value).map(|(index, inner)| (format!("{pointer}/{index}"), inner)));
    }
    users
}
