//! For programs without an async runtime.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use tokio::runtime::{Builder, Runtime};

use crate::{Error, ErrorKind};

/// Waits for requests and goes through listings, on the thread that calls.
///
/// The requests are the same as with a runtime; only what is awaited there is handed to this.
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
/// It must not be used on a thread that runs async code; there it panics.
#[derive(Clone)]
pub struct Blocking {
    runtime: Arc<Runtime>,
}

impl Blocking {
    /// Makes one. Connections stay open as long as it, so make one for the whole program.
    ///
    /// # Errors
    ///
    /// Of kind [`Config`](ErrorKind::Config), where the operating system does not give what a runtime needs.
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

    /// Waits for what a request or the making of a client comes to.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Goes through a listing. What it came to is told by the stream, which [`Iter::stream`] gives.
    pub fn iter<S: Stream>(&self, stream: S) -> Iter<S> {
        Iter {
            blocking: self.clone(),
            stream: Box::pin(stream),
        }
    }
}

/// A listing that is gone through on the thread that calls, made by [`Blocking::iter`].
#[must_use = "nothing is sent until the next item is asked for"]
pub struct Iter<S> {
    blocking: Blocking,
    stream: Pin<Box<S>>,
}

impl<S> Iter<S> {
    /// The stream behind it, which tells what the listing came to:
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
