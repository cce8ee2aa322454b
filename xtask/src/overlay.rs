//! Overlays: documents that change another document, as the Overlay Specification 1.0.0 has them.
//!
//! A translation only ever updates objects, so this is all that is applied: an action that removes something, or
//! that selects anything but objects, is a fault. Reading goes on after a fault, so that all of them are known.

use serde_json::{Map, Value};
use serde_json_path::{JsonPath, NormalizedPath};

use crate::model::join;

/// The version of the specification.
pub(crate) const SPECIFICATION: &str = "1.0.0";

/// Something that is wrong with an overlay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where in the overlay, as a JSON pointer.
    pub(crate) place: String,
    /// What is wrong.
    pub(crate) what: String,
}

/// An overlay, as far as it could be read.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    /// The version of the overlay itself.
    pub(crate) version: Option<String>,
    /// The document that it is for.
    pub(crate) extends: Option<String>,
    /// The actions without a fault.
    pub(crate) actions: Vec<Action>,
}

/// An update of what a query selects.
#[derive(Debug)]
pub(crate) struct Action {
    /// Where in the overlay, as a JSON pointer.
    pub(crate) place: String,
    target: JsonPath,
    update: Map<String, Value>,
}

/// What an action did to the document.
#[derive(Debug, Default)]
pub(crate) struct Applied {
    /// The objects that its target selected, as JSON pointers.
    pub(crate) selected: Vec<String>,
    /// What it wrote, in the order of the update and once for each selected object.
    pub(crate) writes: Vec<Write>,
}

/// A value that an update put somewhere: one that is no object, or one where the document had no object.
#[derive(Debug, PartialEq)]
pub(crate) struct Write {
    /// Where it stands in the overlay, as a JSON pointer.
    pub(crate) from: String,
    /// Where it went in the document, as a JSON pointer.
    pub(crate) to: String,
    /// The value.
    pub(crate) value: Value,
}

/// The document with all actions of the overlay applied.
///
/// # Errors
///
/// The overlay is not readable, is no overlay, or has a target that is no query or selects anything but objects.
pub(crate) fn translated(
    document: &Value,
    overlay_name: &str,
    overlay_text: &str,
) -> Result<Value, String> {
    let overlay: Value =
        hss_spec::parse_yaml(overlay_name, overlay_text).map_err(|error| error.to_string())?;
    let (overlay, faults) = Overlay::read(&overlay);
    let refuse = |fault: &Fault| Err(format!("{overlay_name}: {}: {}", fault.place, fault.what));
    if let Some(fault) = faults.first() {
        return refuse(fault);
    }
    let mut document = document.clone();
    for action in &overlay.actions {
        if let Err(fault) = action.apply(&mut document) {
            return refuse(&fault);
        }
    }
    Ok(document)
}

impl Overlay {
    /// Reads an overlay and all that is wrong with its form.
    pub(crate) fn read(value: &Value) -> (Self, Vec<Fault>) {
        let mut reader = Reader::default();
        let mut overlay = Self::default();
        if let Some(top) = reader.object(
            value,
            "",
            &["overlay", "info", "actions"],
            &["overlay", "info", "extends", "actions"],
        ) {
            if let Some(version) = reader.text(top, "", "overlay")
                && version != SPECIFICATION
            {
                let what = format!("expected version {SPECIFICATION}, found {version}");
                reader.fault("/overlay", what);
            }
            if let Some(info) = top.get("info") {
                let members = ["title", "version"];
                if let Some(info) = reader.object(info, "/info", &members, &members) {
                    reader.text(info, "/info", "title");
                    overlay.version = reader.text(info, "/info", "version");
                }
            }
            overlay.extends = reader.text(top, "", "extends");
            match top.get("actions") {
                Some(Value::Array(actions)) if !actions.is_empty() => {
                    for (index, action) in actions.iter().enumerate() {
                        let place = format!("/actions/{index}");
                        overlay.actions.extend(reader.action(action, place));
                    }
                }
                Some(_) => reader.fault("/actions", "expected a list of actions"),
                None => {}
            }
        }
        (overlay, reader.faults)
    }
}

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, place: impl Into<String>, what: impl Into<String>) {
        let (place, what) = (place.into(), what.into());
        self.faults.push(Fault { place, what });
    }

    /// An object that has the members of `required`, and none beyond those of `known`.
    fn object<'a>(
        &mut self,
        value: &'a Value,
        place: &str,
        required: &[&str],
        known: &[&str],
    ) -> Option<&'a Map<String, Value>> {
        let Value::Object(object) = value else {
            self.fault(place, format!("expected an object, found {value}"));
            return None;
        };
        for key in required {
            if !object.contains_key(*key) {
                self.fault(place, format!("the member `{key}` is missing"));
            }
        }
        for key in object.keys() {
            if !known.contains(&key.as_str()) {
                let what = format!("unknown member; expected {}", known.join(", "));
                self.fault(join(place, key), what);
            }
        }
        Some(object)
    }

    /// A member that is text, where it is there at all.
    fn text(&mut self, object: &Map<String, Value>, place: &str, key: &str) -> Option<String> {
        match object.get(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            other => {
                self.fault(join(place, key), format!("expected text, found {other}"));
                None
            }
        }
    }

    fn action(&mut self, value: &Value, place: String) -> Option<Action> {
        let faults = self.faults.len();
        let known = ["target", "description", "update"];
        if value.get("remove").is_some() {
            self.fault(join(&place, "remove"), "a translation removes nothing");
            return None;
        }
        let action = self.object(value, &place, &["target", "update"], &known)?;
        self.text(action, &place, "description");
        let target = self.text(action, &place, "target")?;
        let target = match JsonPath::parse(&target) {
            Ok(target) => Some(target),
            Err(error) => {
                let what = format!("`{target}` is not JSONPath (RFC 9535): {error}");
                self.fault(join(&place, "target"), what);
                None
            }
        };
        let update = match action.get("update")? {
            Value::Object(update) if !update.is_empty() => Some(update.clone()),
            other => {
                let what = format!("expected an object with members, found {other}");
                self.fault(join(&place, "update"), what);
                None
            }
        };
        if self.faults.len() > faults {
            return None;
        }
        Some(Action {
            place,
            target: target?,
            update: update?,
        })
    }
}

impl Action {
    /// Merges the update into everything that the target selects.
    ///
    /// # Errors
    ///
    /// The target selects something that is no object. Nothing has been changed then.
    pub(crate) fn apply(&self, document: &mut Value) -> Result<Applied, Fault> {
        let selected = self.target.query_located(document);
        if let Some(node) = selected.iter().find(|node| !node.node().is_object()) {
            return Err(Fault {
                place: join(&self.place, "target"),
                what: format!(
                    "the target selects {}, which is not an object; select the object that holds the text",
                    node.location().to_json_pointer()
                ),
            });
        }
        let selected: Vec<_> = selected
            .locations()
            .map(NormalizedPath::to_json_pointer)
            .collect();
        let mut writes = Vec::new();
        for pointer in &selected {
            // With one object selected inside another, the outer update may have replaced the inner one.
            if let Some(Value::Object(node)) = document.pointer_mut(pointer) {
                let from = join(&self.place, "update");
                merge(node, &self.update, &from, pointer, &mut writes);
            }
        }
        Ok(Applied { selected, writes })
    }
}

/// Objects are merged member by member and lists are joined; anything else is replaced.
fn merge(
    node: &mut Map<String, Value>,
    update: &Map<String, Value>,
    from: &str,
    to: &str,
    writes: &mut Vec<Write>,
) {
    for (key, value) in update {
        let (from, to) = (join(from, key), join(to, key));
        match (node.get_mut(key), value) {
            (Some(Value::Object(node)), Value::Object(update)) if !update.is_empty() => {
                merge(node, update, &from, &to, writes);
                continue;
            }
            // Nothing to merge; it is recorded all the same, as it has no use.
            (Some(Value::Object(_)), Value::Object(_)) => {}
            (Some(Value::Array(items)), Value::Array(more)) => items.extend_from_slice(more),
            (Some(old), _) => old.clone_from(value),
            (None, _) => {
                node.insert(key.clone(), value.clone());
            }
        }
        let value = value.clone();
        writes.push(Write { from, to, value });
    }
}

#[cfg(test)]
mod tests;
