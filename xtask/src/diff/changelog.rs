//! The history of the contract, for people.

use super::version::Version;
use crate::sources::Sources;

/// The file.
pub(super) const PATH: &str = "openapi/CHANGELOG.md";

/// Checks that the version has a section that says something.
///
/// # Errors
///
/// It has none, or an empty one.
pub(super) fn check(sources: &Sources, version: &Version) -> Result<(), String> {
    let text = sources
        .get(PATH)
        .ok_or_else(|| format!("{PATH} is missing"))?;
    let heading = format!("## {version}");
    let mut lines = text.lines().map(str::trim_end);
    if !lines.any(|line| line == heading) {
        return Err(format!(
            "{PATH} has no section `{heading}`; tell there what changed"
        ));
    }
    let mut section = lines.take_while(|line| !line.starts_with("## "));
    if section.any(|line| line.strip_prefix("- ").is_some_and(|text| !text.is_empty())) {
        return Ok(());
    }
    Err(format!(
        "the section `{heading}` of {PATH} has no line that begins with `- `; tell there what changed"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_has_to_be_there_and_to_say_something() {
        let version = Version::parse("0.2.0").expect("a version");
        let checked = |text: &str| {
            let mut sources = Sources::default();
            sources.set(PATH, text);
            check(&sources, &version)
        };
        assert_eq!(
            checked("# C\n\n## 0.2.0\n\nText.\n\n- a\n\n## 0.1.0\n"),
            Ok(())
        );
        for (text, part) in [
            ("# C\n\n## 0.1.0\n\n- a\n", "has no section `## 0.2.0`"),
            ("## 0.2.0.1\n\n- a\n", "has no section"),
            (
                "## 0.2.0\n\nText.\n\n## 0.1.0\n\n- a\n",
                "has no line that begins with `- `",
            ),
            ("## 0.2.0\n\n- \n", "has no line that begins with `- `"),
        ] {
            let problem = checked(text).expect_err("something is missing");
            assert!(problem.contains(part), "{problem}");
        }
        let problem = check(&Sources::default(), &version).expect_err("no file");
        assert_eq!(problem, "openapi/CHANGELOG.md is missing");
    }
}
