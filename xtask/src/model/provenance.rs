//! Who is named as a source.

use std::collections::HashMap;

use serde_json::Value;

use super::walk;

/// The sources that `x-provenance` names, by the place of the object that it belongs to.
pub(crate) fn provenance(document: &Value) -> HashMap<String, Vec<&str>> {
    let mut all = HashMap::new();
    for node in walk(document) {
        let entries = node.value.get("x-provenance").and_then(Value::as_array);
        let entries = entries.into_iter().flatten();
        let sources: Vec<_> = entries
            .filter_map(|entry| entry.get("source")?.as_str())
            .collect();
        if !sources.is_empty() {
            all.insert(node.pointer, sources);
        }
    }
    all
}
