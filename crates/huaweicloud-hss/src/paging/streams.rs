//! The streams that the caller holds.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures::stream::{FusedStream, Stream};

use super::answer::Listing;
use super::reader::Reader;
use super::{Page, Summary};
use crate::Error;
use crate::generated::hss::builder::ListSwrImageRepository;

/// The pages of a listing: a stream of [`Page`]s.
///
/// It is made by [`pages`](ListSwrImageRepository::pages) and
/// [`pages_json`](ListSwrImageRepository::pages_json). It reads as [`Items`] does, and has the same options.
///
/// The first page is always given, so that the total is known, and any other only if it has records that were
/// not given yet.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<T> {
    reader: Reader<T>,
}

/// The records of a listing: a stream.
///
/// It is made by [`items`](ListSwrImageRepository::items) and
/// [`items_json`](ListSwrImageRepository::items_json). Nothing is sent before it is polled. From then on, requests
/// are tasks of the runtime: they go on while a record is worked on, however long that takes.
///
/// # What is in it
///
/// Each page is compared with the one before it, with which it shares a record. Where they do not fit, where
/// a record comes twice, where the total changes, or where announced records do not come, the listing has
/// changed while it was read. It is then read again, and records that were missed follow at the end. Once a
/// pass fits together, the stream has every record that was there all the time, each of them once. Where none
/// of the [`passes`](Self::passes) does, the last item is an error of kind
/// [`Incomplete`](crate::ErrorKind::Incomplete), and [`Error::doubt`] says why.
///
/// A total is taken for a claim: one that is too low ends nothing, and one that is too great makes the listing
/// incomplete.
///
/// This takes for granted that records which stay keep their order among each other. A record that moves counts as one
/// that goes and another that comes; so a listing in the order of the last scan can miss one that is scanned
/// meanwhile. [`verify`](Self::verify) takes nothing for granted and costs at least twice the calls. Records that
/// were not there all the time may be in it or not. A listing that starts at an offset above 0 has what stood at
/// this place and behind it, and cannot notice what moved across its beginning.
///
/// # How many calls it takes
///
/// A listing of *n* records takes 1 + ⌈(*n* − 200) / 199⌉ calls, and one more where the last page comes full: 10,000
/// records are 51 calls. Where the service enforces its documented limit of five calls a minute, that is ten minutes.
///
/// ```no_run
/// use futures::TryStreamExt;
/// use huaweicloud_hss::{Client, types::ImageType};
///
/// # async fn run(client: &Client) -> huaweicloud_hss::Result<()> {
/// let mut images = client
///     .list_swr_image_repository()
///     .image_type(ImageType::PrivateImage)
///     .items()
///     .concurrency(4)
///     .passes(5);
/// while let Some(image) = images.try_next().await? {
///     println!("{:?}", image.image_name);
/// }
/// println!("{} images", images.summary().yielded);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    /// What is left of the page that is being given, and the place of its first record.
    left: vec::IntoIter<T>,
    place: i32,
}

impl<T> Pages<T> {
    pub(super) fn new<L: Listing<Record = T>>(request: ListSwrImageRepository) -> Self {
        Self {
            reader: Reader::new::<L>(request),
        }
    }

    /// As [`Items::concurrency`].
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.reader.concurrency = requests;
        self
    }

    /// As [`Items::passes`].
    pub fn passes(mut self, passes: u32) -> Self {
        self.reader.passes = passes;
        self
    }

    /// As [`Items::accept_changes`].
    pub fn accept_changes(mut self) -> Self {
        self.reader.accept_changes = true;
        self
    }

    /// As [`Items::verify`].
    pub fn verify(mut self) -> Self {
        self.reader.verify = true;
        self
    }

    /// As [`Items::max_records`].
    pub fn max_records(mut self, records: u64) -> Self {
        self.reader.max_records = records;
        self
    }

    /// As [`Items::summary`].
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.reader.summary().clone()
    }
}

impl<T> Items<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            left: Vec::new().into_iter(),
            place: 0,
        }
    }

    /// How many requests may be under way at once, which is also how many pages are held in memory at most
    /// besides the one being given. Without it, [`DEFAULT_CONCURRENCY`](crate::DEFAULT_CONCURRENCY); 0 counts
    /// as 1.
    ///
    /// The first page of a pass is asked for alone, and so is each page where the service tells no total.
    /// To be set before the first poll.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.pages = self.pages.concurrency(requests);
        self
    }

    /// How many times the listing is read at most, in the hope for a time in which it does not change. Without
    /// it, [`DEFAULT_PASSES`](crate::DEFAULT_PASSES); 0 counts as 1, which never reads again.
    ///
    /// To be set before the first poll.
    pub fn passes(mut self, passes: u32) -> Self {
        self.pages = self.pages.passes(passes);
        self
    }

    /// Ends the listing without an error where it cannot be proven. Look at [`Summary::doubt`] then: records
    /// that were there all the time may be missing, and announced ones may not have come. The first pass gives
    /// everything that came, also what came twice.
    ///
    /// A listing that goes on behind the greatest offset that the service takes ends with an error all the
    /// same. To be set before the first poll.
    pub fn accept_changes(mut self) -> Self {
        self.pages = self.pages.accept_changes();
        self
    }

    /// Reads the listing until two passes in a row have the same records, as many as the total says. What both had
    /// was there when the second one began, so nothing is missing, whatever happens to the order meanwhile. If the
    /// service tells no total that can be believed, two equal passes have to do. It takes at least twice the calls of one pass, and at most as many as the
    /// [`passes`](Self::passes) do, of which there are two at least.
    ///
    /// To be set before the first poll.
    pub fn verify(mut self) -> Self {
        self.pages = self.pages.verify();
        self
    }

    /// Ends the listing after so many records, and asks for no page that has none of them.
    ///
    /// To be set before the first poll.
    pub fn max_records(mut self, records: u64) -> Self {
        self.pages = self.pages.max_records(records);
        self
    }

    /// What the listing has come to: so far, or, after its end or an error, in all.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = self.pages.summary();
        if !self.left.as_slice().is_empty() {
            summary.yielded -= self.left.len() as u64;
            summary.next_offset = summary.next_offset.min(self.place);
        }
        summary
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<T>, Error>>> {
        self.reader.poll_next(context)
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(record) = self.left.next() {
                self.place = self.place.saturating_add(1);
                return Poll::Ready(Some(Ok(record)));
            }
            match ready!(self.pages.reader.poll_next(context)) {
                Some(Ok(page)) => {
                    self.place = page.offset;
                    self.left = page.records.into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing in them is pinned: what is under way is boxed.
impl<T> Unpin for Pages<T> {}
impl<T> Unpin for Items<T> {}

impl<T> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.reader.is_done()
    }
}

impl<T> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.left.as_slice().is_empty() && self.pages.is_terminated()
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("summary", self.reader.summary())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("summary", &self.summary())
            .finish_non_exhaustive()
    }
}
