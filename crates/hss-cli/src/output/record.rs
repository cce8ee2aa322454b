//! One image as it came.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

/// The members of a record. A number is the text that came: no digit of it is lost.
pub(crate) struct Record<'a>(HashMap<String, &'a RawValue>);

impl<'a> Record<'a> {
    pub(crate) fn read(record: &'a RawValue) -> serde_json::Result<Self> {
        serde_json::from_str(record.get()).map(Self)
    }

    /// A member without the quotes of JSON. What is missing or null is empty.
    pub(crate) fn text(&self, name: &str) -> Cow<'a, str> {
        let Some(value) = self.0.get(name) else {
            return Cow::Borrowed("");
        };
        match value.get() {
            "null" => Cow::Borrowed(""),
            text if text.starts_with('"') => {
                serde_json::from_str(text).map_or(Cow::Borrowed(text), Cow::Owned)
            }
            text => Cow::Borrowed(text),
        }
    }

    /// A member that is a text, not a number or anything else.
    pub(crate) fn is_text(&self, name: &str) -> bool {
        let value = self.0.get(name);
        value.is_some_and(|value| value.get().starts_with('"'))
    }

    /// A member that is a whole number of 64 bits.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name)?.get().parse().ok()
    }
}
