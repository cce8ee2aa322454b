//! The table of statements of each operation, and of the servers of each document, read from the files of all sources.

use std::collections::BTreeSet;

use serde_json::Value;

use super::documented::{Content, PageName, kebab_case, request_parameters};
use crate::model::operations;
use crate::project::{Project, place_and_reason};
use crate::report::{Part, Report};
use crate::sources::{MODELS, PAGES, stem};
use crate::statements::{
    Aspect, Column, Models, Statement, Transcript, add_example, contract_column, models_column,
    read_models, servers_column,
};

/// The statements of all sources about one operation, or about the servers of one document.
pub(crate) struct Table {
    /// The `operationId`, or the name of the document.
    pub(crate) operation: String,
    /// The contract's first.
    pub(crate) columns: Vec<Column>,
}

impl Table {
    /// How many statements all sources make.
    pub(crate) fn statements(&self) -> usize {
        let entries = self.columns.iter().flat_map(Column::places);
        entries.map(|(_, entry)| 1 + entry.aspects.len()).sum()
    }
}

/// Reads the statements of all sources about all servers and operations.
pub(crate) fn tables(project: &Project<'_>, report: &mut Report) -> Vec<Table> {
    let models = models(project, report);
    let mut transcripts = transcripts(project, report);
    let mut tables = Vec::new();
    for document in &project.documents {
        let subject = stem(document.name);
        let mut columns = vec![servers_column(document.name, &document.value)];
        columns.extend(transcribed(project, &mut transcripts, subject, report));
        tables.push(Table {
            operation: subject.to_owned(),
            columns,
        });
        for operation in operations(&document.value) {
            let mut columns = vec![contract_column(document.name, &document.value, &operation)];
            columns.extend(transcribed(project, &mut transcripts, operation.id, report));
            if let Some(models) = &models {
                columns.extend(models_column(models, MODELS, operation.id, &columns[0]));
            }
            state_contract_types(&mut columns);
            tables.push(Table {
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
            "name the operation or the document as the contract does, or add it there",
        );
    }
    tables
}

/// The columns of the transcripts about one operation or document, which are taken out of the list.
fn transcribed(
    project: &Project<'_>,
    transcripts: &mut Vec<(String, Transcript)>,
    subject: &str,
    report: &mut Report,
) -> Vec<Column> {
    let own = transcripts.extract_if(.., |(_, transcript)| transcript.operation == subject);
    own.map(|(file, transcript)| {
        let mut faults = Vec::new();
        let mut column = transcript.column(&file, &mut faults);
        let mut found = report.findings(Part::Deviations, &file);
        for (place, what) in faults {
            found.settled_by(place, what, "correct the transcript");
        }
        add_examples(project, &mut column);
        column
    })
    .collect()
}

fn models(project: &Project<'_>, report: &mut Report) -> Option<Models> {
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
                let (place, what) = place_and_reason(error);
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
        // The page of an operation in a language may be one of several sets, each a source of its own.
        if !matches!(page.source, "en" | "zh") && transcript.source != page.source {
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
            let statement = Statement {
                says: plain,
                ..kind
            };
            entry.aspects.insert(Aspect::ExampleType, statement);
        }
    }
}
