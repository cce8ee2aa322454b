//! Whether a Chinese text keeps up with the English one.
//!
//! Nobody notices by himself that a translation is out of date. What both languages write alike does tell: names
//! of code, numbers, the lines of known values, and the number of paragraphs.

use std::collections::BTreeSet;

use super::texts::Text;

/// What is wrong with the Chinese text, in words.
pub(super) fn faults(english: &Text<'_>, chinese: &str) -> Vec<String> {
    if chinese.trim().is_empty() {
        return vec!["the translation is empty".to_owned()];
    }
    if chinese.trim() == english.text.trim() {
        return vec!["this is the English text".to_owned()];
    }
    let mut faults = Vec::new();
    for block in blocks(chinese) {
        if !block.chars().any(is_han) {
            faults.push(format!("no Chinese character in \"{block}\""));
        }
    }
    let (paragraphs, expected) = (paragraphs(chinese), paragraphs(english.text));
    if paragraphs != expected {
        faults.push(format!(
            "paragraphs: expected {expected}, as in the English text, found {paragraphs}"
        ));
    }
    let lines = value_lines(&english.values, chinese, &mut faults);
    let (expected, found) = (Marks::of(english.text), Marks::of(chinese));
    // What is said of the line of a value is not said of its name again.
    let code = |marks: &Marks| -> BTreeSet<_> { marks.code.difference(&lines).cloned().collect() };
    compare("name", &code(&expected), &code(&found), &mut faults);
    compare("number", &expected.numbers, &found.numbers, &mut faults);
    faults
}

/// Compares the lines of known values, and returns the values that have a line or should have one.
fn value_lines(listed: &[&str], chinese: &str, faults: &mut Vec<String>) -> BTreeSet<String> {
    if listed.is_empty() {
        return BTreeSet::new();
    }
    let lines: Vec<_> = chinese
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once('`'))
        .collect();
    let described: Vec<_> = lines
        .iter()
        .filter(|(_, rest)| rest.starts_with(": "))
        .map(|(value, _)| *value)
        .collect();
    for value in listed {
        if !described.contains(value) {
            faults.push(format!(
                "no line \"- `{value}`: …\" for this known value; the colon is an ASCII one, with a space behind"
            ));
        }
    }
    for value in &described {
        if !listed.contains(value) {
            faults.push(format!(
                "a line for `{value}`, which is not a known value of the contract"
            ));
        }
    }
    let is_complete = listed.iter().all(|value| described.contains(value))
        && described.iter().all(|value| listed.contains(value));
    if is_complete && described != listed {
        faults.push(
            "the known values stand in another order than in the contract, or twice".to_owned(),
        );
    }
    let listed = listed.iter().copied();
    listed.chain(described).map(str::to_owned).collect()
}

fn compare(
    kind: &str,
    english: &BTreeSet<String>,
    chinese: &BTreeSet<String>,
    faults: &mut Vec<String>,
) {
    for missing in english.difference(chinese) {
        faults.push(format!(
            "the {kind} `{missing}` of the English text is missing"
        ));
    }
    for extra in chinese.difference(english) {
        faults.push(format!("the {kind} `{extra}` is not in the English text"));
    }
}

/// What both languages write alike.
struct Marks {
    /// What stands in backticks.
    code: BTreeSet<String>,
    /// Runs of digits elsewhere.
    numbers: BTreeSet<String>,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self {
            code: BTreeSet::new(),
            numbers: BTreeSet::new(),
        };
        for (index, piece) in text.split('`').enumerate() {
            if index % 2 == 1 {
                // A name with a space may have been broken at the end of a line.
                let words: Vec<_> = piece.split_whitespace().collect();
                marks.code.insert(words.join(" "));
            } else {
                let runs = piece.split(|c: char| !c.is_ascii_digit());
                let runs = runs.filter(|run| !run.is_empty());
                marks.numbers.extend(runs.map(str::to_owned));
            }
        }
        marks
    }
}

/// The paragraphs and the items of lists, one after another.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.lines() {
        let begins = line.trim().is_empty() || line.starts_with("- ");
        if begins {
            blocks.push(String::new());
        }
        if let Some(block) = blocks.last_mut() {
            block.push_str(line);
        }
    }
    blocks.retain(|block| !block.trim().is_empty());
    blocks
}

/// How many runs of lines there are between empty ones.
fn paragraphs(text: &str) -> usize {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let runs = lines.split(|line| line.is_empty());
    runs.filter(|run| !run.is_empty()).count()
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(english: &str, values: &[&str], chinese: &str) -> Vec<String> {
        let english = Text {
            pointer: String::new(),
            text: english,
            values: values.to_vec(),
        };
        faults(&english, chinese)
    }

    #[test]
    fn a_good_translation_has_no_fault() {
        let english =
            "At most 24 of `a b`, see `c`.\n\nOr `a\nb` again:\n\n- `x`: One.\n- `y`: Two.\n";
        let chinese = "见 `c`，`a b` 最多 24 个。\n\n再一次：\n\n- `x`: 一。\n- `y`: 二。\n";
        assert_eq!(found(english, &["x", "y"], chinese), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_chinese_is_found_in_every_paragraph() {
        assert_eq!(found("Text.", &[], "Text.\n"), ["this is the English text"]);
        assert_eq!(found("Text.", &[], " "), ["the translation is empty"]);
        assert_eq!(
            found(
                "One.\n\n- `x`: Two.\n- `y`: Three.",
                &["x", "y"],
                "一。\n\n- `x`: Two.\n- `y`: "
            ),
            [
                "no Chinese character in \"- `x`: Two.\"",
                "no Chinese character in \"- `y`: \"",
            ]
        );
    }

    #[test]
    fn names_and_numbers_are_compared_in_both_directions() {
        assert_eq!(
            found("Since `a`, 24 hours.", &[], "自 `b` 起 48 小时。"),
            [
                "the name `a` of the English text is missing",
                "the name `b` is not in the English text",
                "the number `24` of the English text is missing",
                "the number `48` is not in the English text",
            ]
        );
    }

    #[test]
    fn paragraphs_are_counted() {
        assert_eq!(
            found("A,\nb.\n\nC.\n", &[], "甲，乙，丙。"),
            ["paragraphs: expected 2, as in the English text, found 1"]
        );
    }

    #[test]
    fn lines_of_values_are_compared_one_by_one() {
        let english = "Known:\n\n- `x`: One.\n- `y`: Two.";
        let values = ["x", "y"];
        let one = |chinese: &str, words: &str| {
            let found = found(english, &values, chinese);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(words), "{found:?}");
        };
        one("已知：\n\n- `x`: 一。", "no line \"- `y`: …\"");
        one("已知：\n\n- `x`: 一。\n- `y`：二。", "no line \"- `y`: …\"");
        one(
            "已知：\n\n- `x`: 一。\n- `y`: 二。\n- `z`: 三。",
            "a line for `z`, which is not a known value",
        );
        one("已知：\n\n- `y`: 二。\n- `x`: 一。", "another order");
        one(
            "已知：\n\n- `x`: 一。\n- `x`: 一。\n- `y`: 二。",
            "or twice",
        );
    }
}
