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
pub struct Pages<'a, T> {
    reader: Reader<'a, T>,
}

/// The records of a listing: a stream.
///
/// It is made by [`items`](ListSwrImageRepository::items) and
/// [`items_json`](ListSwrImageRepository::items_json). Nothing is sent before it is polled, and requests that
/// are under way go on only while it is polled; so do not let long work wait between two records.
///
/// # What is in it
///
/// Each page is compared with the one before it, with which it shares a record. Where they do not fit, where
/// an id comes twice, where the total changes, or where announced records do not come, the listing has
/// changed while it was read. It is then read again, and records that were missed follow at the end. Once a
/// pass fits together, the stream has every record that was there all the time, each of them once. Where none
/// of the [`passes`](Self::passes) does, the last item is an error of kind
/// [`Incomplete`](crate::ErrorKind::Incomplete).
///
/// This takes for granted that records keep their order among each other; a record that moves counts as one
/// that goes and another that comes. Records that were not there all the time may be in it or not. A listing that
/// starts at an offset above 0 has what stood at this place and behind it, and cannot notice what moved across its
/// beginning.
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
pub struct Items<'a, T> {
    pages: Pages<'a, T>,
    /// What is left of the page that is being given, and the place of its first record.
    left: vec::IntoIter<T>,
    place: i32,
}

impl<'a, T> Pages<'a, T> {
    pub(super) fn new<L: Listing<Record = T> + 'a>(request: ListSwrImageRepository<'a>) -> Self {
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

    /// As [`Items::summary`].
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.reader.summary().clone()
    }
}

impl<'a, T> Items<'a, T> {
    pub(super) fn new(pages: Pages<'a, T>) -> Self {
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

    /// Ends the listing without an error where no pass fits together. Look at [`Summary::stable`] then: records
    /// that were there all the time may be missing, and announced ones may not have come.
    ///
    /// A listing that goes on behind the greatest offset that the service takes ends with an error all the
    /// same. To be set before the first poll.
    pub fn accept_changes(mut self) -> Self {
        self.pages = self.pages.accept_changes();
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

impl<T> Stream for Pages<'_, T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<T>, Error>>> {
        self.reader.poll_next(context)
    }
}

impl<T> Stream for Items<'_, T> {
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
impl<T> Unpin for Pages<'_, T> {}
impl<T> Unpin for Items<'_, T> {}

impl<T> FusedStream for Pages<'_, T> {
    fn is_terminated(&self) -> bool {
        self.reader.is_done()
    }
}

impl<T> FusedStream for Items<'_, T> {
    fn is_terminated(&self) -> bool {
        self.left.as_slice().is_empty() && self.pages.is_terminated()
    }
}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("summary", self.reader.summary())
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("summary", &self.summary())
            .finish_non_exhaustive()
    }
}
