//! The objects of an OpenAPI document, one after another, each with its kind and place.
//!
//! The checks ask "every parameter" or "every schema", and a key such as `example` or `properties` means
//! something only in an object of the right kind: in an example value it is data. So one table says which
//! field of which object holds what, and everything else goes by it.

mod operation;
mod provenance;

use serde_json::Value;

pub(crate) use operation::{Operation, operations};
pub(crate) use provenance::provenance;

/// The kinds of objects in an OpenAPI document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Components,
    Paths,
    PathItem,
    Operation,
    CallLimit,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Callback,
    Example,
    Link,
    Header,
    Tag,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OauthFlows,
    OauthFlow,
    SecurityRequirement,
}

impl Kind {
    /// The name in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Info => "info",
            Self::Contact => "contact",
            Self::License => "license",
            Self::Server => "server",
            Self::ServerVariable => "server variable",
            Self::Components => "components",
            Self::Paths => "paths",
            Self::PathItem => "path",
            Self::Operation => "operation",
            Self::CallLimit => "limit of calls",
            Self::ExternalDocs => "external documentation",
            Self::Parameter => "parameter",
            Self::RequestBody => "request body",
            Self::MediaType => "media type",
            Self::Encoding => "encoding",
            Self::Responses => "responses",
            Self::Response => "response",
            Self::Callback => "callback",
            Self::Example => "example",
            Self::Link => "link",
            Self::Header => "header",
            Self::Tag => "tag",
            Self::Schema => "schema",
            Self::Discriminator => "discriminator",
            Self::Xml => "XML object",
            Self::SecurityScheme => "security scheme",
            Self::OauthFlows => "OAuth flows",
            Self::OauthFlow => "OAuth flow",
            Self::SecurityRequirement => "security requirement",
        }
    }
}

/// How a field holds objects.
#[derive(Clone, Copy)]
enum Holds {
    One,
    List,
    /// By name; any name is a name.
    Map,
}
use Holds::{List, Map, One};

type Field = (&'static str, Holds, Kind);

const fn fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Document => &[
            ("info", One, Kind::Info),
            ("servers", List, Kind::Server),
            ("paths", One, Kind::Paths),
            ("components", One, Kind::Components),
            ("security", List, Kind::SecurityRequirement),
            ("tags", List, Kind::Tag),
            ("externalDocs", One, Kind::ExternalDocs),
        ],
        Kind::Info => &[
            ("contact", One, Kind::Contact),
            ("license", One, Kind::License),
        ],
        Kind::Server => &[("variables", Map, Kind::ServerVariable)],
        Kind::Components => &[
            ("schemas", Map, Kind::Schema),
            ("responses", Map, Kind::Response),
            ("parameters", Map, Kind::Parameter),
            ("examples", Map, Kind::Example),
            ("requestBodies", Map, Kind::RequestBody),
            ("headers", Map, Kind::Header),
            ("securitySchemes", Map, Kind::SecurityScheme),
            ("links", Map, Kind::Link),
            ("callbacks", Map, Kind::Callback),
        ],
        Kind::PathItem => &[
            ("get", One, Kind::Operation),
            ("put", One, Kind::Operation),
            ("post", One, Kind::Operation),
            ("delete", One, Kind::Operation),
            ("options", One, Kind::Operation),
            ("head", One, Kind::Operation),
            ("patch", One, Kind::Operation),
            ("trace", One, Kind::Operation),
            ("servers", List, Kind::Server),
            ("parameters", List, Kind::Parameter),
        ],
        Kind::Operation => &[
            ("externalDocs", One, Kind::ExternalDocs),
            ("parameters", List, Kind::Parameter),
            ("requestBody", One, Kind::RequestBody),
            ("responses", One, Kind::Responses),
            ("callbacks", Map, Kind::Callback),
            ("security", List, Kind::SecurityRequirement),
            ("servers", List, Kind::Server),
            ("x-call-limits", List, Kind::CallLimit),
        ],
        Kind::Parameter | Kind::Header => &[
            ("schema", One, Kind::Schema),
            ("examples", Map, Kind::Example),
            ("content", Map, Kind::MediaType),
        ],
        Kind::RequestBody => &[("content", Map, Kind::MediaType)],
        Kind::MediaType => &[
            ("schema", One, Kind::Schema),
            ("examples", Map, Kind::Example),
            ("encoding", Map, Kind::Encoding),
        ],
        Kind::Encoding => &[("headers", Map, Kind::Header)],
        Kind::Response => &[
            ("headers", Map, Kind::Header),
            ("content", Map, Kind::MediaType),
            ("links", Map, Kind::Link),
        ],
        Kind::Link => &[("server", One, Kind::Server)],
        Kind::Tag => &[("externalDocs", One, Kind::ExternalDocs)],
        Kind::Schema => &[
            ("allOf", List, Kind::Schema),
            ("oneOf", List, Kind::Schema),
            ("anyOf", List, Kind::Schema),
            ("not", One, Kind::Schema),
            ("items", One, Kind::Schema),
            ("properties", Map, Kind::Schema),
            ("additionalProperties", One, Kind::Schema),
            ("discriminator", One, Kind::Discriminator),
            ("xml", One, Kind::Xml),
            ("externalDocs", One, Kind::ExternalDocs),
        ],
        Kind::SecurityScheme => &[("flows", One, Kind::OauthFlows)],
        Kind::OauthFlows => &[
            ("implicit", One, Kind::OauthFlow),
            ("password", One, Kind::OauthFlow),
            ("clientCredentials", One, Kind::OauthFlow),
            ("authorizationCode", One, Kind::OauthFlow),
        ],
        _ => &[],
    }
}

/// Objects whose members are, but for extensions, all of one kind.
const fn members(kind: Kind) -> Option<Kind> {
    match kind {
        Kind::Paths | Kind::Callback => Some(Kind::PathItem),
        Kind::Responses => Some(Kind::Response),
        _ => None,
    }
}

/// One object of a document, or a reference that stands for one.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    /// What it is or, of a reference, what it has to refer to.
    pub(crate) kind: Kind,
    /// Where it is, as a JSON pointer.
    pub(crate) pointer: String,
    /// The field of the object above that holds it.
    pub(crate) field: &'static str,
    /// Its name in that field, where the field holds objects by name.
    pub(crate) name: Option<&'a str>,
    pub(crate) value: &'a Value,
    /// The target, where it is a reference.
    pub(crate) reference: Option<&'a str>,
}

impl<'a> Node<'a> {
    /// A text that is not empty.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        let text = self.value.get(key)?.as_str()?;
        (!text.trim().is_empty()).then_some(text)
    }

    /// The place of a field of the object.
    pub(crate) fn at(&self, field: &str) -> String {
        join(&self.pointer, field)
    }
}

/// All objects of a document, each before those in it.
pub(crate) fn walk(document: &Value) -> Vec<Node<'_>> {
    let mut nodes = Vec::new();
    visit(
        Node {
            kind: Kind::Document,
            pointer: String::new(),
            field: "",
            name: None,
            value: document,
            reference: None,
        },
        &mut nodes,
    );
    nodes
}

fn visit<'a>(mut node: Node<'a>, nodes: &mut Vec<Node<'a>>) {
    let Value::Object(object) = node.value else {
        return;
    };
    let (kind, pointer) = (node.kind, node.pointer.clone());
    // In a path item, `$ref` is a field like any other.
    if kind != Kind::PathItem {
        node.reference = object.get("$ref").and_then(Value::as_str);
    }
    let is_reference = node.reference.is_some();
    nodes.push(node);
    if is_reference {
        return;
    }
    let mut inner = |pointer: String, kind, field, name, value| {
        visit(
            Node {
                kind,
                pointer,
                field,
                name,
                value,
                reference: None,
            },
            nodes,
        );
    };
    if let Some(member_kind) = members(kind) {
        for (name, value) in object.iter().filter(|(name, _)| !name.starts_with("x-")) {
            inner(join(&pointer, name), member_kind, "", Some(name), value);
        }
        return;
    }
    for &(field, holds, field_kind) in fields(kind) {
        let Some(value) = object.get(field) else {
            continue;
        };
        let place = join(&pointer, field);
        match (holds, value) {
            (One, value) => inner(place, field_kind, field, None, value),
            (List, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    inner(
                        join(&place, &index.to_string()),
                        field_kind,
                        field,
                        None,
                        item,
                    );
                }
            }
            (Map, Value::Object(named)) => {
                for (name, item) in named {
                    inner(join(&place, name), field_kind, field, Some(name), item);
                }
            }
            // The structure check has said that it should be another type.
            _ => {}
        }
    }
}

/// A JSON pointer with one more step.
pub(crate) fn join(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// Follows a chain of local references from `value` at `pointer` to what it stands for, and its place.
pub(crate) fn resolve<'a>(
    document: &'a Value,
    pointer: &str,
    value: &'a Value,
) -> Option<(String, &'a Value)> {
    const LONGEST_CHAIN: usize = 16;
    let (mut pointer, mut value) = (pointer.to_owned(), value);
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Some((pointer, value));
        };
        reference.strip_prefix('#')?.clone_into(&mut pointer);
        value = document.pointer(&pointer)?;
    }
    None
}
