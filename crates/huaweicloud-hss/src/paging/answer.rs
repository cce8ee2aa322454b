//! One page as it came.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;
use crate::generated::hss::builder::ListSwrImageRepository;
use crate::generated::hss::types;

/// The body of a page, in one of the forms that it can be decoded to.
pub(crate) trait Listing: DeserializeOwned + Send {
    type Record: Send;

    /// Whether it is a listing at all: it has a total or records.
    fn is_listing(&self) -> bool;
    fn total_num(&self) -> Option<i64>;
    fn into_records(self) -> Vec<Self::Record>;
    fn id(record: &Self::Record) -> Option<i64>;
}

impl Listing for types::ListSwrImageRepositoryResponse {
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

    fn id(record: &Self::Record) -> Option<i64> {
        record.id
    }
}

impl Listing for Value {
    type Record = Self;

    fn is_listing(&self) -> bool {
        self["total_num"].is_i64() || self["data_list"].is_array()
    }

    fn total_num(&self) -> Option<i64> {
        self["total_num"].as_i64()
    }

    fn into_records(mut self) -> Vec<Self> {
        match self["data_list"].take() {
            Self::Array(records) => records,
            _ => Vec::new(),
        }
    }

    fn id(record: &Self) -> Option<i64> {
        // A number that came as a text still tells one record from another.
        let id = &record["id"];
        id.as_i64().or_else(|| id.as_str()?.parse().ok())
    }
}

/// What a page says, whatever it was decoded to.
#[derive(Debug)]
pub(super) struct Answer<T> {
    pub(super) total_num: Option<i64>,
    pub(super) records: Vec<T>,
}

/// Asks for one page.
pub(super) async fn fetch<L: Listing>(
    request: ListSwrImageRepository<'_>,
) -> Result<Answer<L::Record>, Error> {
    let listing = request.send_as::<L>().await?.into_inner();
    Ok(Answer {
        total_num: listing.total_num(),
        records: listing.into_records(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Listing;

    #[test]
    fn an_id_is_a_number_also_as_a_text() {
        let id = |id: Value| <Value as Listing>::id(&json!({ "id": id }));
        assert_eq!(id(json!(7)), Some(7));
        assert_eq!(id(json!("7")), Some(7));
        assert_eq!(id(json!("111 (example)")), None);
        assert_eq!(id(Value::Null), None);
    }
}
