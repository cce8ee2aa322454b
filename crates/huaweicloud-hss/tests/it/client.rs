//! Clients that speak to the scripted server.

use huaweicloud_hss::{Client, ClientBuilder, Credentials, RetryPolicy};

use crate::server::Server;

pub(crate) const TOKEN: &str = "token-that-nobody-may-see";
pub(crate) const ACCESS_KEY: &str = "ACCESS-KEY-OF-THE-TEST";
pub(crate) const SECRET_KEY: &str = "secret-key-that-nobody-may-see";
pub(crate) const PROJECT_ID: &str = "0123456789abcdef0123456789abcdef";

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

    /// What all clients have in common. They do not retry: each answer of the script is for one call.
    pub(crate) fn builder(&self, credentials: Credentials) -> ClientBuilder {
        Client::builder()
            .endpoint(self.endpoint())
            .region("my-kualalumpur-1")
            .retry(RetryPolicy::none())
            .credentials(credentials)
    }
}
