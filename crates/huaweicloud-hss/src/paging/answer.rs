//! One page as it came.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::identity::Identity;
use crate::Error;
use crate::exchange::Undecoded;
use crate::generated::hss::builder::ListSwrImageRepository;
use crate::generated::hss::types;
use crate::strict::RawObject;

/// The body of a page, in one of the forms that it can be decoded to.
pub(crate) trait Listing: DeserializeOwned + Send + 'static {
    type Record: Send + 'static;

    /// Whether it has anything of a listing.
    fn is_listing(&self) -> bool;
    fn total_num(&self) -> Option<i64>;
    fn into_records(self) -> Vec<Self::Record>;
    /// What tells a record from others; `None` where it has nothing that could.
    fn identity(record: &Self::Record) -> Option<Identity>;
    /// How a record is called in messages.
    fn label(record: &Self::Record) -> String;
}

impl Listing for types::SwrImagePage {
    type Record = types::PrivateImageRepositoryInfo;

    fn is_listing(&self) -> bool {
        self.total_num.is_some() || self.data_list.is_some()
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

/// A page whose records stay as they came.
#[derive(Debug, Deserialize)]
pub(crate) struct RawPage {
    total_num: Option<i64>,
    data_list: Option<Vec<RawObject>>,
}

/// What identifies a record, as it came. Null counts as missing.
#[derive(Deserialize)]
struct RawKey<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    namespace: Option<&'a RawValue>,
    #[serde(borrow)]
    image_name: Option<&'a RawValue>,
    #[serde(borrow)]
    image_version: Option<&'a RawValue>,
    #[serde(borrow)]
    image_digest: Option<&'a RawValue>,
    #[serde(borrow)]
    instance_id: Option<&'a RawValue>,
}

impl<'a> RawKey<'a> {
    fn of(record: &'a RawValue) -> Self {
        serde_json::from_str(record.get()).expect("an object, and no key appears twice in it")
    }
}

impl Listing for RawPage {
    type Record = Box<RawValue>;

    fn is_listing(&self) -> bool {
        self.total_num.is_some() || self.data_list.is_some()
    }

    fn total_num(&self) -> Option<i64> {
        self.total_num
    }

    fn into_records(self) -> Vec<Box<RawValue>> {
        let records = self.data_list.unwrap_or_default();
        records.into_iter().map(|RawObject(text)| text).collect()
    }

    fn identity(record: &Box<RawValue>) -> Option<Identity> {
        let key = RawKey::of(record);
        let rest = [
            key.namespace,
            key.image_name,
            key.image_version,
            key.image_digest,
            key.instance_id,
        ]
        .map(|value| value.map(RawValue::get));
        let Some(id) = key.id else {
            return unnumbered(rest);
        };
        // A number that came as a text still is that number.
        let text = id.get();
        Some(match text.trim_matches('"').parse::<i64>() {
            Ok(number) => Identity::numbered(number, &rest),
            Err(_) => Identity::named(&text, &rest),
        })
    }

    fn label(record: &Box<RawValue>) -> String {
        let key = RawKey::of(record);
        let texts = [key.namespace, key.image_name, key.image_version]
            .map(|value| value.map(|value| value.get().trim_matches('"')));
        label(key.id.map(|id| id.get().to_owned()), texts)
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

/// What a page says, whatever it was decoded to.
#[derive(Debug)]
pub(super) struct Answer<T> {
    pub(super) total_num: Option<i64>,
    pub(super) records: Vec<T>,
}

/// Decodes one page.
pub(super) fn decode<L: Listing>(answer: Undecoded) -> Result<Answer<L::Record>, Error> {
    let (listing, _) = ListSwrImageRepository::decode::<L>(answer)?;
    Ok(Answer {
        total_num: listing.total_num(),
        records: listing.into_records(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::super::identity::Ids;
    use super::{Listing, RawPage};

    #[test]
    fn a_record_is_known_by_its_id_or_by_the_rest() {
        let same = |one: &str, other: &str| {
            let identity = |record: &str| {
                RawPage::identity(&RawValue::from_string(record.to_owned()).expect("JSON"))
            };
            match (identity(one), identity(other)) {
                (Some(one), Some(other)) => Some(Ids::Unique.same(one, other)),
                _ => None,
            }
        };
        assert_eq!(same(r#"{"id": 7}"#, r#"{"id": "7"}"#), Some(true));
        assert_eq!(same(r#"{"id": 7}"#, r#"{"id": 8}"#), Some(false));
        assert_eq!(same(r#"{"id": "a"}"#, r#"{"id": "b"}"#), Some(false));
        // Beyond 64 bits each digit still counts.
        let great = |last| format!(r#"{{"id": 1844674407370955161{last}}}"#);
        assert_eq!(same(&great(6), &great(6)), Some(true));
        assert_eq!(same(&great(6), &great(7)), Some(false));
        let named = |tag| format!(r#"{{"id": null, "image_name": "a", "image_version": "{tag}"}}"#);
        assert_eq!(same(&named(1), &named(1)), Some(true));
        assert_eq!(same(&named(1), &named(2)), Some(false));
        assert_eq!(same(r#"{"vul_num": 1}"#, r#"{"vul_num": 1}"#), None);
    }

    #[test]
    fn what_is_no_listing_is_told() {
        let check = |body: &str| serde_json::from_str(body).map(|page: RawPage| page.is_listing());
        for body in [
            r#"{"total_num": 0}"#,
            r#"{"data_list": []}"#,
            r#"{"total_num": null, "data_list": [{}]}"#,
        ] {
            assert!(check(body).expect(body), "{body}");
        }
        assert!(!check("{}").expect("a page without anything"));
        for (body, wrong) in [
            (r#"{"total_num": 0, "data_list": "x"}"#, "a sequence"),
            (
                r#"{"data_list": [{}, null]}"#,
                "expected an object, got null",
            ),
            (r#"{"data_list": [[]]}"#, "expected an object, got []"),
            (r#"{"data_list": [1]}"#, "an object"),
            (
                r#"{"data_list": [{"a": [{"b": 1, "b": 2}]}]}"#,
                "\"b\" appears twice",
            ),
            (r#"{"total_num": "3", "data_list": []}"#, "i64"),
            (r#"{"total_num": 0.5}"#, "i64"),
        ] {
            let reason = check(body).expect_err(wrong).to_string();
            assert!(reason.contains(wrong), "{reason}");
        }
    }
}
