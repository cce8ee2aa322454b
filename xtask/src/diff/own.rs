//! The changes for which Redocly CLI has no eyes, or none that see what they mean here: extensions, and the names
//! that generated code takes from the contract.

use std::collections::BTreeSet;

use serde_json::Value;

use super::align::{Pair, pairs};
use super::{Change, Finder, Severity, security};
use crate::model::{Kind, Node, join, resolve};
use crate::values::short;

/// The open enum, which has rules of its own.
const OPEN_ENUM: &str = "x-extensible-enum";

/// The unit of a number, likewise.
const UNIT: &str = "x-unit";

/// How many calls are documented to be allowed.
const CALL_LIMITS: &str = "x-call-limits";

/// Where the known codes of errors are.
const ERROR_CODE: &str = "/components/schemas/ErrorResponse/properties/error_code";

/// The changes between two documents.
pub(super) fn changes(before: &Value, now: &Value) -> Vec<Change> {
    let mut found = Changes(Vec::new());
    for pair in pairs(before, now) {
        match (&pair.before, &pair.now) {
            (Some(old), Some(new)) => both((before, old), (now, new), &mut found),
            (Some(old), None) => gone(old, &mut found),
            (None, Some(new)) => added(new, &mut found),
            (None, None) => {}
        }
        server(&pair, &mut found);
    }
    security::changes(before, now, &mut found);
    found.0
}

/// What was found so far.
pub(super) struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn add(
        &mut self,
        severity: Severity,
        place: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.0.push(Change {
            severity,
            place: place.into(),
            what: what.into(),
            finder: Finder::Own,
        });
    }
}

fn both(before: (&Value, &Node<'_>), now: (&Value, &Node<'_>), found: &mut Changes) {
    let (old, new) = (before.1, now.1);
    match new.kind {
        Kind::Schema => schema(before, now, found),
        Kind::Operation => {
            let id = |node: &Node<'_>| node.text("operationId").unwrap_or("(none)").to_owned();
            let (old, new_id) = (id(old), id(new));
            if old != new_id {
                let what = format!("the operation `{old}` is now called `{new_id}`");
                found.add(Severity::Major, new.at("operationId"), what);
            }
        }
        Kind::SecurityScheme => {
            for key in ["type", "name", "in", "scheme"] {
                if let Some(what) = changed(old.value, new.value, key) {
                    found.add(Severity::Major, new.at(key), what);
                }
            }
        }
        _ => {}
    }
    other_extensions(old, new, found);
}

/// `` `key` changed from 1 to 2 ``, where it did.
fn changed(before: &Value, now: &Value, key: &str) -> Option<String> {
    let (old, new) = (before.get(key), now.get(key));
    let said = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
    (old != new).then(|| format!("`{key}` changed from {} to {}", said(old), said(new)))
}

fn schema(
    (before_document, old): (&Value, &Node<'_>),
    (now_document, new): (&Value, &Node<'_>),
    found: &mut Changes,
) {
    match (old.reference, new.reference) {
        // What the component itself has become is told there.
        (Some(old), Some(new)) if old == new => return,
        (Some(old), Some(reference)) => {
            let what = format!(
                "the schema is no longer `{old}` but `{reference}`, another generated type"
            );
            found.add(Severity::Major, &new.pointer, what);
        }
        _ => {}
    }
    let resolved = |document, node: &Node<'_>| {
        let target = resolve(document, &node.pointer, node.value);
        target.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (old, value) = (resolved(before_document, old), resolved(now_document, new));
    open_enum(&old, &value, new, found);
    unit(&old, &value, new, found);
}

fn open_enum(old: &Value, value: &Value, new: &Node<'_>, found: &mut Changes) {
    let listed = |schema: &Value| -> Vec<Value> {
        let values = schema.get(OPEN_ENUM).and_then(Value::as_array);
        values.cloned().unwrap_or_default()
    };
    let (old, now) = (listed(old), listed(value));
    let place = new.at(OPEN_ENUM);
    let noun = if new.pointer == ERROR_CODE {
        "error code"
    } else {
        "known value"
    };
    for value in old.iter().filter(|value| !now.contains(value)) {
        let what = format!("the {noun} {value} was removed");
        found.add(Severity::Major, &place, what);
    }
    for value in now.iter().filter(|value| !old.contains(value)) {
        found.add(
            Severity::Minor,
            &place,
            format!("the {noun} {value} is new"),
        );
    }
    let kept = |values: &[Value], others: &[Value]| -> Vec<Value> {
        let kept = values.iter().filter(|value| others.contains(value));
        kept.cloned().collect()
    };
    if kept(&old, &now) != kept(&now, &old) {
        let what = format!("the {noun}s stand in another order");
        found.add(Severity::Patch, &place, what);
    }
}

/// A number in another unit is another number. One that had none gets a promise, which is something new.
fn unit(old: &Value, value: &Value, new: &Node<'_>, found: &mut Changes) {
    if let Some(what) = changed(old, value, UNIT) {
        let severity = if old.get(UNIT).is_some() {
            Severity::Major
        } else {
            Severity::Minor
        };
        found.add(severity, new.at(UNIT), what);
    }
}

/// Extensions without a rule of their own. Redocly CLI does not look into all of them.
fn other_extensions(old: &Node<'_>, new: &Node<'_>, found: &mut Changes) {
    // In these, a key that begins with `x-` is a name that somebody chose.
    if matches!(new.kind, Kind::SecurityRequirement) || new.reference.is_some() {
        return;
    }
    let keys = [old, new]
        .into_iter()
        .filter_map(|node| node.value.as_object());
    let keys: BTreeSet<_> = keys
        .flat_map(|object| object.keys())
        .filter(|key| key.starts_with("x-") && *key != OPEN_ENUM && *key != UNIT)
        .collect();
    for key in keys {
        if old.value.get(key) != new.value.get(key) {
            // Whoever calls the operation has to know of it.
            let severity = if *key == CALL_LIMITS {
                Severity::Minor
            } else {
                Severity::Patch
            };
            found.add(severity, new.at(key), format!("`{key}` changed"));
        }
    }
}

fn gone(old: &Node<'_>, found: &mut Changes) {
    let name = old.name.unwrap_or_default();
    match (old.kind, old.field) {
        (Kind::Schema, "schemas") => {
            let what =
                format!("the schema `{name}` was removed or renamed, and with it a generated type");
            found.add(Severity::Major, &old.pointer, what);
        }
        (Kind::SecurityScheme, _) => {
            let what = format!("the security scheme `{name}` was removed or renamed");
            found.add(Severity::Major, &old.pointer, what);
        }
        _ => {}
    }
}

fn added(new: &Node<'_>, found: &mut Changes) {
    let name = new.name.unwrap_or_default();
    let what = match (new.kind, new.field) {
        (Kind::Schema, "schemas") => format!("the schema `{name}` is new"),
        (Kind::SecurityScheme, _) => format!("the security scheme `{name}` is new"),
        _ => return,
    };
    found.add(Severity::Minor, &new.pointer, what);
}

/// Servers are known by their addresses, so one with another address is another server.
fn server(pair: &Pair<'_>, found: &mut Changes) {
    let (node, severity, what) = match (&pair.before, &pair.now) {
        (Some(old), None) => (old, Severity::Major, "was removed"),
        (None, Some(new)) => (new, Severity::Minor, "is new"),
        _ => return,
    };
    if node.kind == Kind::Server && node.field == "servers" {
        let url = node.text("url").unwrap_or_default();
        let what = format!("the server `{url}` {what}");
        found.add(severity, join(&node.pointer, "url"), what);
    }
}

#[cfg(test)]
mod tests;
