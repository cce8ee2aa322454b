//! Sending the requests that the builders describe.

use std::ops::Deref;

use serde_json::Value;

use crate::exchange::{self, Exchange};
use crate::generated::hss::{builder, types};
use crate::operations::{LIST_SWR_IMAGE_REPOSITORY, RUN_IMAGE_SYNCHRONIZE};
use crate::{Error, paging};

/// A successful answer.
///
/// It can be used like the value in it.
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

    /// The id under which the service recorded the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The value alone.
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

impl builder::ListSwrImageRepository<'_> {
    pub(crate) const OPERATION: &'static str = LIST_SWR_IMAGE_REPOSITORY.id;

    /// Sends the request and returns the one page that it asks for.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). An answer that is no listing, such as the page of a proxy or an
    /// empty object, is an error and never an empty page.
    pub async fn send(self) -> Result<Response<types::ListSwrImageRepositoryResponse>, Error> {
        self.send_as().await
    }

    /// As [`send`](Self::send), and returns the page as it was sent, with every member that this version
    /// does not know.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_json(self) -> Result<Response<Value>, Error> {
        self.send_as().await
    }

    pub(crate) async fn send_as<L: paging::Listing>(self) -> Result<Response<L>, Error> {
        let (listing, exchange): (L, _) =
            exchange::call(LIST_SWR_IMAGE_REPOSITORY, 200, self.send_generated()).await?;
        if listing.is_listing() {
            return Ok(Response::new(&exchange, listing));
        }
        Err(Error::response(
            &exchange,
            format!(
                "it has neither total_num nor data_list ({}); check the endpoint",
                exchange.describe_body()
            ),
        )
        .during(Self::OPERATION))
    }
}

impl builder::RunImageSynchronize<'_> {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). An answer with status 200 whose `error_code` is not 0 is an
    /// error too, of kind [`Service`](crate::ErrorKind::Service).
    pub async fn send(self) -> Result<Response<types::RunImageSynchronizeResponse>, Error> {
        let (answer, exchange): (types::RunImageSynchronizeResponse, _) =
            exchange::call(RUN_IMAGE_SYNCHRONIZE, 200, self.send_generated()).await?;
        match answer.error_code {
            Some(0) => Ok(Response::new(&exchange, answer)),
            Some(_) => Err(Error::service(&exchange).during(RUN_IMAGE_SYNCHRONIZE.id)),
            None => Err(Error::response(
                &exchange,
                format!("it has no error_code ({})", exchange.describe_body()),
            )
            .during(RUN_IMAGE_SYNCHRONIZE.id)),
        }
    }
}
