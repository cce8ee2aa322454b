//! One stream over many listings: several image types, projects and regions.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::vec;

use futures::StreamExt;
use futures::stream::{FusedStream, FuturesUnordered, Stream, StreamFuture};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::value::RawValue;

use crate::builder::ListSwrImageRepository;
use crate::types::{ImageType, PrivateImageRepositoryInfo};
use crate::{Client, Error, Page, Pages, Summary};

/// The default of [`ListAll::concurrency`].
const LISTINGS_AT_ONCE: usize = 4;

/// Lists the images of all types in the projects of these clients, several listings concurrently.
///
/// There is one listing for each client and each image type. Clients of one account should share a rate limit:
/// see [`RateLimit`](crate::RateLimit) and [`Client::for_project`].
///
/// ```no_run
/// use futures::StreamExt;
/// use huaweicloud_hss::{Client, list_all};
///
/// # async fn run(clients: Vec<Client>) {
/// let mut images = list_all(&clients).filter(|request| request.has_vul(true)).items();
/// while let Some(image) = images.next().await {
///     match image {
///         Ok(image) => println!("{}: {:?}", image.origin, image.image_name),
///         // The other listings go on.
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # }
/// ```
pub fn list_all<'a>(clients: impl IntoIterator<Item = &'a Client>) -> ListAll<'a> {
    ListAll {
        clients: clients.into_iter().collect(),
        image_types: ImageType::KNOWN.to_vec(),
        filters: Vec::new(),
        concurrency: LISTINGS_AT_ONCE,
        page_concurrency: None,
        passes: None,
        accept_changes: false,
        verify: false,
    }
}

type Filter<'a> = Box<dyn Fn(ListSwrImageRepository) -> ListSwrImageRepository + Send + 'a>;

/// The options of [`list_all`].
#[must_use = "nothing is sent before the stream is made and polled"]
pub struct ListAll<'a> {
    clients: Vec<&'a Client>,
    image_types: Vec<ImageType>,
    filters: Vec<Filter<'a>>,
    concurrency: usize,
    page_concurrency: Option<usize>,
    passes: Option<u32>,
    accept_changes: bool,
    verify: bool,
}

impl<'a> ListAll<'a> {
    /// The image types to list. Default: [`ImageType::KNOWN`].
    pub fn image_types(mut self, types: impl IntoIterator<Item = ImageType>) -> Self {
        self.image_types = types.into_iter().collect();
        self
    }

    /// Changes the request of each listing, for example to set filters. The image type is set afterwards.
    ///
    /// Several filters are applied in order.
    pub fn filter(
        mut self,
        filter: impl Fn(ListSwrImageRepository) -> ListSwrImageRepository + Send + 'a,
    ) -> Self {
        self.filters.push(Box::new(filter));
        self
    }

    /// How many listings are read concurrently. Default: 4; 0 counts as 1. Each of them has several requests in flight,
    /// see [`page_concurrency`](Self::page_concurrency).
    pub fn concurrency(mut self, listings: usize) -> Self {
        self.concurrency = listings;
        self
    }

    /// As [`Items::concurrency`](crate::Items::concurrency), for each listing.
    pub fn page_concurrency(mut self, requests: usize) -> Self {
        self.page_concurrency = Some(requests);
        self
    }

    /// As [`Items::passes`](crate::Items::passes), for each listing.
    pub fn passes(mut self, passes: u32) -> Self {
        self.passes = Some(passes);
        self
    }

    /// As [`Items::accept_changes`](crate::Items::accept_changes), for each listing.
    pub fn accept_changes(mut self) -> Self {
        self.accept_changes = true;
        self
    }

    /// As [`Items::verify`](crate::Items::verify), for each listing.
    pub fn verify(mut self) -> Self {
        self.verify = true;
        self
    }

    /// The records of all listings.
    pub fn items(self) -> AllItems<PrivateImageRepositoryInfo> {
        self.all(ListSwrImageRepository::pages)
    }

    /// The records of all listings, each as the text that was sent.
    pub fn items_json(self) -> AllItems<Box<RawValue>> {
        self.all(ListSwrImageRepository::pages_json)
    }

    fn all<T>(self, pages: fn(ListSwrImageRepository) -> Pages<T>) -> AllItems<T> {
        let mut waiting = VecDeque::new();
        // One type after the other, so that listings of different projects are under way together.
        for image_type in &self.image_types {
            for client in &self.clients {
                let request = client.list_swr_image_repository();
                let request = self
                    .filters
                    .iter()
                    .fold(request, |request, filter| filter(request));
                let mut pages = pages(request.image_type(image_type.clone()));
                if let Some(requests) = self.page_concurrency {
                    pages = pages.concurrency(requests);
                }
                if let Some(passes) = self.passes {
                    pages = pages.passes(passes);
                }
                if self.accept_changes {
                    pages = pages.accept_changes();
                }
                if self.verify {
                    pages = pages.verify();
                }
                let origin = Arc::new(Origin {
                    region: client.region().map(str::to_owned),
                    project_id: client.project_id().to_owned(),
                    image_type: image_type.clone(),
                });
                waiting.push_back(Listing { origin, pages });
            }
        }
        AllItems {
            concurrency: self.concurrency.max(1),
            waiting,
            active: FuturesUnordered::new(),
            left: None,
            ended: Vec::new(),
        }
    }
}

/// The listing that something came from. `Display` prints `region/project id/image type`, without the region if the
/// client has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub struct Origin {
    /// The region of the client, if one was set.
    pub region: Option<String>,
    /// The project of the client.
    pub project_id: String,
    /// The requested image type.
    pub image_type: ImageType,
}

/// A record, or the error that ended a listing, with the listing it came from.
///
/// It dereferences to the value. As JSON, it is an object with `origin` and `value`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Located<T> {
    /// The listing.
    pub origin: Arc<Origin>,
    /// What came from it.
    pub value: T,
}

/// The records of many listings: a stream, made by [`ListAll::items`] and [`ListAll::items_json`].
///
/// The records of one listing come in order, those of different listings interleaved. If a listing fails, its error is
/// an item, and the other listings continue; a loop over `try_next` that ends at the first error leaves them unread.
/// Each listing is read as described at [`Items`](crate::Items).
#[must_use = "nothing is sent until the stream is polled"]
pub struct AllItems<T> {
    concurrency: usize,
    waiting: VecDeque<Listing<T>>,
    active: FuturesUnordered<StreamFuture<Listing<T>>>,
    /// What is left of the page that is being given.
    left: Option<(Arc<Origin>, vec::IntoIter<T>)>,
    ended: Vec<(Arc<Origin>, Summary)>,
}

impl<T> AllItems<T> {
    /// The summaries of the listings that have ended, with or without an error, in the order in which they ended.
    #[must_use]
    pub fn summaries(&self) -> &[(Arc<Origin>, Summary)] {
        &self.ended
    }
}

impl<T> Stream for AllItems<T> {
    type Item = Result<Located<T>, Located<Error>>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Located<T>, Located<Error>>>> {
        let this = &mut *self;
        loop {
            if let Some((origin, records)) = &mut this.left {
                if let Some(value) = records.next() {
                    let origin = Arc::clone(origin);
                    return Poll::Ready(Some(Ok(Located { origin, value })));
                }
                this.left = None;
            }
            while this.active.len() < this.concurrency {
                let Some(listing) = this.waiting.pop_front() else {
                    break;
                };
                this.active.push(listing.into_future());
            }
            let Some((page, listing)) = ready!(this.active.poll_next_unpin(context)) else {
                return Poll::Ready(None);
            };
            let origin = Arc::clone(&listing.origin);
            match page {
                Some(Ok(page)) => {
                    this.left = Some((origin, page.records.into_iter()));
                    this.active.push(listing.into_future());
                }
                Some(Err(value)) => {
                    this.ended
                        .push((Arc::clone(&origin), listing.pages.summary()));
                    return Poll::Ready(Some(Err(Located { origin, value })));
                }
                None => this.ended.push((origin, listing.pages.summary())),
            }
        }
    }
}

// Nothing in it is pinned.
impl<T> Unpin for AllItems<T> {}

impl<T> FusedStream for AllItems<T> {
    fn is_terminated(&self) -> bool {
        self.left.is_none() && self.waiting.is_empty() && self.active.is_empty()
    }
}

/// One of the listings.
struct Listing<T> {
    origin: Arc<Origin>,
    pages: Pages<T>,
}

impl<T> Stream for Listing<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Page<T>, Error>>> {
        self.pages.poll_next_unpin(context)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(region) = &self.region {
            write!(f, "{region}/")?;
        }
        write!(f, "{}/{}", self.project_id, self.image_type)
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Located", 2)?;
        object.serialize_field("origin", &*self.origin)?;
        object.serialize_field("value", &self.value)?;
        object.end()
    }
}

impl fmt::Display for Located<Error> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.value)
    }
}

impl StdError for Located<Error> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.value.source()
    }
}

/// The error alone, without the listing that it came from.
impl From<Located<Error>> for Error {
    fn from(located: Located<Error>) -> Self {
        located.value
    }
}

impl fmt::Debug for ListAll<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListAll")
            .field("clients", &self.clients)
            .field("image_types", &self.image_types)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for AllItems<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AllItems")
            .field("waiting", &self.waiting.len())
            .field("active", &self.active.len())
            .field("summaries", &self.ended)
            .finish_non_exhaustive()
    }
}
