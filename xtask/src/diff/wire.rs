//! What a change means on the wire, as Redocly CLI judges it.

use serde_json::Value;

use super::{Change, Finder, Severity};
use crate::model::walk;
use crate::redocly::{Inputs, Redocly};
use crate::values::short;

/// The changes between two texts of a document.
///
/// # Errors
///
/// Redocly CLI cannot be run, or its report is not as expected.
pub fn wire_changes(
    redocly: &Redocly,
    name: &str,
    before: &str,
    now: &str,
) -> Result<Vec<Change>, String> {
    let inputs = Inputs::new()?;
    let (before_name, now_name) = (format!("before/{name}"), format!("now/{name}"));
    inputs.add(&before_name, &without_extensions(name, before)?)?;
    inputs.add(&now_name, &without_extensions(name, now)?)?;
    let arguments = [
        "diff",
        &before_name,
        &now_name,
        "--format",
        "json",
        "--fail-on",
        "none",
    ];
    let reports = redocly.json(&inputs, &arguments, 1)?;
    reports.first().map_or_else(
        || Err("Redocly CLI reported nothing".to_owned()),
        |report| read_report(report).map_err(|what| format!("the report on {name}: {what}")),
    )
}

/// The document without extensions, which have rules of their own. Redocly CLI takes a parameter that gets one, together
/// with another description, for one that is removed and another that is added.
fn without_extensions(name: &str, text: &str) -> Result<String, String> {
    let document: Value = hss_spec::parse_yaml(name, text).map_err(|error| error.to_string())?;
    let mut rest = document.clone();
    for node in walk(&document) {
        if let Some(Value::Object(object)) = rest.pointer_mut(&node.pointer) {
            object.retain(|key, _| !key.starts_with("x-"));
        }
    }
    Ok(rest.to_string())
}

fn read_report(report: &Value) -> Result<Vec<Change>, String> {
    let version = report["reportVersion"].as_str().unwrap_or_default();
    if version != "1" {
        return Err(format!(
            "expected version 1 of the report, found `{version}`"
        ));
    }
    let changes = report["changes"]
        .as_array()
        .ok_or("it has no list of changes")?;
    let mut found = Vec::new();
    for change in changes {
        found.extend(read_change(change)?);
    }
    Ok(found)
}

/// The change, but for one that is judged elsewhere.
fn read_change(change: &Value) -> Result<Option<Change>, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let severity = match change["impact"].as_str().unwrap_or_default() {
        "major" => Severity::Major,
        "minor" => Severity::Minor,
        "patch" => Severity::Patch,
        other => return Err(format!("unknown impact `{other}`")),
    };
    // The place in the text; `path` is the way there through all references.
    let place = ["revision", "base"]
        .into_iter()
        .find_map(|side| change[side]["pointer"].as_str())
        .or(change["path"].as_str())
        .unwrap_or_default();
    let place = place.strip_prefix('#').unwrap_or(place);
    let property = text(&change["property"]);
    let verdicts = change["verdicts"].as_array();
    let messages: Vec<_> = verdicts
        .into_iter()
        .flatten()
        .map(|verdict| text(&verdict["message"]))
        .collect();
    // That the version changes is expected.
    if place == "/info/version" {
        return Ok(None);
    }
    let what = if messages.is_empty() {
        unjudged(change, &property)
    } else {
        messages.join("; ")
    };
    Ok(Some(Change {
        severity,
        place: place.to_owned(),
        what: what.replace('\n', " "),
        finder: Finder::Redocly,
    }))
}

/// A change that no rule of Redocly CLI speaks of, in words.
fn unjudged(change: &Value, property: &str) -> String {
    let kind = change["kind"].as_str().unwrap_or_default();
    let object = change["typeName"].as_str().unwrap_or_default();
    if property.is_empty() {
        return format!("{object} {kind}");
    }
    let side = |name: &str| {
        let value = change[name].get("value");
        value.map_or_else(|| "nothing".to_owned(), short)
    };
    let (before, now) = (side("base"), side("revision"));
    // Long texts may begin alike.
    if before == now {
        return format!("`{property}` {kind}");
    }
    format!("`{property}` {kind}: {before} / {now}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_read_with_their_places_in_the_text() {
        let report = json!({
            "reportVersion": "1",
            "changes": [
                {
                    "path": "#/paths/~1a/get/parameters/1", "typeName": "Parameter", "kind": "removed",
                    "impact": "major", "verdicts": [{"message": "`b` query parameter was removed."}],
                    "base": {"pointer": "#/components/parameters/B"},
                },
                {
                    "path": "#/paths/~1a/get/parameters/0/schema", "typeName": "Schema", "kind": "modified",
                    "impact": "patch", "verdicts": [], "property": "maximum",
                    "base": {"pointer": "#/x/maximum", "value": 200},
                    "revision": {"pointer": "#/y/maximum", "value": 201},
                },
                {
                    "path": "#/info", "typeName": "Info", "kind": "modified",
                    "impact": "patch", "verdicts": [], "property": "description",
                    "base": {"pointer": "#/info/description", "value": "x".repeat(100) + "1"},
                    "revision": {"pointer": "#/info/description", "value": "x".repeat(100) + "2"},
                },
                {
                    "path": "#/components/schemas/A", "typeName": "Schema", "kind": "added",
                    "impact": "minor", "verdicts": [],
                },
            ],
        });
        let found: Vec<_> = read_report(&report)
            .expect("a report")
            .into_iter()
            .map(|change| format!("{} {}: {}", change.severity, change.place, change.what))
            .collect();
        assert_eq!(
            found,
            [
                "major /components/parameters/B: `b` query parameter was removed.",
                "patch /y/maximum: `maximum` modified: 200 / 201",
                "patch /info/description: `description` modified",
                "minor /components/schemas/A: Schema added",
            ]
        );
    }

    #[test]
    fn what_is_judged_elsewhere_is_left_out() {
        let version = json!({"impact": "patch", "property": "version", "revision": {"pointer": "#/info/version"}});
        assert_eq!(read_change(&version), Ok(None));
        let text = "openapi: 3.0.3\nx-a: 1\npaths:\n  /a:\n    get:\n      parameters:\n      - {name: x-b, in: header, \
                    x-c: [1], schema: {type: object, properties: {x-d: {type: string, x-e: 2}}}}\n";
        assert_eq!(
            without_extensions("a", text).expect("a document"),
            r#"{"openapi":"3.0.3","paths":{"/a":{"get":{"parameters":[{"name":"x-b","in":"header","schema":{"type":"object","properties":{"x-d":{"type":"string"}}}}]}}}}"#
        );
    }

    #[test]
    fn another_form_of_report_is_refused() {
        for report in [
            json!({"changes": []}),
            json!({"reportVersion": "2", "changes": []}),
            json!({"reportVersion": "1"}),
            json!({"reportVersion": "1", "changes": [{"impact": "huge"}]}),
        ] {
            assert!(read_report(&report).is_err(), "{report}");
        }
    }
}
