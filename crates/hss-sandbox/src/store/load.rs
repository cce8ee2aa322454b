//! Reads an inventory that the user gives.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::Error;
use crate::schema::{check_record, describe};

/// The records of a file: a saved response, or an array.
pub(crate) fn from_file(path: &Path) -> Result<Vec<Value>, Error> {
    let text = std::fs::read(path).map_err(|source| Error::ReadData {
        path: path.to_owned(),
        source,
    })?;
    let mut value: Value = serde_json::from_slice(&text).map_err(|source| Error::DataNotJson {
        path: path.to_owned(),
        source,
    })?;
    let list = match value.get_mut("data_list") {
        Some(list) => list.take(),
        None => value,
    };
    match list {
        Value::Array(records) => checked(records, &path.display().to_string()),
        Value::Object(_) => Err(Error::DataNotAList {
            path: path.to_owned(),
            found: "an object without data_list".to_owned(),
        }),
        other => Err(Error::DataNotAList {
            path: path.to_owned(),
            found: describe(&other),
        }),
    }
}

/// The records, if every one of them is an image. `origin` says in a message where they come from.
pub(crate) fn checked(records: Vec<Value>, origin: &str) -> Result<Vec<Value>, Error> {
    let mut numbers = HashMap::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        let number = index + 1;
        let bad = |reason: String| Error::BadRecord {
            origin: origin.to_owned(),
            number,
            reason,
        };
        if !record.is_object() {
            return Err(bad(format!(
                "expected an object, found {}",
                describe(record)
            )));
        }
        check_record(record).map_err(bad)?;
        let id = record
            .get("id")
            .and_then(Value::as_i64)
            .ok_or_else(|| bad("it has no id".to_owned()))?;
        if let Some(first) = numbers.insert(id, number) {
            return Err(bad(format!("record {first} has the id {id} already")));
        }
        if record.get("image_type").is_none_or(Value::is_null) {
            return Err(bad(
                "it has no image_type, so no call could list it".to_owned()
            ));
        }
    }
    Ok(records)
}
