//! The linter, over the contract and over what is published of it.

use std::ffi::OsStr;
use std::fmt;

use serde_json::Value;

use crate::dist;
use crate::redocly::{Inputs, Redocly};
use crate::sources::{DOCUMENTS, Sources};

/// One problem that the linter found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, by its path from the top of the repository.
    pub file: String,
    /// Line and column, from 1.
    pub position: Option<(u64, u64)>,
    /// The place, as a JSON pointer.
    pub place: String,
    /// The name of the rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {} ({})", self.message, self.rule)?;
        if !self.place.is_empty() {
            write!(f, ", at {}", self.place)?;
        }
        Ok(())
    }
}

/// What the linter found, and how many files it looked at.
#[derive(Debug, Default)]
pub struct Linted {
    /// The problems, in the order of the files.
    pub findings: Vec<Finding>,
    /// The number of files.
    pub files: usize,
}

/// Lints the contract and, where that is clean, everything that is published of it.
///
/// A problem of the contract shows in each of the files that follow from it, and telling it once is enough.
///
/// # Errors
///
/// The linter cannot be run, or what is published cannot be made.
pub fn run(redocly: &Redocly, sources: &Sources) -> Result<Linted, String> {
    let mut texts = Vec::new();
    let mut linted = Linted::default();
    for name in DOCUMENTS {
        let text = sources
            .get(name)
            .ok_or_else(|| format!("{name} is missing"))?;
        // The linter stops at a file that it cannot read, and says nothing of the others.
        if let Err(error) = hss_spec::parse_yaml::<Value>(name, text) {
            linted.findings.push(Finding {
                file: name.to_owned(),
                position: None,
                place: String::new(),
                rule: "syntax".to_owned(),
                message: error.to_string(),
            });
        }
        texts.push((name, text));
    }
    if linted.findings.is_empty() {
        linted.findings = lint(redocly, &texts)?;
    }
    linted.files = texts.len();
    if !linted.findings.is_empty() {
        return Ok(linted);
    }
    let published = dist::files(sources)?;
    let published: Vec<_> = published
        .iter()
        .filter(|(name, _)| ![dist::SUMS, dist::README].contains(&name.as_str()))
        .map(|(name, text)| (format!("{}/{name}", dist::FOLDER), text))
        .collect();
    let texts: Vec<_> = published
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    linted.findings = lint(redocly, &texts)?;
    linted.files += texts.len();
    Ok(linted)
}

/// Lints texts. Their names are paths with `/`, and the findings bear them.
///
/// # Errors
///
/// The linter cannot be run, or one of the texts is no document that it can read.
pub fn lint(redocly: &Redocly, texts: &[(&str, &str)]) -> Result<Vec<Finding>, String> {
    let inputs = Inputs::new()?;
    for (name, text) in texts {
        inputs.add(name, text)?;
    }
    let options = [
        "lint",
        "--format",
        "json",
        "--max-problems",
        "1000",
        "--config",
    ];
    let mut arguments: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
    arguments.push(redocly.lint_config().as_os_str());
    arguments.extend(texts.iter().map(|(name, _)| OsStr::new(*name)));
    let reports = redocly.json(&inputs, &arguments, texts.len())?;
    let mut findings = Vec::new();
    for (report, (name, _)) in reports.iter().zip(texts) {
        findings.extend(read_report(report, name)?);
    }
    Ok(findings)
}

/// The problems in the report on one file, of whatever severity.
fn read_report(report: &Value, name: &str) -> Result<Vec<Finding>, String> {
    let unexpected = |what: &str| {
        format!("the report of the linter on {name} {what}; is its version as pinned?")
    };
    let problems = report["problems"]
        .as_array()
        .ok_or_else(|| unexpected("has no list of problems"))?;
    let totals = &report["totals"];
    let counted = totals["errors"].as_u64().zip(totals["warnings"].as_u64());
    match counted {
        Some((errors, warnings)) if errors + warnings == problems.len() as u64 => {}
        _ => return Err(unexpected("does not add up")),
    }
    if totals["ignored"].as_u64() != Some(0) {
        return Err(unexpected("ignores problems"));
    }
    Ok(problems
        .iter()
        .map(|problem| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let location = &problem["location"][0];
            let pointer = text(&location["pointer"]);
            let start = &location["start"];
            Finding {
                file: name.to_owned(),
                position: start["line"].as_u64().zip(start["col"].as_u64()),
                place: pointer.strip_prefix('#').unwrap_or(&pointer).to_owned(),
                rule: text(&problem["ruleId"]),
                message: text(&problem["message"]).replace('\n', " "),
            }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn warnings_count_as_well() {
        let report = json!({
            "totals": {"errors": 0, "warnings": 1, "ignored": 0},
            "problems": [{
                "ruleId": "struct",
                "severity": "warn",
                "message": "two\nlines",
                "location": [{"pointer": "#/info", "start": {"line": 2, "col": 3}}],
            }],
        });
        let findings = read_report(&report, "a.yaml").expect("a report");
        assert_eq!(
            findings[0].to_string(),
            "a.yaml:2:3: two lines (struct), at /info"
        );
        assert_eq!(
            findings,
            [Finding {
                file: "a.yaml".to_owned(),
                position: Some((2, 3)),
                place: "/info".to_owned(),
                rule: "struct".to_owned(),
                message: "two lines".to_owned(),
            }]
        );
    }

    #[test]
    fn a_report_that_hides_something_is_refused() {
        let cases = [
            json!({"totals": {"errors": 0, "warnings": 0, "ignored": 0}}),
            json!({"totals": {"errors": 2, "warnings": 0, "ignored": 0}, "problems": []}),
            json!({"totals": {"errors": 0, "warnings": 0, "ignored": 1}, "problems": []}),
            json!({"problems": []}),
        ];
        for report in cases {
            assert!(read_report(&report, "a.yaml").is_err(), "{report}");
        }
    }
}
