//! What is published of the contract: files that need nothing beside them, in the forms that tools ask for.
//!
//! They are made from the texts of the contract alone, so that everybody makes the same bytes: no time, no name of
//! a machine, members in the order of the contract, and lines that end with a line feed.

mod compare;
mod dereference;
mod folder;
mod preview;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::overlay;
use crate::sources::{DOCUMENTS, Sources, overlay_of};

pub use compare::compare;
pub use folder::{Changes, changes, write};

/// The folder of the files, from the top of the repository.
pub const FOLDER: &str = "openapi/dist";

/// The file with the sums of all others, in the form of `sha256sum`.
pub const SUMS: &str = "SHA256SUMS";

/// All files that are published, by name.
///
/// # Errors
///
/// A document or an overlay is missing or not readable, or cannot be brought into one of the forms.
pub fn files(sources: &Sources) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for path in DOCUMENTS {
        let name = stem(path);
        let document = read(sources, path)?;
        let in_document = |error| format!("{path}: {error}");
        add_both(&mut files, name, path, &document)?;

        let overlay_path = overlay_of(path);
        let overlay_text = text_of(sources, &overlay_path)?;
        let chinese = overlay::translated(&document, &overlay_path, overlay_text)
            .map_err(|error| format!("{overlay_path}: {error}"))?;
        let origin = format!("{path} and {overlay_path}");
        add_both(&mut files, &format!("{name}.zh-CN"), &origin, &chinese)?;

        let inlined = dereference::dereferenced(&document).map_err(in_document)?;
        files.insert(format!("{name}.dereferenced.json"), text::json(&inlined));

        let preview = preview::preview(&document).map_err(in_document)?;
        add_both(
            &mut files,
            &format!("{name}.openapi-3.1-preview"),
            path,
            &preview,
        )?;
    }
    let sums = sums(&files);
    files.insert(SUMS.to_owned(), sums);
    Ok(files)
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

/// `hss-image` of `openapi/hss-image.yaml`.
fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".yaml").unwrap_or(name)
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
                            x-unit: bytes\n";
            sources.set(path, document);
            let overlay = "overlay: 1.0.0\ninfo: {title: x, version: '1.0'}\nactions:\n\
                           \x20 - target: $.info\n    update: {title: 文本}\n";
            sources.set(&overlay_of(path), overlay);
        }
        sources
    }

    #[test]
    fn these_files_are_published() {
        let files = files(&sources()).expect("the files");
        let names: Vec<_> = files.keys().cloned().collect();
        insta::assert_snapshot!(names.join("\n"), @r"
        SHA256SUMS
        hss-image.dereferenced.json
        hss-image.json
        hss-image.openapi-3.1-preview.json
        hss-image.openapi-3.1-preview.yaml
        hss-image.yaml
        hss-image.zh-CN.json
        hss-image.zh-CN.yaml
        iam.dereferenced.json
        iam.json
        iam.openapi-3.1-preview.json
        iam.openapi-3.1-preview.yaml
        iam.yaml
        iam.zh-CN.json
        iam.zh-CN.yaml
        ");
        for (name, text) in files {
            assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
        }
    }

    #[test]
    fn members_keep_their_order_and_extensions_stay() {
        let files = files(&sources()).expect("the files");
        let expected = "# Generated by `cargo xtask dist` from openapi/iam.yaml; do not edit.\n\
                        openapi: \"3.0.3\"\ninfo:\n  version: \"1.0\"\n  title: Text\npaths: {}\nx-unit: bytes\n";
        assert_eq!(files["iam.yaml"], expected);
        let chinese = expected
            .replace(
                "from openapi/iam.yaml",
                "from openapi/iam.yaml and openapi/iam.zh-CN.overlay.yaml",
            )
            .replace("Text", "文本");
        assert_eq!(files["iam.zh-CN.yaml"], chinese);
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
        assert_eq!(error, "openapi/hss-image.yaml is missing");
    }
}
