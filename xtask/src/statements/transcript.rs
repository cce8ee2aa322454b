//! The transcripts under `openapi/pages/`: what a documentation page, or another document, states.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Number, Value};

use super::servers::place as server_place;
use super::types::of_page;
use super::{Aspect, Column, Entry, OPERATION, length, parameter_place, range, yes_or_no};
use crate::model::join;

/// What one source states of one operation, or of the addresses of one document, cell by cell.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transcript {
    /// The `operationId`, or the name of the document, such as `hss-image`.
    pub(crate) operation: String,
    /// A key of `sources` in the errata.
    pub(crate) source: String,
    /// Whether the whole document was transcribed; if so, what it does not state counts as not stated.
    #[serde(default)]
    complete: bool,
    /// The date of the document.
    updated: Option<String>,
    deprecated: Option<bool>,
    /// The headings, in their order.
    #[serde(default)]
    sections: Vec<String>,
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    statuses: Vec<u16>,
    #[serde(default)]
    servers: Vec<ServerRow>,
    #[serde(default)]
    call_limits: Vec<CallLimitRow>,
    #[serde(default)]
    parameters: Vec<Row>,
    /// The fields of the body of the request.
    #[serde(default)]
    request: Vec<Row>,
    /// The headers of the success.
    #[serde(default)]
    response_headers: Vec<Row>,
    /// The fields of the body of the success.
    #[serde(default)]
    response: Vec<Row>,
    /// The fields of the body of a failure.
    #[serde(default)]
    error: Vec<Row>,
    /// The fields of the objects that types refer to.
    #[serde(default)]
    objects: BTreeMap<String, Vec<Row>>,
}

/// The domain that follows service and region in the addresses of a region.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerRow {
    /// The id of the region, `{region}` for every one without a row, or `global`.
    region: String,
    /// Several are separated by commas.
    domain: String,
}

/// How many calls are allowed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallLimitRow {
    /// Whose calls count together: `user`, `ip` or `api`.
    per: String,
    calls: u64,
    seconds: u64,
}

/// The place of a limit of calls.
pub(super) fn call_limit_place(per: &str) -> String {
    format!("call limit {per}")
}

/// A limit of calls, as it is compared.
pub(super) fn call_limit_text(calls: u64, seconds: u64) -> String {
    format!("{calls} in {seconds} s")
}

/// A row of a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Of a parameter: path, query or header.
    #[serde(rename = "in")]
    location: Option<String>,
    name: String,
    mandatory: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<String>,
    nullable: Option<bool>,
    values: Option<Values>,
    /// The values that come with an explanation.
    explained: Option<Vec<String>>,
    /// How many values there are said to be.
    count: Option<u32>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    minimum: Option<Number>,
    maximum: Option<Number>,
    default: Option<Value>,
    unit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Values {
    Listed(Vec<String>),
    /// `lost`: the document has a list, and it did not come through.
    Lost(Lost),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Lost {
    Lost,
}

/// What is wrong with a transcript, and where.
pub(crate) type Fault = (String, String);

impl Transcript {
    /// The column of the transcript. What it cannot hold is added to `faults`.
    pub(crate) fn column(&self, file: &str, faults: &mut Vec<Fault>) -> Column {
        let mut column = Column::new(&self.source, file, self.complete);
        let about = self.operation_entry();
        let about_all = self.servers.is_empty() && self.call_limits.is_empty();
        if about_all || !about.aspects.is_empty() {
            column.add(OPERATION.to_owned(), about);
        }
        for (index, row) in self.servers.iter().enumerate() {
            let pointer = format!("/servers/{index}");
            let mut entry = Entry::new(&pointer);
            entry.state(Aspect::Domain, &row.domain, "domain");
            if !column.add(server_place(&row.region), entry) {
                faults.push((pointer, "this region appears twice".to_owned()));
            }
        }
        for (index, row) in self.call_limits.iter().enumerate() {
            let pointer = format!("/call_limits/{index}");
            let mut entry = Entry::new(&pointer);
            let says = call_limit_text(row.calls, row.seconds);
            entry.state(Aspect::CallLimit, says, "calls");
            if !column.add(call_limit_place(&row.per), entry) {
                faults.push((pointer, "this limit appears twice".to_owned()));
            }
        }
        for (index, row) in self.parameters.iter().enumerate() {
            let pointer = format!("/parameters/{index}");
            let Some(location) = &row.location else {
                faults.push((pointer, "a parameter needs `in`".to_owned()));
                continue;
            };
            let mut entry = row.entry(&pointer, faults);
            if location == "header" {
                entry.state(Aspect::Spelling, &row.name, "name");
            }
            if !column.add(parameter_place(location, &row.name), entry) {
                faults.push((pointer, "this parameter appears twice".to_owned()));
            }
        }
        let mut used = BTreeSet::new();
        for (table, prefix, rows) in [
            ("request", "request ", &self.request),
            (
                "response_headers",
                "response header ",
                &self.response_headers,
            ),
            ("response", "response ", &self.response),
            ("error", "error ", &self.error),
        ] {
            let mut walk = Walk {
                transcript: self,
                column: &mut column,
                used: &mut used,
                faults,
            };
            walk.rows(&format!("/{table}"), prefix, rows);
        }
        for name in self.objects.keys().filter(|name| !used.contains(*name)) {
            faults.push((
                join("/objects", name),
                "no type names this object".to_owned(),
            ));
        }
        column
    }

    fn operation_entry(&self) -> Entry {
        let mut entry = Entry::new("");
        if let (Some(method), Some(path)) = (&self.method, &self.path) {
            entry.state(Aspect::Path, format!("{method} {path}"), "path");
        }
        if let Some(deprecated) = self.deprecated {
            entry.state(Aspect::Deprecated, yes_or_no(deprecated), "deprecated");
        }
        if let Some(updated) = &self.updated {
            entry.state(Aspect::Updated, updated, "updated");
        }
        if !self.sections.is_empty() {
            entry.state(Aspect::Sections, self.sections.join(", "), "sections");
        }
        if !self.statuses.is_empty() {
            let statuses = self.statuses.iter().map(u16::to_string);
            entry.state(Aspect::Statuses, statuses_text(statuses), "statuses");
        }
        entry
    }
}

/// Statuses in their order. What stands for all others is no status.
pub(super) fn statuses_text(statuses: impl Iterator<Item = String>) -> String {
    let statuses: BTreeSet<_> = statuses.filter(|status| status != "default").collect();
    statuses.into_iter().collect::<Vec<_>>().join(", ")
}

/// Follows the types of rows to the objects that they name.
struct Walk<'a> {
    transcript: &'a Transcript,
    column: &'a mut Column,
    used: &'a mut BTreeSet<String>,
    faults: &'a mut Vec<Fault>,
}

impl Walk<'_> {
    fn rows(&mut self, table: &str, prefix: &str, rows: &[Row]) {
        for (index, row) in rows.iter().enumerate() {
            let pointer = format!("{table}/{index}");
            let place = format!("{prefix}{}", row.name);
            let entry = row.entry(&pointer, self.faults);
            if !self.column.add(place.clone(), entry) {
                self.faults
                    .push((pointer, "this field appears twice".to_owned()));
                continue;
            }
            let inner = row
                .kind
                .as_deref()
                .and_then(of_page)
                .and_then(|found| found.inner);
            let Some((object, step)) = inner else {
                continue;
            };
            match self.transcript.objects.get(&object) {
                // An object within itself would have no end, and would be found twice above.
                Some(fields) if self.used.insert(object.clone()) => {
                    self.rows(
                        &join("/objects", &object),
                        &format!("{place}{step}"),
                        fields,
                    );
                }
                Some(_) => {}
                None if self.transcript.complete => self.faults.push((
                    join(&pointer, "type"),
                    format!("the fields of {object} are missing from `objects`"),
                )),
                None => {}
            }
        }
    }
}

impl Row {
    fn entry(&self, pointer: &str, faults: &mut Vec<Fault>) -> Entry {
        let mut entry = Entry::new(pointer);
        if let Some(mandatory) = self.mandatory {
            entry.state(Aspect::Mandatory, yes_or_no(mandatory), "mandatory");
        }
        if let Some(cell) = &self.kind {
            match of_page(cell) {
                Some(kind) => entry.state(Aspect::Type, kind.text, "type"),
                None => {
                    // It says something, if nothing that can be compared.
                    entry.state(Aspect::Type, cell, "type");
                    faults.push((
                        join(pointer, "type"),
                        format!(
                            "unknown type `{cell}`; expected String, Integer, Long, Boolean, `Array of strings`, \
                             `Array of X objects` or `X object`"
                        ),
                    ));
                }
            }
        }
        if let Some(nullable) = self.nullable {
            entry.state(Aspect::Nullable, yes_or_no(nullable), "nullable");
        }
        match &self.values {
            Some(Values::Listed(values)) => {
                entry.state(Aspect::Values, values.join(", "), "values");
                self.state_explained(values, &mut entry, faults);
            }
            Some(Values::Lost(Lost::Lost)) => entry.state(Aspect::Lost, "values", "values"),
            None => {}
        }
        if let Some(count) = self.count {
            entry.state(Aspect::Count, count.to_string(), "count");
        }
        let lengths = length(self.min_length, self.max_length);
        if let Some(length) = lengths {
            let member = if self.max_length.is_some() {
                "max_length"
            } else {
                "min_length"
            };
            entry.state(Aspect::Length, length, member);
        }
        let number = |number: &Option<Number>| number.as_ref().map(ToString::to_string);
        if let Some(range) = range(number(&self.minimum), number(&self.maximum)) {
            let member = if self.maximum.is_some() {
                "maximum"
            } else {
                "minimum"
            };
            entry.state(Aspect::Range, range, member);
        }
        if let Some(default) = &self.default {
            entry.state(Aspect::Default, default.to_string(), "default");
        }
        if let Some(unit) = &self.unit {
            entry.state(Aspect::Unit, unit, "unit");
        }
        entry
    }

    fn state_explained(&self, values: &[String], entry: &mut Entry, faults: &mut Vec<Fault>) {
        let Some(explained) = &self.explained else {
            return;
        };
        for value in explained.iter().filter(|value| !values.contains(value)) {
            faults.push((
                join(&entry.pointer, "explained"),
                format!("`{value}` is none of the values"),
            ));
        }
        let says = if explained.len() == values.len() {
            "all".to_owned()
        } else if explained.is_empty() {
            "no value".to_owned()
        } else {
            format!("only {}", explained.join(", "))
        };
        entry.state(Aspect::Explained, says, "explained");
    }
}
