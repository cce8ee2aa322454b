//! What the documented example of a page says of the fields, without meaning to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Aspect, Column, Entry};

/// What an example shows of one field.
#[derive(Default)]
struct Seen {
    types: BTreeSet<&'static str>,
    values: BTreeSet<String>,
    /// In how many objects it is, of how many that could have it.
    present: usize,
    holders: usize,
}

/// Adds to the column of a page what its example shows. `prefix` is `request ` or `response `, and `asked`
/// are the parameters of the documented request.
///
/// Statements about the example point into the file of the page, whose rows they contradict.
pub(crate) fn add(column: &mut Column, prefix: &str, example: &Value, asked: &[(String, String)]) {
    let tabled: Vec<String> = column.places().map(|(place, _)| place.to_owned()).collect();
    let mut seen = BTreeMap::new();
    look(prefix, &[example], &tabled, &mut seen);
    for (place, seen) in &seen {
        if column.entry(place).is_none() && seen.present > 0 {
            let mut entry = Entry::new("");
            // What is not known in full may well have a row for it.
            if column.is_complete {
                entry.state(Aspect::Presence, "example only", "");
            }
            column.add(place.clone(), entry);
        }
        let Some(entry) = column.entry_mut(place) else {
            continue;
        };
        if seen.present > 0 {
            let types: Vec<_> = seen.types.iter().copied().collect();
            entry.state(Aspect::ExampleType, types.join(" or "), "");
        }
        if seen.present < seen.holders {
            let says = if seen.present == 0 {
                "in none".to_owned()
            } else {
                format!("in {} of {}", seen.present, seen.holders)
            };
            entry.state(Aspect::ExampleRecords, says, "");
        }
    }
    for (name, value) in asked {
        let answer = seen
            .iter()
            .find(|(place, _)| place.ends_with(&format!("[].{name}")));
        let place = format!("query {name}");
        if let (Some((_, answer)), Some(entry)) = (answer, column.entry_mut(&place))
            && answer.values.iter().any(|known| known != value)
        {
            let values: Vec<_> = answer.values.iter().map(String::as_str).collect();
            let says = format!("asks for {value}, is answered with {}", values.join(", "));
            entry.state(Aspect::ExampleFilter, says, "");
        }
    }
}

/// Looks at the objects that stand at one place.
fn look(prefix: &str, holders: &[&Value], tabled: &[String], seen: &mut BTreeMap<String, Seen>) {
    let mut names: Vec<&str> = Vec::new();
    // Fields of the tables that no object has are missing from the example.
    let tabled_here = tabled.iter().filter_map(|place| place.strip_prefix(prefix));
    names.extend(tabled_here.filter(|name| !name.contains('.') && !name.contains(' ')));
    for holder in holders {
        let object = holder.as_object().into_iter().flatten();
        for (name, _) in object {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    for name in names {
        let place = format!("{prefix}{name}");
        let values: Vec<_> = holders
            .iter()
            .filter_map(|holder| holder.get(name))
            .collect();
        let found = Seen {
            types: values.iter().map(|value| type_of(value)).collect(),
            values: values.iter().map(|value| plain(value)).collect(),
            present: values.len(),
            holders: holders.len(),
        };
        seen.insert(place.clone(), found);
        let items: Vec<_> = values
            .iter()
            .filter_map(|value| value.as_array())
            .flatten()
            .collect();
        let objects: Vec<_> = values
            .iter()
            .copied()
            .filter(|value| value.is_object())
            .collect();
        for (step, inner) in [("[].", items), (".", objects)] {
            if !inner.is_empty() && inner[0].is_object() {
                look(&format!("{place}{step}"), &inner, tabled, seen);
            }
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A value as it would stand in a query.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
