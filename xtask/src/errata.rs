//! The errata as a report for a reader: Markdown, one section for each.

use std::fmt::Write as _;

use hss_spec::Erratum;

use crate::project::Project;
use crate::report::Report;
use crate::sources::Sources;

/// All errata, or the first problem that keeps them from being read.
///
/// # Errors
///
/// The errata cannot be read.
pub fn report(sources: &Sources) -> Result<String, String> {
    let mut problems = Report::default();
    let project = Project::read(sources, &mut problems);
    let Some(errata) = &project.errata else {
        let first = problems
            .problems()
            .next()
            .map(|problem| problem.what.clone());
        return Err(first.unwrap_or_default());
    };
    let mut out = String::from("# Errata\n");
    let mut operation = "";
    for erratum in &errata.errata {
        if erratum.operation != operation {
            operation = &erratum.operation;
            let _ = writeln!(out, "\n## {operation}");
        }
        section(erratum, &mut out);
    }
    out += "\n## Sources\n\n";
    for (key, source) in &errata.sources {
        let _ = writeln!(out, "- `{key}`: {source}.");
    }
    Ok(out)
}

fn section(erratum: &Erratum, out: &mut String) {
    let _ = writeln!(out, "\n### {}: {}\n", erratum.id, erratum.about);
    let _ = writeln!(out, "{}\n", erratum.finding);
    for (label, text) in [
        ("Decision", &erratum.decision),
        ("Reason", &erratum.reason),
        ("For a program", &erratum.consumer),
    ] {
        let _ = writeln!(out, "- **{label}.** {text}");
    }
    if !erratum.claims.is_empty() {
        out.push_str("\nSettles:\n\n");
    }
    for claim in &erratum.claims {
        let _ = writeln!(out, "- `{claim}`");
    }
    if !erratum.evidence.is_empty() {
        out.push_str("\nEvidence:\n\n");
    }
    for evidence in &erratum.evidence {
        let _ = writeln!(
            out,
            "- `{}` at `{}`: {}",
            evidence.source, evidence.at, evidence.states
        );
    }
    if !erratum.normalise.is_empty() {
        out.push_str("\nReplaces in the documented examples:\n\n");
    }
    for change in &erratum.normalise {
        let _ = writeln!(
            out,
            "- `{}` at `{}`: `{}` by `{}`",
            change.page, change.pointer, change.documented, change.value
        );
    }
}
