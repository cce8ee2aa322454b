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
use crate::sources::{DOCUMENTS, Sources};

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

        let overlay_path = overlay_path(name);
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

fn overlay_path(name: &str) -> String {
    format!("openapi/{name}.zh-CN.overlay.yaml")
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

    #[test]
    fn what_is_missing_is_named() {
        let error = files(&Sources::default()).expect_err("nothing is there");
        assert_eq!(error, "openapi/hss-image.yaml is missing");
    }
}
