//! Responses of errors by range, for generators that take `default` for a success.

use serde_json::Value;

/// The ranges of statuses that stand for an error.
const RANGES: [&str; 2] = ["4XX", "5XX"];

/// Puts the responses `4XX` and `5XX` in the place of each status of an error and of `default`.
///
/// Both are what `default` was: every error has the same body. An operation without `default` stays as it is.
///
/// progenitor needs it: where `default` stands beside the status of a success, it takes `default` for a second
/// success, and stops because the two have different bodies.
pub fn error_ranges(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Value::as_object_mut)
        .flat_map(|path| path.values_mut());
    for operation in operations {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let Some(any) = responses.shift_remove("default") else {
            continue;
        };
        responses.retain(|status, _| !status.starts_with(['4', '5']));
        for range in RANGES {
            responses.insert(range.to_owned(), any.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_become_ranges_and_successes_stay() {
        let mut document = json!({"paths": {"/a": {
            "get": {"responses": {"200": "ok", "404": "none", "503": "down", "default": "any", "x-note": 1}},
            "put": {"responses": {"204": "ok", "4XX": "wrong"}},
            "parameters": [],
        }}});
        error_ranges(&mut document);
        let path = &document["paths"]["/a"];
        assert_eq!(
            path["get"]["responses"],
            json!({"200": "ok", "x-note": 1, "4XX": "any", "5XX": "any"})
        );
        assert_eq!(
            path["put"]["responses"],
            json!({"204": "ok", "4XX": "wrong"})
        );
    }
}
