//! What can be wrong with a document.

/// Why a document could not be read, lowered or applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is no YAML, or holds a key twice.
    #[error("{document}: not readable as YAML: {reason}")]
    Yaml {
        /// The name of the file.
        document: String,
        /// What the parser said, with line and column.
        reason: String,
        /// Line and column, both from 1, where the parser knows.
        at: Option<(u64, u64)>,
    },
    /// The document is YAML, but a part of it is not what an OpenAPI document has there.
    #[error("{document}: at {pointer}: {reason}")]
    Shape {
        /// The name of the file.
        document: String,
        /// Where, as a JSON pointer.
        pointer: String,
        /// What was expected.
        reason: String,
    },
}

impl Error {
    pub(crate) fn shape(
        document: &str,
        pointer: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self::Shape {
            document: document.to_owned(),
            pointer: pointer.into(),
            reason: reason.into(),
        }
    }
}
