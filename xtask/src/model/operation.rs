//! The operations of a document.

use serde_json::Value;

use super::{join, resolve};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// An operation with its path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) id: &'a str,
    /// The field of the path item that holds it.
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    /// The path item that holds it.
    pub(crate) item: &'a Value,
    pub(crate) value: &'a Value,
}

impl<'a> Operation<'a> {
    /// Where the operation is, as a JSON pointer.
    pub(crate) fn pointer(&self) -> String {
        join(&self.item_pointer(), self.method)
    }

    fn item_pointer(&self) -> String {
        join("/paths", self.path)
    }

    /// The parameters of the path and the operation, resolved, each with the place where it is listed.
    pub(crate) fn parameters(&self, document: &'a Value) -> Vec<(String, &'a Value)> {
        let holders = [
            (self.item, self.item_pointer()),
            (self.value, self.pointer()),
        ];
        let mut parameters = Vec::new();
        for (holder, pointer) in holders {
            let listed = holder.get("parameters").and_then(Value::as_array);
            for (index, parameter) in listed.into_iter().flatten().enumerate() {
                let place = format!("{pointer}/parameters/{index}");
                if let Some((_, resolved)) = resolve(document, &place, parameter) {
                    parameters.push((place, resolved));
                }
            }
        }
        parameters
    }
}

/// The operations of a document.
pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut operations = Vec::new();
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(value) = item.get(method) {
                let id = value.get("operationId").and_then(Value::as_str);
                operations.push(Operation {
                    id: id.unwrap_or_default(),
                    method,
                    path,
                    item,
                    value,
                });
            }
        }
    }
    operations
}
