//! The published files against those that another program makes of the same texts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{chinese, read, text_of};
use crate::redocly::{Inputs, Redocly};
use crate::sources::{DOCUMENTS, Sources, overlay_of, stem};
use crate::values::differences;

/// Compares `files` with what Redocly CLI makes of the same texts. Returns the number of documents that were compared,
/// and one line for each difference.
///
/// Redocly CLI reads the YAML files, which have to mean there what the JSON files say; puts what the references lead to
/// in their places; and applies the overlays to the contract.
///
/// # Errors
///
/// Redocly CLI cannot be run, or a file is no JSON.
pub fn compare(
    redocly: &Redocly,
    sources: &Sources,
    files: &BTreeMap<String, String>,
) -> Result<(usize, Vec<String>), String> {
    let folder = Inputs::new()?;
    let mut overlays = Vec::new();
    for path in DOCUMENTS {
        let overlay = overlay_of(path);
        folder.add(path, text_of(sources, path)?)?;
        folder.add(&overlay, text_of(sources, &overlay)?)?;
        overlays.push(overlay);
    }
    let forms: Vec<_> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".yaml"))
        .collect();
    let mut inputs = Vec::new();
    for name in &forms {
        let path = format!("published/{name}.yaml");
        folder.add(&path, &files[&format!("{name}.yaml")])?;
        inputs.push(path);
    }

    let bundle = |inputs: &[&str], flags: &[&str]| {
        let arguments = [&["bundle", "--ext", "json"], flags, inputs].concat();
        redocly.json(&folder, &arguments, inputs.len())
    };
    let inputs: Vec<_> = inputs.iter().map(String::as_str).collect();
    // What both made, by name: ours and theirs.
    let mut pairs: Vec<(String, Value, Value)> = Vec::new();
    let of_file = |name: &str| {
        let text = files
            .get(name)
            .ok_or_else(|| format!("{name} is not published"))?;
        serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))
    };
    for (form, theirs) in forms.iter().zip(bundle(&inputs, &[])?) {
        let name = format!("{form}.json");
        pairs.push((name.clone(), of_file(&name)?, theirs));
    }
    let documents: Vec<_> = DOCUMENTS
        .iter()
        .map(|path| format!("published/{}.yaml", stem(path)))
        .collect();
    let documents: Vec<_> = documents.iter().map(String::as_str).collect();
    let flags = ["--dereferenced", "--remove-unused-components"];
    for (path, theirs) in DOCUMENTS.iter().zip(bundle(&documents, &flags)?) {
        let name = format!("{}.dereferenced.json", stem(path));
        pairs.push((name.clone(), of_file(&name)?, theirs));
    }
    for (path, overlay) in DOCUMENTS.iter().zip(&overlays) {
        let ours = chinese(sources, path, &read(sources, path)?)?;
        let made = bundle(&[path], &["--overlay", overlay])?;
        pairs.extend(
            made.into_iter()
                .map(|theirs| (overlay.clone(), ours.clone(), theirs)),
        );
    }

    let mut found = Vec::new();
    for (name, ours, theirs) in &pairs {
        found.extend(differences(ours, theirs).iter().map(|difference| {
            let place = &difference.pointer;
            format!("{name}, at {place}: ours / theirs: {}", difference.shown())
        }));
    }
    Ok((pairs.len(), found))
}
