//! The objects of two documents, each beside the one that it was before.
//!
//! A pointer is no name: with a parameter added in front, all that follow have another one. So lists of things that
//! have names go by these.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::{Kind, Node, join, resolve, walk};

/// An object before, and what it is now. At least one of the two is there.
pub(super) struct Pair<'a> {
    pub(super) before: Option<Node<'a>>,
    pub(super) now: Option<Node<'a>>,
}

/// All objects of two documents: first those that there are now, then those that there are no more.
pub(super) fn pairs<'a>(before: &'a Value, now: &'a Value) -> Vec<Pair<'a>> {
    let mut earlier: HashMap<String, Node<'a>> = HashMap::new();
    let mut order = Vec::new();
    for (name, node) in named(before) {
        order.push(name.clone());
        earlier.insert(name, node);
    }
    let mut pairs: Vec<_> = named(now)
        .into_iter()
        .map(|(name, node)| Pair {
            before: earlier.remove(&name),
            now: Some(node),
        })
        .collect();
    let gone = order.iter().filter_map(|name| earlier.remove(name));
    pairs.extend(gone.map(|node| Pair {
        before: Some(node),
        now: None,
    }));
    pairs
}

/// All objects of a document, each with a name that does not depend on its place in a list.
fn named(document: &Value) -> Vec<(String, Node<'_>)> {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut all = Vec::new();
    for node in walk(document) {
        let name = match node.pointer.rsplit_once('/') {
            None => String::new(),
            Some((above, step)) => {
                let step = own_name(document, &node).unwrap_or_else(|| step.to_owned());
                format!("{}/{step}", name_of(&names, above))
            }
        };
        names.insert(node.pointer.clone(), name.clone());
        all.push((name, node));
    }
    all
}

/// The name of a place: that of the object around it, and the rest of the pointer.
fn name_of(names: &HashMap<String, String>, pointer: &str) -> String {
    if let Some(name) = names.get(pointer) {
        return name.clone();
    }
    match pointer.rsplit_once('/') {
        Some((above, step)) => format!("{}/{step}", name_of(names, above)),
        None => String::new(),
    }
}

/// What an item of a list is called, as a step of a pointer.
fn own_name(document: &Value, node: &Node<'_>) -> Option<String> {
    if node.name.is_some() {
        return None; // Its pointer ends with its name.
    }
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let name = match node.kind {
        Kind::Parameter => {
            let (_, parameter) = resolve(document, &node.pointer, node.value)?;
            format!("{} {}", text(parameter, "in")?, text(parameter, "name")?)
        }
        Kind::Server if node.field == "servers" => text(node.value, "url")?,
        Kind::Tag => text(node.value, "name")?,
        _ => return None,
    };
    join("", &name).strip_prefix('/').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(parameters: &Value) -> Value {
        json!({
            "paths": {"/a": {"get": {"parameters": parameters}}},
            "components": {"parameters": {"P": {"name": "p", "in": "query", "schema": {"type": "string"}}}},
        })
    }

    #[test]
    fn parameters_are_recognised_wherever_they_stand() {
        let inline = json!({"name": "q", "in": "query", "schema": {"type": "string"}});
        let reference = json!({"$ref": "#/components/parameters/P"});
        let before = document(&json!([inline, reference, {"name": "gone", "in": "query"}]));
        let now = document(&json!([{"name": "q", "in": "header"}, reference, inline]));
        let listed: Vec<_> = pairs(&before, &now)
            .iter()
            .map(|pair| {
                let place =
                    |node: &Option<Node<'_>>| node.as_ref().map(|node| node.pointer.clone());
                (place(&pair.before), place(&pair.now))
            })
            .filter(|(before, now)| before != now)
            .collect();
        let at = |place: &str| Some(format!("/paths/~1a/get/parameters/{place}"));
        assert_eq!(
            listed,
            [
                (None, at("0")),
                (at("0"), at("2")),
                (at("0/schema"), at("2/schema")),
                (at("2"), None),
            ]
        );
    }
}
