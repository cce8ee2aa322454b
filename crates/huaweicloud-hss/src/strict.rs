//! JSON as it was sent, or not at all.

use std::borrow::Cow;
use std::fmt;

use foldhash::{HashSet, HashSetExt};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An object as it was sent, in which no key appears twice: whoever reads it would keep one of the values and say
/// nothing.
#[derive(Debug)]
pub(crate) struct RawObject(pub(crate) Box<RawValue>);

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        if !text.get().starts_with('{') {
            let begin: String = text.get().chars().take(20).collect();
            return Err(de::Error::custom(format!(
                "expected an object, got {begin}"
            )));
        }
        match serde_json::from_str::<NoKeyTwice>(text.get()) {
            Ok(NoKeyTwice) => Ok(Self(text)),
            Err(error) => {
                // The place is that in the object, and the caller tells the one in the body.
                let error = error.to_string();
                let reason = error.split(" at line ").next().unwrap_or_default();
                Err(de::Error::custom(reason))
            }
        }
    }
}

struct NoKeyTwice;

impl<'de> Deserialize<'de> for NoKeyTwice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for NoKeyTwice {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self, A::Error> {
        while elements.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some(Key(key)) = members.next_key()? {
            if let Some(twice) = keys.replace(key) {
                return Err(de::Error::custom(format!(
                    "the key {twice:?} appears twice"
                )));
            }
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
