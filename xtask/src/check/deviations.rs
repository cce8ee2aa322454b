//! Where the sources differ: the table of statements, cell by cell.

use std::collections::BTreeSet;

use serde_json::Value;

use super::documented::{kebab_case, normalised};
use super::tables::Table;
use crate::project::Project;
use crate::report::Testimony;
use crate::sources::PAGES;
use crate::statements::{Aspect, CONTRACT, Column, Entry};
use crate::values::{Difference, differences};

/// A cell in which the sources do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deviation {
    /// The place, the aspect, and who says what: what an erratum claims.
    pub(crate) line: String,
    /// Who says what, the contract first.
    pub(crate) says: Vec<Testimony>,
}

/// Where the documented examples of an operation differ between the languages, settled values aside.
fn between_languages(project: &Project<'_>, operation: &str) -> Vec<Deviation> {
    let stem = format!("{PAGES}{}", kebab_case(operation));
    let file = |language: &str, kind: &str| format!("{stem}.{language}.{kind}");
    let differing = |place: &str, kind: &str, pointer: &str, en: String, zh: String| {
        let says = [("en", en), ("zh", zh)].map(|(language, says)| Testimony {
            source: format!("page-{language}"),
            says,
            file: file(language, kind),
            place: pointer.to_owned(),
        });
        deviation(place, Aspect::ExampleText, says.to_vec())
    };
    let mut all = Vec::new();
    for (name, kind) in [("request", "request.json"), ("response", "response.json")] {
        let example = |language| normalised(project, &file(language, kind));
        let (Some(en), Some(zh)) = (example("en"), example("zh")) else {
            continue;
        };
        for Difference {
            pointer,
            left,
            right,
        } in differences(&en, &zh)
        {
            let text = |value: Option<&Value>| {
                value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            let place = format!("example {name} {pointer}");
            all.push(differing(&place, kind, &pointer, text(left), text(right)));
        }
    }
    let kind = "request.txt";
    let line = |language| {
        project
            .sources
            .get(&file(language, kind))
            .map(str::trim_end)
    };
    if let (Some(en), Some(zh)) = (line("en"), line("zh"))
        && en != zh
    {
        let place = "example request line";
        all.push(differing(place, kind, "", en.to_owned(), zh.to_owned()));
    }
    all
}

impl Table {
    /// Every cell in which the sources do not agree, and where the documented examples of two languages differ.
    pub(crate) fn deviations(&self, project: &Project<'_>) -> Vec<Deviation> {
        let mut places: Vec<&str> = Vec::new();
        for (place, _) in self.columns.iter().flat_map(Column::places) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut all: Vec<_> = places
            .into_iter()
            .flat_map(|place| self.at(place))
            .collect();
        all.extend(between_languages(project, &self.operation));
        all
    }

    /// The deviations at one place.
    fn at(&self, place: &str) -> Vec<Deviation> {
        let presence: Vec<_> = self
            .columns
            .iter()
            .filter_map(|column| presence(column, place))
            .collect();
        let mut all = Vec::new();
        if differ(&presence) {
            all.push(deviation(place, Aspect::Presence, presence));
        }
        let holders: Vec<_> = self
            .columns
            .iter()
            .filter_map(|column| Some((column, column.entry(place)?)))
            .collect();
        let aspects: BTreeSet<_> = holders
            .iter()
            .flat_map(|(_, entry)| entry.aspects.keys().copied())
            .filter(|aspect| *aspect != Aspect::Presence)
            .collect();
        for aspect in aspects {
            let says: Vec<_> = holders
                .iter()
                .filter_map(|(column, entry)| cell(column, entry, aspect))
                .collect();
            if differ(&says) || aspect.is_odd_by_itself() {
                all.push(deviation(place, aspect, says));
            }
        }
        all
    }
}

/// Whether a source has a place; of one that does not tell everything, only that it has.
fn presence(column: &Column, place: &str) -> Option<Testimony> {
    let (says, pointer) = match column.entry(place) {
        Some(entry) => (
            entry.says(Aspect::Presence).unwrap_or("yes"),
            entry.pointer.as_str(),
        ),
        None if column.is_complete => ("no", ""),
        None => return None,
    };
    Some(testimony(column, says, pointer))
}

/// What a source says of an aspect; `none`, where it tells everything and does not say it.
fn cell(column: &Column, entry: &Entry, aspect: Aspect) -> Option<Testimony> {
    if let Some(statement) = entry.aspects.get(&aspect) {
        return Some(testimony(column, &statement.says, &statement.pointer));
    }
    let is_contract = column.source == CONTRACT;
    if aspect == Aspect::Count
        && let Some(values) = entry.says(Aspect::Values)
    {
        // Whoever lists the values has counted them.
        return Some(testimony(
            column,
            &values.split(", ").count().to_string(),
            &entry.pointer,
        ));
    }
    let is_silent_on_purpose = match aspect {
        // What is lost was not left out.
        Aspect::Values => entry.says(Aspect::Lost).is_some(),
        // Only who lists values can count or explain them, and only an example shows types.
        Aspect::Count | Aspect::Explained | Aspect::ExampleType => true,
        // An example row has no cells.
        _ => entry.says(Aspect::Presence).is_some(),
    };
    let speaks = if is_contract {
        !aspect.is_about_pages()
    } else {
        column.is_complete
    };
    (speaks && !is_silent_on_purpose && !aspect.is_odd_by_itself())
        .then(|| testimony(column, "none", &entry.pointer))
}

fn testimony(column: &Column, says: &str, place: &str) -> Testimony {
    Testimony {
        source: column.source.clone(),
        says: says.to_owned(),
        file: column.file.clone(),
        place: place.to_owned(),
    }
}

fn differ(says: &[Testimony]) -> bool {
    says.windows(2).any(|pair| pair[0].says != pair[1].says)
}

fn deviation(place: &str, aspect: Aspect, says: Vec<Testimony>) -> Deviation {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for testimony in &says {
        match groups.iter_mut().find(|(text, _)| *text == testimony.says) {
            Some((_, sources)) => sources.push(&testimony.source),
            None => groups.push((&testimony.says, vec![&testimony.source])),
        }
    }
    let groups: Vec<_> = groups
        .into_iter()
        .map(|(text, sources)| format!("{text} ({})", sources.join(", ")))
        .collect();
    Deviation {
        line: format!("{place}: {aspect}: {}", groups.join("; ")),
        says,
    }
}
