//! From pages to a whole listing.
//!
//! A listing advances by what came back, not by what it asked for, so a server that returns smaller pages
//! than asked for is read to the end all the same.

use std::collections::HashSet;

use futures::stream::{self, Stream, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::generated::hss::builder::ListSwrImageRepository;
use crate::generated::hss::types;
use crate::{Error, ErrorKind};

/// How many records are asked for at a time where the request does not say: the documented maximum.
const PAGE_SIZE: i32 = 200;
/// The greatest documented offset.
const LAST_OFFSET: i32 = 2_000_000;

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// How many records match in all, as this answer says.
    pub total_num: Option<i64>,
    /// The records, without those that an earlier page of the same listing had.
    pub records: Vec<T>,
}

impl<'a> ListSwrImageRepository<'a> {
    /// All records that match, page after page, from `offset` on.
    ///
    /// A page holds `limit` records where that is set, else as many as the service gives at once (200).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); also [`Incomplete`](ErrorKind::Incomplete) where the pages end before the
    /// announced number of records, or at the greatest offset that the service takes. After an error the
    /// stream ends.
    pub fn items(
        self,
    ) -> impl Stream<Item = Result<types::PrivateImageRepositoryInfo, Error>> + Send + 'a {
        flatten(self.pages())
    }

    /// As [`items`](Self::items), each record as it was sent, with every member that this version does not
    /// know.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn items_json(self) -> impl Stream<Item = Result<Value, Error>> + Send + 'a {
        flatten(self.pages_json())
    }

    /// As [`items`](Self::items), page by page.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn pages(
        self,
    ) -> impl Stream<Item = Result<Page<types::PrivateImageRepositoryInfo>, Error>> + Send + 'a
    {
        pages::<types::ListSwrImageRepositoryResponse>(self)
    }

    /// As [`items_json`](Self::items_json), page by page.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn pages_json(self) -> impl Stream<Item = Result<Page<Value>, Error>> + Send + 'a {
        pages::<Value>(self)
    }
}

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
        record["id"].as_i64()
    }
}

fn flatten<'a, T: Send + 'a>(
    pages: impl Stream<Item = Result<Page<T>, Error>> + Send + 'a,
) -> impl Stream<Item = Result<T, Error>> + Send + 'a {
    pages
        .map_ok(|page| stream::iter(page.records.into_iter().map(Ok)))
        .try_flatten()
}

/// Where a listing has got to.
struct Progress<'a> {
    request: ListSwrImageRepository<'a>,
    offset: i32,
    limit: i32,
    seen: HashSet<i64>,
    done: bool,
}

fn pages<'a, L: Listing + 'a>(
    request: ListSwrImageRepository<'a>,
) -> impl Stream<Item = Result<Page<L::Record>, Error>> + Send + 'a {
    // A value that could not be converted is reported when the request is sent.
    let set = |value: &Result<Option<i32>, String>| value.as_ref().ok().copied().flatten();
    let progress = Progress {
        offset: set(&request.offset).unwrap_or(0),
        limit: set(&request.limit).unwrap_or(PAGE_SIZE),
        request,
        seen: HashSet::new(),
        done: false,
    };
    stream::try_unfold(progress, |mut progress| async move {
        if progress.done {
            return Ok(None);
        }
        let page = progress.next::<L>().await?;
        Ok::<_, Error>(Some((page, progress)))
    })
    .fuse()
}

impl Progress<'_> {
    async fn next<L: Listing>(&mut self) -> Result<Page<L::Record>, Error> {
        if self.offset > LAST_OFFSET {
            return Err(incomplete(format!(
                "the service takes no offset above {LAST_OFFSET}; narrow the listing with filters and list \
                 each part"
            )));
        }
        let mut request = self.request.clone();
        // Only what was not set is filled in: a value that cannot be sent has to be reported.
        if request.limit.as_ref().is_ok_and(Option::is_none) {
            request = request.limit(self.limit);
        }
        if request.offset.is_ok() {
            request = request.offset(self.offset);
        }
        let listing = request.send_as::<L>().await?.into_inner();
        let total_num = listing.total_num();
        let mut records = listing.into_records();
        let came = i32::try_from(records.len()).unwrap_or(i32::MAX);
        self.offset = self.offset.saturating_add(came);
        self.done = match total_num {
            Some(total) => i64::from(self.offset) >= total,
            // Without a total, a page that is not full is the last one.
            None => came < self.limit,
        };
        if came == 0 && !self.done {
            return Err(incomplete(format!(
                "{} records are announced, and none came from offset {} on; list again",
                total_num.unwrap_or_default(),
                self.offset
            )));
        }
        records.retain(|record| L::id(record).is_none_or(|id| self.seen.insert(id)));
        Ok(Page { total_num, records })
    }
}

fn incomplete(message: String) -> Error {
    Error::new(ErrorKind::Incomplete, message).during(ListSwrImageRepository::OPERATION)
}

#[cfg(test)]
mod tests {
    use super::{LAST_OFFSET, PAGE_SIZE};
    use hss_spec::{Contract, Location};

    #[test]
    fn the_limits_are_those_of_the_contract() {
        let listing = Contract::hss_image()
            .operation("ListSwrImageRepository")
            .expect("the operation");
        let maximum = |name| {
            let parameter = listing.parameter(Location::Query, name);
            parameter.expect("the parameter").maximum
        };
        assert_eq!(maximum("limit"), Some(PAGE_SIZE.into()));
        assert_eq!(maximum("offset"), Some(LAST_OFFSET.into()));
    }
}
