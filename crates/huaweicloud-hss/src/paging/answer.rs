//! One page as it came.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::identity::Identity;
use crate::Error;
use crate::exchange::Undecoded;
use crate::generated::hss::builder::ListSwrImageRepository;
use crate::generated::hss::types;
use crate::strict::Strict;

/// The body of a page, in one of the forms that it can be decoded to.
pub(crate) trait Listing: DeserializeOwned + Send + 'static {
    type Record: Send + 'static;

    /// Says why it is no listing, if it is none.
    fn check(&self) -> Result<(), String>;
    fn total_num(&self) -> Option<i64>;
    fn into_records(self) -> Vec<Self::Record>;
    /// What tells a record from others; `None` where it has nothing that could.
    fn identity(record: &Self::Record) -> Option<Identity>;
    /// How a record is called in messages.
    fn label(record: &Self::Record) -> String;
}

const NO_LISTING: &str = "it has neither total_num nor data_list";

impl Listing for types::SwrImagePage {
    type Record = types::PrivateImageRepositoryInfo;

    fn check(&self) -> Result<(), String> {
        if self.total_num.is_some() || self.data_list.is_some() {
            Ok(())
        } else {
            Err(NO_LISTING.to_owned())
        }
    }

    fn total_num(&self) -> Option<i64> {
        self.total_num.map(i64::from)
    }

    fn into_records(self) -> Vec<Self::Record> {
        self.data_list.unwrap_or_default()
    }

    fn identity(record: &Self::Record) -> Option<Identity> {
        let rest = [
            record.namespace.as_deref(),
            record.image_name.as_deref(),
            record.image_version.as_deref(),
            record.image_digest.as_deref(),
            record.instance_id.as_deref(),
        ];
        match record.id {
            Some(id) => Some(Identity::numbered(id, &rest)),
            None => unnumbered(rest),
        }
    }

    fn label(record: &Self::Record) -> String {
        label(
            record.id.map(|id| id.to_string()),
            [&record.namespace, &record.image_name, &record.image_version].map(Option::as_deref),
        )
    }
}

impl Listing for Strict {
    type Record = Value;

    fn check(&self) -> Result<(), String> {
        let body = &self.0;
        let wrong = |place: &str, expected: &str, value: &Value| {
            Err(format!(
                "{place}: {expected} was expected, and it is {}",
                kind(value)
            ))
        };
        match &body["total_num"] {
            Value::Null => {}
            total if total.is_i64() => {}
            total => return wrong("total_num", "a whole number", total),
        }
        match &body["data_list"] {
            Value::Null if body["total_num"].is_null() => Err(NO_LISTING.to_owned()),
            Value::Null => Ok(()),
            Value::Array(records) => {
                let mut records = records.iter().enumerate();
                match records.find(|(_, record)| !record.is_object()) {
                    Some((index, record)) => {
                        wrong(&format!("data_list[{index}]"), "an object", record)
                    }
                    None => Ok(()),
                }
            }
            list => wrong("data_list", "an array", list),
        }
    }

    fn total_num(&self) -> Option<i64> {
        self.0["total_num"].as_i64()
    }

    fn into_records(mut self) -> Vec<Value> {
        match self.0["data_list"].take() {
            Value::Array(records) => records,
            _ => Vec::new(),
        }
    }

    fn identity(record: &Value) -> Option<Identity> {
        let rest = [
            "namespace",
            "image_name",
            "image_version",
            "image_digest",
            "instance_id",
        ]
        .map(|name| record[name].as_str());
        match &record["id"] {
            Value::Null => unnumbered(rest),
            // Beyond 64 bits, where different ids come out alike.
            id if id.is_f64() => unnumbered(rest),
            id => {
                // A number that came as a text still is that number.
                let number = id.as_i64().or_else(|| id.as_str()?.parse().ok());
                Some(match number {
                    Some(number) => Identity::numbered(number, &rest),
                    None => Identity::named(&id.to_string(), &rest),
                })
            }
        }
    }

    fn label(record: &Value) -> String {
        let id = &record["id"];
        label(
            (!id.is_null()).then(|| id.to_string()),
            ["namespace", "image_name", "image_version"].map(|name| record[name].as_str()),
        )
    }
}

/// The identity of a record without an id: all that else identifies it, if there is anything.
fn unnumbered(rest: [Option<&str>; 5]) -> Option<Identity> {
    rest.iter()
        .any(Option::is_some)
        .then(|| Identity::without_id(&rest))
}

fn label(id: Option<String>, [namespace, name, version]: [Option<&str>; 3]) -> String {
    match id {
        Some(id) => format!("the record with id {id}"),
        None => format!(
            "the record {}/{}:{}",
            namespace.unwrap_or_default(),
            name.unwrap_or_default(),
            version.unwrap_or_default()
        ),
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// What a page says, whatever it was decoded to.
#[derive(Debug)]
pub(super) struct Answer<T> {
    pub(super) total_num: Option<i64>,
    pub(super) records: Vec<T>,
}

/// Decodes one page.
pub(super) fn decode<L: Listing>(answer: Undecoded) -> Result<Answer<L::Record>, Error> {
    let listing = ListSwrImageRepository::decode::<L>(answer)?.into_inner();
    Ok(Answer {
        total_num: listing.total_num(),
        records: listing.into_records(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::identity::Ids;
    use super::{Listing, Strict};

    #[test]
    fn a_record_is_known_by_its_id_or_by_the_rest() {
        let same = |one: Value, other: Value| {
            let identity = |record: &Value| <Strict as Listing>::identity(record);
            match (identity(&one), identity(&other)) {
                (Some(one), Some(other)) => Some(Ids::Unique.same(one, other)),
                _ => None,
            }
        };
        assert_eq!(same(json!({"id": 7}), json!({"id": "7"})), Some(true));
        assert_eq!(same(json!({"id": 7}), json!({"id": 8})), Some(false));
        assert_eq!(same(json!({"id": "a"}), json!({"id": "b"})), Some(false));
        assert_eq!(same(json!({"id": 1e30}), json!({"id": 1e30})), None);
        let great = json!({"id": 18_446_744_073_709_551_615_u64});
        assert_eq!(same(great.clone(), great), Some(true));
        let named = |tag: &str| json!({"id": null, "image_name": "a", "image_version": tag});
        assert_eq!(same(named("1"), named("1")), Some(true));
        assert_eq!(same(named("1"), named("2")), Some(false));
        assert_eq!(same(json!({"vul_num": 1}), json!({"vul_num": 1})), None);
    }

    #[test]
    fn what_is_no_listing_is_told_with_its_place() {
        let check = |body: Value| Strict(body).check().map_err(|reason| reason.clone());
        for body in [
            json!({"total_num": 0}),
            json!({"data_list": []}),
            json!({"total_num": null, "data_list": [{}]}),
        ] {
            assert_eq!(check(body), Ok(()));
        }
        for (body, place) in [
            (json!({}), "it has neither"),
            (
                json!({"total_num": 0, "data_list": "x"}),
                "data_list: an array",
            ),
            (
                json!({"data_list": [{}, null]}),
                "data_list[1]: an object was expected, and it is null",
            ),
            (json!({"data_list": [[]]}), "data_list[0]: an object"),
            (json!({"data_list": [1]}), "data_list[0]: an object"),
            (
                json!({"total_num": "3", "data_list": []}),
                "total_num: a whole number",
            ),
            (json!({"total_num": 0.5}), "total_num: a whole number"),
        ] {
            let reason = check(body).expect_err(place);
            assert!(reason.starts_with(place), "{reason}");
        }
    }
}
