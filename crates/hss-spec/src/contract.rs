//! The documents themselves: reading them and following their references.

use std::sync::LazyLock;

use serde_json::Value;

use crate::document::{parse_yaml, resolve};
use crate::enums::{self, ExtensibleEnum};
use crate::operation::{self, Operation};
use crate::server::{self, Server};
use crate::{Errata, Error};

/// One OpenAPI document, read and with its operations resolved.
#[derive(Debug, Clone)]
pub struct Contract {
    name: String,
    value: Value,
    servers: Vec<Server>,
    operations: Vec<Operation>,
    enums: Vec<ExtensibleEnum>,
}

impl Contract {
    /// The image inventory of HSS: `openapi/hss-image.yaml`, as it was when this crate was built.
    ///
    /// # Panics
    ///
    /// Never in a released crate: the tests read the same document.
    #[must_use]
    pub fn hss_image() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            embedded(
                "openapi/hss-image.yaml",
                include_str!(concat!(env!("OUT_DIR"), "/hss-image.yaml")),
            )
        });
        &CONTRACT
    }

    /// Tokens and projects of IAM: `openapi/iam.yaml`, as it was when this crate was built.
    ///
    /// # Panics
    ///
    /// Never in a released crate: the tests read the same document.
    #[must_use]
    pub fn iam() -> &'static Self {
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            embedded(
                "openapi/iam.yaml",
                include_str!(concat!(env!("OUT_DIR"), "/iam.yaml")),
            )
        });
        &CONTRACT
    }

    /// What contradicts what in the documentation, and how the contract settles it: `openapi/errata.yaml`,
    /// as it was when this crate was built.
    ///
    /// # Errors
    ///
    /// The text is not a list of errata.
    pub fn errata() -> Result<Errata, Error> {
        Errata::parse(
            "openapi/errata.yaml",
            include_str!(concat!(env!("OUT_DIR"), "/errata.yaml")),
        )
    }

    /// Reads a document from its YAML text. `name` is used in messages only.
    ///
    /// # Errors
    ///
    /// The text is no YAML, holds a key twice, or a part that this crate relies on (servers, operations,
    /// parameters, references, open enums) is malformed.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let value = parse_yaml(name, text)?;
        Ok(Self {
            servers: server::collect(name, &value)?,
            operations: operation::collect(name, &value)?,
            enums: enums::collect(name, &value)?,
            name: name.to_owned(),
            value,
        })
    }

    /// The name of the file, relative to the top of the repository.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document as a JSON value, keys in the order of the text.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// All addresses, in the order of the text.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// All operations, in the order of the text, with every reference followed.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this `operationId`.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// All open enums: the component schemas with `x-extensible-enum`, in the order of the text.
    #[must_use]
    pub fn enums(&self) -> &[ExtensibleEnum] {
        &self.enums
    }

    /// The known values of the open enum with this name.
    #[must_use]
    pub fn enum_values(&self, schema: &str) -> Option<Vec<&str>> {
        let found = self.enums.iter().find(|known| known.name == schema)?;
        Some(
            found
                .values
                .iter()
                .map(|known| known.value.as_str())
                .collect(),
        )
    }

    /// Follows a chain of local references (`{"$ref": "#/…"}`) to what it points at.
    ///
    /// # Errors
    ///
    /// A reference leads out of the document, to nothing, or in a circle.
    pub fn resolve<'a>(&'a self, node: &'a Value) -> Result<&'a Value, Error> {
        resolve(&self.name, &self.value, node)
    }
}

fn embedded(name: &str, text: &str) -> Contract {
    // A broken document has to stop the build scripts and tests that read it, with its own words.
    Contract::parse(name, text).unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_embedded_documents_are_readable() {
        assert_eq!(Contract::hss_image().operations().len(), 2);
        assert_eq!(Contract::iam().operations().len(), 3);
    }

    #[test]
    fn keys_keep_the_order_of_the_text() {
        let keys: Vec<_> = Contract::hss_image()
            .value()
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            keys,
            [
                "openapi",
                "info",
                "externalDocs",
                "servers",
                "tags",
                "security",
                "paths",
                "components"
            ]
        );
    }

    #[test]
    fn a_key_that_stands_twice_is_refused_with_its_place() {
        let error = Contract::parse("x.yaml", "openapi: 3.0.3\npaths: {}\nopenapi: 3.0.3\n")
            .expect_err("a duplicate key");
        insta::assert_snapshot!(error.to_string().lines().next().unwrap_or_default());
    }

    #[test]
    fn a_dangling_reference_is_refused() {
        let text = "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      operationId: A\n      parameters:\n        - $ref: '#/components/parameters/Gone'\n";
        let error = Contract::parse("x.yaml", text).expect_err("a dangling reference");
        insta::assert_snapshot!(error.to_string(), @"x.yaml: at #/components/parameters/Gone: nothing is there to refer to");
    }
}
