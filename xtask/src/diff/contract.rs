//! The contract at one time.

use std::collections::BTreeMap;

use serde_json::Value;

use super::version::Version;
use crate::sources::{DOCUMENTS, Sources};

/// A document of the contract.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) text: String,
    pub(super) value: Value,
}

impl Document {
    pub(super) fn parse(name: &str, text: String) -> Result<Self, String> {
        let value = hss_spec::parse_yaml(name, &text).map_err(|error| error.to_string())?;
        Ok(Self { text, value })
    }

    /// What it says but for its version: comments and the layout of the text do not count.
    pub(super) fn says(&self) -> Value {
        let mut value = self.value.clone();
        if let Some(info) = value.get_mut("info").and_then(Value::as_object_mut) {
            info.shift_remove("version");
        }
        value
    }
}

/// The documents that there were, by path.
#[derive(Debug, Default)]
pub(super) struct Contract(BTreeMap<&'static str, Document>);

impl Contract {
    /// The contract in the work tree, which has every document.
    pub(super) fn of(sources: &Sources) -> Result<Self, String> {
        let mut contract = Self::default();
        for name in DOCUMENTS {
            let text = sources
                .get(name)
                .ok_or_else(|| format!("{name} is missing"))?;
            contract.add(name, Document::parse(name, text.to_owned())?);
        }
        Ok(contract)
    }

    pub(super) fn add(&mut self, name: &'static str, document: Document) {
        self.0.insert(name, document);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Document> {
        self.0.get(name)
    }

    /// The version, which the documents share.
    ///
    /// # Errors
    ///
    /// They do not, or one has none.
    pub(super) fn version(&self) -> Result<Version, String> {
        let version = self.released_version()?;
        for name in self.0.keys() {
            let other = self.version_of(name)?;
            if other != version {
                return Err(format!(
                    "the documents share one version, but {} has {version} and {name} has {other}",
                    DOCUMENTS[0]
                ));
            }
        }
        Ok(version)
    }

    /// The version of the first document, which is what counts in the history: nothing there can be corrected.
    pub(super) fn released_version(&self) -> Result<Version, String> {
        self.version_of(DOCUMENTS[0])
    }

    fn version_of(&self, name: &str) -> Result<Version, String> {
        let value = self
            .get(name)
            .map(|document| &document.value["info"]["version"]);
        let text = value.and_then(Value::as_str).unwrap_or_default();
        Version::parse(text).ok_or_else(|| {
            format!(
                "{name}, at /info/version: expected three numbers such as 1.2.3, found `{text}`"
            )
        })
    }

    /// Whether both say the same, whatever their versions.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        let said = |contract: &Self| -> Vec<_> {
            let documents = contract.0.iter();
            documents
                .map(|(name, document)| (*name, document.says()))
                .collect()
        };
        said(self) == said(other)
    }
}
