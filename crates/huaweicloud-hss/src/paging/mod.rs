//! From pages to a whole listing.
//!
//! # Why pages overlap
//!
//! The service pages by offset, and an offset says nothing about which record stands there: when a record is
//! deleted, all records behind it move one place to the front. A page that was asked for before and the next
//! one that is asked for after then have a record between them that neither holds. `total_num` shows this
//! where it changes, but a deletion in front together with an insertion behind leaves it as it was.
//!
//! So each page is asked for from the place of the last record of the page before it, and has to begin with
//! that very record. Say it does, for each pair of neighbours, and the last page ends the listing: it reaches the
//! total that it tells itself and has room left, or there is nothing on it. Take any record that was there all the
//! time. As records keep their order among each other, it stands between the first and the last record of one of the pages, counting the shared ones as part of
//! both; and a page has everything between its first and its last record at the moment of its answer. So the
//! record is in the listing. The argument does not need the pages to be answered in their order, and that
//! is why several can be asked for at once.
//!
//! # When it is not so
//!
//! A *pass* is one reading of the listing from its first offset to its end. It is *disturbed* when a page
//! does not begin with the record that the page before it ended with, when a record comes twice, when answers
//! tell different totals, or when a page has no record though more are announced. A total that is lower than what
//! its own answer shows is no total; then pages are asked for, one after the other, until one is empty. A disturbed pass is read to
//! its end, and another one follows, which gives only what was not given yet. A pass that is not disturbed
//! ends the listing. When the passes run out, the listing ends with an error, because one that looks complete
//! and is not would be worse.
//!
//! Records are told apart by their ids or, without one, by the rest of what identifies them. Two records of one
//! answer that share an id show that ids are not unique; from then on the rest counts, too. Where a page has room
//! for one record only, or nothing identifies the records, there is nothing to compare, and the listing ends with
//! an error.
//!
//! # The order
//!
//! No page says in which order records come. Where it depends on something that changes, such as the time of the last
//! scan, a record can move from a page that is not read yet to one that is, while another one goes and a third one
//! comes, so that nothing shows it. Whoever cannot take the order for granted has two passes compared: `verify`.
//!
//! # The parts
//!
//! - `answer` is one page as it came, decoded in one of two ways;
//! - `identity` tells records from each other;
//! - `pass` decides what to ask for next and what an answer means, and does no input or output;
//! - `reader` sends what the passes ask for, several requests at a time, each a task, and keeps what was given;
//! - `streams` is what the caller holds.

mod answer;
mod identity;
mod pass;
mod reader;
mod streams;
mod summary;

use serde_json::value::RawValue;

pub(crate) use self::answer::{Listing, RawPage};
pub use self::streams::{Items, Pages};
pub use self::summary::{Doubt, Page, Summary};

use crate::generated::hss::builder::ListSwrImageRepository;
use crate::generated::hss::types;

/// How many records are asked for at a time where the request does not say: the documented maximum.
const PAGE_SIZE: i32 = 200;
/// The greatest documented offset.
const LAST_OFFSET: i32 = 2_000_000;

/// The default of [`Items::concurrency`]: the maximum number of requests of one listing in flight.
pub const DEFAULT_CONCURRENCY: usize = 8;
/// The default of [`Items::passes`]: how often a listing that changes is read at most.
pub const DEFAULT_PASSES: u32 = 3;

impl ListSwrImageRepository {
    /// All records that match, from `offset` on.
    ///
    /// A page holds `limit` records if that is set, otherwise the maximum (200). Several pages are fetched
    /// concurrently, and returned in order. If the listing changes while it is being read, it is re-read for what was
    /// missed; see [`Items`] for how, and for the options.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); also [`Incomplete`](crate::ErrorKind::Incomplete) if announced records do not arrive,
    /// if the listing changes in each pass, or at the largest offset that the service accepts. All pages before the one
    /// that failed are returned first, and the stream ends after an error.
    pub fn items(self) -> Items<types::PrivateImageRepositoryInfo> {
        Items::new(self.pages())
    }

    /// As [`items`](Self::items), each record as the text that was sent: with every member that this version does
    /// not know, and every digit of a number.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn items_json(self) -> Items<Box<RawValue>> {
        Items::new(self.pages_json())
    }

    /// As [`items`](Self::items), page by page.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn pages(self) -> Pages<types::PrivateImageRepositoryInfo> {
        Pages::new::<types::SwrImagePage>(self)
    }

    /// As [`items_json`](Self::items_json), page by page.
    ///
    /// # Errors
    ///
    /// As [`items`](Self::items).
    pub fn pages_json(self) -> Pages<Box<RawValue>> {
        Pages::new::<RawPage>(self)
    }
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
