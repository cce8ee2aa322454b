//! Open enums: strings with known values to which the service may add.
//!
//! The contract publishes them as plain strings with `x-extensible-enum`, because a closed enum costs every
//! strict client a whole page for one new value. For Rust, this module writes the type that a closed enum
//! would have given, with one more variant for what is not known.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::Error;

/// A component schema with `x-extensible-enum`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtensibleEnum {
    /// The name of the schema.
    pub name: String,
    /// What the schema is about: its description up to the list of values.
    pub description: String,
    /// The known values, in the order of the contract.
    pub values: Vec<EnumValue>,
}

/// One known value of an open enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumValue {
    /// The value on the wire.
    pub value: String,
    /// What it means, from the list in the description of the schema.
    pub description: String,
}

pub(crate) fn collect(name: &str, root: &Value) -> Result<Vec<ExtensibleEnum>, Error> {
    let Some(schemas) = root
        .pointer("/components/schemas")
        .and_then(Value::as_object)
    else {
        return Ok(Vec::new());
    };
    schemas
        .iter()
        .filter_map(|(schema, node)| Some((schema, node, node.get("x-extensible-enum")?)))
        .map(|(schema, node, listed)| {
            let place = format!("/components/schemas/{schema}");
            let text = node
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let described = described_values(text);
            let listed = listed.as_array().ok_or_else(|| {
                Error::shape(
                    name,
                    format!("{place}/x-extensible-enum"),
                    "expected a list of strings",
                )
            })?;
            let values = listed
                .iter()
                .enumerate()
                .map(|(index, value)| {
                    let at = format!("{place}/x-extensible-enum/{index}");
                    let value = value
                        .as_str()
                        .ok_or_else(|| Error::shape(name, &at, "expected a string"))?;
                    let description = described
                        .iter()
                        .find(|(known, _)| *known == value)
                        .map(|(_, description)| (*description).to_owned())
                        .ok_or_else(|| {
                            Error::shape(
                                name,
                                at,
                                format!(
                                    "the description of {schema} has no line \"- `{value}`: …\""
                                ),
                            )
                        })?;
                    Ok(EnumValue {
                        value: value.to_owned(),
                        description,
                    })
                })
                .collect::<Result<Vec<_>, Error>>()?;
            if let Some((extra, _)) = described
                .iter()
                .find(|(known, _)| !values.iter().any(|value| value.value == *known))
            {
                return Err(Error::shape(
                    name,
                    format!("{place}/description"),
                    format!("it describes `{extra}`, which x-extensible-enum does not list"),
                ));
            }
            Ok(ExtensibleEnum {
                name: schema.clone(),
                description: about(text).to_owned(),
                values,
            })
        })
        .collect()
}

/// The description up to the sentence that introduces the list of values.
fn about(description: &str) -> &str {
    let text = description
        .split("\n- `")
        .next()
        .unwrap_or_default()
        .trim_end();
    match text.rsplit_once(". ") {
        Some((sentences, introduction)) if introduction.ends_with(':') => &text[..=sentences.len()],
        _ => text,
    }
}

/// The lines ``- `value`: meaning`` of a description.
fn described_values(description: &str) -> Vec<(&str, &str)> {
    description
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once("`: "))
        .collect()
}

/// The Rust source of one open enum: the type, its conversions from and to text, and its serde impls.
///
/// The type expects `UnknownValue`, a tuple struct around a `Box<str>` that is private to others, and the error
/// `NoKnownValue` in the scope that the source is put in, and the crate `serde`.
#[must_use]
pub fn open_enum_source(open: &ExtensibleEnum) -> TokenStream {
    let name = format_ident!("{}", open.name);
    let type_name = &open.name;
    let about = &open.description;
    let example = open.values.first().map_or("", |known| known.value.as_str());
    let variants: Vec<_> = open
        .values
        .iter()
        .map(|known| format_ident!("{}", pascal_case(&known.value)))
        .collect();
    let values: Vec<_> = open
        .values
        .iter()
        .map(|known| known.value.as_str())
        .collect();
    let docs = open
        .values
        .iter()
        .map(|known| format!(" `{}`: {}", known.value, known.description));
    let matching = format!(
        " # Values that are not known yet\n\n The service may add values. One that this version does not \
         know decodes to `Unknown`\n and keeps its text. To tell one apart, compare the text, so that the code \
         still works\n when a later version gives the value a variant of its own:\n\n ```\n \
         use huaweicloud_hss::types::{name};\n\n fn is_new(value: &{name}) -> bool {{\n     match value {{\n         \
         {name}::{} => false,\n         other => other.as_str() == \"a_new_value\",\n     }}\n }}\n \
         assert!(is_new(&{name}::other(\"a_new_value\")));\n assert!(!is_new(&{name}::other({example:?})));\n ```\n\n \
         A text becomes a value only if this version knows it, so that no misspelt one is sent by accident;\n \
         [`other`](Self::other) takes any:\n\n ```\n use huaweicloud_hss::types::{name};\n\n \
         assert!({name}::try_from({example:?}).is_ok());\n assert!({name}::try_from(\"a_new_value\").is_err());\n ```",
        variants
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    quote! {
        #[doc = #about]
        #[doc = ""]
        #[doc = #matching]
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #name {
            #(#[doc = #docs] #variants,)*
            /// A value that this version does not know, with its text kept.
            Unknown(UnknownValue),
        }

        impl #name {
            /// The values that this version knows, in the order of the contract.
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #values,)*
                    Self::Unknown(UnknownValue(value)) => value,
                }
            }

            /// The value with this text, whether this version knows it or not.
            #[must_use]
            pub fn other(value: &str) -> Self {
                match value {
                    #(#values => Self::#variants,)*
                    other => Self::Unknown(UnknownValue(other.into())),
                }
            }

            /// Whether this version knows the value.
            #[must_use]
            pub const fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl TryFrom<&str> for #name {
            type Error = NoKnownValue;

            fn try_from(value: &str) -> Result<Self, NoKnownValue> {
                match Self::other(value) {
                    Self::Unknown(value) => Err(NoKnownValue::new(value, #type_name, &[#(#values),*])),
                    known => Ok(known),
                }
            }
        }

        impl TryFrom<String> for #name {
            type Error = NoKnownValue;

            fn try_from(value: String) -> Result<Self, NoKnownValue> {
                Self::try_from(value.as_str())
            }
        }

        impl std::str::FromStr for #name {
            type Err = NoKnownValue;

            fn from_str(value: &str) -> Result<Self, NoKnownValue> {
                Self::try_from(value)
            }
        }

        impl std::fmt::Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for #name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for #name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for #name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = #name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<#name, E> {
                        Ok(#name::other(value))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    }
}

fn pascal_case(value: &str) -> String {
    value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;

    #[test]
    fn every_known_value_has_a_variant_with_its_meaning() {
        let open = Contract::hss_image()
            .enums()
            .iter()
            .find(|open| open.name == "SharedStatus")
            .expect("SharedStatus");
        let file = syn::parse2(open_enum_source(open)).expect("valid Rust");
        insta::assert_snapshot!(prettyplease::unparse(&file));
    }

    #[test]
    fn a_value_without_a_meaning_is_refused() {
        let text = "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n    Colour:\n      type: string\n      description: |\n        A colour.\n\n        - `red`: like blood.\n      x-extensible-enum:\n        - red\n        - blue\n";
        let error = Contract::parse("x.yaml", text).expect_err("a value without a meaning");
        insta::assert_snapshot!(error.to_string(), @"x.yaml: at /components/schemas/Colour/x-extensible-enum/1: the description of Colour has no line \"- `blue`: …\"");
    }

    #[test]
    fn a_meaning_without_a_value_is_refused() {
        let text = "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n    Colour:\n      type: string\n      description: |\n        A colour.\n\n        - `red`: like blood.\n        - `blue`: like the sky.\n      x-extensible-enum:\n        - red\n";
        let error = Contract::parse("x.yaml", text).expect_err("a meaning without a value");
        insta::assert_snapshot!(error.to_string(), @"x.yaml: at /components/schemas/Colour/description: it describes `blue`, which x-extensible-enum does not list");
    }

    #[test]
    fn words_become_variant_names() {
        assert_eq!(pascal_case("image_over_sized"), "ImageOverSized");
        assert_eq!(pascal_case("two--words"), "TwoWords");
    }
}
