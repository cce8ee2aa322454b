//! Where two values differ.

use serde_json::Value;

use crate::model::join;

/// Where `other` differs from `value`, and how.
pub(in crate::check) fn differences(value: &Value, other: &Value) -> Vec<(String, String)> {
    match (value, other) {
        (Value::Object(members), Value::Object(others)) => {
            let missing = members
                .iter()
                .filter(|(key, _)| !others.contains_key(*key))
                .map(|(key, _)| (join("", key), "lacks this".to_owned()));
            let extra = others
                .keys()
                .filter(|key| !members.contains_key(*key))
                .map(|key| (join("", key), "has this in addition".to_owned()));
            let changed = members.iter().flat_map(|(key, member)| {
                let other = others.get(key).into_iter();
                other.flat_map(move |other| within(key, member, other))
            });
            missing.chain(extra).chain(changed).collect()
        }
        (Value::Array(items), Value::Array(others)) if items.len() == others.len() => items
            .iter()
            .zip(others)
            .enumerate()
            .flat_map(|(index, (item, other))| within(&index.to_string(), item, other))
            .collect(),
        (Value::Array(items), Value::Array(others)) => {
            let what = format!("has {} items for {}", others.len(), items.len());
            vec![(String::new(), what)]
        }
        _ if value == other => Vec::new(),
        _ => vec![(String::new(), format!("has {other} for {value}"))],
    }
}

fn within(step: &str, value: &Value, other: &Value) -> Vec<(String, String)> {
    differences(value, other)
        .into_iter()
        .map(|(place, what)| (format!("{}{place}", join("", step)), what))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_has_its_place() {
        let one = json!({"a": 1, "b": [1, {"c": null}], "d": [1]});
        let other = json!({"b": [2, {"c": false}], "d": [], "e": 0});
        let lines: Vec<_> = differences(&one, &other)
            .into_iter()
            .map(|(place, what)| format!("{place} {what}"))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        /a lacks this
        /e has this in addition
        /b/0 has 2 for 1
        /b/1/c has false for null
        /d has 0 items for 1
        ");
    }

    #[test]
    fn the_order_of_members_is_no_difference() {
        assert!(differences(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})).is_empty());
    }
}
