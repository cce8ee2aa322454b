//! How callers prove who they are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Severity;
use super::own::Changes;
use crate::model::operations;

/// What stands for no proof at all, beside the names of schemes.
const NONE: &str = "(nothing)";

/// Compares, for each operation that there was and is, the ways of calling it.
pub(super) fn changes(before: &Value, now: &Value, found: &mut Changes) {
    let earlier = operations(before);
    for operation in operations(now) {
        let same = earlier
            .iter()
            .find(|old| old.path == operation.path && old.method == operation.method);
        let Some(old) = same else { continue };
        let (old, new) = (
            alternatives(before, old.value),
            alternatives(now, operation.value),
        );
        let place = operation.pointer();
        // Whoever may come without proof may also come with one.
        let is_open = new.contains(NONE);
        for way in old.difference(&new) {
            if way == NONE {
                let what = "the operation can no longer be called without a proof of who calls";
                found.add(Severity::Major, &place, what);
            } else if is_open {
                found.add(
                    Severity::Patch,
                    &place,
                    format!("{way} is no longer mentioned"),
                );
            } else {
                found.add(
                    Severity::Major,
                    &place,
                    format!("{way} is no longer accepted"),
                );
            }
        }
        for way in new.difference(&old) {
            found.add(Severity::Minor, &place, format!("{way} is now accepted"));
        }
    }
}

/// The ways of calling an operation: its own or, where it has none, those of the document.
fn alternatives(document: &Value, operation: &Value) -> BTreeSet<String> {
    let listed = operation
        .get("security")
        .or_else(|| document.get("security"));
    let ways: BTreeSet<_> = listed
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(way)
        .collect();
    if ways.is_empty() {
        return [NONE.to_owned()].into();
    }
    ways
}

/// One way: all of its schemes together, in an order of their own.
fn way(requirement: &Value) -> String {
    let schemes = requirement.as_object();
    let mut schemes: Vec<_> = schemes
        .into_iter()
        .flatten()
        .map(|(name, scopes)| {
            let scopes: BTreeSet<_> = scopes
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            if scopes.is_empty() {
                format!("`{name}`")
            } else {
                let scopes: Vec<_> = scopes.into_iter().collect();
                format!("`{name}` for {}", scopes.join(", "))
            }
        })
        .collect();
    if schemes.is_empty() {
        return NONE.to_owned();
    }
    schemes.sort();
    schemes.join(" with ")
}
