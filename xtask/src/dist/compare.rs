//! The published files against those that another program makes of the same texts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{stem, text_of};
use crate::redocly::{Inputs, Redocly};
use crate::sources::{DOCUMENTS, Sources, overlay_of};
use crate::values::differences;

/// Compares `files` with what Redocly CLI makes of the contract. Returns the number of files that were compared, and
/// one line for each difference.
///
/// The YAML files are also read by Redocly CLI and have to mean there what the JSON files say. It makes no files for
/// OpenAPI 3.1 from those for 3.0, so for these there is only this second part.
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
    let read: Vec<_> = files
        .keys()
        .filter_map(|name| name.strip_suffix(".yaml"))
        .collect();
    let mut inputs: Vec<_> = DOCUMENTS.iter().map(|path| (*path).to_owned()).collect();
    for name in &read {
        let path = format!("published/{name}.yaml");
        folder.add(&path, &files[&format!("{name}.yaml")])?;
        inputs.push(path);
    }

    let bundle = |inputs: &[&str], flags: &[&str]| {
        let arguments = [&["bundle", "--ext", "json"], flags, inputs].concat();
        redocly.json(&folder, &arguments, inputs.len())
    };
    let inputs: Vec<_> = inputs.iter().map(String::as_str).collect();
    let names = DOCUMENTS.map(stem);
    let mut theirs: Vec<(String, Value)> = Vec::new();
    let bundled = names.iter().chain(&read).map(|name| format!("{name}.json"));
    theirs.extend(bundled.zip(bundle(&inputs, &[])?));
    let inlined = names.iter().map(|name| format!("{name}.dereferenced.json"));
    let flags = ["--dereferenced", "--remove-unused-components"];
    theirs.extend(inlined.zip(bundle(&DOCUMENTS, &flags)?));
    for (path, overlay) in DOCUMENTS.iter().zip(&overlays) {
        let name = format!("{}.zh-CN.json", stem(path));
        let made = bundle(&[path], &["--overlay", overlay])?;
        theirs.extend(made.into_iter().map(|value| (name.clone(), value)));
    }

    let mut found = Vec::new();
    for (name, theirs) in &theirs {
        let text = files
            .get(name)
            .ok_or_else(|| format!("{name} is not published"))?;
        let ours: Value = serde_json::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        found.extend(differences(&ours, theirs).iter().map(|difference| {
            let place = &difference.pointer;
            format!("{name}, at {place}: ours / theirs: {}", difference.shown())
        }));
    }
    Ok((theirs.len(), found))
}
