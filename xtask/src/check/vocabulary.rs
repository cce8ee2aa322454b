//! What the contract may say at all: what is compared with the sources, or what a rule is about. Anything else
//! would be a promise to clients that no source is asked about.

use crate::model::{Kind, Node};
use crate::report::Findings;

/// The members that objects of a kind may have; of other kinds, everything is for readers.
const fn members(kind: Kind) -> Option<&'static [&'static str]> {
    Some(match kind {
        Kind::PathItem => &["get", "put", "post", "delete", "patch", "parameters"],
        Kind::Operation => &[
            "operationId",
            // A rule of its own says where it may lead.
            "externalDocs",
            "tags",
            "summary",
            "description",
            "deprecated",
            "security",
            "parameters",
            "requestBody",
            "responses",
        ],
        Kind::Parameter => &[
            "name",
            "in",
            "description",
            "required",
            "schema",
            "example",
            "examples",
        ],
        Kind::Header => &["description", "required", "schema", "example", "examples"],
        Kind::RequestBody => &["description", "required", "content"],
        Kind::Response => &["description", "headers", "content"],
        Kind::MediaType => &["schema", "example", "examples"],
        Kind::SecurityScheme => &["type", "in", "name", "description"],
        Kind::Schema => &[
            "title",
            "description",
            "example",
            "type",
            "format",
            "nullable",
            // A rule of its own says what to do instead.
            "enum",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "pattern",
            "default",
            "items",
            "properties",
            "required",
            "additionalProperties",
        ],
        _ => return None,
    })
}

/// Reports what is outside of the vocabulary.
pub(super) fn check(node: &Node<'_>, found: &mut Findings<'_>) {
    let Some(known) = members(node.kind) else {
        return;
    };
    let keys = node
        .value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key);
    for key in keys.filter(|key| !key.starts_with("x-") && !known.contains(&key.as_str())) {
        found.settled_by(
            node.at(key),
            format!(
                "no source is asked what `{key}` says of this {}",
                node.kind.name()
            ),
            "take it out or, where a source states it, teach the comparison about it: xtask/src/statements, and \
             the list in xtask/src/check/vocabulary.rs",
        );
    }
}
