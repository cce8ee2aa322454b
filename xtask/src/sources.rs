//! The texts that are checked, by their path from the top of the repository.
//!
//! Every check works on this collection and never on files, so that a test can plant a defect in one text.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The contract documents.
pub const DOCUMENTS: [&str; 2] = [HSS_IMAGE, "openapi/iam.yaml"];

/// The contract of the image inventory.
pub const HSS_IMAGE: &str = "openapi/hss-image.yaml";

/// What contradicts what in the documentation, and how the contract settles it.
pub const ERRATA: &str = "openapi/errata.yaml";

/// The models of an official SDK: types and limits.
pub const MODELS: &str = "openapi/vendor-models.json";

/// The name of a document of the contract, such as `hss-image`.
pub(crate) fn stem(document: &str) -> &str {
    let file = document.rsplit('/').next().unwrap_or(document);
    file.strip_suffix(".yaml").unwrap_or(file)
}

/// Whether a document of the contract has this name.
pub(crate) fn is_document(name: &str) -> bool {
    DOCUMENTS.map(stem).contains(&name)
}

/// The overlay with the Chinese text of a document of the contract.
#[must_use]
pub fn overlay_of(document: &str) -> String {
    let stem = document.strip_suffix(".yaml").unwrap_or(document);
    format!("{stem}.zh-CN.overlay.yaml")
}

/// The folder of what the documentation pages state.
pub const PAGES: &str = "openapi/pages/";

/// Texts by path.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: BTreeMap<String, String>,
}

impl Sources {
    /// Reads all files of `openapi/` and `openapi/pages/` below the top of the repository.
    ///
    /// # Errors
    ///
    /// A folder or file cannot be read, or a file is not UTF-8.
    pub fn load(top: &Path) -> io::Result<Self> {
        let mut sources = Self::default();
        for folder in ["openapi/", PAGES] {
            let path = top.join(folder);
            for entry in fs::read_dir(&path).map_err(|error| named(&error, folder))? {
                let entry = entry?;
                if !entry.path().is_file() {
                    continue;
                }
                let name = format!("{folder}{}", entry.file_name().to_string_lossy());
                let text =
                    fs::read_to_string(entry.path()).map_err(|error| named(&error, &name))?;
                sources.texts.insert(name, text);
            }
        }
        Ok(sources)
    }

    /// The text with this path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Puts a text in the place of the one with this path.
    pub fn set(&mut self, path: &str, text: impl Into<String>) {
        self.texts.insert(path.to_owned(), text.into());
    }

    /// Takes the text with this path out.
    pub fn remove(&mut self, path: &str) -> Option<String> {
        self.texts.remove(path)
    }

    /// The files of the folder of pages: name within the folder, and text.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .filter_map(|(path, text)| Some((path.strip_prefix(PAGES)?, text.as_str())))
    }
}

fn named(error: &io::Error, name: &str) -> io::Error {
    io::Error::new(error.kind(), format!("cannot read {name}: {error}"))
}
