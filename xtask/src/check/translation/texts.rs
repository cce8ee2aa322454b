//! The texts of a contract document that a translation has to cover, and how an overlay reaches each.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Kind, Node, join, resolve, walk};

/// A title, summary or description.
pub(super) struct Text<'a> {
    /// Where it is, as a JSON pointer.
    pub(super) pointer: String,
    pub(super) text: &'a str,
    /// The known values that it has to describe, a line each.
    pub(super) values: Vec<&'a str>,
}

/// All texts of a document, and the objects that hold them.
pub(super) struct Texts<'a> {
    pub(super) all: Vec<Text<'a>>,
    by_pointer: HashMap<String, usize>,
    nodes: HashMap<String, Node<'a>>,
}

/// The fields of an object that are written for people.
///
/// Names, as those of a license or a contact, stay what they are.
const fn fields(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Info | Kind::Schema => &["title", "description"],
        Kind::PathItem | Kind::Operation | Kind::Example => &["summary", "description"],
        Kind::Server
        | Kind::ServerVariable
        | Kind::ExternalDocs
        | Kind::Parameter
        | Kind::RequestBody
        | Kind::Response
        | Kind::Link
        | Kind::Header
        | Kind::Tag
        | Kind::SecurityScheme => &["description"],
        _ => &[],
    }
}

impl<'a> Texts<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        let nodes = walk(document);
        let mut all = Vec::new();
        for node in nodes.iter().filter(|node| node.reference.is_none()) {
            for field in fields(node.kind) {
                if let Some(text) = node.text(field) {
                    all.push(Text {
                        pointer: node.at(field),
                        text,
                        values: if *field == "description" {
                            values(document, node)
                        } else {
                            Vec::new()
                        },
                    });
                }
            }
        }
        let by_pointer = all.iter().enumerate();
        let by_pointer = by_pointer.map(|(index, text)| (text.pointer.clone(), index));
        Self {
            by_pointer: by_pointer.collect(),
            nodes: nodes
                .into_iter()
                .map(|node| (node.pointer.clone(), node))
                .collect(),
            all,
        }
    }

    /// The text at a place.
    pub(super) fn at(&self, pointer: &str) -> Option<&Text<'a>> {
        self.by_pointer.get(pointer).map(|index| &self.all[*index])
    }

    /// Why a place of the document is not for a translation to write.
    pub(super) fn refusal(&self, document: &Value, pointer: &str) -> String {
        let (holder, field) = pointer.rsplit_once('/').unwrap_or_default();
        let node = self.nodes.get(holder);
        if let Some(target) = node.and_then(|node| node.reference) {
            return format!(
                "the contract has a reference to {target} here; translate what it refers to"
            );
        }
        if document.pointer(pointer).is_some() {
            return "this is not a title, summary or description of the contract; a translation changes nothing else"
                .to_owned();
        }
        if node.is_some_and(|node| fields(node.kind).contains(&field)) {
            return format!("the contract has no {field} here; a translation invents no text");
        }
        format!("the contract has nothing at {pointer}")
    }
}

/// The known values of a schema, or of the schema of a parameter.
fn values<'a>(document: &'a Value, node: &Node<'a>) -> Vec<&'a str> {
    let schema = match node.kind {
        Kind::Schema => Some(node.value),
        Kind::Parameter => node
            .value
            .get("schema")
            .and_then(|schema| Some(resolve(document, "", schema)?.1)),
        _ => None,
    };
    ["enum", "x-extensible-enum"]
        .into_iter()
        .filter_map(|key| schema?.get(key)?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Where an overlay puts the text at a place: the target of an action, and the member of its update.
pub(super) fn action_for(document: &Value, pointer: &str) -> (String, String) {
    let steps: Vec<_> = pointer.split('/').skip(1).map(unescaped).collect();
    // Below a component or an operation, the update mirrors the contract; but never a list, which it would
    // only lengthen.
    let mut depth = match steps.first().map(String::as_str) {
        Some("components" | "paths") => 3,
        Some(_) => 1,
        None => 0,
    };
    let mut place = String::new();
    let mut target = vec!["$".to_owned()];
    for (index, step) in steps.iter().enumerate() {
        let is_item = document.pointer(&place).is_some_and(Value::is_array);
        place = join(&place, step);
        let here = document.pointer(&place);
        if is_item {
            depth = depth.max(index + 1);
            target.push(selector(here, step));
        } else {
            target.push(member(step));
        }
    }
    depth = depth.min(steps.len().saturating_sub(1));
    let update = steps[depth..].iter().map(|step| member(step));
    (
        target[..=depth].concat(),
        format!("update{}", update.collect::<String>()),
    )
}

/// The selector of an item of a list, by what the item is called.
fn selector(item: Option<&Value>, index: &str) -> String {
    ["name", "url"]
        .into_iter()
        .find_map(|key| {
            let name = item?.get(key)?.as_str()?;
            Some(format!("[?@.{key}=={}]", quoted(name)))
        })
        .unwrap_or_else(|| format!("[{index}]"))
}

fn member(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(is_word) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        format!(".{name}")
    } else {
        format!("[{}]", quoted(name))
    }
}

fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json_path::JsonPath;

    use super::*;

    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "A", "description": "B", "license": {"name": "C"}},
            "servers": [{"url": "https://it's", "description": "D", "variables": {"r": {"description": "E"}}}],
            "tags": [{"name": "T", "description": "F", "externalDocs": {"url": "u", "description": "G"}}],
            "paths": {"/a/{b}": {"get": {
                "summary": "H",
                "description": "I",
                "x-provenance": [{"description": "no text"}],
                "parameters": [
                    {"$ref": "#/components/parameters/P", "description": "no text"},
                    {"name": "q", "description": "J", "schema": {"title": "K"}},
                ],
                "requestBody": {"description": "L"},
                "responses": {"200": {
                    "description": "M",
                    "headers": {"X-Id": {"description": "N"}},
                    "content": {"application/json": {"examples": {"e": {"summary": "O", "value": {"title": "no text"}}}}},
                }},
            }}},
            "components": {
                "securitySchemes": {"S": {"description": "P"}},
                "schemas": {"Project": {
                    "description": "Q",
                    "x-extensible-enum": ["v"],
                    "example": {"description": "no text"},
                    "properties": {"description": {"type": "string", "description": "R"}, "title": {"title": "S"}},
                    "oneOf": [{"description": " "}, {"description": "T"}],
                }},
            },
        })
    }

    #[test]
    fn every_text_is_found_and_only_texts_are() {
        let document = document();
        let mut found: Vec<_> = Texts::of(&document)
            .all
            .iter()
            .map(|text| text.text)
            .collect();
        found.sort_unstable();
        let expected = "ABDEFGHIJKLMNOPQRST";
        assert_eq!(found.concat(), expected);
    }

    #[test]
    fn values_belong_to_the_description_of_their_schema() {
        let document = document();
        let texts = Texts::of(&document);
        let values = |place: &str| texts.at(place).map(|text| text.values.clone());
        let schema = "/components/schemas/Project";
        assert_eq!(values(&format!("{schema}/description")), Some(vec!["v"]));
        let property = format!("{schema}/properties/description/description");
        assert_eq!(values(&property), Some(vec![]));
    }

    #[test]
    fn the_action_for_a_text_selects_the_object_that_the_update_begins_at() {
        let document = document();
        for text in Texts::of(&document).all {
            let (target, update) = action_for(&document, &text.pointer);
            let path = JsonPath::parse(&target).expect("a path");
            let holder = path.query(&document).exactly_one().expect("one object");
            let below = format!("${}", update.strip_prefix("update").expect("an update"));
            let below = JsonPath::parse(&below).expect("a path");
            let found = below.query(holder).exactly_one().expect("one text");
            assert_eq!(found, text.text, "{target} {update}");
        }
    }

    #[test]
    fn the_action_for_a_text_is_named_as_a_person_would() {
        let document = document();
        let action = |pointer: &str| {
            let (target, update) = action_for(&document, pointer);
            format!("{target} {update}")
        };
        let operation = "/paths/~1a~1{b}/get";
        for (pointer, expected) in [
            ("/info/title".to_owned(), "$.info update.title"),
            (
                "/servers/0/variables/r/description".to_owned(),
                r"$.servers[?@.url=='https://it\'s'] update.variables.r.description",
            ),
            (
                format!("{operation}/parameters/1/description"),
                "$.paths['/a/{b}'].get.parameters[?@.name=='q'] update.description",
            ),
            (
                format!("{operation}/responses/200/headers/X-Id/description"),
                "$.paths['/a/{b}'].get update.responses['200'].headers['X-Id'].description",
            ),
            (
                "/components/schemas/Project/properties/description/description".to_owned(),
                "$.components.schemas.Project update.properties.description.description",
            ),
            (
                "/components/schemas/Project/oneOf/1/description".to_owned(),
                "$.components.schemas.Project.oneOf[1] update.description",
            ),
        ] {
            assert_eq!(action(&pointer), expected);
        }
    }
}
