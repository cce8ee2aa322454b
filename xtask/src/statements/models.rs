//! The models of an official SDK, under `openapi/vendor-models.json`: types and limits by model and name.

use serde::Deserialize;
use serde_json::Map;

use super::types::of_model;
use super::{Aspect, Column, Entry, OPERATION, length, parameter_place, range, yes_or_no};
use crate::model::join;

/// The file, as far as it describes the operations of the contract.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Models {
    /// A key of `sources` in the errata.
    pub(crate) source: String,
    models: Map<String, serde_json::Value>,
}

/// A member of a model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Member {
    #[serde(rename = "type")]
    kind: String,
    format: Option<String>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    min: Option<String>,
    max: Option<String>,
    pattern: Option<String>,
    required: Option<bool>,
}

/// Reads the file.
pub(crate) fn read(text: &str) -> serde_json::Result<Models> {
    let models: Models = serde_json::from_str(text)?;
    for model in models.models.values() {
        serde_json::from_value::<std::collections::BTreeMap<String, Member>>(model.clone())?;
    }
    Ok(models)
}

impl Models {
    /// The members of a model, with the place of each in the file.
    fn members(&self, model: &str) -> Vec<(String, String, Member)> {
        let pointer = join("/models", model);
        let members = self
            .models
            .get(model)
            .and_then(serde_json::Value::as_object);
        members
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| {
                // Reading the file has shown that every member is one.
                let member = serde_json::from_value(value.clone()).ok()?;
                Some((name.clone(), join(&pointer, name), member))
            })
            .collect()
    }
}

/// What the models say of an operation. `contract` tells where a parameter goes, which a model does not.
pub(crate) fn column(
    models: &Models,
    file: &str,
    operation: &str,
    contract: &Column,
) -> Option<Column> {
    let mut column = Column::new(&models.source, file, false);
    let request = format!("{operation}Request");
    let response = format!("{operation}Response");
    if !models.models.contains_key(&request) {
        return None;
    }
    column.add(OPERATION.to_owned(), Entry::new(""));
    for (name, pointer, member) in models.members(&request) {
        if name == "body" {
            fields(models, &member.kind, "request ", true, &mut column);
            continue;
        }
        let locations = ["query", "header", "path"];
        let mut places = locations
            .map(|location| parameter_place(location, &name))
            .into_iter();
        let place = places
            .find(|place| contract.entry(place).is_some())
            .unwrap_or_else(|| parameter_place("query", &name));
        column.add(place, entry(&member, &pointer, true));
    }
    fields(models, &response, "response ", false, &mut column);
    Some(column)
}

fn fields(models: &Models, model: &str, prefix: &str, is_request: bool, column: &mut Column) {
    for (name, pointer, member) in models.members(model) {
        let place = format!("{prefix}{name}");
        if !column.add(place.clone(), entry(&member, &pointer, is_request)) {
            continue;
        }
        let kind = of_model(&member.kind, None);
        if let Some((inner, step)) = kind.inner {
            fields(
                models,
                &inner,
                &format!("{place}{step}"),
                is_request,
                column,
            );
        }
    }
}

fn entry(member: &Member, pointer: &str, is_request: bool) -> Entry {
    let mut entry = Entry::new(pointer);
    let kind = of_model(&member.kind, member.format.as_deref());
    entry.state(Aspect::Type, kind.text, "type");
    // A response promises nothing in any of the models.
    if is_request || member.required.is_some() {
        entry.state(
            Aspect::Mandatory,
            yes_or_no(member.required == Some(true)),
            "required",
        );
    }
    if let Some(length) = length(member.min_length, member.max_length) {
        entry.state(Aspect::Length, length, "maxLength");
    }
    if let Some(range) = range(member.min.clone(), member.max.clone()) {
        entry.state(Aspect::Range, range, "max");
    }
    // `^.*$` allows everything that a parameter can hold.
    if let Some(pattern) = member
        .pattern
        .as_ref()
        .filter(|pattern| *pattern != "/^.*$/")
    {
        entry.state(Aspect::Pattern, pattern, "pattern");
    }
    entry
}
