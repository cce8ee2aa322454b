//! Where two JSON values differ.

use serde_json::Value;

use crate::model::join;

/// A place where two values differ.
#[derive(Debug, PartialEq)]
pub(crate) struct Difference<'a> {
    /// The place, as a JSON pointer.
    pub(crate) pointer: String,
    /// What the one has there.
    pub(crate) left: Option<&'a Value>,
    /// What the other has there.
    pub(crate) right: Option<&'a Value>,
}

impl Difference<'_> {
    /// Both sides in one line, each at most some dozens of characters long.
    pub(crate) fn shown(&self) -> String {
        let side = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
        format!("{} / {}", side(self.left), side(self.right))
    }
}

/// A value in one line that a person can read.
pub(crate) fn short(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

/// The outermost places where two values differ. The order of members does not count, that of items does.
pub(crate) fn differences<'a>(left: &'a Value, right: &'a Value) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    compare(String::new(), left, right, &mut found);
    found
}

fn compare<'a>(
    pointer: String,
    left: &'a Value,
    right: &'a Value,
    found: &mut Vec<Difference<'a>>,
) {
    let mut one_side = |step: &str, left, right| {
        found.push(Difference {
            pointer: join(&pointer, step),
            left,
            right,
        });
    };
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left.iter().filter(|(key, _)| !right.contains_key(*key)) {
                one_side(key, Some(value), None);
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                one_side(key, None, Some(value));
            }
            for (key, value) in left {
                if let Some(other) = right.get(key) {
                    compare(join(&pointer, key), value, other, found);
                }
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            let common = left.len().min(right.len());
            for (index, value) in left.iter().enumerate().skip(common) {
                one_side(&index.to_string(), Some(value), None);
            }
            for (index, value) in right.iter().enumerate().skip(common) {
                one_side(&index.to_string(), None, Some(value));
            }
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(join(&pointer, &index.to_string()), value, other, found);
            }
        }
        _ if left != right => found.push(Difference {
            pointer,
            left: Some(left),
            right: Some(right),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_outermost_difference_has_its_place() {
        let left = json!({"a": [1, {"b/c": 1}, 3], "d": {"e": 1}, "f": null});
        let right = json!({"f": null, "a": [1, {"b/c": 2}], "g": {"h": 1}});
        let found: Vec<_> = differences(&left, &right)
            .iter()
            .map(|found| format!("{}: {}", found.pointer, found.shown()))
            .collect();
        assert_eq!(
            found,
            [
                r#"/d: {"e":1} / nothing"#,
                r#"/g: nothing / {"h":1}"#,
                "/a/2: 3 / nothing",
                "/a/1/b~1c: 1 / 2",
            ]
        );
    }

    #[test]
    fn the_order_of_members_does_not_count() {
        assert_eq!(
            differences(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})),
            []
        );
    }

    #[test]
    fn long_values_are_cut_between_characters() {
        let text = short(&json!("é".repeat(100)));
        assert_eq!(text.chars().count(), 61);
    }
}
