//! Where the sources differ: the table of statements, cell by cell.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Project;
use super::documented::{
    Content, PageName, differences, kebab_case, normalised, request_parameters,
};
use crate::model::{Operation, operations};
use crate::report::{Part, Report, Testimony};
use crate::sources::{MODELS, PAGES};
use crate::statements::{
    Aspect, CONTRACT, Column, Entry, Transcript, add_example, contract_column, models_column,
    read_models,
};

/// The statements of all sources about one operation, the contract's first.
pub(crate) struct Table {
    pub(crate) operation: String,
    pub(crate) columns: Vec<Column>,
    /// Where the examples of two languages differ, settled values aside.
    translated: Vec<Deviation>,
}

/// A cell in which the sources do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deviation {
    /// The place, the aspect, and who says what: what an erratum claims.
    pub(crate) line: String,
    /// Who says what, the contract first.
    pub(crate) says: Vec<Testimony>,
}

/// Reads the statements of all sources about all operations.
pub(crate) fn tables(project: &Project<'_>, report: &mut Report) -> Vec<Table> {
    let models = models(project, report);
    let mut transcripts = transcripts(project, report);
    let mut tables = Vec::new();
    for document in &project.documents {
        for operation in operations(&document.value) {
            let contract = contract_column(document.name, &document.value, &operation);
            let mut columns = vec![contract];
            for (file, transcript) in &transcripts {
                if transcript.operation != operation.id {
                    continue;
                }
                let mut faults = Vec::new();
                let mut column = transcript.column(file, &mut faults);
                let mut found = report.findings(Part::Deviations, file);
                for (place, what) in faults {
                    found.settled_by(place, what, "correct the transcript");
                }
                add_examples(project, &mut column);
                columns.push(column);
            }
            if let Some(models) = &models {
                columns.extend(models_column(models, MODELS, operation.id, &columns[0]));
            }
            state_contract_types(&mut columns);
            transcripts.retain(|(_, transcript)| transcript.operation != operation.id);
            tables.push(Table {
                translated: translated(project, &operation),
                operation: operation.id.to_owned(),
                columns,
            });
        }
    }
    for (file, transcript) in transcripts {
        let mut found = report.findings(Part::Deviations, &file);
        found.settled_by(
            "/operation",
            format!("the contract has no operation `{}`", transcript.operation),
            "name the operation as the contract does, or add it there",
        );
    }
    tables
}

fn models(project: &Project<'_>, report: &mut Report) -> Option<crate::statements::Models> {
    let mut found = report.findings(Part::Documents, MODELS);
    let Some(text) = project.sources.get(MODELS) else {
        found.at("", "the file is missing");
        return None;
    };
    let models = read_models(text)
        .map_err(|error| found.at("", format!("not readable: {error}")))
        .ok()?;
    let errata = project.errata.as_ref();
    if errata.is_some_and(|errata| !errata.sources.contains_key(&models.source)) {
        found.at("/source", "no source of the errata has this key");
    }
    Some(models)
}

fn transcripts(project: &Project<'_>, report: &mut Report) -> Vec<(String, Transcript)> {
    let mut transcripts = Vec::new();
    for (file, text) in project.sources.pages() {
        let Some(page) = PageName::parse(file).filter(|page| page.content == Content::Transcript)
        else {
            continue;
        };
        let path = format!("{PAGES}{file}");
        let mut found = report.findings(Part::Documents, &path);
        let transcript: Transcript = match hss_spec::parse_yaml(&path, text) {
            Ok(transcript) => transcript,
            Err(error) => {
                let (place, what) = super::place_and_reason(error);
                found.at(place, what);
                continue;
            }
        };
        if kebab_case(&transcript.operation) != page.operation {
            found.at(
                "/operation",
                "the name of the file is that of another operation",
            );
        }
        let source = match page.source {
            language @ ("en" | "zh") => format!("page-{language}"),
            source => source.to_owned(),
        };
        // The page of an operation in a language may be one of several sets.
        if transcript.source != source && !matches!(page.source, "en" | "zh") {
            found.at("/source", "the name of the file is that of another source");
        }
        if let Some(errata) = &project.errata
            && !errata.sources.contains_key(&transcript.source)
        {
            found.at("/source", "no source of the errata has this key");
        }
        transcripts.push((path, transcript));
    }
    // The pages of the operation speak first, in both languages.
    transcripts.sort_by_key(|(path, _)| {
        ![".en.yaml", ".zh.yaml"]
            .iter()
            .any(|end| path.ends_with(end))
    });
    transcripts
}

/// Adds what the documented examples beside a transcript show.
fn add_examples(project: &Project<'_>, column: &mut Column) {
    let Some(stem) = column.file.strip_suffix("yaml").map(str::to_owned) else {
        return;
    };
    let line = project.sources.get(&format!("{stem}request.txt"));
    let asked = line.map(request_parameters).unwrap_or_default();
    for (kind, prefix) in [("request", "request "), ("response", "response ")] {
        let text = project.sources.get(&format!("{stem}{kind}.json"));
        // One that cannot be read is reported with the documented examples.
        if let Some(example) = text.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
            add_example(column, prefix, &example, &asked);
        }
    }
}

/// Where an example shows a type, the contract's word on it is its own type, without the format.
fn state_contract_types(columns: &mut [Column]) {
    let Some((contract, others)) = columns.split_first_mut() else {
        return;
    };
    let shown: BTreeSet<String> = others
        .iter()
        .flat_map(Column::places)
        .filter(|(_, entry)| entry.says(Aspect::ExampleType).is_some())
        .map(|(place, _)| place.to_owned())
        .collect();
    for place in shown {
        if let Some(entry) = contract.entry_mut(&place)
            && let Some(kind) = entry.aspects.get(&Aspect::Type).cloned()
        {
            let plain = kind.says.split(' ').next().unwrap_or_default().to_owned();
            let statement = crate::statements::Statement {
                says: plain,
                ..kind
            };
            entry.aspects.insert(Aspect::ExampleType, statement);
        }
    }
}

/// Where the documented examples of an operation differ between the languages.
fn translated(project: &Project<'_>, operation: &Operation<'_>) -> Vec<Deviation> {
    let stem = format!("{PAGES}{}", kebab_case(operation.id));
    let mut all = Vec::new();
    for kind in ["request.json", "response.json"] {
        let file = |language: &str| format!("{stem}.{language}.{kind}");
        let (Some(en), Some(zh)) = (
            normalised(project, &file("en")),
            normalised(project, &file("zh")),
        ) else {
            continue;
        };
        let name = kind.trim_end_matches(".json");
        for (pointer, _) in differences(&en, &zh) {
            let text = |value: &Value| {
                value
                    .pointer(&pointer)
                    .map_or_else(|| "nothing".to_owned(), ToString::to_string)
            };
            let says = [("page-en", "en", text(&en)), ("page-zh", "zh", text(&zh))]
                .map(|(source, language, says)| Testimony {
                    source: source.to_owned(),
                    says,
                    file: file(language),
                    place: pointer.clone(),
                })
                .to_vec();
            all.push(deviation(
                &format!("example {name} {pointer}"),
                Aspect::ExampleText,
                says,
            ));
        }
    }
    let line = |language: &str| {
        project
            .sources
            .get(&format!("{stem}.{language}.request.txt"))
    };
    if let (Some(en), Some(zh)) = (line("en"), line("zh"))
        && en != zh
    {
        let says = [("page-en", "en", en), ("page-zh", "zh", zh)]
            .map(|(source, language, says)| Testimony {
                source: source.to_owned(),
                says: says.trim_end().to_owned(),
                file: format!("{stem}.{language}.request.txt"),
                place: String::new(),
            })
            .to_vec();
        all.push(deviation("example request line", Aspect::ExampleText, says));
    }
    all
}

impl Table {
    /// How many statements all sources make.
    pub(crate) fn statements(&self) -> usize {
        let entries = self.columns.iter().flat_map(Column::places);
        entries.map(|(_, entry)| 1 + entry.aspects.len()).sum()
    }

    /// Every cell in which the sources do not agree.
    pub(crate) fn deviations(&self) -> Vec<Deviation> {
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
        all.extend(self.translated.iter().cloned());
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
