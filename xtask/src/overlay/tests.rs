use serde_json::json;

use super::*;

fn overlay(actions: &Value) -> String {
    json!({
        "overlay": "1.0.0",
        "info": {"title": "A test", "version": "1.0.0"},
        "actions": actions,
    })
    .to_string()
}

fn document() -> Value {
    json!({
        "info": {"title": "Before", "version": "1.0.0", "tags": ["a"]},
        "paths": {
            "/a~b": {"get": {"parameters": [{"$ref": "#/x"}, {"name": "p"}, {"name": "q", "in": "query"}]}},
        },
        "schemas": {"A": {"type": "object"}, "B": {"type": "string"}},
    })
}

/// The document with one action applied, and what the action wrote where.
fn applied(target: &str, update: &Value) -> (Value, Vec<String>) {
    let text = overlay(&json!([{"target": target, "update": update}]));
    let value = hss_spec::parse_yaml("o", &text).expect("readable");
    let (read, faults) = Overlay::read(&value);
    assert_eq!(faults, []);
    let mut document = document();
    let applied = read.actions[0].apply(&mut document).expect("applied");
    let writes = applied.writes.iter();
    let writes = writes.map(|write| format!("{} -> {}", write.from, write.to));
    (document, writes.collect())
}

fn faults(overlay: &Value) -> Vec<(String, String)> {
    let (_, faults) = Overlay::read(overlay);
    let faults = faults.into_iter();
    faults.map(|fault| (fault.place, fault.what)).collect()
}

#[test]
fn objects_are_merged_and_keep_their_order() {
    let update = json!({"version": "2.0.0", "contact": {"name": "me"}});
    let (document, writes) = applied("$.info", &update);
    assert_eq!(
        document["info"].to_string(),
        r#"{"title":"Before","version":"2.0.0","tags":["a"],"contact":{"name":"me"}}"#
    );
    assert_eq!(
        writes,
        [
            "/actions/0/update/version -> /info/version",
            "/actions/0/update/contact -> /info/contact",
        ]
    );
}

#[test]
fn lists_are_joined_and_other_types_replaced() {
    let (document, _) = applied("$", &json!({"info": {"tags": ["b"]}, "schemas": {"A": 1}}));
    assert_eq!(document["info"]["tags"], json!(["a", "b"]));
    assert_eq!(
        document["schemas"],
        json!({"A": 1, "B": {"type": "string"}})
    );
}

#[test]
fn an_empty_object_changes_nothing_and_is_recorded() {
    let (changed, writes) = applied("$", &json!({"info": {}}));
    assert_eq!(changed, document());
    assert_eq!(writes, ["/actions/0/update/info -> /info"]);
}

#[test]
fn a_filter_selects_by_name_and_passes_references_over() {
    let target = "$.paths['/a~b'].get.parameters[?@.name=='q']";
    let (document, writes) = applied(target, &json!({"description": "x"}));
    let selected = "/paths/~1a~0b/get/parameters/2/description";
    assert_eq!(document.pointer(selected), Some(&json!("x")));
    assert_eq!(
        writes,
        [format!("/actions/0/update/description -> {selected}")]
    );
}

#[test]
fn every_selected_object_is_updated() {
    let (document, writes) = applied("$.schemas.*", &json!({"title": "x"}));
    assert_eq!(document["schemas"]["A"]["title"], "x");
    assert_eq!(document["schemas"]["B"]["title"], "x");
    assert_eq!(writes.len(), 2);
}

#[test]
fn later_actions_see_what_earlier_ones_did() {
    let text = overlay(&json!([
        {"target": "$.info", "update": {"title": "Between"}},
        {"target": "$[?@.title=='Between']", "update": {"title": "After"}},
        {"target": "$.nothing", "update": {"title": "Lost"}},
    ]));
    let translated = translated(&document(), "o", &text).expect("applied");
    assert_eq!(translated["info"]["title"], "After");
    assert_eq!(translated.as_object().map(Map::len), Some(3));
}

#[test]
fn what_cannot_be_applied_is_an_error_with_a_place() {
    let refused = |text: &str| translated(&document(), "o.yaml", text).expect_err("refused");
    let error = refused("a: [");
    assert!(error.contains("o.yaml"), "{error}");
    let error = refused(&overlay(
        &json!([{"target": "info", "update": {"title": "x"}}]),
    ));
    let start = "o.yaml: /actions/0/target: `info` is not JSONPath (RFC 9535): ";
    assert!(error.starts_with(start), "{error}");
    for target in ["$.info.title", "$.info.tags", "$.info.*"] {
        let error = refused(&overlay(&json!([{"target": target, "update": {"a": "x"}}])));
        assert!(
            error.starts_with("o.yaml: /actions/0/target: the target selects /info/"),
            "{error}"
        );
    }
}

#[test]
fn all_faults_of_the_form_are_found() {
    let found = faults(&json!({
        "overlay": "1.1.0",
        "info": {"title": " ", "version": 1},
        "extend": "./a.yaml",
        "actions": [
            {"target": "$.info", "updates": {"title": "x"}},
            {"target": "$.info", "remove": true},
            {"target": "$.info[", "update": {}},
            "text",
            {"target": "$.info", "update": {"title": "x"}, "description": "Why."},
        ],
    }));
    let found: Vec<_> = found
        .iter()
        .map(|(place, what)| {
            let what = what.split(": unexpected").next().unwrap_or_default();
            let what = what.split(" (RFC").next().unwrap_or_default();
            format!("{place}: {what}")
        })
        .collect();
    assert_eq!(
        found,
        [
            "/extend: unknown member; expected overlay, info, extends, actions",
            "/overlay: expected version 1.0.0, found 1.1.0",
            "/info/title: expected text, found \" \"",
            "/info/version: expected text, found 1",
            "/actions/0: the member `update` is missing",
            "/actions/0/updates: unknown member; expected target, description, update",
            "/actions/1/remove: a translation removes nothing",
            "/actions/2/target: `$.info[` is not JSONPath",
            "/actions/2/update: expected an object with members, found {}",
            "/actions/3: expected an object, found \"text\"",
        ]
    );
}

#[test]
fn an_overlay_without_actions_is_none() {
    for (overlay, place) in [
        (json!([]), ""),
        (
            json!({"overlay": "1.0.0", "info": {"title": "x", "version": "1"}}),
            "",
        ),
        (
            json!({"overlay": "1.0.0", "info": {"title": "x", "version": "1"}, "actions": []}),
            "/actions",
        ),
    ] {
        let found = faults(&overlay);
        assert_eq!(found.len(), 1, "{overlay}: {found:?}");
        assert_eq!(found[0].0, place, "{overlay}");
    }
}
