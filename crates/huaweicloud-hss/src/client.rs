//! The client.

use std::sync::Arc;

use progenitor_client::ClientInfo;

use crate::generated::hss::{self, builder};
use crate::{CallCount, ClientBuilder, Error, Settings};

/// A client for one project in one region.
///
/// Clones are cheap and share connections, credentials, the rate limit, and what was learned of the service: its
/// clock, and how many calls it allows.
#[derive(Debug, Clone)]
pub struct Client {
    inner: hss::Client,
    project_id: String,
    made_by: Arc<ClientBuilder>,
}

impl Client {
    /// Returns a builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Returns a builder with the settings of the environment and the credentials file; see [`Settings::load`] for all
    /// sources and their order.
    ///
    /// # Errors
    ///
    /// As [`Settings::load`].
    pub fn from_env() -> Result<ClientBuilder, Error> {
        Ok(Self::builder().settings(Settings::load(None)?))
    }

    pub(crate) fn new(inner: hss::Client, project_id: String, made_by: Arc<ClientBuilder>) -> Self {
        Self {
            inner,
            project_id,
            made_by,
        }
    }

    /// A client for another project of the same account in the same region. It shares what clones share; with a
    /// password as credentials, it obtains a token of its own.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn for_project(&self, id: impl Into<String>) -> Result<Self, Error> {
        let project_id = id.into();
        let transport = self
            .made_by
            .transport_for(self.inner.inner(), &project_id)?;
        let inner = hss::Client::new_with_client(
            &self.inner.baseurl,
            self.inner.client().clone(),
            transport,
        );
        Ok(Self::new(inner, project_id, Arc::clone(&self.made_by)))
    }

    /// The project id.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The region that was set.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.made_by.region.as_deref()
    }

    /// The endpoint that requests go to, without a trailing slash.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.inner.baseurl
    }

    /// The calls to HSS so far, by this client, its clones, and the clients that [`for_project`](Self::for_project)
    /// made of them.
    #[must_use]
    pub fn calls(&self) -> CallCount {
        self.inner.inner().policy.usage.count()
    }

    /// A request for the images of one type: `ListSwrImageRepository`.
    ///
    /// `image_type` is required. Send it for one page, or use
    /// [`items`](builder::ListSwrImageRepository::items) for everything that matches.
    pub fn list_swr_image_repository(&self) -> builder::ListSwrImageRepository {
        let request = self
            .inner
            .list_swr_image_repository()
            .project_id(&self.project_id);
        match self.region() {
            Some(region) => request.region(region),
            None => request,
        }
    }

    /// A request to refresh HSS's copy of the images of one type from SWR: `RunImageSynchronize`.
    pub fn run_image_synchronize(&self) -> builder::RunImageSynchronize {
        let request = self
            .inner
            .run_image_synchronize()
            .project_id(&self.project_id);
        match self.region() {
            Some(region) => request.region(region),
            None => request,
        }
    }
}
