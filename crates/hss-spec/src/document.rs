//! YAML documents and the references within them.

use serde_json::Value;

use crate::Error;

/// Reads YAML 1.2, as all documents of this project are read. `name` is used in messages only.
///
/// # Errors
///
/// The text is no YAML, holds a key twice, or is not of the form of `T`.
pub fn parse_yaml<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, Error> {
    // Only `true` and `false` are booleans, as in YAML 1.2: a parameter may be called `n` or `on`.
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| Error::Yaml {
        document: name.to_owned(),
        reason: error.to_string(),
        at: error
            .location()
            .map(|location| (location.line(), location.column())),
    })
}

/// Follows the references from `node` on, within the document `root`.
pub(crate) fn resolve<'a>(
    name: &str,
    root: &'a Value,
    node: &'a Value,
) -> Result<&'a Value, Error> {
    const LONGEST_CHAIN: usize = 16;
    let mut node = node;
    for _ in 0..LONGEST_CHAIN {
        let Some(reference) = node.get("$ref") else {
            return Ok(node);
        };
        let reference = reference.as_str().unwrap_or_default();
        let pointer = reference.strip_prefix('#').ok_or_else(|| {
            Error::shape(name, reference, "only references within the document work")
        })?;
        node = root
            .pointer(pointer)
            .ok_or_else(|| Error::shape(name, reference, "nothing is there to refer to"))?;
    }
    Err(Error::shape(
        name,
        node["$ref"].to_string(),
        "the references go round in a circle",
    ))
}

/// The strings of a list, if there is one.
pub(crate) fn strings<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    let list = node.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}
