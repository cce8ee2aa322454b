//! Clients that speak to the scripted server.

use std::time::{Duration, SystemTime};

use huaweicloud_hss::test_util::ManualClock;
use huaweicloud_hss::types::SwrImagePage;
use huaweicloud_hss::{Client, ClientBuilder, Credentials, Error, Response, RetryPolicy};

use crate::inventory_server::InventoryServer;
use crate::server::Server;

pub(crate) const TOKEN: &str = "token-that-nobody-may-see";
pub(crate) const ACCESS_KEY: &str = "ACCESS-KEY-OF-THE-TEST";
pub(crate) const SECRET_KEY: &str = "secret-key-that-nobody-may-see";
pub(crate) const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";

/// A page without records.
pub(crate) const EMPTY: &str = r#"{"total_num":0,"data_list":[]}"#;

/// A clock that stands at 2026-01-02T03:04:05Z.
pub(crate) fn clock() -> ManualClock {
    ManualClock::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045))
}

/// One page of private images.
pub(crate) async fn list(client: &Client) -> Result<Response<SwrImagePage>, Error> {
    client
        .list_swr_image_repository()
        .image_type("private_image")
        .send()
        .await
}

impl Server {
    /// A client with a token.
    pub(crate) fn client(&self) -> Client {
        self.client_with(Credentials::token(TOKEN))
    }

    pub(crate) fn client_with(&self, credentials: Credentials) -> Client {
        self.builder(credentials)
            .project_id(PROJECT_ID)
            .build()
            .expect("a client")
    }

    /// What all clients have in common. They do not retry and do not wait for their turn: each answer of the script is
    /// for one call.
    pub(crate) fn builder(&self, credentials: Credentials) -> ClientBuilder {
        Client::builder()
            .endpoint(self.endpoint())
            .region("my-kualalumpur-1")
            .retry(RetryPolicy::none())
            .throttle_wait(Duration::ZERO)
            .credentials(credentials)
    }
}

impl InventoryServer {
    /// A client with a token. It does not retry, so that the numbers of the script are those of the calls.
    pub(crate) fn client(&self) -> Client {
        self.client_in("my-kualalumpur-1", RetryPolicy::none())
    }

    /// A client with a token, for which no retry takes any time.
    pub(crate) fn client_in(&self, region: &str, retry: RetryPolicy) -> Client {
        let builder = self.builder(&clock()).region(region).retry(retry);
        builder.build().expect("a client")
    }

    /// What all clients have in common.
    pub(crate) fn builder(&self, clock: &ManualClock) -> ClientBuilder {
        Client::builder()
            .endpoint(self.endpoint())
            .clock(clock)
            .credentials(Credentials::token(TOKEN))
            .project_id(PROJECT_ID)
    }
}
