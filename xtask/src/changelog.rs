//! The history of the contract, as people write it and as a published document carries it.

use serde::Serialize;

use crate::day::is_day;
use crate::sources::Sources;

/// The file.
pub(crate) const PATH: &str = "openapi/CHANGELOG.md";

/// The heading of what no version has yet.
const UNRELEASED: &str = "Unreleased";

/// What one version changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Release {
    pub(crate) version: String,
    /// The day, as `2026-11-28`.
    pub(crate) date: String,
    pub(crate) changes: Vec<String>,
}

/// All versions, the newest first.
///
/// # Errors
///
/// The file is missing, does not begin with what is unreleased, or a heading is not `## VERSION (DATE)`.
pub(crate) fn releases(sources: &Sources) -> Result<Vec<Release>, String> {
    let text = sources
        .get(PATH)
        .ok_or_else(|| format!("{PATH} is missing"))?;
    let mut sections = text.split("\n## ").skip(1);
    if sections.next().and_then(|section| section.lines().next()) != Some(UNRELEASED) {
        return Err(format!(
            "the first section of {PATH} is not `## {UNRELEASED}`; changes that no version has yet stand there"
        ));
    }
    sections.map(release).collect()
}

fn release(section: &str) -> Result<Release, String> {
    let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
    let parts = heading
        .trim_end()
        .strip_suffix(')')
        .and_then(|heading| heading.split_once(" ("))
        .filter(|(_, date)| is_day(date));
    let Some((version, date)) = parts else {
        return Err(format!(
            "{PATH}: the heading `## {heading}` is not `## VERSION (DATE)`, such as `## 1.0.0 (2026-11-27)`"
        ));
    };
    let mut changes: Vec<String> = Vec::new();
    for line in body.lines() {
        match (line.strip_prefix("- "), changes.last_mut()) {
            (Some(change), _) => changes.push(change.trim().to_owned()),
            (None, Some(change)) if line.starts_with("  ") => {
                change.push(' ');
                change.push_str(line.trim());
            }
            _ => {}
        }
    }
    changes.retain(|change| !change.is_empty());
    Ok(Release {
        version: version.to_owned(),
        date: date.to_owned(),
        changes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Release>, String> {
        let mut sources = Sources::default();
        sources.set(PATH, text);
        releases(&sources)
    }

    #[test]
    fn each_version_has_its_date_and_its_changes() {
        let text = "# C\n\n## Unreleased\n\n- later\n\n## 0.2.0 (2026-11-24)\n\nText.\n\n- One\n  and more.\n- Two.\n- \n\n\
                    ## 0.1.0 (2026-11-23)\n\nFirst.\n";
        let release = |version: &str, date: &str, changes: &[&str]| Release {
            version: version.to_owned(),
            date: date.to_owned(),
            changes: changes.iter().map(|change| (*change).to_owned()).collect(),
        };
        assert_eq!(
            read(text),
            Ok(vec![
                release("0.2.0", "2026-11-24", &["One and more.", "Two."]),
                release("0.1.0", "2026-11-23", &[]),
            ])
        );
    }

    #[test]
    fn another_form_is_refused() {
        for (text, part) in [
            ("# C\n\n## 0.1.0 (2026-11-23)\n", "is not `## Unreleased`"),
            ("# C\n", "is not `## Unreleased`"),
            (
                "# C\n\n## Unreleased\n\n## 0.1.0\n\n- a\n",
                "`## 0.1.0` is not",
            ),
            (
                "# C\n\n## Unreleased\n\n## 0.1.0 (soon)\n\n- a\n",
                "`## 0.1.0 (soon)` is not",
            ),
        ] {
            let problem = read(text).expect_err("it has another form");
            assert!(problem.contains(part), "{problem}");
        }
        let problem = releases(&Sources::default()).expect_err("no file");
        assert_eq!(problem, "openapi/CHANGELOG.md is missing");
    }
}
