//! Temporary access keys for a pod, from the agent on its node: the pod identity of CCE.

use std::path::PathBuf;

use serde_json::json;

use super::credential::insert;
use super::provider::CredentialProvider;
use super::source::{Server, read_token, set_json};
use super::{Credential, keys};
use crate::Error;
use crate::operations::Operation;

/// The address has the whole path.
const KEY: &Operation = &Operation {
    id: "pod identity",
    method: "POST",
    path: "",
    call_limit: None,
};

/// Asks the agent, and shows it the token that the cluster put into the pod.
#[derive(Debug)]
pub(crate) struct PodProvider {
    pub(crate) server: Server,
    pub(crate) token_file: PathBuf,
}

impl CredentialProvider for PodProvider {
    async fn credential(&self) -> Result<Credential, Error> {
        let agent = format!("the pod identity agent at {}", self.server.shown());
        let found = self.ask().await;
        found.map_err(|error| error.into_credentials_error(&agent))
    }
}

impl PodProvider {
    async fn ask(&self) -> Result<Credential, Error> {
        let token = read_token(&self.token_file)?;
        let mut request = self.server.request(KEY);
        insert(&mut request, "authorization", &token, true)?;
        set_json(&mut request, &json!({}));
        let answer = self.server.send(KEY, request, &token).await?;
        if answer.status != 200 {
            return Err(Error::unexpected(&answer, 200));
        }
        keys::read(&answer)
    }
}
