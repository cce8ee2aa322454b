//! The examples of the documentation pages, under `openapi/pages/`.
//!
//! They are kept byte for byte. The errata say which of their values stand for others; with those replaced,
//! an example has to fit the contract, to survive the generated types unchanged, and to be the example that
//! the contract shows.

mod generated;
mod normalise;
mod request_line;

use serde_json::Value;

pub(super) use self::request_line::parameters as request_parameters;
use super::{Document, Project};
use crate::model::{Operation, operations, resolve};
use crate::report::{Findings, Part, Report};
use crate::sources::{PAGES, Sources, is_document};
use crate::validation;
use crate::values::{Difference, differences};

/// A documented example, and what became of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Documented {
    /// The name of the file under `openapi/pages/`.
    pub file: String,
    /// The ids of the errata that replaced values in it.
    pub errata: Vec<String>,
    /// The example with those values replaced; of a request line, its parameters.
    pub normalised: Value,
    /// The value that the generated types make of it, as Rust shows it.
    pub decoded: Option<String>,
}

/// The documented examples as the check sees them, without the problems.
#[must_use]
pub fn documented_examples(sources: &Sources) -> Vec<Documented> {
    let mut report = Report::default();
    let project = Project::read(sources, &mut report);
    examples(&project, &mut report)
}

pub(super) fn check(project: &Project<'_>, report: &mut Report) {
    let changes = normalise::check(project, report);
    let documented = examples(project, report);
    let lines = |documented: &&Documented| documented.file.ends_with(".request.txt");
    let lines = documented.iter().filter(lines).count();
    let decoded = if cfg!(feature = "generated-types") {
        let decoded = documented
            .iter()
            .filter(|example| example.decoded.is_some());
        format!("{} decoded without loss", decoded.count())
    } else {
        "none decoded, for lack of the feature generated-types".to_owned()
    };
    let mut errata: Vec<_> = documented
        .iter()
        .flat_map(|example| &example.errata)
        .collect();
    errata.sort_unstable();
    errata.dedup();
    report.fact(
        Part::Documented,
        format!(
            "{} bodies, {decoded}, and {lines} request lines; {} errata replaced {changes} values",
            documented.len() - lines,
            errata.len(),
        ),
    );
}

/// What the name of a file under `openapi/pages/` says.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageName<'a> {
    /// The operation, as words with dashes.
    pub(super) operation: &'a str,
    /// The language of the page or, of a transcript, the key of another source.
    pub(super) source: &'a str,
    pub(super) content: Content,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Request,
    RequestLine,
    Response,
    /// What the page states, cell by cell.
    Transcript,
}

impl<'a> PageName<'a> {
    pub(super) fn parse(name: &'a str) -> Option<Self> {
        let (operation, rest) = name.split_once('.')?;
        let (source, content) = rest.split_once('.')?;
        let content = match content {
            "yaml" => Content::Transcript,
            "request.json" => Content::Request,
            "request.txt" => Content::RequestLine,
            "response.json" => Content::Response,
            _ => return None,
        };
        let is_known = content == Content::Transcript || matches!(source, "en" | "zh");
        is_known.then_some(Self {
            operation,
            source,
            content,
        })
    }
}

/// `ListSwrImageRepository` as `list-swr-image-repository`.
pub(super) fn kebab_case(id: &str) -> String {
    let mut words = String::new();
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

fn examples(project: &Project<'_>, report: &mut Report) -> Vec<Documented> {
    let mut all = Vec::new();
    for (file, text) in project.sources.pages() {
        let path = format!("{PAGES}{file}");
        let mut found = report.findings(Part::Documented, &path);
        let Some(page) = PageName::parse(file) else {
            found.at(
                "",
                "unknown kind of file; the name is `operation-id.LANGUAGE.KIND`, with the language en or zh \
                 and the kind yaml, request.json, request.txt or response.json, or else \
                 `operation-id.SOURCE.yaml` or `DOCUMENT.SOURCE.yaml`",
            );
            continue;
        };
        let is_transcript = page.content == Content::Transcript;
        if is_transcript && is_document(page.operation) {
            continue;
        }
        let Some((document, operation)) = operation(project, page.operation) else {
            found.at("", "no operation of the contract has this name");
            continue;
        };
        if is_transcript {
            continue;
        }
        if page.content == Content::RequestLine {
            let parameters = request_line::check(document, &operation, text, &mut found);
            all.push(Documented {
                file: file.to_owned(),
                errata: Vec::new(),
                normalised: parameters,
                decoded: None,
            });
            continue;
        }
        all.extend(body(
            project, file, text, page, document, &operation, &mut found,
        ));
    }
    all
}

/// A documented body with its settled values replaced, if the file is there and readable.
pub(super) fn normalised(project: &Project<'_>, path: &str) -> Option<Value> {
    let mut value = serde_json::from_str(project.sources.get(path)?).ok()?;
    if let Some(errata) = &project.errata {
        normalise::apply(errata, path.strip_prefix(PAGES)?, &mut value);
    }
    Some(value)
}

fn operation<'a>(project: &'a Project<'_>, name: &str) -> Option<(&'a Document, Operation<'a>)> {
    project.documents.iter().find_map(|document| {
        let mut operations = operations(&document.value).into_iter();
        let operation = operations.find(|operation| kebab_case(operation.id) == name)?;
        Some((document, operation))
    })
}

/// Checks one documented body. There is nothing to show for one that cannot be read.
fn body(
    project: &Project<'_>,
    file: &str,
    text: &str,
    page: PageName<'_>,
    document: &Document,
    operation: &Operation<'_>,
    found: &mut Findings<'_>,
) -> Option<Documented> {
    let mut value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            found.at("", format!("not readable as JSON: {error}"));
            return None;
        }
    };
    // Without the errata, which are reported as unreadable, the rest would be noise.
    let errata = project.errata.as_ref()?;
    let applied = normalise::apply(errata, file, &mut value);
    match media_type(&document.value, operation, page.content) {
        None => found.at("", format!("{} has no such body as JSON", operation.id)),
        Some(media_type) => {
            if let Some(schema) = media_type.get("schema") {
                against_schema(document, schema, &value, found);
            }
            if page.source == "en" {
                against_contract(document, media_type, &value, found);
            }
        }
    }
    Some(Documented {
        file: file.to_owned(),
        errata: applied,
        decoded: decode(operation.id, page.content, &value, found),
        normalised: value,
    })
}

/// The body of the request or of the success of an operation.
fn media_type<'a>(
    document: &'a Value,
    operation: &Operation<'a>,
    content: Content,
) -> Option<&'a Value> {
    let holder = match content {
        Content::Response => {
            let responses = operation.value.get("responses")?.as_object()?;
            let mut responses = responses.iter();
            responses.find(|(status, _)| status.starts_with('2'))?.1
        }
        Content::Request | Content::RequestLine | Content::Transcript => {
            operation.value.get("requestBody")?
        }
    };
    let (_, holder) = resolve(document, "", holder)?;
    holder.get("content")?.get("application/json")
}

fn against_schema(document: &Document, schema: &Value, value: &Value, found: &mut Findings<'_>) {
    // A schema that is none has been reported with the examples of the contract.
    let Ok(validator) = validation::validator(&document.value, schema) else {
        return;
    };
    for (place, what) in validation::faults(&validator, value) {
        found.at(place, format!("does not fit the contract: {what}"));
    }
}

/// The contract shows the documented example under the name `documented`.
fn against_contract(
    document: &Document,
    media_type: &Value,
    value: &Value,
    found: &mut Findings<'_>,
) {
    let shown = media_type.pointer("/examples/documented");
    let shown = shown.and_then(|shown| resolve(&document.value, "", shown));
    let Some(shown) = shown.and_then(|(_, shown)| shown.get("value")) else {
        found.at(
            "",
            format!(
                "{} has no example named `documented` for this",
                document.name
            ),
        );
        return;
    };
    for difference in differences(value, shown) {
        let what = told(&difference);
        found.at(
            difference.pointer,
            format!("the example `documented` in {} {what}", document.name),
        );
    }
}

/// Decodes through the generated types and back, where there is a type, and returns what Rust shows.
fn decode(
    operation: &str,
    content: Content,
    value: &Value,
    found: &mut Findings<'_>,
) -> Option<String> {
    let (decoded, encoded) = generated::round_trip(operation, content, value)?
        .map_err(|error| found.at("", format!("the generated type refuses it: {error}")))
        .ok()?;
    for difference in differences(value, &encoded) {
        let what = told(&difference);
        found.at(
            difference.pointer,
            format!("after decoding and encoding, the generated type {what}"),
        );
    }
    Some(decoded)
}

/// How what should be the same differs from the documented example.
fn told(difference: &Difference<'_>) -> String {
    match (difference.left, difference.right) {
        (_, None) => "lacks this".to_owned(),
        (None, _) => "has this in addition".to_owned(),
        (Some(documented), Some(other)) => format!("has {other} for {documented}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_is_told_from_the_side_of_the_documented_example() {
        let documented = json!({"a": 1, "b": [1, {"c": null}], "d": [1]});
        let other = json!({"b": [2, {"c": false}], "d": [], "e": 0});
        let lines: Vec<_> = differences(&documented, &other)
            .iter()
            .map(|difference| format!("{} {}", difference.pointer, told(difference)))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        /a lacks this
        /e has this in addition
        /b/0 has 2 for 1
        /b/1/c has false for null
        /d/0 lacks this
        ");
    }
}
