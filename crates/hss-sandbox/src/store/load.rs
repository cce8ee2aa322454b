//! Reads an inventory that the user gives.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::Error;
use crate::schema::{check_record, describe};

/// The records of a file: saved responses, arrays, or one record per line.
pub(crate) fn from_file(path: &Path) -> Result<Vec<Value>, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::ReadData {
        path: path.to_owned(),
        source,
    })?;
    let bytes = without_byte_order_mark(bytes);
    let values = serde_json::Deserializer::from_slice(&bytes).into_iter();
    let values: Vec<Value> =
        values
            .collect::<Result<_, _>>()
            .map_err(|source| Error::DataNotJson {
                path: path.to_owned(),
                source,
            })?;
    let no_list = |found: String| Error::DataNotAList {
        path: path.to_owned(),
        found,
    };
    if values.is_empty() {
        return Err(no_list("nothing".to_owned()));
    }
    let mut records = Vec::new();
    let several = values.len() > 1;
    for mut value in values {
        match value.get_mut("data_list").map(Value::take).unwrap_or(value) {
            Value::Array(some) => records.extend(some),
            // A file of one line looks like this.
            Value::Object(record) if several || record.contains_key("id") => {
                records.push(Value::Object(record));
            }
            Value::Object(_) => return Err(no_list("an object without data_list".to_owned())),
            other => return Err(no_list(describe(&other))),
        }
    }
    checked(records, &path.display().to_string())
}

/// The text in UTF-8, as editors and shells of Windows do not write it. What is malformed stays, and is no JSON.
fn without_byte_order_mark(bytes: Vec<u8>) -> Vec<u8> {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2);
        let whole = units.remainder().is_empty();
        let text = char::decode_utf16(units.map(|pair| unit([pair[0], pair[1]])));
        let text: Option<String> = text.collect::<Result<_, _>>().ok();
        text.filter(|_| whole).map(String::into_bytes)
    };
    let text = match &bytes[..] {
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(rest.to_vec()),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => None,
    };
    text.unwrap_or(bytes)
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
