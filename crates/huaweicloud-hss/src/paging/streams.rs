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
/// Made by [`pages`](ListSwrImageRepository::pages) and [`pages_json`](ListSwrImageRepository::pages_json). It works
/// like [`Items`], and has the same options.
///
/// The first page is always returned, so that the total is known; other pages only if they have new records.
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<T> {
    reader: Reader<T>,
}

/// The records of a listing: a stream.
///
/// Made by [`items`](ListSwrImageRepository::items) and [`items_json`](ListSwrImageRepository::items_json). Nothing is
/// sent before the first poll. From then on, requests are tasks of the runtime: they continue while you work on a
/// record, however long that takes.
///
/// # What it contains
///
/// Each page is compared with the one before it, with which it shares a record. If they do not fit, if a record appears
/// twice, if the total changes, or if announced records do not arrive, the listing changed while it was being read. It
/// is then re-read, and records that were missed follow at the end. Once a pass is consistent, the stream contains
/// every record that existed for the whole duration, exactly once. If none of the [`passes`](Self::passes) is
/// consistent, the last item is an error of kind [`Incomplete`](crate::ErrorKind::Incomplete), and [`Error::doubt`]
/// says why.
///
/// A total is treated as a claim: one that is too low ends nothing, and one that is too high makes the listing
/// incomplete.
///
/// This assumes that records that stay keep their order among each other. A record that moves counts as one that
/// disappears and another that appears, so a listing in the order of the last scan can miss a record that is scanned
/// meanwhile. [`verify`](Self::verify) makes no assumption and takes at least twice the calls. Records that did not
/// exist for the whole duration may be included or not. A listing that starts at an offset above 0 contains what was at
/// this place and behind it, and cannot notice what moved across its beginning.
///
/// # How many calls it takes
///
/// A listing of *n* records takes 1 + ⌈(*n* − 200) / 199⌉ calls, and one more if the last page comes full: 10,000
/// records take 51 calls. If the service enforces its documented limit of five calls per minute, that is ten minutes.
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

    /// The maximum number of requests in flight, which is also the maximum number of pages in memory besides the
    /// current one. Default: [`DEFAULT_CONCURRENCY`](crate::DEFAULT_CONCURRENCY). 0 counts as 1.
    ///
    /// The first page of a pass is requested alone, and so is each page if the service returns no total. Set it before
    /// the first poll.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.pages = self.pages.concurrency(requests);
        self
    }

    /// Re-reads the listing up to this many times in total, until one pass is consistent. Default:
    /// [`DEFAULT_PASSES`](crate::DEFAULT_PASSES). 0 counts as 1, which never re-reads.
    ///
    /// Set it before the first poll.
    pub fn passes(mut self, passes: u32) -> Self {
        self.pages = self.pages.passes(passes);
        self
    }

    /// Ends the listing without an error if it cannot be proven complete. Check [`Summary::doubt`] then: records that
    /// existed for the whole duration may be missing, and announced ones may not have arrived. The first pass returns
    /// everything that came, including duplicates.
    ///
    /// A listing that continues beyond the largest offset that the service accepts still ends with an error. Set it
    /// before the first poll.
    pub fn accept_changes(mut self) -> Self {
        self.pages = self.pages.accept_changes();
        self
    }

    /// Reads the listing until two passes in a row have the same records, as many as the total says. What both contain
    /// existed when the second one began, so nothing is missing, whatever happens to the order meanwhile. If the
    /// service returns no credible total, two equal passes suffice. It takes at least twice the calls of one pass, and
    /// at most those of all [`passes`](Self::passes), of which there are at least two.
    ///
    /// Set it before the first poll.
    pub fn verify(mut self) -> Self {
        self.pages = self.pages.verify();
        self
    }

    /// Ends the listing after this many records, and requests no page beyond them.
    ///
    /// Set it before the first poll.
    pub fn max_records(mut self, records: u64) -> Self {
        self.pages = self.pages.max_records(records);
        self
    }

    /// The summary of the listing so far; after its end or an error, of the whole.
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
