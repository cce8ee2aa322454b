//! The errata: what contradicts what in the documentation, and how the contract settles it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;
use crate::document::parse_yaml;

/// The content of `openapi/errata.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errata {
    /// Where facts come from, by the key that `x-provenance` uses.
    pub sources: BTreeMap<String, Source>,
    /// The contradictions, gaps and departures.
    pub errata: Vec<Erratum>,
}

/// A source of facts.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// What it is.
    pub title: String,
    /// Its version, where it has one beside its date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The day of its last change, as `2025-09-24`; `2024-05-13 to 2025-04-08` of several copies; or
    /// `received 2026-11-25` where it has no date of its own.
    pub date: String,
    /// Where it can be read.
    pub url: String,
}

impl fmt::Display for Source {
    /// The title, the version, the date and the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (", self.title)?;
        if let Some(version) = &self.version {
            write!(f, "{version}, ")?;
        }
        write!(f, "{}), {}", self.date, self.url)
    }
}

/// One contradiction, gap or departure, and how it is settled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Erratum {
    /// A name that never changes.
    pub id: String,
    /// The operation, by `operationId`, or the document whose addresses it is about, such as `hss-image`.
    pub operation: String,
    /// The parameter or field, or what else it is about.
    pub about: String,
    /// What the documentation says, and where it contradicts itself.
    pub finding: String,
    /// What the contract does.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// What follows for a program that uses the API.
    pub consumer: String,
    /// The computed deviations that it settles, each as `cargo xtask check` writes it.
    #[serde(default)]
    pub claims: Vec<String>,
    /// Who states in words what no deviation can show.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The values of documented examples that are replaced before the examples are used.
    #[serde(default)]
    pub normalise: Vec<Normalisation>,
}

/// What a source states in words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Evidence {
    /// The source, by its key in `sources`.
    pub source: String,
    /// The place, as in a claim: `query limit`, `response total_num`, or `operation` for the whole.
    pub at: String,
    /// What it states there, in short.
    pub states: String,
}

/// A value of a documented example, and what stands for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Normalisation {
    /// The file under `openapi/pages/`.
    pub page: String,
    /// The place in it, as a JSON pointer.
    pub pointer: String,
    /// The value as documented.
    pub documented: Value,
    /// The value that is meant.
    pub value: Value,
}

impl Errata {
    /// Reads the errata from their YAML text. `name` is used in messages only.
    ///
    /// # Errors
    ///
    /// The text is no YAML, an entry lacks a part or has one too many, or two entries share an id.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let errata: Self = parse_yaml(name, text)?;
        let mut ids: Vec<_> = errata.errata.iter().map(|entry| &entry.id).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::shape(
                name,
                "/errata",
                format!("two entries have the id `{}`", pair[0]),
            ));
        }
        Ok(errata)
    }
}

impl Normalisation {
    /// Replaces the documented value in `example` by the one that is meant.
    ///
    /// # Errors
    ///
    /// The example does not have the documented value there: the erratum is stale.
    pub fn apply(&self, example: &mut Value) -> Result<(), Error> {
        let stale = |reason: String| Error::shape(&self.page, &self.pointer, reason);
        let found = example
            .pointer_mut(&self.pointer)
            .ok_or_else(|| stale("the example has nothing there".to_owned()))?;
        if *found != self.documented {
            return Err(stale(format!(
                "expected {}, the example has {found}",
                self.documented
            )));
        }
        found.clone_from(&self.value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;
    use serde_json::json;

    const ONE: &str = "sources: {}\nerrata:\n  - id: a\n    operation: O\n    about: f\n    finding: F\n    decision: D\n    reason: R\n    consumer: C\n    normalise:\n      - page: p.json\n        pointer: /f\n        documented: 1 (Bytes)\n        value: 1\n";

    #[test]
    fn the_embedded_errata_are_readable() {
        let errata = Contract::errata().expect("readable");
        assert!(!errata.errata.is_empty());
    }

    fn normalisation() -> Normalisation {
        let errata = Errata::parse("e.yaml", ONE).expect("readable");
        errata.errata[0].normalise[0].clone()
    }

    #[test]
    fn a_settled_value_is_replaced() {
        let mut example = json!({"f": "1 (Bytes)", "g": 2});
        normalisation().apply(&mut example).expect("applies");
        assert_eq!(example, json!({"f": 1, "g": 2}));
    }

    #[test]
    fn a_stale_entry_is_reported_and_changes_nothing() {
        let mut example = json!({"f": 1});
        let error = normalisation().apply(&mut example).expect_err("stale");
        insta::assert_snapshot!(error.to_string(), @r#"p.json: at /f: expected "1 (Bytes)", the example has 1"#);
        assert_eq!(example, json!({"f": 1}));
        let error = normalisation().apply(&mut json!({})).expect_err("stale");
        insta::assert_snapshot!(error.to_string(), @"p.json: at /f: the example has nothing there");
    }

    #[test]
    fn two_entries_with_one_id_are_refused() {
        let twice = format!("{ONE}{}", ONE.split_once("errata:\n").expect("errata").1);
        let error = Errata::parse("e.yaml", &twice).expect_err("a duplicate id");
        insta::assert_snapshot!(error.to_string(), @"e.yaml: at /errata: two entries have the id `a`");
    }
}
