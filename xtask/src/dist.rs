//! What is published of the contract: files that need nothing beside them, in the forms that tools ask for.
//!
//! They are made from the texts of the contract alone, so that everybody makes the same bytes: no time, no name of
//! a machine, members in the order of the contract, and lines that end with a line feed.

mod compare;
mod dereference;
mod embed;
mod folder;
mod null;
mod preview;
mod text;
mod unused;
mod variants;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hss_spec::Errata;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::changelog::{Release, releases};
use crate::overlay;
use crate::sources::{DOCUMENTS, ERRATA, Sources, overlay_of, stem};

pub use compare::compare;
pub use folder::{Changes, changes, write};

/// The folder of the files, from the top of the repository.
pub const FOLDER: &str = "openapi/dist";

/// The file with the sums of all others, in the form of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// The file that tells which of the others is for whom.
pub const README: &str = "README.md";

/// All files that are published, by name.
///
/// # Errors
///
/// A document or an overlay is missing or not readable, or cannot be brought into one of the forms.
pub fn files(sources: &Sources) -> Result<BTreeMap<String, String>, String> {
    let errata =
        Errata::parse(ERRATA, text_of(sources, ERRATA)?).map_err(|error| error.to_string())?;
    let history = releases(sources)?;
    let mut files = BTreeMap::new();
    for path in DOCUMENTS {
        let contract = read(sources, path)?;
        let forms = Forms {
            path,
            errata: &errata,
            history: &history,
        };
        forms
            .add(&mut files, &contract, &chinese(sources, path, &contract)?)
            .map_err(|error| format!("{path}: {error}"))?;
    }
    let version = history
        .first()
        .map_or("", |release| release.version.as_str());
    files.insert(
        README.to_owned(),
        include_str!("dist/readme.md").replace("{version}", version),
    );
    let sums = sums(&files);
    files.insert(SUMS.to_owned(), sums);
    Ok(files)
}

/// What all forms of one document share.
struct Forms<'a> {
    path: &'a str,
    errata: &'a Errata,
    history: &'a [Release],
}

impl Forms<'_> {
    fn add(
        &self,
        files: &mut BTreeMap<String, String>,
        contract: &Value,
        chinese: &Value,
    ) -> Result<(), String> {
        let name = stem(self.path);
        let document = self.published(contract)?;
        add_both(files, name, self.path, &document)?;
        let origin = format!("{} and {}", self.path, overlay_of(self.path));
        let chinese = self.published(chinese)?;
        add_both(files, &format!("{name}.zh-CN"), &origin, &chinese)?;
        let preview = preview::preview(&document)?;
        add_both(
            files,
            &format!("{name}.openapi-3.1-preview"),
            self.path,
            &preview,
        )?;

        let mut add = |form: &str, document: &Value| {
            files.insert(format!("{name}.{form}.json"), text::json(document));
        };
        add("dereferenced", &dereference::dereferenced(&document)?);
        add("error-ranges", &variants::ranges(&document));
        add("sandbox", &variants::sandbox(&document));
        if let Some(closed) = variants::closed_enums(contract) {
            add("closed-enums", &self.published(&closed)?);
        }
        Ok(())
    }

    /// The contract as a file that stands by itself.
    fn published(&self, contract: &Value) -> Result<Value, String> {
        let mut document = contract.clone();
        null::nullable(&mut document)?;
        unused::remove_unused(&mut document);
        embed::embed(&mut document, stem(self.path), self.errata, self.history);
        Ok(document)
    }
}

/// A document of the contract with its Chinese text.
fn chinese(sources: &Sources, path: &str, contract: &Value) -> Result<Value, String> {
    let overlay = overlay_of(path);
    overlay::translated(contract, &overlay, text_of(sources, &overlay)?)
        .map_err(|error| format!("{overlay}: {error}"))
}

fn add_both(
    files: &mut BTreeMap<String, String>,
    name: &str,
    origin: &str,
    document: &Value,
) -> Result<(), String> {
    let yaml = text::yaml(origin, document).map_err(|error| format!("{name}.yaml: {error}"))?;
    files.insert(format!("{name}.yaml"), yaml);
    files.insert(format!("{name}.json"), text::json(document));
    Ok(())
}

fn text_of<'a>(sources: &'a Sources, path: &str) -> Result<&'a str, String> {
    sources
        .get(path)
        .ok_or_else(|| format!("{path} is missing"))
}

fn read(sources: &Sources, path: &str) -> Result<Value, String> {
    hss_spec::parse_yaml(path, text_of(sources, path)?).map_err(|error| error.to_string())
}

/// The sums of all files, one in a line.
fn sums(files: &BTreeMap<String, String>) -> String {
    let mut sums = String::new();
    for (name, text) in files {
        for byte in Sha256::digest(text) {
            let _ = write!(sums, "{byte:02x}");
        }
        let _ = writeln!(sums, "  {name}");
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sums_have_the_form_of_sha256sum() {
        let files =
            [("b", "abc"), ("a", "")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(
            sums(&files.into()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
        );
    }

    /// A contract of two small documents with their overlays.
    fn sources() -> Sources {
        let mut sources = Sources::default();
        for path in DOCUMENTS {
            let document = "# A comment.\nopenapi: 3.0.3\ninfo:\n  version: '1.0'\n  title: Text\npaths: {}\n\
                            x-provenance:\n  - source: b\n    claim: C\n";
            sources.set(path, document);
            let overlay = "overlay: 1.0.0\ninfo: {title: x, version: '1.0'}\nactions:\n\
                           \x20 - target: $.info\n    update: {title: 文本}\n";
            sources.set(&overlay_of(path), overlay);
        }
        let schemas = "components:\n  schemas:\n    Kind: {type: string, x-extensible-enum: [a]}\n";
        let with_enum = format!("{}{schemas}", sources.get(DOCUMENTS[0]).expect("it is set"));
        sources.set(DOCUMENTS[0], with_enum);
        let errata = "sources:\n  a: {title: A, date: '2026-01-01', url: https://a.example}\n\
                      \x20 b: {title: B, version: '2', date: '2026-01-01', url: https://b.example}\nerrata:\n";
        let erratum = |id: &str, operation: &str| {
            format!(
                "  - id: {id}\n    operation: {operation}\n    about: x\n    finding: f\n    decision: d\n\
                 \x20   reason: r\n    consumer: c\n    claims: [not shown]\n"
            )
        };
        sources.set(
            ERRATA,
            format!(
                "{errata}{}{}",
                erratum("one", "iam"),
                erratum("two", "Other")
            ),
        );
        sources.set(
            crate::changelog::PATH,
            "# C\n\n## Unreleased\n\n## 1.0 (2026-01-01)\n\n- New.\n",
        );
        sources
    }

    #[test]
    fn these_files_are_published() {
        let files = files(&sources()).expect("the files");
        let names: Vec<_> = files.keys().cloned().collect();
        insta::assert_snapshot!(names.join("\n"), @r"
        README.md
        SHA256SUMS
        hss-image.closed-enums.json
        hss-image.dereferenced.json
        hss-image.error-ranges.json
        hss-image.json
        hss-image.openapi-3.1-preview.json
        hss-image.openapi-3.1-preview.yaml
        hss-image.sandbox.json
        hss-image.yaml
        hss-image.zh-CN.json
        hss-image.zh-CN.yaml
        iam.dereferenced.json
        iam.error-ranges.json
        iam.json
        iam.openapi-3.1-preview.json
        iam.openapi-3.1-preview.yaml
        iam.sandbox.json
        iam.yaml
        iam.zh-CN.json
        iam.zh-CN.yaml
        ");
        for (name, text) in files {
            assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
        }
    }

    #[test]
    fn a_file_keeps_the_order_and_carries_sources_errata_and_history() {
        let files = files(&sources()).expect("the files");
        insta::assert_snapshot!(files["iam.yaml"]);
        let chinese = files["iam.yaml"]
            .replace(
                "from openapi/iam.yaml",
                "from openapi/iam.yaml and openapi/iam.zh-CN.overlay.yaml",
            )
            .replace("title: Text", "title: 文本");
        assert_eq!(files["iam.zh-CN.yaml"], chinese);
        assert!(files[README].contains("1.0"), "{}", files[README]);
    }

    #[test]
    fn yaml_and_json_say_the_same() {
        for (name, text) in files(&sources()).expect("the files") {
            let Some(stem) = name.strip_suffix(".yaml") else {
                continue;
            };
            let yaml: Value = hss_spec::parse_yaml(&name, &text).expect("YAML");
            let json = &files(&sources()).expect("the files")[&format!("{stem}.json")];
            let json: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(yaml, json, "{name}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = files(&Sources::default()).expect_err("nothing is there");
        assert_eq!(error, "openapi/errata.yaml is missing");
    }
}
