//! Every schema of the contract beside the type that was generated from it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::{Property, Shape};
use super::types::{GeneratedType, generated};

/// In which direction a type describes itself: what it requires can differ.
#[derive(Clone, Copy)]
enum Direction {
    Read,
    Written,
}

/// What a comparison found.
pub(super) struct Comparison {
    /// The schemas that have a type.
    pub(super) compared: BTreeSet<String>,
    /// One line for each difference, which begins with the schema and the property.
    pub(super) differences: Vec<String>,
}

/// Compares the component schemas of a document with the types.
pub(super) fn compare(document: &Value, types: &[GeneratedType]) -> Comparison {
    let schemas = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    let mut found = Comparison {
        compared: BTreeSet::new(),
        differences: Vec::new(),
    };
    for (name, schema) in schemas {
        let Some(generated) = types.iter().find(|generated| generated.name == name) else {
            found.differences.push(format!("{name}: it has no type"));
            continue;
        };
        found.compared.insert(name.clone());
        let asked = Shape::asked(schema);
        for (direction, given) in [
            (Direction::Read, &generated.decoded),
            (Direction::Written, &generated.encoded),
        ] {
            found.shape(name, &asked, &Shape::given(given), direction);
        }
    }
    for generated in types {
        if !found.compared.contains(generated.name) {
            let line = format!("{}: the contract has no such schema", generated.name);
            found.differences.push(line);
        }
    }
    found
}

impl Comparison {
    fn shape(&mut self, schema: &str, asked: &Shape, given: &Shape, direction: Direction) {
        self.kind(schema, &asked.kind, &given.kind);
        for value in asked.values.difference(&given.values) {
            self.add(schema, &format!("the type does not know {value:?}"));
        }
        for value in given.values.difference(&asked.values) {
            self.add(schema, &format!("the contract does not list {value:?}"));
        }
        for (name, asked) in &asked.properties {
            let place = format!("{schema}.{name}");
            match given.properties.get(name) {
                Some(given) => self.property(&place, asked, given, direction),
                None => self.add(&place, "the type does not have it"),
            }
        }
        for name in given.properties.keys() {
            if !asked.properties.contains_key(name) {
                self.add(&format!("{schema}.{name}"), "the contract does not have it");
            }
        }
    }

    fn property(&mut self, place: &str, asked: &Property, given: &Property, direction: Direction) {
        self.kind(place, &asked.kind, &given.kind);
        match (asked.null, given.null) {
            (true, false) => self.add(place, "null is allowed, and the type refuses it"),
            (false, true) => self.add(place, "null is not allowed, and the type takes it"),
            _ => {}
        }
        let words = match (asked.required, given.required, direction) {
            (true, false, Direction::Read) => "required, and the type is read without it",
            (true, false, Direction::Written) => "required, and the type is written without it",
            (false, true, Direction::Read) => "optional, and the type is not read without it",
            (false, true, Direction::Written) => {
                "optional, and the type is never written without it"
            }
            _ => return,
        };
        self.add(place, words);
    }

    fn kind(&mut self, place: &str, asked: &str, given: &str) {
        if asked != given {
            self.add(
                place,
                &format!("the contract has {asked}, the type {given}"),
            );
        }
    }

    /// Both directions find the same, unless it is about what may be absent.
    fn add(&mut self, place: &str, words: &str) {
        let line = format!("{place}: {words}");
        if !self.differences.contains(&line) {
            self.differences.push(line);
        }
    }
}

#[test]
fn every_schema_has_a_type_that_agrees_with_it() {
    let mut differences = Vec::new();
    for document in generated() {
        let contract = document.contract;
        let found = compare(contract.value(), &document.types);
        let lines = found.differences.iter();
        differences.extend(lines.map(|line| format!("{}: {line}", contract.name())));

        // None is exempt, and none is passed over.
        let schemas = contract.value()["components"]["schemas"].as_object();
        let all: BTreeSet<_> = schemas.expect("schemas").keys().cloned().collect();
        if found.compared != all {
            let missed: Vec<_> = all.difference(&found.compared).collect();
            differences.push(format!("{}: not compared: {missed:?}", contract.name()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
