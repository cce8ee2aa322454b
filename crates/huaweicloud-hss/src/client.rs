//! The client.

use crate::generated::hss::{self, builder};
use crate::{ClientBuilder, Error, Settings};

/// A client for one project in one region.
///
/// Copies are cheap and share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    inner: hss::Client,
    project_id: String,
    region: Option<String>,
}

impl Client {
    /// Starts to set up a client from nothing.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Starts to set up a client with what the environment and the profile file have; see
    /// [`Settings::load`].
    ///
    /// # Errors
    ///
    /// As [`Settings::load`].
    pub fn from_env() -> Result<ClientBuilder, Error> {
        Ok(Self::builder().settings(Settings::load(None)?))
    }

    pub(crate) fn new(inner: hss::Client, project_id: String, region: Option<String>) -> Self {
        Self {
            inner,
            project_id,
            region,
        }
    }

    /// The id of the project whose images are meant.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The address that requests go to, without a slash at its end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.inner.baseurl
    }

    /// A request for the images of one type: `ListSwrImageRepository`.
    ///
    /// `image_type` has to be set. Send it for one page, or use
    /// [`items`](builder::ListSwrImageRepository::items) for everything that matches.
    pub fn list_swr_image_repository(&self) -> builder::ListSwrImageRepository<'_> {
        let request = self
            .inner
            .list_swr_image_repository()
            .project_id(&self.project_id);
        match &self.region {
            Some(region) => request.region(region),
            None => request,
        }
    }

    /// A request to read the images of one type from SWR anew: `RunImageSynchronize`.
    pub fn run_image_synchronize(&self) -> builder::RunImageSynchronize<'_> {
        let request = self
            .inner
            .run_image_synchronize()
            .project_id(&self.project_id);
        match &self.region {
            Some(region) => request.region(region),
            None => request,
        }
    }
}
