//! The generated types, as values that a test can go through.

use std::borrow::Cow;

use hss_spec::Contract;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One document and the types that were generated from it.
pub(super) struct Generated {
    pub(super) contract: &'static Contract,
    pub(super) types: Vec<GeneratedType>,
}

/// Both documents with their types.
pub(super) fn generated() -> [Generated; 2] {
    [
        Generated {
            contract: Contract::hss_image(),
            types: hss(),
        },
        Generated {
            contract: Contract::iam(),
            types: iam(),
        },
    ]
}

/// One generated type.
pub(super) struct GeneratedType {
    /// The name of the type, which is that of its schema in the contract.
    pub(super) name: &'static str,
    /// The JSON Schema of what it can be read from.
    pub(super) decoded: Value,
    /// The JSON Schema of what it is written as.
    pub(super) encoded: Value,
    /// Reads JSON text as the type, and writes that as JSON again.
    pub(super) round_trip: fn(&str) -> serde_json::Result<Value>,
}

impl GeneratedType {
    fn of<T: JsonSchema + DeserializeOwned + Serialize>(name: &'static str) -> Self {
        Self {
            name,
            decoded: json_schema::<T>(SchemaSettings::draft2020_12().for_deserialize()),
            encoded: json_schema::<T>(SchemaSettings::draft2020_12().for_serialize()),
            round_trip: |text| serde_json::to_value(serde_json::from_str::<T>(text)?),
        }
    }
}

fn json_schema<T: JsonSchema>(settings: SchemaSettings) -> Value {
    SchemaGenerator::new(settings)
        .into_root_schema_for::<T>()
        .to_value()
}

/// Takes the names of all types of one document, and makes a function that lists them. Open enums are no work
/// of the generator and have no derive, so they are described here, by what they know at run time.
macro_rules! generated_types {
    ($document:ident, types [$($name:ident),*], open enums [$($open:ident),*]) => {
        $(impl JsonSchema for crate::enums::$open {
            fn schema_name() -> Cow<'static, str> {
                stringify!($open).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let listed = Self::KNOWN.iter().map(Self::as_str);
                // Known is a value only if the one that comes over the wire is recognised too.
                let known: Vec<_> = listed.filter(|value| Self::other(value).is_known()).collect();
                json_schema!({"type": "string", "x-extensible-enum": known})
            }
        })*

        fn $document() -> Vec<GeneratedType> {
            vec![
                $(GeneratedType::of::<crate::generated::$document::types::$name>(stringify!($name)),)*
                $(GeneratedType::of::<crate::enums::$open>(stringify!($open)),)*
            ]
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/type_names.rs"));
