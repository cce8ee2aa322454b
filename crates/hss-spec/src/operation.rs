//! The operations of a document, with their references followed.

use serde_json::Value;

use crate::Error;
use crate::call_limit::{self, CallLimit};
use crate::document::{resolve, strings};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation: a method on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, the vendor's published name of the operation.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The path template, for example `/v5/{project_id}/image/swr-repository`.
    pub path: String,
    /// What the operation does, in a line.
    pub summary: String,
    /// All parameters of the path and the operation.
    pub parameters: Vec<Parameter>,
    /// How many calls are documented to be allowed; empty where nothing is.
    pub call_limits: Vec<CallLimit>,
}

impl Operation {
    /// The parameter with this name in this place.
    #[must_use]
    pub fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.location == location && parameter.name == name)
    }
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A request header.
    Header,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text.
    String,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// `true` or `false`.
    Boolean,
}

/// One parameter of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// Where it is sent.
    pub location: Location,
    /// Whether a request without it is malformed.
    pub required: bool,
    /// Its type.
    pub kind: Kind,
    /// What it means, in Markdown.
    pub description: String,
    /// The least value of an integer.
    pub minimum: Option<i64>,
    /// The greatest value of an integer.
    pub maximum: Option<i64>,
    /// The least length of a text, in characters.
    pub min_length: Option<u64>,
    /// The greatest length of a text, in characters.
    pub max_length: Option<u64>,
    /// The known values, where its schema is an open enum; else empty.
    pub values: Vec<String>,
}

pub(crate) fn collect(name: &str, root: &Value) -> Result<Vec<Operation>, Error> {
    let paths = root
        .get("paths")
        .and_then(Value::as_object)
        .ok_or_else(|| Error::shape(name, "/paths", "expected a mapping of paths"))?;
    let mut operations = Vec::new();
    for (path, item) in paths {
        for method in METHODS {
            let Some(node) = item.get(method) else {
                continue;
            };
            let place = format!("/paths/{}/{method}", path.replace('/', "~1"));
            let id = node
                .get("operationId")
                .and_then(Value::as_str)
                .ok_or_else(|| Error::shape(name, &place, "expected an operationId"))?;
            let declared = [item, node]
                .into_iter()
                .filter_map(|holder| holder.get("parameters"))
                .filter_map(Value::as_array)
                .flatten();
            let parameters = declared
                .map(|node| parameter(name, root, node, &place))
                .collect::<Result<_, _>>()?;
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(node, "summary"),
                parameters,
                call_limits: call_limit::collect(name, node, &place)?,
            });
        }
    }
    Ok(operations)
}

fn parameter(name: &str, root: &Value, node: &Value, place: &str) -> Result<Parameter, Error> {
    let node = resolve(name, root, node)?;
    let wire_name = node
        .get("name")
        .and_then(Value::as_str)
        .ok_or_else(|| Error::shape(name, place, "expected a parameter with a name"))?;
    let place = format!("{place}, parameter {wire_name}");
    let location = match node.get("in").and_then(Value::as_str) {
        Some("path") => Location::Path,
        Some("query") => Location::Query,
        Some("header") => Location::Header,
        _ => {
            return Err(Error::shape(
                name,
                place,
                "`in` has to be path, query or header",
            ));
        }
    };
    let schema = node
        .get("schema")
        .ok_or_else(|| Error::shape(name, &place, "expected a schema"))?;
    let schema = resolve(name, root, schema)?;
    let kind = match (
        schema.get("type").and_then(Value::as_str),
        schema.get("format").and_then(Value::as_str),
    ) {
        (Some("string"), None) => Kind::String,
        (Some("boolean"), None) => Kind::Boolean,
        (Some("integer"), Some("int32")) => Kind::Int32,
        (Some("integer"), Some("int64")) => Kind::Int64,
        _ => {
            return Err(Error::shape(
                name,
                place,
                "a parameter is a string, a boolean, or an integer of format int32 or int64",
            ));
        }
    };
    let values = strings(schema, "x-extensible-enum")
        .map(str::to_owned)
        .collect();
    Ok(Parameter {
        name: wire_name.to_owned(),
        location,
        required: node.get("required") == Some(&Value::Bool(true)),
        kind,
        description: text(node, "description"),
        minimum: schema.get("minimum").and_then(Value::as_i64),
        maximum: schema.get("maximum").and_then(Value::as_i64),
        min_length: schema.get("minLength").and_then(Value::as_u64),
        max_length: schema.get("maxLength").and_then(Value::as_u64),
        values,
    })
}

fn text(node: &Value, key: &str) -> String {
    node.get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;

    #[test]
    fn the_listing_has_every_documented_parameter() {
        let operation = Contract::hss_image()
            .operation("ListSwrImageRepository")
            .expect("the operation");
        let count = |location| {
            operation
                .parameters
                .iter()
                .filter(|parameter| parameter.location == location)
                .count()
        };
        assert_eq!(count(Location::Path), 1);
        assert_eq!(count(Location::Query), 19);
        assert_eq!(count(Location::Header), 1);
        let limit = operation
            .parameter(Location::Query, "limit")
            .expect("limit");
        assert_eq!(
            (limit.kind, limit.minimum, limit.maximum),
            (Kind::Int32, Some(10), Some(200))
        );
        let image_type = operation
            .parameter(Location::Query, "image_type")
            .expect("image_type");
        assert!(image_type.required);
        assert_eq!(image_type.values.len(), 4);
    }

    #[test]
    fn an_unknown_type_is_refused_with_its_place() {
        let text = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: A\n      parameters:\n        - name: n\n          in: query\n          schema:\n            type: long\n";
        let error = Contract::parse("x.yaml", text).expect_err("an unknown type");
        insta::assert_snapshot!(error.to_string(), @"x.yaml: at /paths/~1a/get, parameter n: a parameter is a string, a boolean, or an integer of format int32 or int64");
    }
}
