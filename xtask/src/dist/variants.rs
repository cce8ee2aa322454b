//! Forms of a document for one purpose each.

use hss_spec::error_ranges;
use serde_json::{Map, Value, json};

use super::unused::remove_unused;

/// The address that `hss sandbox` listens on by default.
const SANDBOX: &str = "http://127.0.0.1:8085";

const CLOSED: &str = "\
**Closed enums.** For code with a constant for each known value. It costs this: the service may add values and promises \
no field, and a strict client made of this file refuses a whole page for one value that it does not know, or for `null` \
in the place of one. Codes of errors stay open, since nobody knows all of them.";

const RANGES: &str = "\
**Errors by range.** Each operation declares `4XX` and `5XX` in place of single statuses and `default`. This is for \
progenitor, which takes `default` for a success and then stops, as the two have different bodies.";

const TRYING: &str = "\
**For trying.** The first server is a sandbox on the same machine: `hss sandbox --cors '*'`. It knows the user `sandbox` \
of the account `sandbox` with the password `sandbox`, and the examples of the parameters, sent together, find the \
documented record.";

/// The document with a list of values for each open enum that has a name; nothing if it has none.
pub(super) fn closed_enums(document: &Value) -> Option<Value> {
    let mut closed = noticed(document, CLOSED);
    let schemas = closed.pointer_mut("/components/schemas")?.as_object_mut()?;
    let mut count = 0;
    for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
        if !schema.contains_key("x-extensible-enum") {
            continue;
        }
        *schema = std::mem::take(schema)
            .into_iter()
            .map(|(key, value)| match key.as_str() {
                "x-extensible-enum" => ("enum".to_owned(), value),
                _ => (key, value),
            })
            .collect::<Map<_, _>>();
        count += 1;
    }
    (count > 0).then_some(closed)
}

/// The document with ranges of statuses.
pub(super) fn ranges(document: &Value) -> Value {
    let mut ranges = noticed(document, RANGES);
    error_ranges(&mut ranges);
    remove_unused(&mut ranges);
    ranges
}

/// The document with the sandbox as its first server.
pub(super) fn sandbox(document: &Value) -> Value {
    let mut sandbox = noticed(document, TRYING);
    if let Some(servers) = sandbox["servers"].as_array_mut() {
        servers.insert(0, json!({"url": SANDBOX, "description": "Sandbox"}));
    }
    sandbox
}

fn noticed(document: &Value, notice: &str) -> Value {
    let mut noticed = document.clone();
    let description = &mut noticed["info"]["description"];
    let text = description.as_str().unwrap_or_default();
    *description = format!("{notice}\n\n{text}").into();
    noticed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "info": {"description": "D"},
            "servers": [{"url": "https://a.example"}],
            "paths": {"/a": {"get": {"responses": {
                "200": {"description": "x"},
                "404": {"$ref": "#/components/responses/N"},
                "default": {"$ref": "#/components/responses/E"},
            }}}},
            "components": {
                "responses": {"N": {"description": "n"}, "E": {"description": "e"}},
                "schemas": {
                    "Kind": {"type": "string", "x-extensible-enum": ["a"], "example": "a"},
                    "Error": {"type": "object", "properties": {
                        "code": {"type": "string", "x-extensible-enum": ["b"]},
                    }},
                },
            },
        })
    }

    #[test]
    fn named_enums_are_closed_and_codes_of_errors_are_not() {
        let closed = closed_enums(&document()).expect("it has an enum");
        let schemas = &closed["components"]["schemas"];
        assert_eq!(
            schemas["Kind"].to_string(),
            r#"{"type":"string","enum":["a"],"example":"a"}"#
        );
        assert_eq!(
            schemas["Error"],
            document()["components"]["schemas"]["Error"]
        );
        let text = closed["info"]["description"].as_str().expect("a text");
        assert!(text.starts_with("**Closed enums.**") && text.ends_with("\n\nD"));
        let mut none = document();
        none["components"]["schemas"] = json!({});
        assert_eq!(closed_enums(&none), None);
    }

    #[test]
    fn ranges_leave_no_component_without_use() {
        let ranges = ranges(&document());
        let error = json!({"$ref": "#/components/responses/E"});
        assert_eq!(
            ranges["paths"]["/a"]["get"]["responses"],
            json!({"200": {"description": "x"}, "4XX": error, "5XX": error})
        );
        assert_eq!(
            ranges["components"]["responses"],
            json!({"E": {"description": "e"}})
        );
    }

    #[test]
    fn the_address_is_the_one_that_the_command_listens_on() {
        let command = include_str!("../../../crates/hss-cli/src/args/sandbox.rs");
        let address = SANDBOX.trim_start_matches("http://");
        assert!(command.contains(&format!("default_value = \"{address}\"")));
    }

    #[test]
    fn the_sandbox_is_the_first_server_and_the_others_stay() {
        assert_eq!(
            sandbox(&document())["servers"],
            json!([
                {"url": SANDBOX, "description": "Sandbox"},
                {"url": "https://a.example"},
            ])
        );
    }
}
