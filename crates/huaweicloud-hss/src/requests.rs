//! Sending the requests that the builders describe.

use std::ops::Deref;

use serde_json::value::RawValue;

use crate::exchange::{self, Exchange, Undecoded};
use crate::generated::hss::{builder, types};
use crate::operations::{LIST_SWR_IMAGE_REPOSITORY, RUN_IMAGE_SYNCHRONIZE};
use crate::{Error, paging};

/// A successful response.
///
/// It dereferences to the value in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    value: T,
    request_id: Option<String>,
}

impl<T> Response<T> {
    fn new(exchange: &Exchange, value: T) -> Self {
        Self {
            value,
            request_id: exchange.request_id.clone(),
        }
    }

    /// The request id; quote it when contacting the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl builder::ListSwrImageRepository {
    pub(crate) const OPERATION: &'static str = LIST_SWR_IMAGE_REPOSITORY.id;

    /// Sends the request and returns the one page that it asks for.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). A response that is not a listing, such as a proxy's HTML page, an empty
    /// object, or an error with status 200, is an error and never an empty page.
    pub async fn send(self) -> Result<Response<types::SwrImagePage>, Error> {
        let (page, exchange) = Self::decode(self.send_undecoded().await)?;
        Ok(Response::new(&exchange, page))
    }

    /// As [`send`](Self::send), and returns the page as the text that was sent.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_json(self) -> Result<Response<Box<RawValue>>, Error> {
        let (_, exchange) = Self::decode::<paging::RawPage>(self.send_undecoded().await)?;
        let text = serde_json::from_slice(&exchange.body).expect("it was decoded");
        Ok(Response::new(&exchange, text))
    }

    /// Sends the request and leaves its answer to be decoded.
    pub(crate) async fn send_undecoded(self) -> Undecoded {
        exchange::send(LIST_SWR_IMAGE_REPOSITORY, self.send_generated()).await
    }

    pub(crate) fn decode<L: paging::Listing>(answer: Undecoded) -> Result<(L, Exchange), Error> {
        let (listing, exchange): (L, _) = answer.decode(200)?;
        if listing.is_listing() {
            return Ok((listing, exchange));
        }
        let reason = format!(
            "it has neither total_num nor data_list ({}); check the endpoint",
            exchange.describe_body()
        );
        Err(Error::response(&exchange, reason).during(Self::OPERATION))
    }
}

impl builder::RunImageSynchronize {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind).
    pub async fn send(self) -> Result<Response<types::ImageSynchronizationResult>, Error> {
        let (answer, exchange): (types::ImageSynchronizationResult, _) =
            exchange::call(RUN_IMAGE_SYNCHRONIZE, 200, self.send_generated()).await?;
        if answer.error_code.is_some() {
            return Ok(Response::new(&exchange, answer));
        }
        let reason = format!("it has no error_code ({})", exchange.describe_body());
        Err(Error::response(&exchange, reason).during(RUN_IMAGE_SYNCHRONIZE.id))
    }
}
