//! The replacements that the errata make in documented examples.

use hss_spec::Errata;
use serde_json::Value;

use super::{kebab_case, operation};
use crate::check::{Project, place_and_reason};
use crate::model::join;
use crate::report::{Part, Report};
use crate::sources::{ERRATA, PAGES, is_document};

/// Replaces the settled values of one documented example, and returns the ids of the errata that did so.
///
/// What does not apply is left out here and reported by [`check`].
pub(super) fn apply(errata: &Errata, file: &str, value: &mut Value) -> Vec<String> {
    let mut applied = Vec::new();
    for entry in &errata.errata {
        let changes = entry.normalise.iter().filter(|change| change.page == file);
        // Every one is tried: one that fails must not hide the next.
        let count = changes.filter(|change| change.apply(value).is_ok()).count();
        if count > 0 {
            applied.push(entry.id.clone());
        }
    }
    applied
}

/// Reports every entry of the errata that applies to nothing. Returns how many replacements apply.
pub(super) fn check(project: &Project<'_>, report: &mut Report) -> usize {
    let Some(errata) = &project.errata else {
        return 0;
    };
    let mut found = report.findings(Part::Documented, ERRATA);
    for (index, entry) in errata.errata.iter().enumerate() {
        let name = entry.operation.as_str();
        if !is_document(name) && operation(project, &kebab_case(name)).is_none() {
            found.at(
                format!("/errata/{index}/operation"),
                format!("the contract has no operation `{name}`"),
            );
        }
    }
    let mut pages: Vec<(&str, Value)> = project
        .sources
        .pages()
        .filter_map(|(name, text)| Some((name, serde_json::from_str(text).ok()?)))
        .collect();
    let mut applied = 0;
    for (entry_index, entry) in errata.errata.iter().enumerate() {
        for (index, change) in entry.normalise.iter().enumerate() {
            let place = format!("/errata/{entry_index}/normalise/{index}");
            if !change.page.starts_with(&kebab_case(&entry.operation)) {
                found.at(
                    join(&place, "page"),
                    format!("{} is not a page of {}", change.page, entry.operation),
                );
            }
            let Some((_, value)) = pages.iter_mut().find(|(name, _)| *name == change.page) else {
                let readable = project.sources.get(&format!("{PAGES}{}", change.page));
                if readable.is_none() {
                    found.at(
                        join(&place, "page"),
                        format!("there is no file {PAGES}{}", change.page),
                    );
                }
                continue;
            };
            match change.apply(value) {
                Ok(()) => applied += 1,
                Err(error) => {
                    let (_, reason) = place_and_reason(error);
                    let is_there = value.pointer(&change.pointer).is_some();
                    found.settled_by(
                        join(&place, if is_there { "documented" } else { "pointer" }),
                        format!(
                            "{} {}: {reason}; the entry is stale or mistyped",
                            change.page, change.pointer
                        ),
                        "look at the page: if it was corrected, take the entry out; if not, put the file back as it \
                         was, or correct the entry",
                    );
                }
            }
        }
    }
    applied
}
