//! Whether the history of the contract tells of a version.

use super::version::Version;
use crate::changelog::{self, PATH};
use crate::sources::Sources;

/// Checks that the version has a section that says something.
///
/// # Errors
///
/// It has none, or an empty one, or the file has another form.
pub(super) fn check(sources: &Sources, version: &Version) -> Result<(), String> {
    let releases = changelog::releases(sources)?;
    let version = version.to_string();
    match releases.iter().find(|release| release.version == version) {
        None => Err(format!(
            "{PATH} has no section `## {version} (DATE)`; tell there what changed"
        )),
        Some(release) if release.changes.is_empty() => Err(format!(
            "the section `## {version}` of {PATH} has no line that begins with `- `; tell there what changed"
        )),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_has_to_be_there_and_to_say_something() {
        let version = Version::parse("0.2.0").expect("a version");
        let checked = |text: &str| {
            let mut sources = Sources::default();
            sources.set(PATH, format!("# C\n\n## Unreleased\n\n{text}"));
            check(&sources, &version)
        };
        assert_eq!(checked("## 0.2.0 (2026-11-24)\n\n- a\n"), Ok(()));
        for (text, part) in [
            (
                "## 0.2.0.1 (2026-11-24)\n\n- a\n",
                "has no section `## 0.2.0 ",
            ),
            (
                "## 0.2.0 (2026-11-24)\n\n## 0.1.0 (2026-11-23)\n\n- a\n",
                "has no line that begins with `- `",
            ),
        ] {
            let problem = checked(text).expect_err("something is missing");
            assert!(problem.contains(part), "{problem}");
        }
    }
}
