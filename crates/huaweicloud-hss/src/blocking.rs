//! For programs without an async runtime.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use tokio::runtime::{Builder, Runtime};

use crate::{Error, ErrorKind};

/// Runs requests and iterates over listings on the calling thread.
///
/// The requests are the same as with a runtime; pass to this what you would await there.
///
/// ```no_run
/// use huaweicloud_hss::{Client, blocking::Blocking, types::ImageType};
///
/// fn main() -> huaweicloud_hss::Result<()> {
///     let blocking = Blocking::new()?;
///     let client = blocking.wait(Client::from_env()?.region("ap-southeast-3").connect())?;
///     let request = client.list_swr_image_repository().image_type(ImageType::PrivateImage);
///     for image in blocking.iter(request.items()) {
///         println!("{:?}", image?.image_name);
///     }
///     Ok(())
/// }
/// ```
///
/// It panics on a thread that runs async code.
#[derive(Clone)]
pub struct Blocking {
    runtime: Arc<Runtime>,
}

impl Blocking {
    /// Creates one. Connections live as long as it does, so create one for the whole program.
    ///
    /// # Errors
    ///
    /// Of kind [`Config`](ErrorKind::Config), if the operating system does not provide what a runtime needs.
    pub fn new() -> Result<Self, Error> {
        // A thread of its own, on which requests go on while the caller works on what it was given.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| {
                Error::new(
                    ErrorKind::Config,
                    format!("a runtime cannot be made: {error}"),
                )
            })?;
        Ok(Self {
            runtime: Arc::new(runtime),
        })
    }

    /// Waits for a future, such as a request or `connect()`.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Iterates over a listing. [`Iter::stream`] returns the stream, which has the summary.
    pub fn iter<S: Stream>(&self, stream: S) -> Iter<S> {
        Iter {
            blocking: self.clone(),
            stream: Box::pin(stream),
        }
    }
}

/// An iterator over a listing, made by [`Blocking::iter`].
#[must_use = "nothing is sent until the next item is asked for"]
pub struct Iter<S> {
    blocking: Blocking,
    stream: Pin<Box<S>>,
}

impl<S> Iter<S> {
    /// The stream behind it, which has the summary of the listing:
    ///
    /// ```no_run
    /// # fn run(blocking: huaweicloud_hss::blocking::Blocking, client: huaweicloud_hss::Client) -> huaweicloud_hss::Result<()> {
    /// use huaweicloud_hss::types::ImageType;
    ///
    /// let request = client.list_swr_image_repository().image_type(ImageType::PrivateImage);
    /// let mut images = blocking.iter(request.items());
    /// for image in &mut images {
    ///     println!("{:?}", image?.image_name);
    /// }
    /// println!("{:?}", images.stream().summary());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stream(&self) -> &S {
        &self.stream
    }
}

impl<S> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}

impl<S: Stream> Iterator for Iter<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        self.blocking.wait(self.stream.next())
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}
