//! The Chinese text of the contract: one overlay for each document, which translates every text and changes
//! nothing else.

mod texts;
mod wording;

use std::collections::HashMap;

use serde_json::Value;

use self::texts::{Texts, action_for};
use crate::model::join;
use crate::overlay::{Overlay, Write};
use crate::project::{Document, Project, place_and_reason};
use crate::report::{Findings, Part, Report};
use crate::sources::overlay_of;

pub(super) fn check(project: &Project<'_>, report: &mut Report) {
    let (mut translated, mut actions) = (0, 0);
    for document in &project.documents {
        let file = overlay_of(document.name);
        let Some(overlay) = read(project, document, &file, report) else {
            continue;
        };
        actions += overlay.actions.len();
        let texts = Texts::of(&document.value);
        let mut translation = Translation {
            document,
            texts: &texts,
            found: report.findings(Part::Translation, &file),
            covered: HashMap::new(),
        };
        translation.apply(&overlay);
        let covered = translation.covered;
        translated += covered.len();
        let mut found = report.findings(Part::Translation, document.name);
        for text in &texts.all {
            if !covered.contains_key(&text.pointer) {
                let (target, member) = action_for(&document.value, &text.pointer);
                found.settled_by(
                    &text.pointer,
                    "this text has no Chinese translation",
                    format!("add it to {file}: target `{target}`, member `{member}`"),
                );
            }
        }
    }
    report.fact(
        Part::Translation,
        format!(
            "{translated} texts in Chinese, by {actions} actions on {} documents",
            project.documents.len()
        ),
    );
}

/// Reads an overlay and reports what is wrong with its form.
fn read(
    project: &Project<'_>,
    document: &Document,
    file: &str,
    report: &mut Report,
) -> Option<Overlay> {
    let mut found = report.findings(Part::Translation, file);
    let Some(text) = project.sources.get(file) else {
        found.settled_by(
            "",
            format!(
                "the file is missing; it holds the Chinese text of {}",
                document.name
            ),
            "add it, as an overlay with an action for each object that has a text",
        );
        return None;
    };
    let value: Value = match hss_spec::parse_yaml(file, text) {
        Ok(value) => value,
        Err(error) => {
            let (place, reason) = place_and_reason(error);
            found.settled_by(place, reason, "make the file readable");
            return None;
        }
    };
    let (overlay, faults) = Overlay::read(&value);
    for fault in faults {
        found.at(fault.place, fault.what);
    }
    let version = document.value.pointer("/info/version");
    let version = version.and_then(Value::as_str).unwrap_or_default();
    if let Some(own) = overlay.version.as_deref()
        && own != version
    {
        found.settled_by(
            "/info/version",
            format!(
                "expected {version}, the version of {}, found {own}",
                document.name
            ),
            "translate what that version of the contract changed; the version of the overlay says that it was done",
        );
    }
    let extended = document.name.rsplit('/').next().unwrap_or_default();
    let extended = format!("./{extended}");
    if overlay.extends.as_ref().is_some_and(|own| *own != extended) {
        found.at("/extends", format!("expected {extended}"));
    }
    Some(overlay)
}

/// The work on one overlay.
struct Translation<'a> {
    document: &'a Document,
    texts: &'a Texts<'a>,
    found: Findings<'a>,
    /// The texts that have a translation, and where in the overlay it stands.
    covered: HashMap<String, String>,
}

impl Translation<'_> {
    fn apply(&mut self, overlay: &Overlay) {
        // Targets select from what earlier actions left.
        let mut translated = self.document.value.clone();
        for action in &overlay.actions {
            let applied = match action.apply(&mut translated) {
                Ok(applied) => applied,
                Err(fault) => {
                    self.found.at(fault.place, fault.what);
                    continue;
                }
            };
            let place = join(&action.place, "target");
            match applied.selected.as_slice() {
                [_] => {
                    for write in applied.writes {
                        self.judge(write);
                    }
                }
                [] => self.found.settled_by(
                    place,
                    format!("the target selects nothing in {}", self.document.name),
                    "correct the target or, where the contract no longer has the object, take the action out",
                ),
                several => {
                    self.found.at(
                        place,
                        format!(
                            "the target selects {} objects, expected one: {}",
                            several.len(),
                            several.join(", ")
                        ),
                    );
                    // One problem is enough: what it wrote too much is not reported again.
                    for write in applied.writes {
                        if self.texts.at(&write.to).is_some() {
                            self.covered.entry(write.to).or_insert(write.from);
                        }
                    }
                }
            }
        }
    }

    /// Whether what was written is the translation of a text.
    fn judge(&mut self, write: Write) {
        let Some(text) = self.texts.at(&write.to) else {
            let refusal = self.texts.refusal(&self.document.value, &write.to);
            self.found.at(write.from, refusal);
            return;
        };
        let Value::String(chinese) = &write.value else {
            let what = format!("expected text, found {}", write.value);
            self.found.at(write.from, what);
            return;
        };
        for fault in wording::faults(text, chinese) {
            self.found.settled_by(
                &write.from,
                fault,
                format!(
                    "make it say what the English text says, at {} of {}",
                    text.pointer, self.document.name
                ),
            );
        }
        if let Some(first) = self.covered.get(&write.to) {
            self.found.settled_by(
                write.from,
                format!("this text is translated twice, first at {first}"),
                "take one of the two out",
            );
            return;
        }
        self.covered.insert(write.to, write.from);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::overlay::translated;
    use crate::sources::{DOCUMENTS, Sources};

    fn blank(document: &mut Value, texts: &[String]) {
        for pointer in texts {
            if let Some(text) = document.pointer_mut(pointer) {
                *text = Value::Null;
            }
        }
    }

    #[test]
    fn the_translated_contract_differs_in_its_texts_and_in_all_of_them() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let sources = Sources::load(&top).expect("the tree is readable");
        for name in DOCUMENTS {
            let text = sources.get(name).expect("the document");
            let english: Value = hss_spec::parse_yaml(name, text).expect("readable");
            let file = overlay_of(name);
            let overlay = sources.get(&file).expect("the overlay");
            let mut chinese = translated(&english, &file, overlay).expect("applied");
            let texts: Vec<_> = Texts::of(&english)
                .all
                .iter()
                .map(|text| text.pointer.clone())
                .collect();
            for pointer in &texts {
                assert_ne!(
                    english.pointer(pointer),
                    chinese.pointer(pointer),
                    "{pointer}"
                );
            }
            let mut english = english;
            blank(&mut english, &texts);
            blank(&mut chinese, &texts);
            assert_eq!(english, chinese, "{name}");
        }
    }
}
