//! Components that nothing refers to any more.

use std::collections::HashSet;

use serde_json::Value;

use crate::model::{Kind, join, walk};

/// Takes out the components that nothing refers to; security schemes are used by name and stay.
pub(super) fn remove_unused(document: &mut Value) {
    loop {
        let nodes = walk(document);
        let used: HashSet<_> = nodes.iter().filter_map(|node| node.reference).collect();
        let unused: Vec<_> = nodes
            .iter()
            .filter(|node| node.kind != Kind::SecurityScheme)
            .filter_map(|node| {
                let place = join(&join("/components", node.field), node.name?);
                let is_component = node.pointer == place;
                (is_component && !used.contains(format!("#{place}").as_str()))
                    .then(|| (node.field, node.name.unwrap_or_default().to_owned()))
            })
            .collect();
        if unused.is_empty() {
            return;
        }
        for (field, name) in unused {
            if let Some(components) = document["components"][field].as_object_mut() {
                components.shift_remove(&name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_only_an_unused_component_refers_to_goes_too() {
        let mut document = json!({
            "paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/responses/R"}}}}},
            "components": {
                "responses": {"R": {"description": "x"}, "S": {"content": {"a/b": {
                    "schema": {"$ref": "#/components/schemas/A"},
                }}}},
                "schemas": {"A": {"type": "string", "example": {"$ref": "#/components/schemas/A"}}},
                "securitySchemes": {"T": {"type": "apiKey"}},
            },
        });
        remove_unused(&mut document);
        assert_eq!(
            document["components"],
            json!({
                "responses": {"R": {"description": "x"}},
                "schemas": {},
                "securitySchemes": {"T": {"type": "apiKey"}},
            })
        );
    }
}
