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
    /// Starts to set up a client from nothing.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Starts to set up a client with what the environment and the profile file have or, without credentials
    /// in either, with those that the metadata service gives to the virtual machine; see [`Settings::load`].
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

    /// A client for another project of the same account in the same region. It shares what clones share; where
    /// the credentials are a password, it obtains a token of its own.
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

    /// The id of the project whose images are meant.
    #[must_use]
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The region that was set.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.made_by.region.as_deref()
    }

    /// The address that requests go to, without a slash at its end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.inner.baseurl
    }

    /// How often HSS was called so far by this client, its clones, and the clients that
    /// [`for_project`](Self::for_project) made of them.
    #[must_use]
    pub fn calls(&self) -> CallCount {
        self.inner.inner().policy.usage.count()
    }

    /// A request for the images of one type: `ListSwrImageRepository`.
    ///
    /// `image_type` has to be set. Send it for one page, or use
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

    /// A request to read the images of one type from SWR anew: `RunImageSynchronize`.
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
